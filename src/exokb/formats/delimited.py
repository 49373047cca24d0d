r"""CSV and TSV: one row a record, the columns of `exokb.formats.columns`.

CSV is that of RFC 4180 (https://www.rfc-editor.org/rfc/rfc4180): a header, CRLF between rows, cells quoted where they
hold a comma, a quote or a line break. TSV is IANA's text/tab-separated-values
(https://www.iana.org/assignments/media-types/text/tab-separated-values): LF between rows and no quoting at all, so that
``cut`` and ``awk`` read it; a line break or tab inside a cell becomes a blank.

In both:

- A list is joined with ``; ``. Where a value holds that itself, it is written ``, ``, so that splitting gives back as
  many values as there were. JSON keeps values as they are.
- A text that a spreadsheet would run as a formula gets an apostrophe in front
  (https://owasp.org/www-community/attacks/CSV_Injection): one that starts with ``= + - @``, their full-width forms, a
  tab or a line break, blanks before them not counted. A text with such an apostrophe of its own gets one more, so
  `unguard` always gives back what was there. Numbers are never touched.
- Control characters other than tab and line feed, and halves of surrogate pairs, are left out: no database, terminal
  or spreadsheet is to see them. CR and CRLF become LF.

What a spreadsheet makes of a cell when it opens the file is its own: pages ``8-12`` may be shown as a date.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from exokb.formats.columns import COLUMNS, ExportRow, Value
from exokb.formats.exporter import Exporter

_FORMULA = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")
_GUARDED = re.compile(rf"'(?={_FORMULA.pattern})")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_ANY_BREAK = re.compile("[\t\r\n\u2028\u2029]+")


def guard(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguard(text: str) -> str:
    """Take away the apostrophe that `guard` put: ``unguard(guard(text)) == text`` for every text."""
    return text[1:] if _GUARDED.match(text) else text


def split_list(cell: str) -> list[str]:
    """Read back a list cell."""
    return unguard(cell).split("; ") if cell else []


def plain(text: str) -> str:
    """Leave out control characters other than tab and line feed, and make line ends line feeds."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isprintable() else _CONTROL.sub("", text)


def _cell(value: Value) -> str | int:
    if isinstance(value, tuple):
        items = (plain(item).replace("; ", ", ") for item in value)
        return guard("; ".join(item for item in items if item))
    if isinstance(value, str):
        return guard(plain(value))
    return "" if value is None else value


class _Written:
    """A file-like object for `csv.writer` that keeps the last row written."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def csv_rows(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """Give the text of a CSV file row by row, cells made safe as the module says."""
    written = _Written()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(header)
    yield written.text
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        yield written.text


def tsv_rows(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """Give the text of a TSV file row by row, cells made safe as the module says."""
    yield "\t".join(header) + "\n"
    for row in rows:
        # line breaks go before the guard comes: nothing is left for it to guard then but the formula signs
        yield "\t".join(str(_cell(_one_line(value))) for value in row) + "\n"


def _write_csv(rows: Iterable[ExportRow]) -> Iterator[str]:
    getters = [column.get for column in COLUMNS]
    return csv_rows([column.name for column in COLUMNS], ([get(row) for get in getters] for row in rows))


def _write_tsv(rows: Iterable[ExportRow]) -> Iterator[str]:
    getters = [column.get for column in COLUMNS]
    return tsv_rows([column.name for column in COLUMNS], ([get(row) for get in getters] for row in rows))


def _one_line(value: Value) -> Value:
    if isinstance(value, str):
        return value if value.isprintable() else _ANY_BREAK.sub(" ", value)
    if isinstance(value, tuple):
        return tuple(item if item.isprintable() else _ANY_BREAK.sub(" ", item) for item in value)
    return value


CSV = Exporter("csv", ".csv", "text/csv", "comma-separated table (RFC 4180)", _write_csv, takes_bom=True)
TSV = Exporter("tsv", ".tsv", "text/tab-separated-values", "tab-separated table", _write_tsv, takes_bom=True)
