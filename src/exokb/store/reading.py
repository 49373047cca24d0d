"""Looking things up by key, in plain SQL on a DB-API connection: no ORM, no pydantic, quick to start."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from exokb.domain.identifiers import Identifier
from exokb.errors import NotInLibrary

REGISTRY = "registry"
"""Stands for the field where a trial lists a record, and the record does not name it."""
BY_A_PERSON = "decided by a person"
"""Stands for the field where no words prove a value, but a person's decision does."""
_CHUNK = 500  # values in one IN (...); SQLite allows 32,766 variables, older ones 999


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as it lies in the library; ``document`` is the decoded JSON (`exokb.domain.record.Record`)."""

    id: int
    pmid: int | None
    notices: tuple[str, ...]
    document: dict[str, Any]
    source: str
    added_at: str
    updated_at: str
    withdrawn_at: str | None


@dataclass(frozen=True, slots=True)
class StoredAnnotation:
    """One annotation with its term; ``verdict`` is the latest decision of a person about that term, if any."""

    facet: str
    value: str
    label: str
    parent: str | None
    field: str
    start: int
    end: int
    words: str
    rule: str
    assertion: str
    score: float
    vocabulary: str
    verdict: str | None


@dataclass(frozen=True, slots=True)
class StoredReference:
    """One cited work: what is known of it, who says so, and its record where the library has it."""

    pmid: int | None
    doi: str | None
    text: str
    sources: tuple[str, ...]
    resolved_by: str | None
    attempted: str | None
    title: str | None
    first_author: str | None
    journal: str | None
    year: int | None
    notices: str | None


@dataclass(frozen=True, slots=True)
class StoredTrial:
    """A registry number that links a record to a trial, with what links them, and the trial where it is stored.

    Attributes:
        trial_id: the number as the record names it, in the registry's form; the trial's own where the registry lists
            the record.
        registered_as: the trial's own number, which differs from ``trial_id`` where that is a former number or another
            registry's; None where the library does not hold the trial.
        field, words: where the record names it; ``registry`` and the type of reference where it is only listed there.
        listed: the type of reference by which the registry lists the record; empty where it does not.
    """

    trial_id: str
    registered_as: str | None
    status: str | None
    title: str | None
    phases: str | None
    updated: str | None
    field: str
    words: str
    listed: str = ""


def chunked(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Give the values in pieces that fit one statement."""
    for at in range(0, len(values), _CHUNK):
        yield values[at : at + _CHUNK]


def _marks(values: Sequence[Any]) -> str:
    return ",".join("?" * len(values))


def find_stored_pmids(connection: sqlite3.Connection, pmids: Iterable[int]) -> dict[int, str]:
    """Give those of the PMIDs that are stored, each with the source its record came from."""
    found: dict[int, str] = {}
    for part in chunked(list(pmids)):
        found.update(connection.execute(f"SELECT pmid, source FROM record WHERE pmid IN ({_marks(part)})", part))
    return found


def holds_whole(connection: sqlite3.Connection, digest: bytes, pmids: Sequence[int], parsed_with: str) -> bool:
    """Whether a payload is kept, was read without failure by this version, and its records are as it said.

    ``digest``: SHA-256 of its bytes; ``pmids``: all of its records.
    """
    known = connection.execute("SELECT id FROM payload WHERE sha256 = ? AND parsed_with = ?", (digest, parsed_with))
    row = known.fetchone()
    if row is None:
        return False
    unchanged = sum(
        connection.execute(
            f"SELECT count(*) FROM record WHERE pmid IN ({_marks(part)}) AND payload_id = ?", (*part, row[0])
        ).fetchone()[0]
        for part in chunked(pmids)
    )
    return bool(unchanged == len(pmids))


def not_in_library(identifier: Identifier) -> NotInLibrary:
    """The error for a paper that is not stored."""
    return NotInLibrary(str(identifier), "is not in the library", hint=f"run `exokb fetch {identifier.value}`")


def find_record_id(connection: sqlite3.Connection, identifier: Identifier) -> int | None:
    """Give the row id of the record an identifier names, or None."""
    column = {"pmid": "pmid", "doi": "doi", "pmcid": "pmcid"}[identifier.kind]
    value = identifier.pmid if identifier.kind == "pmid" else identifier.value
    row = connection.execute(f"SELECT min(id) FROM record WHERE {column} = ?", (value,)).fetchone()
    return None if row[0] is None else int(row[0])


def get_record(connection: sqlite3.Connection, identifier: Identifier) -> StoredRecord:
    """Give the record an identifier names.

    Raises:
        NotInLibrary: it is not stored.
    """
    record_id = find_record_id(connection, identifier)
    if record_id is None:
        raise not_in_library(identifier)
    return next(iter_records(connection, [record_id]))


def iter_records(connection: sqlite3.Connection, ids: Sequence[int]) -> Iterator[StoredRecord]:
    """Give records by row id, in the order asked."""
    for part in chunked(ids):
        rows = connection.execute(
            "SELECT id, pmid, notices, document, source, added_at, updated_at, withdrawn_at FROM record"
            f" WHERE id IN ({_marks(part)})",
            part,
        )
        found = {row[0]: row for row in rows}
        for record_id in part:
            at, pmid, notices, document, *rest = found[record_id]
            told = tuple(n for n in notices.split("; ") if n)
            yield StoredRecord(at, pmid, told, json.loads(document), *rest)


def find_documents(connection: sqlite3.Connection, pmids: Iterable[int]) -> Iterator[str]:
    """Give the JSON documents of those of the PMIDs that are stored."""
    for part in chunked(list(dict.fromkeys(pmids))):
        for row in connection.execute(f"SELECT document FROM record WHERE pmid IN ({_marks(part)}) ORDER BY id", part):
            yield row[0]


def iter_document_texts(connection: sqlite3.Connection, ids: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Give (row id, JSON document) of records."""
    for part in chunked(ids):
        yield from connection.execute(f"SELECT id, document FROM record WHERE id IN ({_marks(part)}) ORDER BY id", part)


def find_all_ids(connection: sqlite3.Connection) -> list[int]:
    """Row ids of all records, oldest first."""
    return [row[0] for row in connection.execute("SELECT id FROM record ORDER BY id")]


def get_annotations(connection: sqlite3.Connection, record_id: int) -> list[StoredAnnotation]:
    """Everything the matchers say of a record, with its words, by facet and place."""
    rows = connection.execute(
        """
        SELECT t.facet, t.value, t.label, p.value, a.field, a.start, a."end", a.words, a.rule, a.assertion, a.score,
               a.vocabulary,
               (SELECT d.verdict FROM decision d WHERE d.record_id = a.record_id AND d.term_id = a.term_id
                ORDER BY d.id DESC LIMIT 1)
        FROM annotation a JOIN term t ON t.id = a.term_id LEFT JOIN term p ON p.id = t.parent_id
        WHERE a.record_id = ? ORDER BY t.facet, t.value, a.id
        """,
        (record_id,),
    )
    return [StoredAnnotation(*row) for row in rows]


def get_terms(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    """Give, for each record, its terms as search sees them: record id -> facet -> values, broader terms included."""
    found: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for part in chunked(ids):
        rows = connection.execute(
            "SELECT rt.record_id, t.facet, t.value FROM record_term rt JOIN term t ON t.id = rt.term_id"
            f" WHERE rt.record_id IN ({_marks(part)}) ORDER BY t.facet, t.value",
            part,
        )
        for record_id, facet, value in rows:
            found[record_id][facet].append(value)
    return found


def get_references(connection: sqlite3.Connection, record_id: int) -> list[StoredReference]:
    """What a record is said to cite, in the order of the lists."""
    rows = connection.execute(
        """
        SELECT r.cited_pmid, r.cited_doi, r.text,
               (SELECT group_concat(s.source, '; ') FROM reference_source s WHERE s.reference_id = r.id),
               r.resolved_by, r.attempted, c.title, c.first_author, c.journal, c.year, c.notices
        FROM reference r LEFT JOIN record c ON c.pmid = r.cited_pmid
        WHERE r.citing_id = ? ORDER BY r.position IS NULL, r.position, r.id
        """,
        (record_id,),
    )
    return [
        StoredReference(pmid, doi, text, tuple((said or "").split("; ")), *rest)
        for pmid, doi, text, said, *rest in rows
    ]


def get_reference_checks(connection: sqlite3.Connection, record_id: int) -> list[tuple[str, str, int, str, str]]:
    """What each source answered when asked for the references: (source, outcome, how many, detail, when)."""
    return connection.execute(
        "SELECT source, outcome, found, detail, observed_at FROM reference_check WHERE record_id = ? ORDER BY source",
        (record_id,),
    ).fetchall()


def get_citing(connection: sqlite3.Connection, pmid: int) -> list[tuple[int | None, str, str | None, int | None]]:
    """Records here that cite a paper: (pmid, title, first author, year), newest first."""
    return connection.execute(
        """
        SELECT c.pmid, c.title, c.first_author, c.year FROM record c
        WHERE c.id IN (SELECT citing_id FROM reference WHERE cited_pmid = ?) ORDER BY c.sort_date DESC, c.id
        """,
        (pmid,),
    ).fetchall()


def get_trials(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, list[StoredTrial]]:
    """The trials that records are linked to: named by the record, in the order of its words, or listing it as a report.

    Each number once and trial: a number of another registry may be that of several trials.
    """
    found: dict[int, dict[tuple[str, str | None], StoredTrial]] = defaultdict(dict)
    for part in chunked(ids):
        marks = _marks(part)
        rows = connection.execute(
            f"""
            SELECT l.record_id, l.number, x.trial_id, x.status, x.title, x.phases, x.updated,
                   CASE l.via WHEN 'named' THEN coalesce(a.field, '{BY_A_PERSON}') ELSE '{REGISTRY}' END,
                   CASE l.via WHEN 'named' THEN coalesce(a.words, '') ELSE f.type END, coalesce(f.type, '')
            FROM trial_links l JOIN record r ON r.id = l.record_id LEFT JOIN trial x ON x.id = l.trial_row
            LEFT JOIN term t ON l.via = 'named' AND t.facet = 'trial' AND t.value = l.number
            LEFT JOIN annotation a ON a.id = (
                SELECT min(n.id) FROM annotation n
                WHERE n.record_id = l.record_id AND n.term_id = t.id AND n.assertion = 'affirmed')
            LEFT JOIN trial_reference f
                ON f.trial_row = l.trial_row AND f.pmid = r.pmid AND f.type IN ('RESULT', 'DERIVED')
            WHERE l.record_id IN ({marks})
            ORDER BY l.record_id, l.via DESC, a.id, l.number, x.trial_id, f.type = 'DERIVED'
            """,
            part,
        )
        for record_id, number, registered_as, *rest in rows:
            trial = StoredTrial(number, registered_as, *rest)
            found[record_id].setdefault((number, registered_as), trial)
    return {record_id: list(trials.values()) for record_id, trials in found.items()}


def count_citations(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Give, for each record, how many records of the library it cites, and how many cite it."""
    cites: dict[int, int] = {}
    cited: dict[int, int] = {}
    for part in chunked(ids):
        cites.update(
            connection.execute(
                "SELECT f.citing_id, count(DISTINCT c.id) FROM reference f JOIN record c ON c.pmid = f.cited_pmid"
                f" WHERE f.citing_id IN ({_marks(part)}) GROUP BY f.citing_id",
                part,
            )
        )
        cited.update(
            connection.execute(
                "SELECT c.id, count(DISTINCT f.citing_id) FROM record c JOIN reference f ON f.cited_pmid = c.pmid"
                f" WHERE c.id IN ({_marks(part)}) GROUP BY c.id",
                part,
            )
        )
    return {record_id: (cites.get(record_id, 0), cited.get(record_id, 0)) for record_id in ids}


def get_proofs(
    connection: sqlite3.Connection, ids: Sequence[int], facets: Sequence[str]
) -> dict[int, dict[tuple[str, str], tuple[str, str]]]:
    """Give the best words for each affirmed value: record id -> (facet, value) -> (words, field).

    The title's words before the abstract's, the surer before the less sure. The words of a narrower value prove the
    broader ones, too, where these have none of their own.
    """
    found: dict[int, dict[tuple[str, str], tuple[str, str]]] = defaultdict(dict)
    terms = connection.execute(
        "SELECT t.facet, t.value, p.value FROM term t JOIN term p ON p.id = t.parent_id"
        f" WHERE t.facet IN ({_marks(facets)})",
        facets,
    )
    broader = {(facet, value): (facet, parent) for facet, value, parent in terms}
    for part in chunked(ids):
        rows = connection.execute(
            f"""
            SELECT a.record_id, t.facet, t.value, a.words, a.field FROM annotation a JOIN term t ON t.id = a.term_id
            WHERE a.record_id IN ({_marks(part)}) AND t.facet IN ({_marks(facets)}) AND a.assertion = 'affirmed'
            ORDER BY a.field <> 'title', a.score DESC, a.id
            """,
            (*part, *facets),
        )
        for record_id, facet, value, words, field in rows:
            found[record_id].setdefault((facet, value), (words, field))
        decided = connection.execute(
            f"""
            SELECT d.record_id, t.facet, t.value FROM decision d JOIN term t ON t.id = d.term_id
            WHERE d.record_id IN ({_marks(part)}) AND t.facet IN ({_marks(facets)}) AND d.verdict = 'confirm'
              AND d.id = (SELECT max(e.id) FROM decision e WHERE e.record_id = d.record_id AND e.term_id = d.term_id)
            """,
            (*part, *facets),
        )
        for record_id, facet, value in decided:
            found[record_id].setdefault((facet, value), ("", BY_A_PERSON))
    for proofs in found.values():
        for term, proof in list(proofs.items()):
            above = broader.get(term)
            while above and proofs.setdefault(above, proof) is proof:
                above = broader.get(above)
    return found


def get_lists(connection: sqlite3.Connection) -> list[tuple[str, int, str]]:
    """All reading lists: (name, how many records, when made)."""
    return connection.execute(
        """
        SELECT l.name, count(i.record_id), l.created_at FROM reading_list l
        LEFT JOIN reading_list_item i ON i.list_id = l.id GROUP BY l.id ORDER BY l.name
        """
    ).fetchall()


def find_list_ids(connection: sqlite3.Connection, name: str) -> list[int] | None:
    """Row ids of the records on a reading list, in its order; None where there is no such list."""
    found = connection.execute("SELECT id FROM reading_list WHERE name = ?", (name,)).fetchone()
    if found is None:
        return None
    sql = "SELECT record_id FROM reading_list_item WHERE list_id = ? ORDER BY position, record_id"
    return [row[0] for row in connection.execute(sql, found)]


def get_activities(
    connection: sqlite3.Connection, limit: int | None = None
) -> list[tuple[int, str, str, str, int, int | None]]:
    """What was done, newest first: (row id, when, command, detail as JSON, rows changed, row id of what undid it)."""
    return connection.execute(
        """
        SELECT a.id, a.at, a.command, a.detail,
               (SELECT count(*) FROM change c WHERE c.activity_id = a.id), a.undone_by
        FROM activity a ORDER BY a.id DESC LIMIT ?
        """,
        (-1 if limit is None else limit,),
    ).fetchall()


def find_outdated_ids(connection: sqlite3.Connection, vocabulary: str) -> list[int]:
    """Row ids of records that were not annotated with this version of the vocabulary."""
    rows = connection.execute("SELECT id FROM record WHERE vocabulary IS NOT ? ORDER BY id", (vocabulary,))
    return [row[0] for row in rows]
