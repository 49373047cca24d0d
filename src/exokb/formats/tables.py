"""How an evidence table is written to a file: one line a format."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime

from exokb.formats.delimited import csv_rows, tsv_rows
from exokb.formats.evidence_table import EvidenceTable
from exokb.formats.markdown import markdown_rows
from exokb.formats.workbook import write_workbook

FORMAT = "exokb-evidence-table"
VERSION = 1

TableWriter = Callable[[EvidenceTable, bool, datetime], Iterator[bytes]]
"""Gives the file's bytes of (table, with proofs, when it is made) in pieces."""


def _csv(table: EvidenceTable, proof: bool, _: datetime) -> Iterator[bytes]:
    return _encoded(csv_rows(table.header(proof=proof), (table.cells(row, proof=proof) for row in table.rows)))


def _tsv(table: EvidenceTable, proof: bool, _: datetime) -> Iterator[bytes]:
    return _encoded(tsv_rows(table.header(proof=proof), (table.cells(row, proof=proof) for row in table.rows)))


def _markdown(table: EvidenceTable, proof: bool, _: datetime) -> Iterator[bytes]:
    return _encoded(markdown_rows(table.header(proof=proof), (table.cells(row, proof=proof) for row in table.rows)))


def _json(table: EvidenceTable, _: bool, made: datetime) -> Iterator[bytes]:
    head = {"format": FORMAT, "version": VERSION, "made": made.isoformat(), "facets": table.facets}
    yield json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "rows": ['
    separator = "\n"
    for row in table.rows:
        yield (separator + json.dumps(table.data(row), ensure_ascii=False)).encode("utf-8", "replace")
        separator = ",\n"
    yield b"\n]}\n"


def _xlsx(table: EvidenceTable, _: bool, made: datetime) -> Iterator[bytes]:
    yield write_workbook(table, made=made)


def _encoded(pieces: Iterator[str]) -> Iterator[bytes]:
    return (piece.encode("utf-8", "replace") for piece in pieces)


TABLE_WRITERS: dict[str, TableWriter] = {"csv": _csv, "tsv": _tsv, "md": _markdown, "json": _json, "xlsx": _xlsx}
"""Every format of the evidence table by its name, which is also its files' suffix. JSON and XLSX always hold proofs."""
