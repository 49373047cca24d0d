"""Search on SQLite: plain SQL on a DB-API connection, so that reading the library needs nothing but Python.

Relevance is BM25 as FTS5 has it, with the words of the title weighted most (`WEIGHTS`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from exokb.errors import UnknownTerm
from exokb.query.criteria import Criteria
from exokb.query.expand import Expansion
from exokb.query.fields import COLUMNS
from exokb.query.options import expand_criteria
from exokb.query.syntax import find_lowercase_operators, parse_query
from exokb.query.tree import Term, iter_leaves
from exokb.store.search.conditions import Conditions, compile_criteria
from exokb.store.search.hits import Hit, load_hits
from exokb.store.search.index import INDEX
from exokb.store.search.words import read_synonyms

WEIGHTS = {
    "title": 10.0, "abstract": 1.0, "keywords": 4.0, "mesh": 3.0, "mesh_major": 1.0, "substances": 1.0,
    "identifiers": 10.0, "types": 0.5, "authors": 1.0, "journal": 0.5, "affiliations": 0.2, "languages": 0.1,
}  # fmt: skip
"""How much a word counts by the column it stands in."""

_SCORE = f"bm25({INDEX}, {', '.join(str(WEIGHTS[column]) for column in COLUMNS)})"
_NEWEST = "r.sort_date DESC, r.id DESC"
_SORTS = {
    "date": "nullif(r.sort_date, '')",
    "title": "nullif(r.title, '') COLLATE NOCASE",
    "author": "r.first_author COLLATE NOCASE",
    "journal": "r.journal COLLATE NOCASE",
    "pmid": "r.pmid",
    "added": "r.added_at",
}
SORTS = ("relevance", *_SORTS)
"""What hits can be sorted by; ``-`` before it reverses. Ties are newest first, and what has no value comes last."""

_COMPUTED_FACETS = {
    "year": "SELECT cast(r.year AS TEXT), cast(r.year AS TEXT), count(*) FROM record r {where} {and} r.year IS NOT NULL"
    " GROUP BY 1 ORDER BY 1 DESC",
    "journal": "SELECT r.journal, r.journal, count(*) FROM record r {where} {and} r.journal IS NOT NULL"
    " GROUP BY 1 ORDER BY 3 DESC, 1",
    "trial_status": "SELECT x.status, x.status, count(DISTINCT l.record_id) FROM trial_links l"
    " JOIN trial x ON x.id = l.trial_row JOIN record r ON r.id = l.record_id"
    " {where} {and} x.status IS NOT NULL GROUP BY 1 ORDER BY 3 DESC, 1",
}


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of hits.

    Attributes:
        hits: the page, in the order asked for.
        total: how many records meet the criteria, on all pages.
        notes: what the searcher may not have meant, in words: (0-based offset in the query, note) each.
        asked: facet to the values that were found for what was asked.
    """

    hits: tuple[Hit, ...]
    total: int
    notes: tuple[tuple[int, str], ...] = ()
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many records of a result have a value."""

    value: str
    label: str
    count: int


def search(
    connection: sqlite3.Connection, criteria: Criteria, *, sort: str = "relevance", limit: int = 20, offset: int = 0
) -> SearchResult:
    """Find records; only the page that is returned is read.

    Raises:
        QuerySyntaxError, UnknownTerm, NotInLibrary: as `compile_criteria` does; UnknownTerm also for a wrong ``sort``.
    """
    conditions = compile_criteria(connection, criteria)
    rows, counted = _ordered(connection, conditions, sort, limit, offset)
    if counted is not None:
        total = counted
    else:
        complete = (offset == 0 or rows) and len(rows) < limit
        total = offset + len(rows) if complete else _count(connection, conditions)
    hits = load_hits(connection, rows, conditions.node)
    notes = _notes(criteria, total) + tuple((len(criteria.text), note) for note in conditions.notes)
    return SearchResult(hits, total, notes, conditions.asked)


def _notes(criteria: Criteria, total: int) -> tuple[tuple[int, str], ...]:
    notes = [
        (position, f"{word!r} in small letters is searched as a word; write {word.upper()} for the operator")
        for position, word in find_lowercase_operators(criteria.text)
    ]
    if total == 0 and criteria.text.strip():
        notes += [
            (leaf.position, f"{leaf.words!r} is looked for as one entry of [{leaf.field}]; put AND between terms")
            for leaf, _ in iter_leaves(parse_query(criteria.text))
            if isinstance(leaf, Term) and not leaf.quoted and " " in leaf.words
        ]
    return tuple(sorted(notes))


def count(connection: sqlite3.Connection, criteria: Criteria) -> int:
    """Count the records that meet the criteria. Raises as `search` does."""
    return _count(connection, compile_criteria(connection, criteria))


def explain(connection: sqlite3.Connection, criteria: Criteria) -> tuple[Expansion, ...] | None:
    """Say what is looked for beside the words of the query; None where the library keeps no synonyms.

    Raises:
        QuerySyntaxError: the query text cannot be read.
    """
    if not criteria.text.strip() or not criteria.expand:
        return ()
    synonyms = read_synonyms(connection)
    if synonyms is None:
        return None
    expanded = expand_criteria(criteria, synonyms)
    return expanded.expansions if expanded else ()


def find_ids(
    connection: sqlite3.Connection,
    criteria: Criteria,
    *,
    sort: str = "relevance",
    limit: int | None = None,
    offset: int = 0,
) -> list[int]:
    """Give the row ids (``record.id``) of all records that meet the criteria, in order. Raises as `search` does."""
    rows, _ = _ordered(connection, compile_criteria(connection, criteria), sort, limit, offset)
    return [record_id for record_id, _ in rows]


def facet_counts(
    connection: sqlite3.Connection, criteria: Criteria, facets: Sequence[str]
) -> dict[str, tuple[FacetCount, ...]]:
    """Count the values of facets in a result, most frequent first (years: newest first).

    ``facets`` are those of the table ``term``, and ``year``, ``journal``, ``trial_status``.

    Raises:
        UnknownTerm: there is no such facet; and as `search` does.
    """
    conditions = compile_criteria(connection, criteria)
    known = [facet for (facet,) in connection.execute("SELECT DISTINCT facet FROM term")]
    where, parameters = _where(conditions)
    counts: dict[str, tuple[FacetCount, ...]] = {}
    for facet in facets:
        if facet in _COMPUTED_FACETS:
            sql = _COMPUTED_FACETS[facet].replace("{where}", where).replace("{and}", "AND" if where else "WHERE")
            rows = connection.execute(sql, parameters)
        elif facet in known or facet in KNOWN_FACETS:
            within = f"AND rt.record_id IN (SELECT r.id FROM record r {where})" if where else ""
            rows = connection.execute(
                "SELECT t.value, t.label, count(*) FROM term t JOIN record_term rt ON rt.term_id = t.id"
                f" WHERE t.facet = ? {within} GROUP BY t.id ORDER BY 3 DESC, 1",
                [facet, *parameters],
            )
        else:
            raise UnknownTerm("facets", facet, get_close_matches(facet, [*KNOWN_FACETS, *_COMPUTED_FACETS], n=3))
        counts[facet] = tuple(FacetCount(*row) for row in rows)
    return counts


KNOWN_FACETS = (
    "disease", "cargo", "molecules", "source", "vesicle", "isolation", "engineering", "route", "dose", "model",
    "design", "relevance", "trial", "type",
)  # fmt: skip
"""Facets that a library may hold, also where no record has a value of them yet."""


def _where(conditions: Conditions) -> tuple[str, list[object]]:
    where, parameters = list(conditions.where), list(conditions.parameters)
    if conditions.match:
        where.insert(0, f"r.id IN (SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH ?)")
        parameters.insert(0, conditions.match)
    return (f"WHERE {' AND '.join(where)}" if where else ""), parameters


def _count(connection: sqlite3.Connection, conditions: Conditions) -> int:
    if conditions.match and not conditions.where:
        sql, parameters = f"SELECT count(*) FROM {INDEX} WHERE {INDEX} MATCH ?", [conditions.match]
        return int(connection.execute(sql, parameters).fetchone()[0])
    where, values = _where(conditions)
    return int(connection.execute(f"SELECT count(*) FROM record r {where}", values).fetchone()[0])


def _ordered(
    connection: sqlite3.Connection, conditions: Conditions, sort: str, limit: int | None, offset: int
) -> tuple[list[tuple[int, float | None]], int | None]:
    """Give (record id, score) of one page, and how many there are in all, where that was counted on the way.

    The score is larger for better hits, None where nothing is ranked.
    """
    name, backwards = sort.removeprefix("-"), sort.startswith("-")
    if name not in SORTS:
        raise UnknownTerm(
            "sort",
            sort,
            get_close_matches(name, SORTS, n=3),
            hint=f"there are {', '.join(SORTS)}; -date is newest first",
        )
    page = [-1 if limit is None else limit, offset]
    ranked = conditions.rank or conditions.match
    if name == "relevance" and ranked:
        scores = f"SELECT rowid AS id, {_SCORE} AS score FROM {INDEX} WHERE {INDEX} MATCH ?"
        order = f"s.score IS NULL, s.score {'DESC' if backwards else 'ASC'}, {_NEWEST} LIMIT ? OFFSET ?"
        if conditions.rank:
            where, parameters = _where(conditions)
            # both materialised, as FTS5 would else be asked again for every record
            sql = (
                f"WITH s AS MATERIALIZED ({scores}),"
                f" r AS MATERIALIZED (SELECT r.id, r.sort_date FROM record r {where})"
                f" SELECT r.id, -s.score, (SELECT count(*) FROM r) FROM r LEFT JOIN s ON s.id = r.id ORDER BY {order}"
            )
            counted = connection.execute(sql, [ranked, *parameters, *page]).fetchall()
            return [row[:2] for row in counted], counted[0][2] if counted else None
        parameters = conditions.parameters
        where = f"WHERE {' AND '.join(conditions.where)}" if conditions.where else ""
        sql = f"SELECT r.id, -s.score FROM ({scores}) s JOIN record r ON r.id = s.id {where} ORDER BY {order}"
        return connection.execute(sql, [ranked, *parameters, *page]).fetchall(), None
    if name == "relevance":
        order = "r.sort_date, r.id" if backwards else _NEWEST
    else:
        key = _SORTS[name]
        order = f"{key} IS NULL, {key} {'DESC' if backwards else 'ASC'}, {_NEWEST}"
    where, parameters = _where(conditions)
    sql = f"SELECT r.id, NULL FROM record r {where} ORDER BY {order} LIMIT ? OFFSET ?"
    return connection.execute(sql, [*parameters, *page]).fetchall(), None
