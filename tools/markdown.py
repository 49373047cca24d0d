"""Markdown as the generated pages need it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_CODE_OR_SPECIAL = re.compile(r"``.+?``|`[^`]+`|[*\[\]<]|(?<![^\W_])_|_(?![^\W_])")


def plain(text: str) -> str:
    """Give text as Markdown that shows it as it is; words in backticks become code, line ends become blanks."""

    def escape(found: re.Match[str]) -> str:
        word = found[0]
        if word.startswith("``"):  # reStructuredText's way, used in docstrings
            return f"`{word[2:-2]}`"
        if word.startswith("`"):
            return word
        return "&lt;" if word == "<" else f"\\{word}"

    return _CODE_OR_SPECIAL.sub(escape, " ".join(text.split()))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Give a table; cells are Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
