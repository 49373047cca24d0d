"""Counts of papers by two facets, as CSV and JSON; ``heatmap.py`` draws them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from exokb.formats.columns import Value
from exokb.formats.delimited import csv_rows, tsv_rows

Key = int | str
"""How a paper is named: its PMID, else its DOI, else words that say that it has neither."""


@dataclass(frozen=True, slots=True)
class AxisValue:
    """A value of a facet: its id, how it is shown, and how many papers of the selection have it."""

    value: str
    label: str
    total: int


@dataclass(frozen=True, slots=True)
class Axis:
    """A facet and its values in the order shown; ``left_out``: how many values are not shown."""

    facet: str
    values: tuple[AxisValue, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Matrix:
    """Papers by two facets.

    Attributes:
        rows, columns: the facets.
        cells: (row value, column value) -> the papers that have both; a pair that is not there is a gap.
        records: how many papers were selected.
        placed: how many of them are in at least one cell.
    """

    rows: Axis
    columns: Axis
    cells: Mapping[tuple[str, str], tuple[Key, ...]]
    records: int
    placed: int

    def count(self, row: str, column: str) -> int:
        """How many papers have both values."""
        return len(self.cells.get((row, column), ()))

    @property
    def gaps(self) -> tuple[tuple[str, str], ...]:
        """The pairs of values that no paper has."""
        pairs = ((row.value, column.value) for row in self.rows.values for column in self.columns.values)
        return tuple(pair for pair in pairs if not self.cells.get(pair))


def grid(matrix: Matrix) -> tuple[list[str], list[list[Value]]]:
    """Give header and rows of a table of counts, by the values' ids; a gap is 0."""
    header = [f"{matrix.rows.facet} / {matrix.columns.facet}", *(column.value for column in matrix.columns.values)]
    rows: list[list[Value]] = [
        [row.value, *(matrix.count(row.value, column.value) for column in matrix.columns.values)]
        for row in matrix.rows.values
    ]
    return header, rows


def listing(matrix: Matrix) -> tuple[list[str], list[list[Value]]]:
    """Give header and rows of a table with one row a cell, and its papers; a gap has none."""
    rows: list[list[Value]] = []
    for row in matrix.rows.values:
        for column in matrix.columns.values:
            papers = matrix.cells.get((row.value, column.value), ())
            rows.append([row.value, column.value, len(papers), tuple(map(str, papers))])
    # A facet may stand on both sides.
    columns = matrix.columns.facet + (" (columns)" if matrix.columns.facet == matrix.rows.facet else "")
    return [matrix.rows.facet, columns, "papers", "pmids"], rows


def matrix_csv(matrix: Matrix, *, listed: bool = False) -> Iterator[str]:
    """Give the text of a CSV file, of counts or (``listed``) of cells with their papers."""
    return csv_rows(*(listing(matrix) if listed else grid(matrix)))


def matrix_tsv(matrix: Matrix, *, listed: bool = False) -> Iterator[str]:
    """Give the text of a TSV file, of counts or (``listed``) of cells with their papers."""
    return tsv_rows(*(listing(matrix) if listed else grid(matrix)))


def matrix_data(matrix: Matrix) -> dict[str, Any]:
    """Give the matrix as plain values for JSON: every cell with its papers, and the gaps."""
    return {
        "schema": 1,
        "records": matrix.records,
        "placed": matrix.placed,
        "rows": _axis(matrix.rows),
        "columns": _axis(matrix.columns),
        "cells": [
            {"row": row, "column": column, "count": len(papers), "papers": papers}
            for (row, column), papers in matrix.cells.items()
        ],
        "gaps": [{"row": row, "column": column} for row, column in matrix.gaps],
    }


def _axis(axis: Axis) -> dict[str, Any]:
    values = [{"value": v.value, "label": v.label, "total": v.total} for v in axis.values]
    return {"facet": axis.facet, "values": values, "left_out": axis.left_out}
