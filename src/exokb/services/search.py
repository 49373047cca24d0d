"""Searching the library: a page of hits, a count, counts per facet, or everything that matches."""

from __future__ import annotations

from collections.abc import Sequence

from exokb.app import App
from exokb.query.criteria import Criteria
from exokb.query.expand import Expansion
from exokb.store.reading import get_proofs as read_proofs
from exokb.store.search.sqlite import FacetCount, SearchResult, explain
from exokb.store.search.sqlite import count as count_hits
from exokb.store.search.sqlite import facet_counts as count_facets
from exokb.store.search.sqlite import search as search_page


def search_library(
    app: App, criteria: Criteria, *, sort: str = "relevance", limit: int = 20, offset: int = 0
) -> SearchResult:
    """Give one page of what meets the criteria, best first.

    Raises:
        QuerySyntaxError: the query text cannot be read.
        UnknownTerm: a facet value, status or sort order is none.
        NotInLibrary: there is no library, or no such reading list.
    """
    with app.library.reading() as connection:
        return search_page(connection, criteria, sort=sort, limit=limit, offset=offset)


def get_proofs(
    app: App, result: SearchResult, facets: Sequence[str]
) -> dict[int, dict[tuple[str, str], tuple[str, str]]]:
    """Give the words that prove the facets of the hits: record id -> (facet, value) -> (words, field)."""
    with app.library.reading() as connection:
        return read_proofs(connection, [hit.record_id for hit in result.hits], facets)


def get_expansions(app: App, criteria: Criteria) -> tuple[Expansion, ...] | None:
    """Say what is looked for beside the words of the query; None where the library keeps no synonyms.

    Raises:
        QuerySyntaxError: the query text cannot be read.
        NotInLibrary: there is no library.
    """
    with app.library.reading() as connection:
        return explain(connection, criteria)


def count_matches(app: App, criteria: Criteria) -> int:
    """Count what meets the criteria. Raises as `search_library` does."""
    with app.library.reading() as connection:
        return count_hits(connection, criteria)


def get_facets(app: App, criteria: Criteria, facets: Sequence[str]) -> dict[str, tuple[FacetCount, ...]]:
    """Count the values of facets in what meets the criteria. Raises as `search_library` does."""
    with app.library.reading() as connection:
        return count_facets(connection, criteria, facets)
