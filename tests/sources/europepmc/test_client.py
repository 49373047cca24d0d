from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from exokb.domain.identifiers import Doi, Pmid
from exokb.errors import SourceUnavailable
from exokb.sources.europepmc.client import EuropePMC
from exokb.sources.interface import PaperKey
from tests.service_double import Answer, Desk, Handler, Say, Service, make_settings

A = Pmid(990000001)


def open_europepmc(tmp_path: Path, answers: list[Answer] | Handler) -> tuple[EuropePMC, Service]:
    service = Service(answers)
    desk = Desk(service, make_settings(tmp_path))
    return EuropePMC(desk.client, desk.settings), service


def list_of(total: int) -> Handler:
    """A service that holds ``total`` references and citing papers, in pages of 1,000."""

    def answer(request: httpx.Request) -> Answer:
        number = int(request.url.params["page"])
        entries = [
            {"id": str(i), "source": "MED"} for i in range(1 + (number - 1) * 1000, 1 + min(number * 1000, total))
        ]
        reply = {"referenceList": {"reference": entries}, "citationList": {"citation": entries}}
        return Say.json({"hitCount": total, **reply})

    return answer


@pytest.mark.parametrize(("total", "pages"), [(1, 1), (1000, 1), (1001, 2), (2500, 3)])
def test_all_pages_are_read(tmp_path: Path, total: int, pages: int) -> None:
    europepmc, service = open_europepmc(tmp_path, list_of(total))
    answer = europepmc.fetch_references([PaperKey(A)])[PaperKey(A)]
    assert answer.outcome == "listed"
    assert [r.position for r in answer.references] == [r.pmid for r in answer.references] == list(range(1, total + 1))
    assert len(service.requests) == pages
    assert service.requests[0].url.path.endswith(f"/webservices/rest/MED/{A}/references")
    assert service.form(0) == {"format": ["json"], "page": ["1"], "pageSize": ["1000"]}
    assert europepmc.fetch_citing(PaperKey(A)) == tuple(range(1, total + 1))


@pytest.mark.parametrize("nothing", [Say(404), Say.json({"hitCount": 0})])
@pytest.mark.parametrize(
    ("known", "outcome"),
    [
        (Say.json({"hitCount": 1}), "none deposited"),
        (Say.json({"hitCount": 0}), "not indexed"),
        (Say(404), "not indexed"),
    ],
)
def test_an_empty_list_and_an_unknown_paper_are_told_apart(
    tmp_path: Path, nothing: Say, known: Say, outcome: str
) -> None:
    europepmc, service = open_europepmc(tmp_path, [nothing, known])
    assert europepmc.fetch_references([PaperKey(A)])[PaperKey(A)].outcome == outcome
    assert service.form(1)["query"] == [f"EXT_ID:{A} AND SRC:MED"]


def test_nobody_cites_it(tmp_path: Path) -> None:
    europepmc, _ = open_europepmc(tmp_path, [Say(404)])
    assert europepmc.fetch_citing(PaperKey(A)) == ()


def test_a_page_that_is_missing_in_the_middle_is_a_failure(tmp_path: Path) -> None:
    answer = list_of(2500)

    def lose_second(request: httpx.Request) -> Answer:
        return Say.json({"hitCount": 2500}) if request.url.params["page"] == "2" else answer(request)

    europepmc, _ = open_europepmc(tmp_path, lose_second)
    with pytest.raises(SourceUnavailable, match="page 2 of 2500 references is empty"):
        europepmc.fetch_references([PaperKey(A)])


def test_a_list_that_ends_before_its_announced_length_is_kept_and_said(tmp_path: Path) -> None:
    answer = list_of(1490)

    def announce_more(request: httpx.Request) -> Answer:
        reply = answer(request)
        assert isinstance(reply, Say)
        return Say.json({**json.loads(reply.content), "hitCount": 1500})

    service = Service(announce_more)
    desk = Desk(service, make_settings(tmp_path))
    europepmc = EuropePMC(desk.client, desk.settings)
    assert len(europepmc.fetch_references([PaperKey(A)])[PaperKey(A)].references) == 1490
    assert len(europepmc.fetch_citing(PaperKey(A))) == 1490
    assert [notice.partition(": ")[2] for notice in desk.notices] == [
        f"references of PMID {A}: announced 1,500, listed 1,490",
        f"papers citing PMID {A}: announced 1,500, listed 1,490",
    ]


def test_a_paper_without_a_pmid_costs_no_request(tmp_path: Path) -> None:
    europepmc, service = open_europepmc(tmp_path, [Say(500)])
    paper = PaperKey(doi=Doi("10.1000/x"))
    assert europepmc.fetch_references([paper])[paper].outcome == "not indexed"
    assert europepmc.fetch_citing(paper) == ()
    assert service.requests == []
