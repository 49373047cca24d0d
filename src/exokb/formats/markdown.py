"""Markdown tables, as GitHub and pandoc read them (https://github.github.com/gfm/#tables-extension-)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from exokb.formats.columns import Value
from exokb.formats.delimited import plain

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~])")


def escape(text: str) -> str:
    """Put a backslash before every character that Markdown would read as markup; line breaks become blanks."""
    return _SPECIAL.sub(r"\\\1", " ".join(plain(text).split()))


def markdown_rows(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """Give the text of a Markdown table row by row; lists are joined with ``; ``."""
    yield _line(map(escape, header))
    yield _line("---" for _ in header)
    for row in rows:
        yield _line(map(_cell, row))


def _cell(value: Value) -> str:
    if isinstance(value, tuple):
        return escape("; ".join(value))
    return "" if value is None else escape(str(value))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
