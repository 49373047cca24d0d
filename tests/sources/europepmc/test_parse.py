from __future__ import annotations

import json
from pathlib import Path

import pytest

from exokb.domain.record import Reference
from exokb.errors import PayloadError
from exokb.sources.europepmc.parse import parse_citing, parse_hit_count, parse_references

MATCHED = {
    "id": "990000002",
    "source": "MED",
    "citationType": "JOURNAL ARTICLE",
    "title": "An invented paper on vesicles.",
    "authorString": "Alpha A, Beta B.",
    "journalAbbreviation": "J Invent Res",
    "issue": "2",
    "pubYear": 2019,
    "volume": "7",
    "pageInfo": "8-15",
    "doi": "10.1000/ABC",
    "citedOrder": 1,
    "match": "Y",
}
UNMATCHED = {
    "unstructuredInformation": "Gamma C. An invented book. 1999.",
    "citedOrder": 2,
    "match": "N",
    "pubYear": 1999,
}
IN_PMC = {"id": "PMC990001", "source": "PMC", "citedOrder": 3}
PREPRINT = {"id": "PPR99", "source": "PPR", "doi": "n/a", "citedOrder": 4}


def page(entries: list[dict[str, object]], hit_count: int | None = None) -> bytes:
    return json.dumps(
        {
            "version": "6.9",
            "hitCount": len(entries) if hit_count is None else hit_count,
            "referenceList": {"reference": entries},
        }
    ).encode()


def test_entries_keep_what_they_have() -> None:
    answer = parse_references(page([MATCHED, UNMATCHED, IN_PMC, PREPRINT], 1004), first_position=1001)
    assert (answer.hit_count, answer.entries) == (1004, 4)
    assert answer.references == (
        Reference(
            position=1001,
            pmid=990000002,
            doi="10.1000/abc",
            title="An invented paper on vesicles.",
            journal="J Invent Res",
            year=2019,
            volume="7",
            first_page="8",
            author="Alpha A",
        ),
        Reference(position=1002, text="Gamma C. An invented book. 1999.", year=1999),
        Reference(position=1003, pmcid="PMC990001"),
        Reference(position=1004, text="doi:n/a"),
    )


@pytest.mark.parametrize(
    "empty", [{"hitCount": 0}, {"hitCount": 0, "referenceList": None}, {"hitCount": 0, "referenceList": {}}]
)
def test_no_list_is_an_empty_page(empty: dict[str, object]) -> None:
    assert parse_references(json.dumps(empty).encode()).references == ()


@pytest.mark.parametrize("wrong", [{}, {"hitCount": "1"}, {"hitCount": True}, {"hitCount": 1, "referenceList": [1]}])
def test_another_shape_is_an_error(wrong: dict[str, object]) -> None:
    with pytest.raises(PayloadError, match="europepmc"):
        parse_references(json.dumps(wrong).encode())


def test_citing_papers_outside_pubmed_are_counted_and_left_out() -> None:
    citing = {
        "hitCount": 2,
        "citationList": {"citation": [{"id": "990000007", "source": "MED"}, {"id": "PPR1", "source": "PPR"}]},
    }
    answer = parse_citing(json.dumps(citing).encode())
    assert (answer.hit_count, answer.entries, answer.pmids) == (2, 2, (990000007,))


@pytest.mark.realdata
def test_recorded_searches_have_a_hit_count(real_data: Path) -> None:
    recorded = sorted((real_data / "api" / "europepmc").glob("search_*.json"))
    assert recorded
    assert {parse_hit_count(path.read_bytes()) for path in recorded} == {1}
