"""Tables as programs write them, and what one broken row costs: itself."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exokb.errors import FormatError, PayloadError
from exokb.formats import sheet
from exokb.formats.sheet import MAX_CELL, Sheet, SheetRow

HEADER = ["number", "name", "words"]


def opened(text: str | bytes) -> Sheet:
    body = text.encode() if isinstance(text, str) else text
    return Sheet(io.BytesIO(body), lambda cells: cells[:1] == ["number"])


def name(cells: object) -> str:
    first = cells[0] if isinstance(cells, list) and cells else ""
    return first if first.startswith("#") else ""


def read(text: str | bytes) -> list[tuple[str, ...] | str]:
    return [row.cells if isinstance(row, SheetRow) else str(row) for row in opened(text).rows(name)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("above", ["", "sep=X{end}"])
def test_what_programs_write(delimiter: str, encoding: str, end: str, above: str) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    writer.writerows([HEADER, ["#1", "né", 'a "b"; c, d\te|f'], ["#2", "", "two\nlines"]])
    body = above.replace("X", delimiter).format(end=end) + text.getvalue()
    assert read(body.encode(encoding)) == [("#1", "né", 'a "b"; c, d\te|f'), ("#2", "", "two\nlines")]


def test_old_macs_end_lines_with_cr() -> None:
    assert read("number,name\r#1,a\r#2,b\r") == [("#1", "a"), ("#2", "b")]


def test_a_title_may_stand_above_the_table_and_blank_rows_anywhere() -> None:
    assert read("Our trials,,\n\nnumber,name,words\n,,\n\n#1,a,b\n") == [("#1", "a", "b")]


@given(
    rows=st.lists(
        st.tuples(st.from_regex(r"#[0-9]{1,3}", fullmatch=True), st.text(st.characters(codec="utf-8",
                  exclude_characters="\r"), max_size=20)),
        max_size=8,
    ),
    cut=st.integers(1, 40),
)  # fmt: skip
def test_every_row_is_given_or_told(rows: list[tuple[str, str]], cut: int) -> None:
    """Whatever is in the cells; the lines and texts of rows put together are the file."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([["number", "name"], *rows])
    whole = text.getvalue()
    table = opened(whole)
    given_rows = [row for row in table.rows(name) if isinstance(row, SheetRow)]
    assert [row.cells for row in given_rows] == rows
    assert table.header_text + "".join(row.text for row in given_rows) == whole
    assert [whole.split("\n")[row.line - 1].startswith(f'"{row.cells[0]}"') for row in given_rows] == [True] * len(rows)
    if len(whole) - cut > len(table.header_text):
        kept = [cells for cells in read(whole[:-cut]) if not isinstance(cells, str)]
        assert kept[:-1] == rows[: max(len(kept) - 1, 0)]
        assert not kept or rows[len(kept) - 1][0] == kept[-1][0], "the last cell may have been cut where a row can end"


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ('"#2","b","open\n', "#2 at line 3: is no row of this table: ',' expected after '\"'"),
        ('"#2","b"x,"c"\n', "#2 at line 3: is no row of this table: ',' expected after '\"'"),
        ("#2,b,c,d\n", "#2 at line 3: has 4 cells where the header has 3"),
        ("#2,b\nthat goes on,c,d,e\n", "row at line 4: has 4 cells where the header has 3"),
    ],
)
def test_a_broken_row_costs_only_itself(broken: str, told: str) -> None:
    rows = read('number,name,words\n"#1","a","b"\n' + broken + '"#3","x\ny","z"\n"#4","x","z"\n')
    assert told in rows
    assert [cells[0] for cells in rows if not isinstance(cells, str) and cells[0] != "#2"] == ["#1", "#3", "#4"]


def test_a_file_that_breaks_off_says_so() -> None:
    assert read("number,name,words\n#1,a,b\n#2,a") == [("#1", "a", "b"), "#2 at line 3: breaks off"]
    assert read('number,name,words\n#1,a,b\n#2,"a\n\n') == [
        ("#1", "a", "b"),
        "#2 at lines 3 to 4: is no row of this table: unexpected end of data",
    ]


def test_a_row_may_lack_its_last_cells() -> None:
    assert read("number,name,words\n#1\n#2,a\n") == [("#1",), ("#2", "a")]


def test_lines_in_another_encoding_are_counted_or_refused() -> None:
    table = opened(b"number,name\n#1,plain\n#2,n\xe9\n#3," + "间充质干细胞".encode("gbk") + b"\n#4,n\xe9\n")
    rows = list(table.rows(name))
    assert [row.cells for row in rows if isinstance(row, SheetRow)] == [("#1", "plain"), ("#2", "né"), ("#4", "né")]
    assert [str(row) for row in rows if isinstance(row, PayloadError)] == [
        "#3 at line 4: its encoding cannot be told; save the file as UTF-8"
    ]
    assert table.first_windows_line == 3


def test_a_cell_may_be_long_but_not_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(f"number,name\n#1,{'x' * 200_000}\n") == [("#1", "x" * 200_000)]
    endless = read(f'number,name\n#1,"{"x" * (MAX_CELL + 1)}"\n#2,b\n')
    assert endless[1:] == [("#2", "b")]
    assert "field larger than field limit" in str(endless[0])
    monkeypatch.setattr(sheet, "_MAX_LINE", 1000)
    with pytest.raises(PayloadError, match="without an end"):
        read("number,name\n" + "x" * 2_000_000)


@pytest.mark.parametrize(
    ("text", "reason"), [("a;b\n1;2\n", "the columns are 'a', 'b'"), ("", "it is empty"), ("\n\n", "it is empty")]
)
def test_a_table_of_something_else(text: str, reason: str) -> None:
    with pytest.raises(FormatError) as caught:
        opened(text)
    assert caught.value.reason == reason
