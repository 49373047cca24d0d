"""The search service opens the library once and closes it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from exokb.errors import QuerySyntaxError
from exokb.query.criteria import Criteria
from exokb.services.search import count_matches, search_library
from exokb.store.search.index import CREATE_INDEX_SQL, add_to_index
from exokb.store.tables import metadata


class Provider:
    """Opens one file, and counts how many connections are open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.opened = 0
        self.open_now = 0

    @contextmanager
    def __call__(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path)
        self.opened, self.open_now = self.opened + 1, self.open_now + 1
        try:
            yield connection
        finally:
            self.open_now -= 1
            connection.close()


@pytest.fixture
def provider(tmp_path: Path) -> Provider:
    path = tmp_path / "library.db"
    engine = create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    engine.dispose()
    with sqlite3.connect(path) as connection:
        connection.execute(CREATE_INDEX_SQL)
        connection.execute(
            "INSERT INTO record (id, pmid, kind, title, year, retracted, document, source, added_at, updated_at)"
            " VALUES (1, 990000001, 'article', 'Exosomes', 2020, 0, '{\"title\": \"Exosomes\"}', 'test', '', '')"
        )
        add_to_index(connection, [(1, {"title": "Exosomes"})])
    connection.close()
    return Provider(path)


def test_hits_and_facets_come_from_one_connection(provider: Provider) -> None:
    report = search_library(provider, Criteria(text="exosome"), facets=("year",))
    assert [hit.pmid for hit in report.result.hits] == [990000001]
    assert [(value.value, value.count) for value in report.facets["year"]] == [("2020", 1)]
    assert (provider.opened, provider.open_now) == (1, 0)
    assert search_library(provider, Criteria(text="kidney")).facets == {}
    assert count_matches(provider, Criteria(text="exosome")) == 1


def test_the_library_is_closed_after_a_wrong_query(provider: Provider) -> None:
    with pytest.raises(QuerySyntaxError):
        search_library(provider, Criteria(text="("))
    assert provider.open_now == 0
