"""The evidence table as files, read back by other means than they were written with."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from exokb.errors import FormatError
from exokb.formats import workbook
from exokb.formats.evidence_table import EvidenceRow, EvidenceTable, Fact, Proof
from exokb.formats.markdown import escape, markdown_rows
from exokb.formats.tables import TABLE_WRITERS

MADE = datetime(2026, 11, 23, 12, tzinfo=UTC)
WORDS = Proof("renal injury", "title", 3, 15, "disease/kidney:synonym")
PERSON = Proof(decided="2026-11-23", note="full text")
ROWS = (
    EvidenceRow(
        "=Kite 2020",
        "Kite K. Flight | of kites. PMID 990000001",
        pmid=990000001,
        url="https://pubmed.ncbi.nlm.nih.gov/990000001/",
        facts={"disease": (Fact("kidney", "Kidney", WORDS),), "cargo": (Fact("lipid", "Lipid", PERSON),)},
        finding=Proof("Kites\x07 fly.", "abstract", 10, 20),
        notices=("retracted",),
    ),
    EvidenceRow("Loon 2021", "Loon L. 2021"),
)
TABLE = EvidenceTable(("disease", "cargo"), ROWS)
NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def written(name: str, table: EvidenceTable = TABLE, *, proof: bool = False) -> bytes:
    return b"".join(TABLE_WRITERS[name](table, proof, MADE))


def test_csv_with_proofs() -> None:
    text = written("csv", proof=True).decode()
    first, second = csv.DictReader(io.StringIO(text, newline=""))
    assert first["study"] == "'=Kite 2020", "no spreadsheet runs it"
    assert first["disease proof"] == "Kidney: “renal injury” (title 3-15)"
    assert first["cargo proof"] == "Lipid: decided by a person (2026-11-23)"
    assert first["finding"] == "Kites fly."
    assert second["disease"] == second["cargo"] == second["finding"] == ""
    assert "disease proof" not in written("csv").decode()


def test_tsv_has_one_line_a_row() -> None:
    lines = written("tsv").decode().split("\n")
    assert [line.split("\t")[0] for line in lines] == ["study", "'=Kite 2020", "Loon 2021", ""]


def test_markdown_keeps_its_columns() -> None:
    lines = written("md").decode().splitlines()
    assert {line.replace(r"\|", "").count("|") for line in lines} == {len(TABLE.header()) + 1}
    assert escape("a|b\n<i>*_") == r"a\|b \<i\>\*\_"
    assert list(markdown_rows(("a",), ((None,), (("x", "y"),))))[2:] == ["|  |\n", "| x; y |\n"]


def sheet_cells(content: bytes, number: int) -> dict[str, str]:
    """Read a sheet's cells, by their address, with nothing but the format's own XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        shared = ET.fromstring(book.read("xl/sharedStrings.xml"))
        strings = ["".join(t.text or "" for t in item.iter(f"{NAMESPACE}t")) for item in shared]
        sheet = ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    cells = {}
    for cell in sheet.iter(f"{NAMESPACE}c"):
        assert cell.find(f"{NAMESPACE}f") is None, "no formula"
        value = cell.findtext(f"{NAMESPACE}v")
        if value is not None:
            cells[cell.get("r", "")] = strings[int(value)] if cell.get("t") == "s" else value
    return cells


def test_a_workbook_is_read_back() -> None:
    content = written("xlsx")
    evidence, proof = sheet_cells(content, 1), sheet_cells(content, 2)
    assert [evidence[f"{c}1"] for c in "ABCDEFGH"] == TABLE.header()
    assert (evidence["A2"], evidence["B2"], evidence["D2"], evidence["F2"]) == (
        "=Kite 2020", "Kidney", "Kites fly.", "990000001",
    )  # fmt: skip
    assert "B3" not in evidence, "what is not proved is empty"
    assert [proof[f"{c}2"] for c in "CDEFGH"] == ["disease", "Kidney", "renal injury", "title", "3", "15"]
    assert proof["J3"] == "2026-11-23"
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        links = book.read("xl/worksheets/_rels/sheet1.xml.rels").decode()
    assert 'state="frozen"' in sheet
    assert "<autoFilter" in sheet
    assert links.count("https://pubmed.ncbi.nlm.nih.gov/990000001/") == 1


def test_a_workbook_is_the_same_every_time() -> None:
    assert written("xlsx") == written("xlsx")


def test_a_sheet_that_is_full_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 2)
    with pytest.raises(FormatError, match="no more rows"):
        written("xlsx")


def test_too_long_a_text_is_cut_with_a_sign() -> None:
    long = EvidenceTable((), (EvidenceRow("x" * 40_000, ""),))
    text = sheet_cells(written("xlsx", long), 1)["A2"]
    assert len(text) == workbook.MAX_TEXT
    assert text.endswith("…")


def test_rows_are_written_as_they_come() -> None:
    seen = []

    def rows() -> Iterator[EvidenceRow]:
        for row in ROWS:
            seen.append(row.study)
            yield row

    pieces = TABLE_WRITERS["csv"](EvidenceTable((), rows()), False, MADE)
    next(pieces)
    assert seen == []


def test_writing_tables_imports_nothing_heavy() -> None:
    heavy = "{'pydantic', 'sqlalchemy', 'lxml', 'Bio', 'httpx', 'xlsxwriter', 'rich'}"
    code = f"import exokb.services.table, exokb.formats.tables, sys; print(*{heavy} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
