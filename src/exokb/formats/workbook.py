"""The evidence table as an Excel workbook: one sheet with the table, one with the proof of every cell.

Text is written as text, never as a formula or a link of its own making; links are those of the reference column only.
Limits of a worksheet: https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from exokb.errors import FormatError
from exokb.formats.columns import Value
from exokb.formats.delimited import plain
from exokb.formats.evidence_table import EvidenceRow, EvidenceTable, proofs

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

MAX_ROWS = 1_048_576
MAX_TEXT = 32_767
MAX_LINKS = 65_530
_MAX_LINK = 2_079
_WIDTHS = {"study": 18, "finding": 60, "reference": 45, "notices": 16}
_PROOF_HEADER = ("study", "pmid", "column", "value", "words", "field", "start", "end", "rule", "decided", "note")


def write_workbook(table: EvidenceTable, *, made: datetime) -> bytes:
    """Give the bytes of the workbook.

    Args:
        table: the evidence table.
        made: when; kept in the workbook's properties.

    Raises:
        FormatError: there are more rows than a sheet can hold.
    """
    import xlsxwriter

    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as workbook:
        workbook.set_properties({"title": "Evidence table", "created": made.replace(tzinfo=None)})
        head = workbook.add_format({"bold": True, "bottom": 1, "valign": "top"})
        body = workbook.add_format({"text_wrap": True, "valign": "top"})
        link = workbook.add_format({"text_wrap": True, "valign": "top", "font_color": "#0563C1", "underline": 1})
        sheet, proof_sheet = workbook.add_worksheet("evidence"), workbook.add_worksheet("proof")
        header = table.header()
        last = proof_at = 0
        start_sheet(sheet, header, head)
        start_sheet(proof_sheet, _PROOF_HEADER, head)
        for last, row in enumerate(table.rows, 1):
            _put_row(sheet, last, table, row, body, link)
            for column, value, proof in proofs(table, row):
                proof_at += 1
                where = (proof.words, proof.field, proof.start, proof.end, proof.rule, proof.decided, proof.note)
                put_cells(proof_sheet, proof_at, (row.study, row.pmid, column, value, *where), None)
        sheet.autofilter(0, 0, last, len(header) - 1)
        proof_sheet.autofilter(0, 0, proof_at, len(_PROOF_HEADER) - 1)
    return target.getvalue()


def start_sheet(sheet: Worksheet, header: Sequence[str], style: Any, widths: Mapping[str, int] = _WIDTHS) -> None:
    """Write the header of a sheet, which stays in sight; ``widths``: characters, by column, where it is not 22."""
    for at, name in enumerate(header):
        sheet.write_string(0, at, name, style)
        sheet.set_column(at, at, widths.get(name, 22))
    sheet.freeze_panes(1, 1)


def _put_row(sheet: Worksheet, at: int, table: EvidenceTable, row: EvidenceRow, style: Any, link: Any) -> None:
    put_cells(sheet, at, table.cells(row), style)
    if row.url and at <= MAX_LINKS and len(row.url) <= _MAX_LINK:
        column = table.header().index("reference")
        sheet.write_url(at, column, row.url, link, string=fit_text(row.reference))


def put_cells(sheet: Worksheet, at: int, cells: Sequence[Value], style: Any) -> None:
    """Write a row of a sheet, 0-based; texts stay texts, and an empty value is an empty cell.

    Raises:
        FormatError: a sheet has no such row.
    """
    if at >= MAX_ROWS:
        raise FormatError("xlsx", f"row {at}", "a sheet holds no more rows", hint="narrow the selection, or write CSV")
    for column, value in enumerate(cells):
        if isinstance(value, int):
            sheet.write_number(at, column, value, style)
        elif value:
            sheet.write_string(at, column, fit_text("; ".join(value) if isinstance(value, tuple) else value), style)


def fit_text(text: str) -> str:
    """A text that Excel takes: without control characters, and where it is too long, cut with a sign that it was."""
    clean = plain(text)
    return clean if len(clean) <= MAX_TEXT else clean[: MAX_TEXT - 1] + "…"
