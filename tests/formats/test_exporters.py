import subprocess
import sys
from dataclasses import fields, replace
from itertools import repeat
from time import perf_counter

import pytest

from exokb.formats import EXPORTERS
from exokb.formats.columns import COLUMNS, ExportRow
from tests.formats.test_delimited import ROW


def test_formats_are_found_by_their_names() -> None:
    assert {name: exporter.name for name, exporter in EXPORTERS.items()} == {name: name for name in EXPORTERS}
    assert list(EXPORTERS) == ["csv", "tsv", "json", "jsonl", "ids"]


def test_every_field_of_a_row_is_a_column() -> None:
    assert {field.name for field in fields(ExportRow)} <= {column.name for column in COLUMNS}
    assert len({column.name for column in COLUMNS}) == len(COLUMNS)


def test_columns_give_what_their_kind_says() -> None:
    of_kind = {"number": int, "text": str, "date": str, "list": tuple}
    for column in COLUMNS:
        for row in (ROW, ExportRow("only a title")):
            value = column.get(row)
            assert value is None or type(value) is of_kind[column.kind], column.name


def test_the_address_of_a_paper() -> None:
    assert ExportRow("a", doi="10.1000/a b#<c>").url == "https://doi.org/10.1000/a%20b%23%3Cc%3E"
    assert ExportRow("a").url is None


@pytest.mark.parametrize("name", list(EXPORTERS))
def test_ten_thousand_rows_take_seconds_at_most(name: str) -> None:
    row = replace(ROW, abstract="words of an invented abstract " * 50, authors=("Kite K",) * 8, mesh=("Kites",) * 12)
    start = perf_counter()
    size = sum(map(len, EXPORTERS[name](repeat(row, 10_000))))
    # about 0.6 s on a slow machine; the bound is for a busy one
    assert perf_counter() - start < 10
    assert size > 10_000


def test_formats_import_no_heavy_library() -> None:
    code = "import exokb.formats, sys; print(*{'pydantic', 'sqlalchemy', 'lxml', 'Bio', 'httpx'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
