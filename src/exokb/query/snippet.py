"""Where a query matched, in the record's own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from exokb.query.clauses import Clause, term_clauses
from exokb.query.fold import Span, fold_spans
from exokb.query.tree import Node, Term, iter_leaves

SNIPPET_WIDTH = 240
"""About how many characters a snippet has."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text as it stands in the record; ``marked`` where the query matched."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    """Part of one field of a record. Joined, the pieces are the text itself, with ``…`` where it was cut."""

    field: str
    pieces: tuple[Piece, ...]


def wanted_clauses(node: Node | None) -> tuple[Clause, ...]:
    """Give the phrases whose presence counts for a match, those under NOT left out."""
    if node is None:
        return ()
    return tuple(
        dict.fromkeys(
            clause
            for leaf, negated in iter_leaves(node)
            if isinstance(leaf, Term) and not negated
            for clause in term_clauses(leaf)
        )
    )


def find_marks(text: str, clauses: Iterable[Clause]) -> list[tuple[int, int]]:
    """Give (start, end) of every match in ``text``, in order, overlapping ones as one."""
    wanted = {(clause.tokens, clause.prefix) for clause in clauses}
    if not wanted or not text:
        return []
    found = [
        (spans[place].start, spans[place + len(tokens) - 1].end)
        for spans in fold_spans(text)
        for tokens, prefix in wanted
        for place in _find(spans, tokens, prefix)
    ]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _find(spans: Sequence[Span], tokens: Sequence[str], prefix: bool) -> Iterable[int]:
    last = len(tokens) - 1
    for place in range(len(spans) - last):
        window = spans[place : place + last + 1]
        if all(span.token == token for span, token in zip(window[:last], tokens[:last], strict=True)):
            ending = window[last].token
            if ending == tokens[last] or (prefix and ending.startswith(tokens[last])):
                yield place


def mark_text(text: str, marks: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    """Cut the whole text into pieces at the marks."""
    return _cut(text, marks, 0, len(text))


def make_snippet(field: str, text: str, marks: Sequence[tuple[int, int]], width: int = SNIPPET_WIDTH) -> Snippet:
    """Choose the stretch of about ``width`` characters that holds most marks, and cut it at blanks."""
    first = max(
        range(len(marks)),
        key=lambda at: (sum(1 for start, end in marks[at:] if end <= marks[at][0] + width * 3 // 4), -at),
    )
    begin = max(0, marks[first][0] - width // 4)
    end = min(len(text), max(begin + width, marks[first][1]))
    begin = max(0, min(begin, end - width))
    if begin:
        blank = text.find(" ", begin, marks[first][0])
        begin = blank + 1 if blank >= 0 else marks[first][0]
    if end < len(text):
        blank = text.rfind(" ", marks[first][1], end)
        end = blank if blank >= 0 else max(end, marks[first][1])
    pieces = _cut(text, marks, begin, end)
    return Snippet(
        field, ((Piece("…"),) if begin else ()) + pieces + ((Piece("…"),) if end < len(text) else ())
    )  # fmt: skip


def _cut(text: str, marks: Sequence[tuple[int, int]], begin: int, end: int) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    place = begin
    for start, stop in marks:
        start, stop = max(start, begin), min(stop, end)
        if start >= stop:
            continue
        if start > place:
            pieces.append(Piece(text[place:start]))
        pieces.append(Piece(text[start:stop], marked=True))
        place = stop
    if place < end:
        pieces.append(Piece(text[place:end]))
    return tuple(pieces)
