"""The network sources against a local server that was written from the services' documentation, not from ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from exokb.domain.identifiers import Identifier, Pmid, normalise_doi
from exokb.errors import SourceRejected, SourceUnavailable
from exokb.settings import load_settings
from exokb.sources import open_sources
from exokb.sources.interface import CitationKey, PaperKey, ReferenceSource
from exokb.sources.pubmed.client import PubMedClient
from tests.upstream import SEED, VALID_KEY, Fault, Upstream

PMIDS = [Pmid(SEED), Pmid(SEED + 1), Pmid(SEED + 3)]


def open_all(
    upstream: Upstream, home: Path, key: str = VALID_KEY
) -> tuple[PubMedClient, dict[str, ReferenceSource], list[str]]:
    notices: list[str] = []
    given = {"NCBI_API_KEY": key, "EXOKB_READ_TIMEOUT": "4", "EXOKB_ATTEMPTS": "2"}
    settings = load_settings(environment={**upstream.environment(), **given}, home=home)
    sources = open_sources(settings, notice=notices.append)
    assert isinstance(sources.records, PubMedClient)
    return sources.records, {source.name: source for source in sources.references}, notices


def test_every_question_is_understood(upstream: Upstream, tmp_path: Path) -> None:
    pubmed, references, notices = open_all(upstream, tmp_path)
    paper = upstream.corpus.by_pmid(SEED)
    assert paper is not None
    key = PaperKey(Pmid(SEED), normalise_doi(paper.doi))

    assert pubmed.fetch_records(PMIDS).body.count(b"<PubmedArticle>") == len(PMIDS)
    asked = [Identifier("doi", normalise_doi(paper.doi)), Identifier("doi", "10.9999/nobody")]
    assert pubmed.find_pmids(asked) == {asked[0]: (SEED,)}
    answer = pubmed.find_by_query("exosomes")
    assert answer.announced == len(answer.pmids) > 5
    assert pubmed.fetch_window(answer.windows[0], 0, 5).body.count(b"<PMID Version") >= 5
    assert SEED not in [other.pmid for other in pubmed.fetch_similar(Pmid(SEED), 5)]
    assert pubmed.match_citations([CitationKey("a", "No such journal", "1999", "1", "1", "x")])[0].pmid is None
    for name, source in references.items():
        assert source.fetch_references([key])[key].outcome == "listed", name
    assert notices == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault.TOO_MANY,
        Fault.BAD_GATEWAY,
        Fault.HTML,
        Fault.EMPTY,
        Fault.ERROR_ELEMENT,
        Fault.HANG,
        Fault.DISCONNECT,
        Fault.RESET,
        Fault.TRUNCATED,
        Fault.SHORT,
        Fault.FALSE_GZIP,
    ],
)
def test_one_fault_of_a_reply_costs_one_more_request(upstream: Upstream, tmp_path: Path, fault: Fault) -> None:
    pubmed, _, _ = open_all(upstream, tmp_path)
    upstream.faults.add("efetch", fault, seconds=2.0)
    assert pubmed.fetch_records(PMIDS).body.count(b"<PubmedArticle>") == len(PMIDS)
    assert upstream.requests.count("efetch") == 2


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.TRUNCATED, Fault.SHORT])
def test_a_fault_that_stays_hands_over_what_came(upstream: Upstream, tmp_path: Path, fault: Fault) -> None:
    pubmed, _, _ = open_all(upstream, tmp_path)
    upstream.faults.always("efetch", fault)
    with pytest.raises(SourceUnavailable) as caught:
        pubmed.fetch_records(PMIDS)
    assert b"<PubmedArticleSet>" in (caught.value.partial or b"")


def test_an_expired_history_is_refused_so_that_ids_can_be_asked(upstream: Upstream, tmp_path: Path) -> None:
    pubmed, _, _ = open_all(upstream, tmp_path)
    window = pubmed.find_by_query("exosomes").windows[0]
    upstream.expire_history()
    with pytest.raises(SourceRejected, match="history"):
        pubmed.fetch_window(window, 0, 5)


def test_an_invalid_key_is_said_and_left_out(upstream: Upstream, tmp_path: Path) -> None:
    pubmed, _, notices = open_all(upstream, tmp_path, key="not-a-key")
    pubmed.fetch_records(PMIDS)
    assert len(notices) == 1
    assert "not-a-key" not in notices[0]


@pytest.mark.parametrize("name", ["icite", "europepmc", "crossref"])
def test_a_stub_is_no_empty_list(upstream: Upstream, tmp_path: Path, name: str) -> None:
    _, references, _ = open_all(upstream, tmp_path)
    upstream.faults.always(name, Fault.STUB)
    key = PaperKey(Pmid(SEED), normalise_doi("10.5555/jvm.2019.0008"))
    with pytest.raises(SourceUnavailable, match=name):
        references[name].fetch_references([key])


def test_ten_thousand_hits_and_more_all_come(tmp_path: Path) -> None:
    with Upstream(records=12_000) as upstream:
        pubmed, _, _ = open_all(upstream, tmp_path)
        answer = pubmed.find_by_query("vesicles")
    assert answer.announced == len(answer.pmids) > 12_000
    assert len(answer.windows) > 1
    assert answer.warnings == ()
