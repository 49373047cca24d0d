"""Search the library."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from exokb.query.criteria import Criteria
from exokb.store.search.sqlite import FacetCount, ReadConnection, SearchResult, count, facet_counts, search

Connect = Callable[[], AbstractContextManager[ReadConnection]]
"""Opens the library for reading; leaving the context closes it."""


@dataclass(frozen=True, slots=True)
class SearchReport:
    """A page of hits, and the values of the facets that were asked for over the whole result."""

    result: SearchResult
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)


def search_library(
    connect: Connect,
    criteria: Criteria,
    *,
    sort: str = "relevance",
    limit: int = 20,
    offset: int = 0,
    facets: Sequence[str] = (),
) -> SearchReport:
    """Find records, most relevant first, or newest first where nothing is to be ranked.

    Raises:
        QuerySyntaxError: the query text cannot be read.
        UnknownTerm: a value the library does not know; the error says what is near.
        NotInLibrary: a reading list or a citing paper that is not there.
    """
    with connect() as connection:
        result = search(connection, criteria, sort=sort, limit=limit, offset=offset)
        return SearchReport(result, facet_counts(connection, criteria, facets) if facets else {})


def count_matches(connect: Connect, criteria: Criteria) -> int:
    """Count the records that meet the criteria. Raises as `search_library` does."""
    with connect() as connection:
        return count(connection, criteria)
