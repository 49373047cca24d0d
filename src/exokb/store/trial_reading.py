"""Reading trials in plain SQL on a DB-API connection, as `exokb.store.reading` does for records."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from exokb.store.reading import StoredAnnotation, chunked

Rows = Sequence[int]
"""Row ids of trials (``trial.id``)."""


@dataclass(frozen=True, slots=True)
class HeldEntry:
    """A trial as all its observations together describe it.

    Attributes:
        row: its row id.
        kind: what vesicles have to do with it; None where that was not looked at.
        document: the decoded JSON (`exokb.domain.trial.Trial`, without defaults).
    """

    row: int
    trial_id: str
    kind: str | None
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoredObservation:
    """One state of a trial: the columns of ``trial_observation``; ``document`` is JSON and not decoded."""

    source: str
    updated: str | None
    seen: str | None
    observed_at: str
    last_observed_at: str
    data_version: str | None
    document: str


@dataclass(frozen=True, slots=True)
class StoredLink:
    """One thing that links a paper and a trial.

    Attributes:
        via: ``named``: the paper names one of the trial's numbers; ``listed``: the trial lists the paper.
        record_id: row id of the paper; None where the trial lists it, and the library does not hold it.
        designs: what the library says of the paper's study design.
        number, field, words: of a paper that names it: the number in its registry's form, and the words in that field.
        type: of a listed paper: the registry's type of reference (``RESULT``), empty where it does not say.
    """

    via: str
    record_id: int | None
    pmid: int | None
    doi: str | None
    title: str
    first_author: str | None
    journal: str | None
    year: int | None
    sort_date: str | None
    notices: tuple[str, ...]
    designs: tuple[str, ...]
    number: str = ""
    field: str = ""
    words: str = ""
    type: str = ""


def _in(values: Sequence[Any]) -> str:
    return f"IN ({','.join('?' * len(values))})"


def find_trial_rows(connection: sqlite3.Connection, number: str) -> list[int]:
    """Row ids of the trials that go by a number, in its registry's own form.

    Where it is, or was, a trial's own number, other trials that only name it as theirs elsewhere do not count.
    """
    rows = connection.execute(
        """
        SELECT trial_row FROM trial_number WHERE number = ? AND
            (kind <> 'secondary') = (SELECT max(kind <> 'secondary') FROM trial_number WHERE number = ?)
        ORDER BY kind DESC, trial_row
        """,
        (number, number),
    )
    return [row for (row,) in rows]


def find_all_trial_rows(connection: sqlite3.Connection) -> list[int]:
    """Row ids of all trials, by number."""
    return [row for (row,) in connection.execute("SELECT id FROM trial ORDER BY trial_id")]


def find_rows_with_terms(connection: sqlite3.Connection, term_ids: Sequence[int]) -> set[int]:
    """Row ids of the trials that have one of the terms, broader ones included."""
    found: set[int] = set()
    for part in chunked(term_ids):
        found.update(
            row for (row,) in connection.execute(f"SELECT trial_row FROM trial_term WHERE term_id {_in(part)}", part)
        )
    return found


def iter_trials(connection: sqlite3.Connection, rows: Rows) -> Iterator[HeldEntry]:
    """Give trials by row id, in the order asked."""
    for part in chunked(rows):
        found = {
            row: HeldEntry(row, trial_id, kind, json.loads(document))
            for row, trial_id, kind, document in connection.execute(
                f"SELECT id, trial_id, kind, document FROM trial WHERE id {_in(part)}", part
            )
        }
        yield from (found[row] for row in part)


def get_observations(connection: sqlite3.Connection, rows: Rows) -> dict[int, list[StoredObservation]]:
    """Every state of trials that was ever seen: row id -> states, in no order of meaning."""
    found: dict[int, list[StoredObservation]] = defaultdict(list)
    for part in chunked(rows):
        for row, *rest in connection.execute(
            "SELECT trial_row, source, updated, seen, observed_at, last_observed_at,"
            " json_extract(document, '$.data_version'), document"
            f" FROM trial_observation WHERE trial_row {_in(part)} ORDER BY id",
            part,
        ):
            found[row].append(StoredObservation(*rest))
    return found


def get_sightings(
    connection: sqlite3.Connection, rows: Rows
) -> dict[tuple[int, str | None], tuple[str | None, str | None]]:
    """When each state was seen: (row id, the registry's date of update) -> (shown, taken in), days (ISO).

    Shown: the last day on which the registry is known to have shown it, None where nothing tells. Taken in: the last
    day on which the library took it in.
    """
    found: dict[tuple[int, str | None], tuple[str | None, str | None]] = {}
    for part in chunked(rows):
        for row, updated, *days in connection.execute(
            "SELECT trial_row, updated, max(coalesce(json_extract(document, '$.data_version'), seen)),"
            f" max(substr(last_observed_at, 1, 10)) FROM trial_observation WHERE trial_row {_in(part)}"
            " GROUP BY trial_row, updated",
            part,
        ):
            found[row, updated] = (days[0], days[1])
    return found


def get_numbers(connection: sqlite3.Connection, rows: Rows) -> dict[int, list[tuple[str, str]]]:
    """Every number that trials go by besides their own: row id -> (number, ``former`` or ``secondary``)."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for part in chunked(rows):
        for row, number, kind in connection.execute(
            f"SELECT trial_row, number, kind FROM trial_number WHERE kind <> 'own' AND trial_row {_in(part)}"
            " ORDER BY kind, number",
            part,
        ):
            found[row].append((number, kind))
    return found


def get_trial_terms(connection: sqlite3.Connection, rows: Rows) -> dict[int, dict[str, list[str]]]:
    """The terms of trials as a selection sees them: row id -> facet -> values, broader ones included."""
    found: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for part in chunked(rows):
        for row, facet, value in connection.execute(
            "SELECT m.trial_row, t.facet, t.value FROM trial_term m JOIN term t ON t.id = m.term_id"
            f" WHERE m.trial_row {_in(part)} ORDER BY t.facet, t.value",
            part,
        ):
            found[row][facet].append(value)
    return found


def get_trial_annotations(connection: sqlite3.Connection, row: int) -> list[StoredAnnotation]:
    """Everything the matchers say of a trial, with its words, by facet and place."""
    rows = connection.execute(
        """
        SELECT t.facet, t.value, t.label, p.value, a.field, a.start, a."end", a.words, a.rule, a.assertion, a.score,
               a.vocabulary, NULL
        FROM trial_annotation a JOIN term t ON t.id = a.term_id LEFT JOIN term p ON p.id = t.parent_id
        WHERE a.trial_row = ? ORDER BY t.facet, t.value, a.id
        """,
        (row,),
    )
    return [StoredAnnotation(*row) for row in rows]


_PAPER = "r.id, r.pmid, r.doi, r.title, r.first_author, r.journal, r.year, r.sort_date, r.notices"
# The words that name a trial, where any do; a number in two fields is told twice.
_NAMED = f"""
SELECT l.trial_row, {_PAPER}, l.number, coalesce(a.field, ''), coalesce(a.words, ''), min(a.id)
FROM trial_links l JOIN record r ON r.id = l.record_id JOIN term t ON t.facet = 'trial' AND t.value = l.number
LEFT JOIN annotation a ON a.record_id = r.id AND a.term_id = t.id AND a.assertion = 'affirmed'
WHERE l.via = 'named' AND l.trial_row {{rows}}
GROUP BY l.trial_row, r.id, l.number, a.field ORDER BY r.sort_date DESC, r.id, 14
"""
_LISTED = f"""
SELECT f.trial_row, {_PAPER}, f.pmid, f.type FROM trial_reference f LEFT JOIN record r ON r.pmid = f.pmid
WHERE f.trial_row {{rows}} ORDER BY r.sort_date IS NULL, r.sort_date DESC, f.pmid DESC, f.type
"""


def get_trial_links(connection: sqlite3.Connection, rows: Rows) -> dict[int, list[StoredLink]]:
    """Everything that links papers to trials: row id -> links, newest papers first.

    A paper that names a trial twice, or names it and is listed, has as many links. Papers that a trial lists as
    background are there, too (``type``).
    """
    found: dict[int, list[StoredLink]] = defaultdict(list)
    for part in chunked(rows):
        named = connection.execute(_NAMED.format(rows=_in(part)), part).fetchall()
        listed = connection.execute(_LISTED.format(rows=_in(part)), part).fetchall()
        designs = _get_designs(connection, [row[1] for row in (*named, *listed) if row[1] is not None])
        for trial, *paper, number, field, words, _ in named:
            found[trial].append(_link("named", paper, designs, number=number, field=field, words=words))
        for trial, *paper, pmid, kind in listed:
            found[trial].append(_link("listed", paper, designs, pmid=pmid, type=kind))
    return found


def _link(via: str, paper: Sequence[Any], designs: dict[int, tuple[str, ...]], **proof: Any) -> StoredLink:
    """Make a link of the columns of `_PAPER`, which are all empty where the library does not hold the paper."""
    record_id, pmid, doi, title, first_author, journal, year, sort_date, notices = paper
    return StoredLink(
        via,
        record_id,
        proof.pop("pmid", pmid),
        doi,
        title or "",
        first_author,
        journal,
        year,
        sort_date,
        tuple(filter(None, (notices or "").split("; "))),
        designs.get(record_id, ()),
        **proof,
    )


def _get_designs(connection: sqlite3.Connection, records: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for part in chunked(list(dict.fromkeys(records))):
        for record, value in connection.execute(
            "SELECT m.record_id, t.value FROM record_term m JOIN term t ON t.id = m.term_id"
            f" WHERE t.facet = 'design' AND m.record_id {_in(part)} ORDER BY t.value",
            part,
        ):
            found[record] = (*found.get(record, ()), value)
    return found


def count_naming(connection: sqlite3.Connection, number: str) -> int:
    """How many papers of the library name a registry number."""
    sql = "SELECT count(DISTINCT record_id) FROM trial_links WHERE number = ? AND via = 'named'"
    return int(connection.execute(sql, (number,)).fetchone()[0])


def get_check(connection: sqlite3.Connection, number: str) -> tuple[str, str, str] | None:
    """What a registry last answered for a number that gave no trial: (outcome, detail, when); None if never asked."""
    found: tuple[str, str, str] | None = connection.execute(
        "SELECT outcome, detail, observed_at FROM trial_check WHERE number = ?", (number,)
    ).fetchone()
    return found


_KNOWN = {
    "status": "SELECT DISTINCT json_extract(document, '$.status') FROM trial_observation",
    "phase": "SELECT DISTINCT p.value FROM trial_observation, json_each(document, '$.phases') p",
    "kind": "SELECT DISTINCT kind FROM trial",
    "country": "SELECT DISTINCT c.value FROM trial, json_each(document, '$.countries') c WHERE trial.document <> ''",
}


def find_known_values(connection: sqlite3.Connection, what: str) -> list[str]:
    """The values that trials of the library have, or had, of ``status``, ``phase``, ``kind`` or ``country``, sorted."""
    return sorted(value for (value,) in connection.execute(_KNOWN[what]) if value)
