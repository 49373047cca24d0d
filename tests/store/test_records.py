"""Records go in whole, the newest state stays whatever the order, and nothing is lost on the way."""

from __future__ import annotations

import itertools

import pytest

from exokb.domain.identifiers import Identifier
from exokb.domain.payload import Payload
from exokb.domain.record import AbstractSection, Correction, Dates, Record
from exokb.errors import NotInLibrary
from exokb.query.criteria import Criteria
from exokb.store.library import Library
from exokb.store.reading import get_record, iter_records
from exokb.store.records import Outcome
from exokb.store.search.sqlite import find_ids
from tests.store.conftest import NOW


def paper(pmid: int | None = 990000001, *, revised: str = "2020-01-01", **fields: object) -> Record:
    return Record.model_validate(
        {
            "pmid": pmid,
            "doi": "10.5555/one",
            "title": "Vesicles of stromal cells in injured kidneys",
            "dates": {"electronic": "2019-04-04", "revised": revised, "sort": "2019-04-04"},
            **fields,
        }
    )


def store(library: Library, *records: Record, source: str = "pubmed") -> list[Outcome]:
    payload = Payload(source, "test", "application/xml", repr(records).encode(), NOW)
    with library.transaction() as transaction:
        payload_id = transaction.records.keep_payload(payload)
        upserts = transaction.records.upsert(list(enumerate(records, 1)), source=source, payload_id=payload_id)
    return [upsert.outcome for upsert in upserts]


def stored(library: Library, text: str = "990000001") -> Record:
    with library.reading() as connection:
        found = get_record(connection, Identifier("pmid", text))
    return Record.model_validate(found.document)


def test_a_record_comes_back_as_it_went_in(library: Library) -> None:
    record = paper(abstract=(AbstractSection(label="AIM", text="To see."),), keywords=("exosome",))
    assert store(library, record) == [Outcome.ADDED]
    assert stored(library) == record


def test_the_same_again_changes_nothing(library: Library) -> None:
    store(library, paper())
    assert store(library, paper()) == [Outcome.UNCHANGED]


def test_an_update_says_what_changed(library: Library) -> None:
    store(library, paper())
    with library.transaction() as transaction:
        changed = paper(title="Another title of this paper", revised="2020-02-01")
        (upsert,) = transaction.records.upsert([(1, changed)], source="pubmed")
    assert (upsert.outcome, upsert.changed) == (Outcome.UPDATED, ("dates", "title"))


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_the_newest_state_stays_whatever_the_order(library: Library, order: tuple[int, ...]) -> None:
    states = [
        (paper(title="Bare facts of the paper"), "bundled"),
        (paper(version=1, revised="2020-01-01"), "pubmed"),
        (paper(version=1, revised="2020-06-01"), "pubmed"),
        (paper(version=2, revised="2020-03-01", title="The second version"), "file"),
    ]
    for at in order:
        record, source = states[at]
        store(library, record, source=source)
    assert stored(library).title == "The second version"


def test_versions_in_one_payload_become_one_record(library: Library) -> None:
    outcomes = store(library, paper(version=1), paper(version=3, title="Third"), paper(version=2, title="Second"))
    assert outcomes == [Outcome.OLDER, Outcome.ADDED, Outcome.OLDER]
    assert stored(library).title == "Third"


def test_a_record_without_pmid_gets_it_when_pubmed_knows_its_doi(library: Library) -> None:
    assert store(library, paper(None), source="bundled") == [Outcome.ADDED]
    assert store(library, paper(), source="pubmed") == [Outcome.UPDATED]
    with library.reading() as connection:
        assert connection.execute("SELECT count(*) FROM record").fetchone() == (1,)
    assert stored(library).pmid == 990000001


def test_two_papers_with_one_doi_stay_two(library: Library) -> None:
    assert store(library, paper(990000001), paper(990000002)) == [Outcome.ADDED, Outcome.ADDED]


def test_the_index_follows_an_update(library: Library) -> None:
    store(library, paper())
    store(library, paper(title="Exosomes of placental cells for burns", revised="2021-01-01"))
    with library.reading() as connection:
        assert find_ids(connection, Criteria(text="placental")) == [1]
        assert find_ids(connection, Criteria(text="kidneys")) == []


def test_retraction_is_a_column_and_a_word(library: Library) -> None:
    store(library, paper(corrections=(Correction(kind="RetractionIn", citation="J Test. 2021", pmid=990000009),)))
    with library.reading() as connection:
        (record,) = iter_records(connection, [1])
        assert connection.execute("SELECT retracted FROM record").fetchone() == (1,)
    assert record.notices == ("retracted",)


def test_a_deleted_record_stays_and_is_marked(library: Library) -> None:
    store(library, paper())
    with library.transaction() as transaction:
        assert transaction.records.withdraw([990000001, 990000777]) == 1
    with library.reading() as connection:
        assert get_record(connection, Identifier("pmid", "990000001")).withdrawn_at == "2026-03-01T12:00:00Z"


def test_a_payload_is_kept_once(library: Library) -> None:
    payload = Payload("pubmed", "990000001", "application/xml", b"<x/>" * 100, NOW)
    with library.transaction() as transaction:
        assert transaction.records.keep_payload(payload) == transaction.records.keep_payload(payload)


def break_off(library: Library) -> None:
    with library.transaction() as transaction:
        transaction.records.upsert([(1, paper())], source="pubmed")
        raise RuntimeError("on purpose")


def test_nothing_of_a_broken_transaction_is_stored(library: Library) -> None:
    library.upgrade()
    with pytest.raises(RuntimeError, match="on purpose"):
        break_off(library)
    with library.reading() as connection, pytest.raises(NotInLibrary, match="990000001"):
        get_record(connection, Identifier("pmid", "990000001"))


def test_the_year_is_that_of_the_sort_date(library: Library) -> None:
    store(library, paper(dates=Dates(sort="2018-12-31", electronic="2018-12-31")))
    with library.reading() as connection:
        assert connection.execute("SELECT year, sort_date FROM record").fetchone() == (2018, "2018-12-31")
