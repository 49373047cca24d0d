from __future__ import annotations

from pathlib import Path

import pytest

from exokb.domain.identifiers import Doi, Pmid
from exokb.errors import SourceUnavailable
from exokb.sources.crossref.client import Crossref
from exokb.sources.interface import PaperKey
from tests.service_double import EMAIL, Answer, Desk, Say, Service, make_settings

PAPER = PaperKey(Pmid(990000001), Doi("10.1002/(sici)1097<1::aid-x1>3.0.co;2-#"))


def open_crossref(tmp_path: Path, *answers: Answer) -> tuple[Crossref, Service]:
    service = Service(list(answers))
    desk = Desk(service, make_settings(tmp_path, email=EMAIL))
    return Crossref(desk.client, desk.settings), service


def test_a_work_is_asked_by_its_escaped_doi_and_politely(tmp_path: Path) -> None:
    crossref, service = open_crossref(
        tmp_path, Say.json({"message": {"reference": [{"key": "1", "DOI": "10.1000/b"}]}})
    )
    answer = crossref.fetch_references([PAPER])[PAPER]
    assert [reference.doi for reference in answer.references] == ["10.1000/b"]
    request = service.requests[0]
    assert request.url.raw_path == b"/works/10.1002%2F%28sici%291097%3C1%3A%3Aaid-x1%3E3.0.co%3B2-%23"
    assert f"mailto:{EMAIL}" in request.headers["user-agent"]


def test_an_unknown_doi_and_a_paper_without_one_are_not_indexed(tmp_path: Path) -> None:
    crossref, service = open_crossref(tmp_path, Say(404, b"Resource not found."))
    without = PaperKey(Pmid(5))
    answers = crossref.fetch_references([PAPER, without])
    assert {answer.outcome for answer in answers.values()} == {"not indexed"}
    assert len(service.requests) == 1


def test_a_page_instead_of_a_work_is_a_failure(tmp_path: Path) -> None:
    crossref, service = open_crossref(tmp_path, Say(200, b"<html>busy</html>"))
    with pytest.raises(SourceUnavailable, match="HTML page"):
        crossref.fetch_references([PAPER])
    assert len(service.requests) == 3
