"""Tables as spreadsheet programs and web sites write them: rows of text cells, separated by something. Pure.

What there is in the wild: commas, semicolons (Excel where the comma is the decimal sign) and tabs, any line end, UTF-8
with and without byte order mark, UTF-16 (Excel's "Unicode text"), Windows-1252, a first line ``sep=;``. A row that
breaks the rules of CSV (https://www.rfc-editor.org/rfc/rfc4180) costs itself alone: reading goes on where the next one
begins.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from exokb.errors import FormatError, PayloadError
from exokb.formats.text import is_text, read_as_windows, read_text

MAX_CELL = 4 * 1024 * 1024
"""Characters; the longest known cell, the places of a trial with thousands of them, has some 200,000."""

_MAX_LINE = 16 * MAX_CELL
_DELIMITERS = ",;\t|"
_HEADER_WITHIN = 10  # lines: some programs put a title above the table


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row.

    Attributes:
        cells: as many as the header has, or fewer where the row ended before.
        line: number of its first line in the file, from 1.
        text: the row as it was, line end included, decoded.
    """

    cells: tuple[str, ...]
    line: int
    text: str


class Sheet:
    """A table whose header was found; its rows are read once, by `rows`.

    Args:
        stream: the bytes, at the beginning of the file.
        is_header: says whether some cells are the header of the table that is looked for.

    Attributes:
        header: names of the columns.
        header_text: the line they stand in.
        delimiter: what separates the cells.
        first_windows_line: number of the first line that was no UTF-8 and was read as Windows-1252; 0 for none so far.

    Raises:
        FormatError: there is no such header; ``reason`` names the columns of the first line.
        PayloadError: the stream cannot be read.
    """

    def __init__(self, stream: BinaryIO, is_header: Callable[[Sequence[str]], bool]) -> None:
        self._source = _lines(stream)
        self._waiting: deque[str] = deque()
        self._line = 0
        self.first_windows_line = 0
        first: tuple[str, ...] = ()
        csv.field_size_limit(max(csv.field_size_limit(), MAX_CELL))  # the module's own is 131,072
        for _ in range(_HEADER_WITHIN):
            line = self._next_line()
            if line is None:
                break
            for delimiter in _DELIMITERS:
                cells = _split(line, delimiter)
                if is_header(cells):
                    self.header, self.header_text, self.delimiter = tuple(cells), line, delimiter
                    return
                if line.strip() and len(cells) > len(first):
                    first = tuple(cells)
        named = ", ".join(repr(name.strip()[:30]) for name in first[:8])
        raise FormatError("CSV", "line 1", f"the columns are {named}" if first else "it is empty")

    def rows(self, name_row: Callable[[Sequence[str]], str]) -> Iterator[SheetRow | PayloadError]:
        """Give the rows in order, and in place of one that cannot be read the reason, with its line.

        Rows of nothing but blanks are left out.

        Args:
            name_row: gives what the first cells of a row name it, and an empty text for the cells of a line that does
                not begin one: for telling of damage, and for going on after it.

        Raises:
            PayloadError: the stream cannot be read to its end; the rows before are given first.
        """
        while True:
            number = self._line + 1
            taken: list[str] = []
            try:
                cells = next(csv.reader(self._feed(taken), delimiter=self.delimiter, strict=True), None)
                if cells is None:
                    return
                reason = self._check(cells, "".join(taken))
            except csv.Error as error:
                cells, reason = [], f"is no row of this table: {error}"
            if not reason:
                if any(cell.strip() for cell in cells):
                    yield SheetRow(tuple(cells), number, "".join(taken))
                continue
            again = next((at for at in range(1, len(taken)) if name_row(_split(taken[at], self.delimiter))), len(taken))
            self._waiting.extendleft(reversed(taken[again:]))
            self._line -= len(taken) - again
            lines = f"line {number}" if again == 1 else f"lines {number} to {number + again - 1}"
            yield PayloadError(name_row(_split(taken[0], self.delimiter)) or "row", reason, position=lines)

    def _check(self, cells: Sequence[str], text: str) -> str:
        if not is_text(text):
            return "its encoding cannot be told; save the file as UTF-8"
        if len(cells) > len(self.header):
            return f"has {len(cells)} cells where the header has {len(self.header)}"
        if len(cells) < len(self.header) and not text.endswith("\n"):
            return "breaks off"
        return ""

    def _feed(self, taken: list[str]) -> Iterator[str]:
        while (line := self._next_line()) is not None:
            taken.append(line)
            yield line

    def _next_line(self) -> str | None:
        line = self._waiting.popleft() if self._waiting else next(self._source, None)
        if line is None:
            return None
        self._line += 1
        if not is_text(line):
            try:
                line = read_as_windows(line)
            except ValueError:
                return line
            self.first_windows_line = self.first_windows_line or self._line
        if self._line == 1 and line.strip().strip('"').lower().startswith("sep="):
            return self._next_line()  # Excel's own hint to itself
        return line


def _split(line: str, delimiter: str) -> list[str]:
    """Give the cells of a line that may break off within one."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _lines(stream: BinaryIO) -> Iterator[str]:
    """Give the lines of a text with their ends; those of old Macs, a lone CR, as well."""
    buffer = ""
    lone: bool | None = None
    for chunk in read_text(stream):
        if lone is None:
            lone = "\r" in chunk and "\n" not in chunk
        buffer += chunk.replace("\r", "\n") if lone else chunk
        *whole, buffer = buffer.split("\n")
        for line in whole:
            yield line + "\n"
        if len(buffer) > _MAX_LINE:
            raise PayloadError("line", f"it goes on for more than {_MAX_LINE} characters without an end")
    if buffer:
        yield buffer
