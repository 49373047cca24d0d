from __future__ import annotations

from pathlib import Path

import pytest

from exokb.domain.identifiers import Doi, Pmid
from exokb.errors import SourceUnavailable
from exokb.sources.icite.client import ICite
from exokb.sources.interface import PaperKey
from tests.service_double import EMAIL, KEY, Answer, Desk, Say, Service, make_settings

A, B, C = Pmid(990000001), Pmid(990000002), Pmid(990000003)


def open_icite(tmp_path: Path, *answers: Answer) -> tuple[ICite, Service]:
    service = Service(list(answers))
    desk = Desk(service, make_settings(tmp_path, key=KEY, email=EMAIL))
    return ICite(desk.client, desk.settings), service


def test_one_request_answers_many_papers_each_in_its_own_way(tmp_path: Path) -> None:
    listed = {"data": [{"pmid": A, "references": [C]}, {"pmid": B, "references": []}]}
    icite, service = open_icite(tmp_path, Say.json(listed))
    papers = [PaperKey(A), PaperKey(B), PaperKey(C), PaperKey(doi=Doi("10.1000/x"))]
    answers = icite.fetch_references(papers)
    assert [answers[paper].outcome for paper in papers] == ["listed", "none deposited", "not indexed", "not indexed"]
    assert service.form() == {"pmids": [f"{A},{B},{C}"]}
    assert str(service.requests[0].url).startswith("https://icite.od.nih.gov/api/pubs?")
    assert EMAIL not in service.requests[0].headers["user-agent"]


def test_a_404_is_papers_that_are_not_there(tmp_path: Path) -> None:
    icite, _ = open_icite(tmp_path, Say(404))
    assert icite.fetch_references([PaperKey(A)])[PaperKey(A)].outcome == "not indexed"
    assert icite.fetch_citing(PaperKey(A)) == ()


def test_a_failure_is_never_an_empty_answer(tmp_path: Path) -> None:
    icite, service = open_icite(tmp_path, Say(200, b"<html>"), Say(200, b""), Say(200, b'{"data": [{"pmid": 5}]}'))
    with pytest.raises(SourceUnavailable, match="references of PMID 990000001"):
        icite.fetch_references([PaperKey(A)])
    assert len(service.requests) == 3


def test_papers_without_a_pmid_cost_no_request(tmp_path: Path) -> None:
    icite, service = open_icite(tmp_path, Say(500))
    paper = PaperKey(doi=Doi("10.1000/x"))
    assert icite.fetch_references([paper])[paper].outcome == "not indexed"
    assert icite.fetch_citing(paper) == ()
    assert service.requests == []


def test_citing_papers(tmp_path: Path) -> None:
    icite, _ = open_icite(tmp_path, Say.json({"data": [{"pmid": A, "cited_by": [B, C]}]}))
    assert icite.fetch_citing(PaperKey(A)) == (B, C)


def test_more_papers_than_a_request_takes_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    icite, _ = open_icite(tmp_path, Say(500))
    with pytest.raises(ValueError, match="200 papers"):
        icite.fetch_references([PaperKey(Pmid(i)) for i in range(1, 202)])
