"""Reference lists of several sources become one, and each edge says who vouches for it."""

from __future__ import annotations

from exokb.domain.citation import as_cited, restate
from exokb.domain.record import Author, Dates, Record, Reference
from exokb.store.library import Library
from exokb.store.reading import get_citing, get_reference_checks, get_references

SEED = Record(
    pmid=990000001,
    title="A review of vesicles",
    references=(
        Reference(
            position=1, text="Doe J. Vesicles protect the ischaemic kidney. J Test. 2016;7(1):125.", doi="10.5555/a"
        ),
        Reference(position=2, text="Roe R. Untitled. J Test. 2015;11:150-160."),
        Reference(position=3, text="A web page"),
    ),
)
CITED = Record(
    pmid=990000002,
    doi="10.5555/a",
    title="Vesicles protect the ischaemic kidney",
    dates=Dates(print="2016", sort="2016-01-01"),
)
BY_PLACE = Record(
    pmid=990000003,
    title="Something that the text does not say at all",
    authors=(Author(last="Roe", initials="R"),),
    volume="11",
    pages="150-60",
    dates=Dates(print="2015-03", sort="2015-03-01"),
)


def put(library: Library, *records: Record) -> None:
    with library.transaction() as transaction:
        upserts = transaction.records.upsert(list(enumerate(records, 1)), source="pubmed")
        transaction.references.add_deposited([(u.record_id, u.record) for u in upserts], source="pubmed", new=True)
        transaction.references.recognise([u.record for u in upserts])


def test_a_deposited_list_is_stored_in_order_with_its_source(library: Library) -> None:
    put(library, SEED)
    with library.reading() as connection:
        found = get_references(connection, 1)
        checks = get_reference_checks(connection, 1)
    assert [r.text for r in found] == [r.text for r in SEED.references]
    assert {r.sources for r in found} == {("pubmed",)}
    assert [check[:3] for check in checks] == [("pubmed", "listed", 3)]


def test_none_deposited_is_not_cites_nothing(library: Library) -> None:
    put(library, CITED)
    with library.reading() as connection:
        assert get_reference_checks(connection, 1)[0][:3] == ("pubmed", "none deposited", 0)


def test_a_reference_is_recognised_when_its_record_arrives(library: Library) -> None:
    put(library, SEED)
    put(library, CITED, BY_PLACE)
    with library.reading() as connection:
        found = get_references(connection, 1)
        citing = get_citing(connection, 990000002)
    assert [(r.pmid, r.resolved_by) for r in found] == [
        (990000002, "doi"), (990000003, "place in print"), (None, None),
    ]  # fmt: skip
    assert [row[0] for row in citing] == [990000001]


def test_a_source_replaces_only_its_own_word(library: Library) -> None:
    put(library, SEED)
    with library.transaction() as transaction:
        works = transaction.references.get_works(1)
        stated = as_cited("icite", [Reference(position=1, pmid=990000002)], "2026-03-02T00:00:00Z")
        transaction.references.put_works(1, restate(works, "icite", stated))
    with library.transaction() as transaction:
        works = transaction.references.get_works(1)
        again = restate(works, "icite", [])
    assert len(works) == 4
    assert [w.text for w in again] == [r.text for r in SEED.references]
