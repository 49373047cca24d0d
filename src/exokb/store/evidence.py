"""Reading evidence: what the matchers and people say of many records, for tables, maps and reviews."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from exokb.errors import UnknownTerm
from exokb.query.facet_names import near_values
from exokb.store.reading import StoredAnnotation, chunked


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """What a person said of a record and a term, and when; only the ``latest`` of a term counts."""

    facet: str
    value: str
    label: str
    verdict: str
    note: str
    decided_at: str
    latest: bool


@dataclass(frozen=True, slots=True)
class StoredTerm:
    """A value of a facet, its label, and the broader value."""

    value: str
    label: str
    parent: str | None


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def get_decisions(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, list[StoredDecision]]:
    """Everything that people said of records: record id -> decisions, by term, oldest first."""
    found: dict[int, list[StoredDecision]] = defaultdict(list)
    for part in chunked(ids):
        rows = connection.execute(
            "SELECT d.record_id, t.facet, t.value, t.label, d.verdict, coalesce(d.note, ''), d.decided_at,"
            " d.id = max(d.id) OVER (PARTITION BY d.record_id, d.term_id)"
            f" FROM decision d JOIN term t ON t.id = d.term_id WHERE d.record_id IN ({_marks(part)})"
            " ORDER BY d.record_id, t.facet, t.value, d.id",
            part,
        )
        for record_id, facet, value, label, verdict, note, decided_at, latest in rows:
            found[record_id].append(StoredDecision(facet, value, label, verdict, note, decided_at, bool(latest)))
    return found


def get_claims(
    connection: sqlite3.Connection, ids: Sequence[int], facets: Sequence[str]
) -> dict[int, list[StoredAnnotation]]:
    """What the matchers say of records in some facets, whatever the assertion.

    The title's words come before others, the surer before the less sure; ``verdict`` is the latest decision.
    """
    found: dict[int, list[StoredAnnotation]] = defaultdict(list)
    for part in chunked(ids):
        rows = connection.execute(
            f"""
            SELECT a.record_id, t.facet, t.value, t.label, p.value, a.field, a.start, a."end", a.words, a.rule,
                   a.assertion, a.score, a.vocabulary,
                   (SELECT d.verdict FROM decision d WHERE d.record_id = a.record_id AND d.term_id = a.term_id
                    ORDER BY d.id DESC LIMIT 1)
            FROM annotation a JOIN term t ON t.id = a.term_id LEFT JOIN term p ON p.id = t.parent_id
            WHERE a.record_id IN ({_marks(part)}) AND t.facet IN ({_marks(facets)})
            ORDER BY a.record_id, t.facet, a.field <> 'title', a.score DESC, a.id
            """,
            (*part, *facets),
        )
        for record_id, *rest in rows:
            found[record_id].append(StoredAnnotation(*rest))
    return found


def get_facet_names(connection: sqlite3.Connection) -> list[str]:
    """Names of the facets that the library's vocabulary holds."""
    return [row[0] for row in connection.execute("SELECT DISTINCT facet FROM term ORDER BY facet")]


def get_facet_terms(connection: sqlite3.Connection, facet: str) -> dict[str, StoredTerm]:
    """All values of a facet by their id, sorted.

    Raises:
        UnknownTerm: there is no such facet.
    """
    rows = connection.execute(
        "SELECT t.value, t.label, p.value FROM term t LEFT JOIN term p ON p.id = t.parent_id"
        " WHERE t.facet = ? ORDER BY t.value",
        (facet,),
    ).fetchall()
    if not rows:
        known = [*get_facet_names(connection), "year"]
        raise UnknownTerm("facets", facet, near_values(facet, known))
    return {row[0]: StoredTerm(*row) for row in rows}


def iter_members(connection: sqlite3.Connection, facet: str) -> Iterator[tuple[int, str]]:
    """Give (record id, value) as search sees them, broader values included."""
    yield from connection.execute(
        "SELECT rt.record_id, t.value FROM term t JOIN record_term rt ON rt.term_id = t.id WHERE t.facet = ?"
        " ORDER BY rt.record_id, t.value",
        (facet,),
    )


def get_keys(
    connection: sqlite3.Connection, ids: Sequence[int]
) -> dict[int, tuple[int | None, str | None, int | None]]:
    """Give (PMID, DOI, year) of records by row id."""
    found: dict[int, tuple[int | None, str | None, int | None]] = {}
    for part in chunked(ids):
        rows = connection.execute(f"SELECT id, pmid, doi, year FROM record WHERE id IN ({_marks(part)})", part)
        found.update((at, (pmid, doi, year)) for at, pmid, doi, year in rows)
    return found
