from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exokb.domain.identifiers import Pmid
from exokb.errors import PayloadError
from exokb.sources.icite.parse import parse_citing, parse_references

A, B, C = Pmid(990000001), Pmid(990000002), Pmid(990000003)


def body(*entries: dict[str, object]) -> bytes:
    return json.dumps({"meta": {"limit": 100}, "links": {}, "data": list(entries)}).encode()


@pytest.mark.parametrize("listed", [[B, C], [str(B), str(C)], f"{B} {C}", f"{B};{C} ", [B, C, B]])
def test_references_come_as_numbers_or_as_text(listed: object) -> None:
    answer = parse_references(body({"pmid": A, "references": listed}))[A]
    assert (answer.source, answer.outcome) == ("icite", "listed")
    assert [(r.position, r.pmid, r.text) for r in answer.references] == [(1, B, ""), (2, C, "")]


@pytest.mark.parametrize("nothing", [[], None, "", "  "])
def test_an_empty_list_is_none_deposited_and_an_absent_paper_is_absent(nothing: object) -> None:
    answers = parse_references(body({"pmid": A, "references": nothing}))
    assert {pmid: answer.outcome for pmid, answer in answers.items()} == {A: "none deposited"}


def test_citing_papers() -> None:
    reply = body({"pmid": A, "cited_by": [C, B]}, {"pmid": B, "cited_by": None})
    assert parse_citing(reply, A) == (C, B)
    assert parse_citing(reply, B) == parse_citing(reply, C) == ()


@pytest.mark.parametrize(
    "entry",
    [{"pmid": A}, {"pmid": A, "references": 5}, {"pmid": A, "references": ["x"]}, {"references": []}, {"pmid": "?"}],
)
def test_a_shape_that_says_nothing_is_not_read_as_none(entry: dict[str, object]) -> None:
    with pytest.raises(PayloadError, match="icite"):
        parse_references(body(entry))


def test_a_reply_without_data_is_no_reply() -> None:
    with pytest.raises(PayloadError, match="'data'"):
        parse_references(b'{"error": "maintenance"}')


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["pmid", "references", "data"]), inner),
    max_leaves=12,
)


@given(json_values)
def test_only_payload_error_escapes(value: object) -> None:
    with suppress(PayloadError):
        assert all(
            answer.source == "icite" for answer in parse_references(json.dumps({"data": value}).encode()).values()
        )
