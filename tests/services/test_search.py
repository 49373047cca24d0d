"""Searching a library as it is made by the migrations and written by the store."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from exokb.app import App
from exokb.domain.record import AbstractSection, Dates, Record
from exokb.errors import NotInLibrary, QuerySyntaxError
from exokb.query.criteria import Criteria
from exokb.services.search import count_matches, get_facets, search_library
from exokb.settings import load_settings

RECORDS = (
    Record(
        pmid=990000001,
        title="Invented exosomes",
        abstract=(AbstractSection(text="TGF-β1 in micro-vesicles."),),
        dates=Dates(sort="2020-05-05"),
    ),
    Record(pmid=990000002, title="An invented kidney", dates=Dates(sort="2021-05-05")),
)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    settings = load_settings(db=str(tmp_path / "library.exokb"), environment={}, home=tmp_path)
    made = App(settings, clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))
    yield made
    made.close()


@pytest.fixture
def filled(app: App) -> App:
    with app.library.transaction() as transaction:
        transaction.records.upsert(list(enumerate(RECORDS, 1)), source="test")
    return app


def test_stored_records_are_found(filled: App) -> None:
    (hit,) = search_library(filled, Criteria(text="TGFbeta1 microvesicle")).hits
    assert hit.pmid == 990000001
    assert hit.snippet is not None
    assert [piece.text for piece in hit.snippet.pieces if piece.marked] == ["TGF-β1", "micro-vesicles"]
    assert count_matches(filled, Criteria(text="invented")) == 2
    assert [(value.value, value.count) for value in get_facets(filled, Criteria(), ("year",))["year"]] == [
        ("2021", 1),
        ("2020", 1),
    ]


def test_without_words_the_newest_comes_first(filled: App) -> None:
    assert [hit.pmid for hit in search_library(filled, Criteria()).hits] == [990000002, 990000001]


def test_a_changed_record_is_found_by_its_new_words(filled: App) -> None:
    changed = RECORDS[0].model_copy(
        update={"title": "Invented vesicles", "dates": Dates(sort="2020-05-05", revised="2022")}
    )
    with filled.library.transaction() as transaction:
        transaction.records.upsert([(1, changed)], source="test")
    assert count_matches(filled, Criteria(text="exosome")) == 0
    assert count_matches(filled, Criteria(text="vesicles[ti]")) == 1


def test_wrong_queries_and_missing_libraries_are_said(app: App) -> None:
    with pytest.raises(NotInLibrary):
        search_library(app, Criteria(text="exosome"))
    with app.library.transaction():
        pass
    with pytest.raises(QuerySyntaxError):
        search_library(app, Criteria(text="("))
