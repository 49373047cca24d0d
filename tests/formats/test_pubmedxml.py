"""Cutting files into batches: nothing lost, nothing changed, whatever the file and however it ends."""

from __future__ import annotations

import gzip
import io
import random
import re
import tracemalloc
from functools import partial
from typing import BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exokb.errors import PayloadError
from exokb.formats import pubmedxml
from exokb.formats.pubmedxml import XmlBatch, decompress, find_plain_pmids, looks_like_pubmed_xml, split_batches
from exokb.sources.pubmed.parse import parse_records

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "x" "y">\n<PubmedArticleSet xmlns:mml="http://www.w3.org/1998/Math/MathML">\n'
DELETED = '<DeleteCitation>\n<PMID Version="1">990000999</PMID>\n</DeleteCitation>\n'
TAIL = "</PubmedArticleSet>\n"
FIRST = 990_000_001


def article(pmid: int, title: str = "Bläschen <mml:math><mml:mi>x</mml:mi></mml:math>") -> str:
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID>\r\n<Article><ArticleTitle>{title}'
        "</ArticleTitle></Article></MedlineCitation></PubmedArticle>\n"
    )


def book(pmid: int) -> str:
    return f'<PubmedBookArticle><BookDocument><PMID Version="1">{pmid}</PMID></BookDocument></PubmedBookArticle>\n'


def file_of(count: int, *, deleted: bool = True) -> str:
    records = (book(FIRST + n) if n % 5 == 4 else article(FIRST + n) for n in range(count))
    return HEAD + "".join(records) + (DELETED if deleted else "") + TAIL


class Trickle(io.RawIOBase):
    """A stream that gives a few bytes at a time."""

    def __init__(self, data: bytes, step: int) -> None:
        self._data, self._step, self._at = data, step, 0

    def read(self, size: int = -1) -> bytes:
        self._at += self._step
        return self._data[self._at - self._step : self._at]


def split(data: bytes, batch_size: int = 3, step: int = 0) -> list[XmlBatch]:
    stream = cast(BinaryIO, Trickle(data, step)) if step else io.BytesIO(data)
    return list(split_batches(stream, batch_size=batch_size))


def numbers(batches: list[XmlBatch]) -> list[tuple[int, int | None]]:
    found = []
    for batch in batches:
        parsed = parse_records(batch.body, first=batch.first, offset=batch.offset)
        assert parsed.failures == ()
        assert parsed.complete
        found += [(number, record.pmid) for number, record in parsed.records]
    return found


@pytest.mark.parametrize("count", [1, 2, 3, 4, 6, 10])
@pytest.mark.parametrize("step", [0, 1, 7])
def test_every_record_comes_once_numbered_through_the_file(count: int, step: int) -> None:
    batches = split(file_of(count).encode(), step=step)
    assert numbers(batches) == [(n + 1, FIRST + n) for n in range(count)]
    assert [parse_records(batch.body).deleted for batch in batches[:-1]] == [()] * (len(batches) - 1)
    assert parse_records(batches[-1].body).deleted == (990000999,)


def test_a_file_that_ends_with_a_full_batch_gives_no_empty_one() -> None:
    assert [batch.first for batch in split(file_of(6, deleted=False).encode())] == [1, 4]


def test_records_are_byte_for_byte_those_of_the_file_and_stand_at_the_offset() -> None:
    data = file_of(8).encode()
    for batch in split(data):
        records = re.findall(rb"<Pubmed(?:Book)?Article>.*?</Pubmed(?:Book)?Article>\n", batch.body, re.S)
        assert records
        joined = b"".join(records)
        assert data[batch.offset : batch.offset + len(joined)] == joined


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + file_of(7).encode(),
        file_of(7).replace("utf-8", "utf-16").encode("utf-16"),
        file_of(7).replace("utf-8", "utf-16").encode("utf-16-le"),
        file_of(7).replace("utf-8", "utf-16").encode("utf-16-be"),
        file_of(7).replace("utf-8", "iso-8859-1").encode("latin-1"),
        file_of(7).replace("\r\n", "\n").replace("\n", "\r\n").encode(),
    ],
)
@pytest.mark.parametrize("step", [0, 5])
def test_encodings_and_line_ends(data: bytes, step: int) -> None:
    batches = split(data, step=step)
    assert numbers(batches) == [(n + 1, FIRST + n) for n in range(7)]
    assert parse_records(batches[0].body).records[0][1].title == "Bläschen x"


@pytest.mark.parametrize("record", [article(FIRST, "T"), book(FIRST)])
def test_a_file_of_one_record_without_a_set(record: str) -> None:
    assert numbers(split(record.encode())) == [(1, FIRST)]
    assert numbers(split(record.encode(), batch_size=1)) == [(1, FIRST)]


@settings(max_examples=60, deadline=None)
@given(st.integers(len(HEAD), len(file_of(7)) - 2), st.integers(1, 8))
def test_a_file_cut_anywhere_gives_what_came_before_and_a_failure(cut: int, batch_size: int) -> None:
    text = file_of(7)[:cut]
    found, failures = [], 0
    for batch in split(text.encode(), batch_size=batch_size):
        parsed = parse_records(batch.body, first=batch.first, offset=batch.offset)
        found += [number for number, _ in parsed.records]
        failures += len(parsed.failures)
    whole = len(re.findall(r"</Pubmed(?:Book)?Article>", text))
    assert found == list(range(1, whole + 1))
    assert failures == 1


def test_a_broken_record_is_placed_in_the_file() -> None:
    text = HEAD + article(1) + article(2) + article(3) + article(4).replace('">4<', '">four<') + article(5) + TAIL
    last = split(text.encode())[-1]
    parsed = parse_records(last.body, first=last.first, offset=last.offset)
    assert [failure.element for failure in parsed.failures] == ["PubmedArticle 4"]
    at = int(parsed.failures[0].position.removeprefix("byte "))
    assert text.encode()[at:].startswith(article(4).replace('">4<', '">four<').encode())


@pytest.mark.parametrize("data", [b"", b"PMID- 1\n", b"<html></html>", b"{}", b"<SerialsSet/>"])
def test_a_file_that_is_something_else_reaches_the_parser_to_be_refused(data: bytes) -> None:
    (batch,) = split(data)
    with pytest.raises(PayloadError):
        parse_records(batch.body)


@pytest.mark.parametrize("middle", ["", DELETED])
def test_a_set_without_records(middle: str) -> None:
    (batch,) = split((HEAD + middle + TAIL).encode())
    parsed = parse_records(batch.body)
    assert (parsed.records, parsed.failures) == ((), ())
    assert len(parsed.deleted) == bool(middle)


def test_a_record_without_end_is_given_up_at_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pubmedxml, "MAX_RECORD_BYTES", 10_000)
    data = (HEAD + article(FIRST) + "<PubmedArticle>" + "x" * 2_000_000).encode()
    with pytest.raises(PayloadError, match=r"PubmedArticle 2 at byte \d+: .*without an end"):
        split(data)


def test_an_unknown_encoding_is_an_error_of_its_own() -> None:
    with pytest.raises(PayloadError, match="'klingon' is not known"):
        split(file_of(1).replace("utf-8", "klingon").encode())


def test_bytes_against_the_encoding_are_reported_after_the_records_before() -> None:
    data = file_of(4).replace("utf-8", "ascii").encode("utf-16-le")
    broken = data[: len(data) // 2 * 2 - 40] + b"\x00\xdc" * 4 + data[-32:]
    batches: list[XmlBatch] = []
    with pytest.raises(PayloadError, match="utf-16-le"):
        batches.extend(split_batches(cast(BinaryIO, Trickle(broken, 64)), batch_size=2))
    assert numbers(batches) == [(n + 1, FIRST + n) for n in range(4)]


def test_memory_stays_at_a_batch() -> None:
    def endless() -> bytes:
        return (HEAD + article(FIRST, "t" * 5000) * 4000 + TAIL).encode()

    data = gzip.compress(endless(), 1)
    tracemalloc.start()
    count = sum(1 for _ in split_batches(decompress(io.BytesIO(data)), batch_size=50))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 80
    assert peak < 4_000_000  # the file has 20 MB


@pytest.mark.parametrize("members", [1, 3])
def test_gzip_is_known_by_its_content(members: int) -> None:
    data = file_of(9).encode()
    size = len(data) // members + 1
    packed = b"".join(gzip.compress(data[at : at + size]) for at in range(0, len(data), size))
    for stored in (data, packed):
        source = decompress(io.BytesIO(stored))
        assert b"".join(iter(partial(source.read, 1000), b"")) == data


def test_a_truncated_gzip_gives_its_records_and_then_an_error() -> None:
    # random titles, so that the compressed half holds about half of the records
    generator = random.Random(7)
    text = HEAD + "".join(article(FIRST + n, generator.randbytes(200).hex()) for n in range(40)) + TAIL
    packed = gzip.compress(text.encode())
    batches: list[XmlBatch] = []
    with pytest.raises(PayloadError, match=rf"gzip data at byte {len(packed) // 2}: it breaks off"):
        batches.extend(split_batches(decompress(io.BytesIO(packed[: len(packed) // 2])), batch_size=3))
    found = numbers(batches)
    assert 15 <= len(found) <= 20
    assert found == [(n + 1, FIRST + n) for n in range(len(found))]


def test_a_corrupt_gzip_is_an_error_with_a_position() -> None:
    packed = bytearray(gzip.compress(file_of(9).encode()))
    packed[len(packed) // 2] ^= 0xFF
    with pytest.raises(PayloadError, match="gzip data at byte"):
        list(split_batches(decompress(io.BytesIO(bytes(packed)))))
    with pytest.raises(PayloadError, match="gzip data"):
        list(split_batches(decompress(io.BytesIO(gzip.compress(b"x" * 9) + b"garbage"))))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (file_of(1).encode(), True),
        (file_of(1).encode("utf-16"), True),
        (file_of(1).encode("utf-16-be"), True),
        (b"\xef\xbb\xbf<!-- saved -->\n<PubmedBookArticleSet>", True),
        (b"<PubmedArticle>", True),
        (b"<PubmedArticles>", False),
        (b"<html>about <PubmedArticleSet></html>", False),
        (b"PMID- 1", False),
        (b"", False),
    ],
)
def test_pubmed_xml_is_told_from_other_files(head: bytes, expected: bool) -> None:
    assert looks_like_pubmed_xml(head) is expected


def plain(pmid: int, version: int = 1, before: str = "") -> str:
    citation = f'<MedlineCitation Status="MEDLINE">{before}<PMID Version="{version}">{pmid}</PMID></MedlineCitation>'
    return f"<PubmedArticle>{citation}</PubmedArticle>\n"


@pytest.mark.parametrize(
    ("records", "pmids"),
    [
        (plain(FIRST) + plain(FIRST + 1), (FIRST, FIRST + 1)),
        ("", ()),
        (plain(FIRST) + plain(FIRST, 2), ()),
        (plain(FIRST) + plain(FIRST + 1, before="<!-- -->"), ()),
        (plain(FIRST) + "<PubmedArticle><PubmedData/></PubmedArticle>", ()),
        (plain(FIRST) + DELETED, ()),
    ],
)
def test_pmids_are_read_off_only_where_all_records_are_plain(records: str, pmids: tuple[int, ...]) -> None:
    assert find_plain_pmids((HEAD + records + TAIL).encode()) == pmids
