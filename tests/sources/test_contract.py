"""What every source of records promises: held against the bundled corpus, and PubMed's client on a real socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from exokb.domain.identifiers import Identifier, Pmid
from exokb.settings import load_settings
from exokb.sources import open_sources
from exokb.sources.bundled.client import BundledSource
from exokb.sources.interface import IdentifierResolver, PaperKey, RecordSource
from tests.upstream import Upstream

UNKNOWN = Pmid(990777777)


class Case:
    """A source, and two papers that it holds."""

    def __init__(self, source: RecordSource, pmids: list[int], dois: list[str]) -> None:
        self.source = source
        self.pmids = [Pmid(pmid) for pmid in pmids]
        self.dois = [Identifier("doi", doi) for doi in dois]


def bundled(_: Path) -> Iterator[Case]:
    yield Case(BundledSource(), [34096448, 34090527], ["10.1080/10799893.2021.1918166", "10.1186/s13287-021-02405-7"])


def pubmed(folder: Path) -> Iterator[Case]:
    with Upstream() as upstream:
        environment = {**upstream.environment(), "NCBI_API_KEY": "0123456789abcdef0123456789abcdef0123"}
        settings = load_settings(environment=environment, home=folder)
        sources = open_sources(settings, clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))
        yield Case(sources.records, [990000003, 990000002], ["10.5555/arr.2017.0033", "10.5555/arr.2016.0101"])


@pytest.fixture(params=[bundled, pubmed], ids=["bundled", "pubmed"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    make: Callable[[Path], Iterator[Case]] = request.param
    yield from make(tmp_path)


def fetched(case: Case, pmids: list[Pmid]) -> list[int | None]:
    payload = case.source.fetch_records(pmids)
    parsed = case.source.parse_records(payload.body)
    assert payload.source == case.source.name
    assert payload.observed_at.tzinfo is not None
    assert not parsed.failures
    return [record.pmid for _, record in parsed.records]


def test_records_come_in_the_order_asked(case: Case) -> None:
    assert fetched(case, case.pmids) == case.pmids
    assert fetched(case, case.pmids[::-1]) == case.pmids[::-1]


def test_a_record_comes_once(case: Case) -> None:
    assert fetched(case, [case.pmids[0], case.pmids[0]]) == case.pmids[:1]


def test_what_it_does_not_hold_is_missing(case: Case) -> None:
    assert fetched(case, [UNKNOWN, case.pmids[0]]) == case.pmids[:1]
    assert fetched(case, [UNKNOWN]) == []


def test_positions_count_from_one(case: Case) -> None:
    parsed = case.source.parse_records(case.source.fetch_records(case.pmids).body)
    assert [position for position, _ in parsed.records] == [1, 2]


def test_a_doi_leads_to_a_record_that_carries_it(case: Case) -> None:
    source = case.source
    assert isinstance(source, IdentifierResolver)
    unknown = Identifier("doi", "10.5555/no-such-paper-at-all")
    found = source.find_pmids([*case.dois, unknown])
    for doi, pmid in zip(case.dois, case.pmids, strict=True):
        assert list(found[doi]) == [pmid]
        ((_, record),) = source.parse_records(source.fetch_records([pmid]).body).records
        assert record.doi == doi.value
    assert not found.get(unknown)


def test_every_paper_asked_gets_an_answer_about_its_references(tmp_path: Path) -> None:
    with Upstream() as upstream:
        settings = load_settings(environment=upstream.environment(), home=tmp_path)
        network = open_sources(settings, clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))
        papers = [PaperKey(pmid=Pmid(990000001)), PaperKey(pmid=UNKNOWN)]
        for source in (BundledSource(), *network.references):
            answers = source.fetch_references(papers)
            assert list(answers) == papers
            assert answers[papers[1]].outcome == "not indexed"
            for answer in answers.values():
                assert (answer.outcome == "listed") is bool(answer.references)
                assert [r.position for r in answer.references] == sorted(r.position for r in answer.references)
