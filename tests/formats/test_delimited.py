import csv
import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exokb.errors import FormatError
from exokb.formats import EXPORTERS
from exokb.formats.columns import COLUMNS, NOT_STORED, ExportRow, TrialMention
from exokb.formats.delimited import guard, split_list, unguard

ROW = ExportRow(
    title="Kite vesicles, and β-cells",
    pmid=990000001,
    doi="10.1000/kite",
    authors=("Yin K", "Wang S", "Kite Group"),
    journal="J Kites",
    year=2019,
    date="2019-04-04",
    notices=("retracted",),
    disease=("kidney", "acute_kidney_injury"),
    trials=(TrialMention("NCT99000001", "RECRUITING", "2022-01-20"), TrialMention("NCT99000002")),
    keywords=("one; two", "three"),
    abstract='AIM: to "fly".\nRESULTS: none.',
    cites_in_library=3,
)
_NAMES = [column.name for column in COLUMNS]


def _written(name: str, rows: list[ExportRow]) -> str:
    return b"".join(EXPORTERS[name](rows)).decode("utf-8")


def _csv(rows: list[ExportRow]) -> list[dict[str, str]]:
    # newline="": the csv module sees line ends as they are
    return list(csv.DictReader(io.StringIO(_written("csv", rows), newline="")))


def _tsv(rows: list[ExportRow]) -> list[dict[str, str]]:
    header, *lines = _written("tsv", rows).removesuffix("\n").split("\n")
    return [dict(zip(header.split("\t"), line.split("\t"), strict=True)) for line in lines]


def test_a_row_as_the_csv_module_reads_it() -> None:
    (read,) = _csv([ROW])
    assert list(read) == _NAMES
    assert {name: value for name, value in read.items() if value} == {
        "pmid": "990000001",
        "doi": "10.1000/kite",
        "title": "Kite vesicles, and β-cells",
        "authors": "Yin K; Wang S; Kite Group",
        "journal": "J Kites",
        "year": "2019",
        "date": "2019-04-04",
        "notices": "retracted",
        "disease": "kidney; acute_kidney_injury",
        "trials": "NCT99000001; NCT99000002",
        "trial_status": f"RECRUITING; {NOT_STORED}",
        "trial_status_date": f"2022-01-20; {NOT_STORED}",
        "keywords": "one, two; three",
        "abstract": 'AIM: to "fly".\nRESULTS: none.',
        "url": "https://pubmed.ncbi.nlm.nih.gov/990000001/",
        "cites_in_library": "3",
        "cited_by_in_library": "0",
    }


def test_tsv_has_the_same_cells_on_one_line() -> None:
    (read,) = _tsv([ROW])
    assert read == {**_csv([ROW])[0], "abstract": 'AIM: to "fly". RESULTS: none.'}


def test_no_rows_leave_the_header() -> None:
    assert _written("csv", []) == ",".join(_NAMES) + "\r\n"
    assert _written("tsv", []) == "\t".join(_NAMES) + "\n"


@pytest.mark.parametrize("name", ["csv", "tsv"])
def test_a_byte_order_mark_comes_first_if_asked(name: str) -> None:
    plain = b"".join(EXPORTERS[name]([ROW]))
    assert b"".join(EXPORTERS[name]([ROW], bom=True)) == b"\xef\xbb\xbf" + plain


@pytest.mark.parametrize("name", ["json", "jsonl", "ids"])
def test_a_byte_order_mark_is_refused_where_it_would_spoil_the_file(name: str) -> None:
    with pytest.raises(FormatError):
        EXPORTERS[name]([ROW], bom=True)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "  =1", "＝1", "'=1", "''-x"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert guard(text) == f"'{text}"
    assert unguard(guard(text)) == text


@pytest.mark.parametrize("text", ["", "10.1000/a-b", "miR-21", "'twas", "a=b", "2019-04-04", " x"])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert guard(text) == text
    assert unguard(text) == text


@given(st.text(alphabet="'=+-@\t\r\n ＝a;", max_size=8) | st.text(max_size=8))
def test_guarding_can_be_undone_whatever_the_text(text: str) -> None:
    guarded = guard(text)
    assert unguard(guarded) == text
    assert not guarded.lstrip().startswith(tuple("=+-@＝＋－＠"))
    assert not guarded.startswith(("\t", "\r", "\n"))


# What is promised to come back: any text without control characters other than tab and line feed.
_HOSTILE = st.text(
    st.sampled_from("=+-@'\"\t\n,; \\") | st.characters(exclude_categories=["Cc", "Cs"]),
    max_size=12,
)
_ITEMS = st.lists(_HOSTILE.filter(lambda item: item != "" and "; " not in item and not item.endswith(";")), max_size=3)


@given(_HOSTILE, _HOSTILE, _ITEMS)
def test_hostile_text_comes_back_from_csv(title: str, abstract: str, keywords: list[str]) -> None:
    row = replace(ROW, title=title, abstract=abstract, keywords=tuple(keywords))
    first, second = _csv([row, ROW])
    assert unguard(first["title"]) == title
    assert unguard(first["abstract"]) == abstract
    assert split_list(first["keywords"]) == keywords
    assert second == _csv([ROW])[0]


@given(st.text(max_size=12), st.lists(st.text(min_size=1, max_size=6), max_size=3))
def test_no_text_breaks_a_table_or_brings_a_control_character(title: str, keywords: list[str]) -> None:
    row = replace(ROW, title=title, keywords=tuple(keywords))
    for name, read in (("csv", _csv([row, row])), ("tsv", _tsv([row, row]))):
        assert [r["pmid"] for r in read] == ["990000001"] * 2
        text = _written(name, [row])
        assert not any((ord(c) < 32 and c not in "\t\r\n") or 0x7F <= ord(c) < 0xA0 for c in text)
        assert all(not r["title"].lstrip().startswith(("=", "+", "-", "@")) for r in read)


@given(st.lists(st.text(min_size=1, max_size=6).filter(lambda item: item.isprintable()), max_size=4))
def test_a_list_cell_has_as_many_values_as_the_list(keywords: list[str]) -> None:
    (read,) = _csv([replace(ROW, keywords=tuple(keywords))])
    assert len(split_list(read["keywords"])) == len(keywords)


def test_rows_are_read_as_they_are_written() -> None:
    taken = 0

    def stream() -> Iterator[ExportRow]:
        nonlocal taken
        for _ in range(10_000):
            taken += 1
            yield ROW

    pieces = EXPORTERS["csv"](stream())
    next(pieces)
    assert 0 < taken < 1000
