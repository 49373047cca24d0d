from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exokb.domain.identifiers import Identifier
from exokb.errors import PayloadError
from exokb.sources.pubmed.idconv import MAX_CHARACTERS, MAX_IDS, parse_conversion, plan_batches


def doi(value: str) -> Identifier:
    return Identifier("doi", value)


@given(
    st.lists(
        st.builds(
            Identifier, st.sampled_from(["doi", "pmcid", "pmid", "trial"]), st.text("ab10./,", min_size=1, max_size=90)
        ),
        max_size=60,
        unique=True,
    )
)
def test_batches_hold_everything_that_can_be_asked_once_and_within_bounds(identifiers: list[Identifier]) -> None:
    batches = list(plan_batches(identifiers))
    asked = [each for batch in batches for each in batch]
    assert set(asked) == {each for each in identifiers if each.kind in ("doi", "pmcid") and "," not in each.value}
    assert len(asked) == len(set(asked))
    for batch in batches:
        assert len({each.kind for each in batch}) == 1
        assert len(",".join(each.value for each in batch)) <= MAX_CHARACTERS


def test_two_hundred_ids_at_most() -> None:
    identifiers = [Identifier("pmcid", f"PMC{i}") for i in range(1, 452)]
    assert [len(batch) for batch in plan_batches(identifiers)] == [MAX_IDS, MAX_IDS, 51]


def test_what_has_a_pmid_is_found_and_the_rest_is_absent() -> None:
    records = [
        {"pmid": 990000001, "pmcid": "PMC1", "doi": "10.1000/A", "requested-id": "10.1000/a"},
        {"pmid": "990000002", "doi": "10.1000/b"},
        {"requested-id": "10.1000/c", "status": "error", "errmsg": "Identifier not found in PMC"},
        {"pmcid": "PMC4", "doi": "10.1000/d", "requested-id": "10.1000/d"},
    ]
    body = json.dumps({"status": "ok", "records": records}).encode()
    assert parse_conversion(body, "doi") == {doi("10.1000/a"): 990000001, doi("10.1000/b"): 990000002}
    assert parse_conversion(body, "pmcid") == {Identifier("pmcid", "PMC1"): 990000001}


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"records": 5}', b'{"status": "error", "message": "busy"}'])
def test_another_shape_is_an_error(body: bytes) -> None:
    with pytest.raises(PayloadError, match="idconv"):
        parse_conversion(body, "doi")


@pytest.mark.realdata
def test_the_recorded_answer_knows_nothing(real_data: Path) -> None:
    body = (real_data / "api" / "ncbi_idconv" / "pmid_22663011.json").read_bytes()
    assert parse_conversion(body, "doi") == {}
