from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from exokb.domain.identifiers import Identifier, normalise_doi
from exokb.errors import SourceUnavailable
from exokb.sources.pubmed.client import PubMedClient
from tests.service_double import EMAIL, KEY, Answer, Desk, Say, Service, everything_said, make_settings
from tests.sources.pubmed.replies import search_xml


def doi(number: int) -> Identifier:
    return Identifier("doi", f"10.1000/invented({number})")


class Library:
    """The ID converter, esearch and esummary over some papers: ``(pmid, doi, pmcid or "")``."""

    def __init__(self, *papers: tuple[int, str, str], in_pmc: set[int] = frozenset()) -> None:  # type: ignore[assignment]  # a default
        self.papers = papers
        self.in_pmc = in_pmc
        self.converter: Answer | None = None

    def __call__(self, request: httpx.Request) -> Answer:
        asked = httpx.QueryParams(request.content.decode() or request.url.query.decode())
        if "idconv" in request.url.path:
            return self.converter or self.convert(asked["ids"].split(","), asked["idtype"])
        if request.url.path.endswith("esearch.fcgi"):
            words = [term.removesuffix("[doi]").strip('"') for term in asked["term"].split(" OR ")]
            return Say(content=search_xml([p for p, d, c in self.papers if d in words or c in words]))
        summaries = {
            str(p): {"articleids": [{"idtype": "doi", "value": d.upper()}, {"idtype": "pmc", "value": c}]}
            for p, d, c in self.papers
            if str(p) in asked["id"].split(",")
        }
        return Say.json({"result": {"uids": list(summaries), **summaries}})

    def convert(self, ids: list[str], kind: str) -> Answer:
        records: list[dict[str, object]] = []
        for asked in ids:
            known = [paper for paper in self.papers if asked in paper[1:] and paper[0] in self.in_pmc]
            records.append(
                {"requested-id": asked, "pmid": known[0][0], kind: asked}
                if known
                else {"requested-id": asked, "status": "error", "errmsg": "Identifier not found in PMC"}
            )
        return Say.json({"status": "ok", "records": records})


def open_pubmed(tmp_path: Path, library: Library | list[Answer]) -> tuple[PubMedClient, Service, Desk]:
    service = Service(library)
    desk = Desk(service, make_settings(tmp_path, key=KEY, email=EMAIL))
    return PubMedClient(desk.client, desk.settings), service, desk


def test_papers_in_pmc_need_the_converter_alone(tmp_path: Path) -> None:
    library = Library((1, doi(1).value, "PMC11"), (2, doi(2).value, "PMC12"), in_pmc={1, 2})
    pubmed, service, _ = open_pubmed(tmp_path, library)
    asked = [Identifier("pmid", "7"), doi(1), Identifier("pmcid", "PMC12"), doi(1), Identifier("trial", "NCT00000001")]
    assert pubmed.find_pmids(asked) == {asked[0]: (7,), doi(1): (1,), asked[2]: (2,)}
    assert [service.form(i)["idtype"] for i in range(2)] == [["pmcid"], ["doi"]]
    assert service.form(0)["tool"] == ["exokb"]
    assert service.form(0)["email"] == [EMAIL]
    assert "api_key" not in service.form(0)
    assert len(service.requests) == 2


def test_one_unknown_to_the_converter_is_one_search(tmp_path: Path) -> None:
    pubmed, service, _ = open_pubmed(tmp_path, Library((1, doi(1).value, "")))
    assert pubmed.find_pmids([doi(1), doi(2)]) == {doi(1): (1,)}
    assert service.form(1)["term"] == ['"10.1000/invented(1)"[doi]']
    assert len(service.requests) == 3


def test_twenty_unknown_to_the_converter_are_two_requests_and_each_gets_its_own(tmp_path: Path) -> None:
    library = Library(*((n, doi(n).value, f"PMC{n}") for n in range(1, 19)), (99, doi(5).value, ""))
    pubmed, service, _ = open_pubmed(tmp_path, library)
    found = pubmed.find_pmids([doi(n) for n in range(1, 21)])
    assert found == {doi(n): (n, 99) if n == 5 else (n,) for n in range(1, 19)}
    assert service.utilities == ["", "esearch.fcgi", "esummary.fcgi"]


def test_many_are_searched_in_batches(tmp_path: Path) -> None:
    pubmed, service, _ = open_pubmed(tmp_path, Library(*((n, doi(n).value, "") for n in range(1, 46))))
    assert len(pubmed.find_pmids([doi(n) for n in range(1, 46)])) == 45
    assert service.utilities.count("esearch.fcgi") == service.utilities.count("esummary.fcgi") == 3


def test_pmcids_unknown_to_the_converter_are_searched_as_they_are_written(tmp_path: Path) -> None:
    pubmed, service, _ = open_pubmed(tmp_path, Library((1, "", "PMC11")))
    assert pubmed.find_pmids([Identifier("pmcid", "PMC11")]) == {Identifier("pmcid", "PMC11"): (1,)}
    assert service.form()["term"] == ["PMC11"]


@pytest.mark.parametrize("answer", [Say(500), Say(400, b'{"status":"error"}'), Say(200, b"<html>")])
def test_a_converter_that_fails_is_passed_over_and_named(tmp_path: Path, answer: Answer) -> None:
    library = Library((1, doi(1).value, ""))
    library.converter = answer
    pubmed, _, desk = open_pubmed(tmp_path, library)
    assert pubmed.find_pmids([doi(1)]) == {doi(1): (1,)}
    assert len(desk.notices) == 1
    assert desk.notices[0].endswith("PubMed's search is asked instead")
    assert EMAIL not in desk.notices[0]


def test_a_search_that_fails_is_no_unknown_identifier(tmp_path: Path) -> None:
    nothing = Say.json({"records": []})
    pubmed, _, _ = open_pubmed(tmp_path, [nothing, Say(502)])
    with pytest.raises(SourceUnavailable) as caught:
        pubmed.find_pmids([doi(1)])
    assert not any(KEY in text or EMAIL in text for text in everything_said(caught.value))


def test_several_hits_of_one_doi_are_told_apart(tmp_path: Path) -> None:
    summaries = {"uids": ["5", "6"], "5": {"articleids": []}, "6": {"elocationid": f"doi: {doi(1).value}"}}
    answers: list[Answer] = [
        Say.json({"records": []}),
        Say(content=search_xml([5, 6])),
        Say.json({"result": summaries}),
    ]
    pubmed, _, _ = open_pubmed(tmp_path, answers)
    assert pubmed.find_pmids([doi(1)]) == {doi(1): (6,)}


def test_hits_of_another_question_are_not_taken(tmp_path: Path) -> None:
    lists = "<WarningList><QuotedPhraseNotFound>x</QuotedPhraseNotFound></WarningList>"
    answers: list[Answer] = [Say.json({"records": []}), Say(content=search_xml([5], lists=lists))]
    pubmed, _, _ = open_pubmed(tmp_path, answers)
    assert pubmed.find_pmids([doi(1)]) == {}


def test_a_batch_that_fell_back_to_words_is_searched_one_by_one(tmp_path: Path) -> None:
    answers: list[Answer] = [
        Say.json({"records": []}),
        Say(content=search_xml(range(1, 101), count=54_000)),
        Say(content=search_xml([1])),
        Say(content=search_xml([], lists="<ErrorList><PhraseNotFound>y</PhraseNotFound></ErrorList>")),
        Say(content=search_xml([3])),
    ]
    pubmed, _, _ = open_pubmed(tmp_path, answers)
    assert pubmed.find_pmids([doi(1), doi(2), doi(3)]) == {doi(1): (1,), doi(3): (3,)}


def test_a_doi_with_a_comma_is_not_given_to_the_converter(tmp_path: Path) -> None:
    odd = Identifier("doi", normalise_doi("10.1000/a,b"))
    pubmed, service, _ = open_pubmed(tmp_path, Library((1, odd.value, "")))
    assert pubmed.find_pmids([odd]) == {odd: (1,)}
    assert service.utilities == ["esearch.fcgi"]
