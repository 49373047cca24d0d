"""Text of any encoding that is met with, and what is no text."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exokb.errors import PayloadError
from exokb.formats.text import find_encoding, is_text, read_as_windows, read_text

WORDS = "Hôpital, ≥ 18 years, 間充質\r\n"


def decoded(body: bytes) -> str:
    return "".join(read_text(io.BytesIO(body)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=50))
def test_what_was_written_is_read(encoding: str, text: str) -> None:
    assert decoded(("N" + text).encode(encoding)) == "N" + text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_shows_itself(encoding: str) -> None:
    assert find_encoding(WORDS.encode(encoding)) == encoding
    assert decoded(WORDS.encode(encoding)) == WORDS


def test_bytes_that_are_no_text_can_be_told_and_read_in_another_way() -> None:
    text = decoded("Hôpital".encode("cp1252"))
    assert not is_text(text)
    assert is_text("Hôpital")
    assert read_as_windows(text) == "Hôpital"


@pytest.mark.parametrize("body", ["间充质干细胞外泌体".encode("gbk"), b"a \x81 b"])
def test_what_is_no_windows_text_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_as_windows(decoded(body))


def test_half_a_character_of_utf_16_is_damage() -> None:
    read: list[str] = []
    with pytest.raises(PayloadError, match="not UTF-16-LE to its end"):
        read.extend(read_text(io.BytesIO(WORDS.encode("utf-16")[:-1])))


def test_what_comes_before_damage_is_given_first() -> None:
    class Breaking(io.BytesIO):
        def read1(self, size: int | None = -1, /) -> bytes:
            if chunk := super().read1(size):
                return chunk
            raise PayloadError("gzip data", "it breaks off")

    read: list[str] = []
    with pytest.raises(PayloadError, match="breaks off"):
        read.extend(read_text(Breaking(b"first")))
    assert read == ["first"]
