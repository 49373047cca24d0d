"""Where a query matched, in the record's own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from exokb.query.clauses import Clause, term_clauses
from exokb.query.fold import Span, Tokens, fold_spans
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
    # by their first token, as a query with synonyms has hundreds of phrases
    by_first: dict[str, list[tuple[Tokens, bool]]] = {}
    stumps = []
    for tokens, prefix in wanted:
        if prefix and len(tokens) == 1:
            stumps.append(tokens[0])
        else:
            by_first.setdefault(tokens[0], []).append((tokens, prefix))
    found = []
    for spans in fold_spans(text):
        for place, span in enumerate(spans):
            for tokens, prefix in by_first.get(span.token, ()):
                if _stands(spans, place, tokens, prefix):
                    found.append((span.start, spans[place + len(tokens) - 1].end))
            found += [(span.start, span.end) for stump in stumps if span.token.startswith(stump)]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _stands(spans: Sequence[Span], place: int, tokens: Tokens, prefix: bool) -> bool:
    """Say whether the tokens stand side by side from a place on; with ``prefix``, the last one may go on."""
    last = place + len(tokens) - 1
    if last >= len(spans):
        return False
    if any(spans[place + at].token != tokens[at] for at in range(1, len(tokens) - 1)):
        return False
    ending = spans[last].token
    return ending == tokens[-1] or (prefix and ending.startswith(tokens[-1]))


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
