"""Counting what a library holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from exokb.store.reading import get_lists

FACETS = ("disease", "cargo", "source", "design", "relevance")
_TABLES = ("record", "trial", "trial_observation", "annotation", "decision", "reference", "payload")

_NAMED = "via = 'named'"


@dataclass(frozen=True)
class LibraryStats:
    """What a library holds.

    Attributes:
        path, size: the file, and its bytes.
        rows: how many rows by kind.
        facets: facet -> (value, records), most frequent first.
        years, sources: (year or source, records).
        trial_statuses: (status, trials).
        trial_kinds: (kind, trials); None for those that have none, or were not looked at.
        trials_named: registry numbers that papers name; ``trials_not_here``: those of them that no trial here has.
        retracted: records that are retracted; ``unresolved``: references without a PMID.
        lists: reading lists (name, records, when made).
    """

    path: str
    size: int
    rows: dict[str, int]
    facets: dict[str, list[tuple[str, int]]]
    years: list[tuple[int | None, int]]
    sources: list[tuple[str, int]]
    trial_statuses: list[tuple[str | None, int]]
    trial_kinds: list[tuple[str | None, int]]
    trials_named: int
    trials_not_here: int
    retracted: int
    unresolved: int
    lists: list[tuple[str, int, str]]


def count_library(connection: sqlite3.Connection, path: Path) -> LibraryStats:
    """Count an open library."""

    def count(sql: str) -> int:
        return int(connection.execute(sql).fetchone()[0])

    def tally(sql: str) -> list[tuple[str, int]]:
        return connection.execute(sql).fetchall()

    return LibraryStats(
        path=str(path),
        size=path.stat().st_size,
        rows={name: count(f"SELECT count(*) FROM {name}") for name in _TABLES},
        facets=count_terms(connection, FACETS),
        years=connection.execute("SELECT year, count(*) FROM record GROUP BY year ORDER BY year DESC").fetchall(),
        sources=tally("SELECT source, count(*) FROM record GROUP BY source ORDER BY 2 DESC"),
        trial_statuses=connection.execute(
            "SELECT status, count(*) FROM trial GROUP BY status ORDER BY 2 DESC"
        ).fetchall(),
        trial_kinds=connection.execute("SELECT kind, count(*) FROM trial GROUP BY kind ORDER BY 2 DESC, 1").fetchall(),
        trials_named=count(f"SELECT count(DISTINCT number) FROM trial_links WHERE {_NAMED}"),
        trials_not_here=count(f"SELECT count(DISTINCT number) FROM trial_links WHERE {_NAMED} AND trial_row IS NULL"),
        retracted=count("SELECT count(*) FROM record WHERE retracted"),
        unresolved=count("SELECT count(*) FROM reference WHERE cited_pmid IS NULL"),
        lists=get_lists(connection),
    )


def count_terms(connection: sqlite3.Connection, facets: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
    """How many records have each value of the facets: facet -> (value, count), most frequent first."""
    rows = connection.execute(
        f"""
        SELECT t.facet, t.value, count(*) FROM record_term rt JOIN term t ON t.id = rt.term_id
        WHERE t.facet IN ({",".join("?" * len(facets))}) GROUP BY t.id ORDER BY count(*) DESC, t.value
        """,
        facets,
    )
    found: dict[str, list[tuple[str, int]]] = {facet: [] for facet in facets}
    for facet, value, count in rows:
        found[facet].append((value, count))
    return found
