"""What is shown of a found record. Only these records' documents are read, as plain JSON."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from exokb.query.clauses import Clause
from exokb.query.snippet import Piece, Snippet, find_marks, make_snippet, mark_text, wanted_clauses
from exokb.query.tree import Node


@dataclass(frozen=True, slots=True)
class TrialMention:
    """A registered trial that a record is linked to; ``status`` is None where the trial is not in the library."""

    trial_id: str
    status: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """One found record.

    Attributes:
        record_id: its row in the library.
        notices: what a reader must be told of (retracted, erratum ...), gravest first.
        score: relevance, larger is better, comparable within one search only; None where nothing was ranked.
        title_pieces: the title with the matched words marked.
        snippet: the best stretch of abstract, keywords or headings with the matched words marked; None where the
            query matched in none of them.
        terms: facet to values, in the vocabulary's ids, broader ones included.
        trials: registered trials it names, or that list it as a report.
    """

    record_id: int
    pmid: int | None
    doi: str | None
    title: str
    first_author: str | None
    journal: str | None
    year: int | None
    sort_date: str | None
    notices: tuple[str, ...] = ()
    score: float | None = None
    title_pieces: tuple[Piece, ...] = ()
    snippet: Snippet | None = None
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    trials: tuple[TrialMention, ...] = ()


_RECORDS = """
SELECT id, pmid, doi, title, first_author, journal, year, sort_date, notices, document
FROM record WHERE id IN (SELECT value FROM json_each(?))
"""
_TERMS = """
SELECT rt.record_id, t.facet, t.value
FROM record_term rt JOIN term t ON t.id = rt.term_id
WHERE rt.record_id IN (SELECT value FROM json_each(?)) AND t.facet <> 'trial'
ORDER BY t.facet, t.value
"""
_TRIALS = """
SELECT DISTINCT l.record_id, l.number, x.status, x.trial_id
FROM trial_links l LEFT JOIN trial x ON x.id = l.trial_row
WHERE l.record_id IN (SELECT value FROM json_each(?))
ORDER BY l.number, x.trial_id
"""


def load_hits(
    connection: sqlite3.Connection, rows: Sequence[tuple[int, float | None]], node: Node | None
) -> tuple[Hit, ...]:
    """Read the records of a page, (record id, score) each, in that order."""
    ids = json.dumps([record_id for record_id, _ in rows])
    terms: dict[int, dict[str, list[str]]] = {}
    trials: dict[int, list[TrialMention]] = {}
    for record_id, facet, value in connection.execute(_TERMS, (ids,)):
        terms.setdefault(record_id, {}).setdefault(facet, []).append(value)
    for record_id, number, status, _ in connection.execute(_TRIALS, (ids,)):
        trials.setdefault(record_id, []).append(TrialMention(number, status))
    clauses = wanted_clauses(node)
    found = {row[0]: row for row in connection.execute(_RECORDS, (ids,))}
    hits = []
    for record_id, score in rows:
        _, pmid, doi, title, first_author, journal, year, sort_date, notices, document = found[record_id]
        marks = find_marks(title, [clause for clause in clauses if "title" in clause.columns])
        hits.append(
            Hit(
                record_id, pmid, doi, title, first_author, journal, year, sort_date,
                notices=tuple(filter(None, notices.split("; "))),
                score=score,
                title_pieces=mark_text(title, marks),
                snippet=_find_snippet(document, clauses),
                terms={facet: tuple(values) for facet, values in terms.get(record_id, {}).items()},
                trials=tuple(trials.get(record_id, ())),
            )
        )  # fmt: skip
    return tuple(hits)


def _find_snippet(document: str, clauses: Sequence[Clause]) -> Snippet | None:
    if not clauses:
        return None
    record = json.loads(document)
    for name in ("abstract", "keywords", "mesh"):
        asked = [clause for clause in clauses if name in clause.columns]
        text = _text(record, name) if asked else ""
        if marks := find_marks(text, asked):
            return make_snippet(name, text, marks)
    return None


def _text(record: Mapping[str, Any], name: str) -> str:
    """Give a field as `exokb.domain.record.Record.text` does, the abstract on one line."""
    if name == "abstract":
        parts = record.get("abstract") or ()
        return " ".join(f"{part['label']}: {part['text']}" if part.get("label") else part["text"] for part in parts)
    if name == "keywords":
        return "; ".join(record.get("keywords") or ())
    return "; ".join(
        "/".join((heading["descriptor"], *(qualifier["name"] for qualifier in heading.get("qualifiers") or ())))
        for heading in record.get("mesh") or ()
    )
