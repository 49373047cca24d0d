from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exokb.errors import PayloadError
from exokb.sources.json_reply import parse_object, take_objects, take_text


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"  \n", "empty"),
        (b"<!DOCTYPE html><html></html>", "HTML"),
        (b'{"a": [1, 2', "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "a JSON list"),
        (b"null", "a JSON NoneType"),
    ],
)
def test_what_is_no_object_is_named(body: bytes, reason: str) -> None:
    with pytest.raises(PayloadError, match=reason):
        parse_object(body, "thing")


@given(st.binary(max_size=200))
def test_only_payload_error_escapes(body: bytes) -> None:
    with suppress(PayloadError):
        assert isinstance(parse_object(body, "thing"), dict)


def test_a_list_of_objects_or_none() -> None:
    assert take_objects({"a": [{}]}, "a", "t") == [{}]
    assert take_objects({"a": None}, "a", "t") == take_objects({}, "a", "t") == []
    wrongs: list[Any] = ["x", {}, [1], [{}, None]]
    for wrong in wrongs:
        with pytest.raises(PayloadError, match="list of objects"):
            take_objects({"a": wrong}, "a", "t")


def test_texts_and_numbers_are_taken_and_other_things_are_not() -> None:
    assert take_text({"a": "  two \n words "}, "a") == "two words"
    assert take_text({"a": 2019}, "a") == "2019"
    nothings: list[Any] = [None, True, [], {}]
    for nothing in nothings:
        assert take_text({"a": nothing}, "a") == ""
