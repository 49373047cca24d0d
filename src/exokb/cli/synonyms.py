"""Telling what was looked for beside the words of a query, so that nobody has to guess why a paper was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from exokb.app import App
from exokb.cli.output import counted, say, write_json, write_table
from exokb.query.criteria import Criteria
from exokb.services.search import get_expansions

if TYPE_CHECKING:
    from exokb.query.expand import Expansion

SHOWN_WORDS = 4
"""A line of more would not be read."""


def tell_expansions(app: App, criteria: Criteria) -> tuple[Expansion, ...]:
    """Say on stderr what plain words of the query also found, a line for each, and give it."""
    if not criteria.text.strip() or not criteria.expand:
        return ()
    found = get_expansions(app, criteria)
    if found is None:
        say(
            "note: this library keeps no synonyms yet, so only the words themselves were searched; run `exokb annotate`"
        )
        return ()
    say_expansions(found)
    return found


def say_expansions(found: Sequence[Expansion]) -> None:
    """Say on stderr what words also find, a line for each."""
    lines = [_line(expansion) for expansion in {e.asked.casefold(): e for e in reversed(found)}.values()][::-1]
    for line in lines[:-1]:
        say(line)
    if lines:
        say(f"{lines[-1]}; `exokb search --explain` lists all, --no-expand turns this off")


def _line(expansion: Expansion) -> str:
    many = len(expansion.words) > SHOWN_WORDS
    said = f"{expansion.label}, in {len(expansion.words)} spellings" if many else ", ".join(expansion.words)
    kinds, more = expansion.kinds[:SHOWN_WORDS], len(expansion.kinds) - SHOWN_WORDS
    below = ", ".join(kinds) + (f" and {counted(more, 'more kind')}" if more > 0 else "")
    return f"{expansion.asked} also finds {said}" + (f"; below it {below}" if below else "")


def expansions_data(found: Sequence[Expansion]) -> list[dict[str, Any]]:
    """Give what was expanded as plain values for JSON."""
    return [
        {"asked": e.asked, "meaning": e.label, "words": list(e.words), "narrower": list(e.narrower)} for e in found
    ]  # fmt: skip


def write_expansions(found: Sequence[Expansion], *, as_json: bool) -> None:
    """Write every word that was looked for beside those of the query: as a table, or as JSON."""
    if as_json:
        write_json({"schema": 1, "expanded": expansions_data(found)})
        return
    rows = [
        (e.asked, word, how)
        for e in found
        for how, words in (("same", e.words), ("narrower", e.narrower))
        for word in words
    ]
    write_table(("asked", "also searched", "meaning"), rows)
