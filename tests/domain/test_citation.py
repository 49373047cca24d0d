"""The same work is one work, whoever speaks of it; different works stay apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exokb.domain.citation import CitedWork, Statement, as_cited, find_place, is_same_work, restate, unite
from exokb.domain.record import Author, Dates, Record, Reference

RECORD = Record(
    pmid=990000013,
    doi="10.5555/mine",
    title="Microvesicles from human stromal cells clear alveolar fluid in a perfused human lung.",
    authors=(Author(last="Gallagher", initials="O"),),
    volume="4",
    pages="201-9",
    dates=Dates(print="2016-05", sort="2016-05-01"),
)
TEXT = "Gallagher O, et al. Microvesicles from human stromal cells clear alveolar fluid in a perfused human lung."


def said(source: str) -> tuple[Statement, ...]:
    return (Statement(source, 1, "2026-03-01T12:00:00Z"),)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Doe J. Title. J Test. 2016;7(1):125.", "2016|7|125"),
        ("J Test 2015; 11 : 150–160", "2015|11|150"),
        ("J Test. 2019 Apr 4;7:e8.", "2019|7|e8"),
        ("A book, 2012.", None),
    ],
)
def test_the_place_in_print_is_read_from_the_text(text: str, place: str | None) -> None:
    assert find_place(None, text) == place


def test_parts_stand_above_the_text() -> None:
    parts = Reference(position=1, year=2016, volume="7", first_page="125")
    assert find_place(parts, "1999;1:1") == "2016|7|125"


def test_one_work_of_three_sources_is_one_with_three_statements() -> None:
    works = unite(
        [
            CitedWork(doi="10.5555/mine", text=TEXT, statements=said("pubmed")),
            CitedWork(pmid=990000013, statements=said("icite")),
            CitedWork(pmid=990000013, doi="10.5555/mine", statements=said("crossref")),
        ]
    )
    # icite's word joins once crossref has tied the PMID to the DOI
    assert [(w.pmid, w.doi) for w in unite(works)] == [(990000013, "10.5555/mine")]
    assert {s.source for s in unite(works)[0].statements} == {"pubmed", "icite", "crossref"}


def test_different_identifiers_are_different_works_whatever_else_agrees() -> None:
    works = unite(
        [CitedWork(pmid=1, text=TEXT, statements=said("a")), CitedWork(pmid=2, text=TEXT, statements=said("b"))]
    )
    assert len(works) == 2


@pytest.mark.parametrize(
    ("work", "same"),
    [
        (CitedWork(pmid=990000013), True),
        (CitedWork(pmid=990000014, text=TEXT), False),
        (CitedWork(doi="10.5555/mine"), True),
        (CitedWork(doi="10.5555/other", text=TEXT), False),
        (CitedWork(text=TEXT), True),
        (CitedWork(text=TEXT + " J Test. 2016;4:201."), True),
        (CitedWork(text=TEXT + " J Test. 2009;1:7."), False),
        (CitedWork(text="Gallagher O. Reply. J Test. 2016;4:201."), True),
        (CitedWork(text="Miller B. Reply. J Test. 2016;4:201."), False),
        (CitedWork(text="Microvesicles from human stromal cells"), False),
        (CitedWork(), False),
    ],
)
def test_a_work_is_held_against_a_record(work: CitedWork, same: bool) -> None:
    assert is_same_work(work, RECORD) is same


def test_a_short_title_proves_nothing() -> None:
    record = Record(pmid=1, title="Exosomes.")
    assert not is_same_work(CitedWork(text="Doe J. Exosomes. J Test. 2016;4:201."), record)


def test_restating_replaces_one_source_only() -> None:
    both = CitedWork(pmid=1, statements=(*said("icite"), *said("pubmed")))
    only = CitedWork(pmid=2, statements=said("icite"))
    left = restate([both, only], "icite", [])
    assert [(w.pmid, [s.source for s in w.statements]) for w in left] == [(1, ["pubmed"])]


def test_parts_make_a_text_where_there_is_none() -> None:
    (work,) = as_cited("crossref", [Reference(position=1, author="Doe", title="A title", year=2016, volume="7")], "now")
    assert work.text == "Doe. A title. 2016;7."


works = st.builds(
    CitedWork,
    pmid=st.none() | st.integers(1, 3),
    doi=st.none() | st.sampled_from(["10.5555/a", "10.5555/b"]),
    text=st.sampled_from(["", "One", "Two"]),
    statements=st.sampled_from([said("a"), said("b")]),
)


@given(st.lists(works, max_size=8))
def test_uniting_loses_no_statement_and_no_identifier(given_works: list[CitedWork]) -> None:
    united = unite(given_works)
    for name in ("pmid", "doi"):
        assert {getattr(w, name) for w in united} - {None} == {getattr(w, name) for w in given_works} - {None}
    assert {s.source for w in united for s in w.statements} == {s.source for w in given_works for s in w.statements}
    assert len(united) <= len(given_works)
