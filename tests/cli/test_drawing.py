"""Tables on a terminal: as wide as it is, no word broken, nothing left out."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exokb.cli.drawing import draw_wide_table
from tests.cli.conftest import Cli

words = st.text("abcdefgh", min_size=1, max_size=9)
cells = st.lists(words, max_size=6).map(" ".join)


def drawn(
    capsys: pytest.CaptureFixture[str], width: int, header: list[str], rows: list[list[str]], *, parts: bool
) -> tuple[bool, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(width))
        capsys.readouterr()
        done = draw_wide_table(header, rows, right=(1,), parts=parts)
    return done, capsys.readouterr().out


@given(st.data(), st.integers(1, 8), st.integers(22, 120))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_word_is_broken_and_none_is_lost(
    capsys: pytest.CaptureFixture[str], data: st.DataObject, columns: int, width: int
) -> None:
    header = data.draw(st.lists(words, min_size=columns, max_size=columns))
    line = st.lists(cells, min_size=columns, max_size=columns)
    rows = data.draw(st.lists(line, min_size=1, max_size=4))
    done, out = drawn(capsys, width, header, rows, parts=True)
    assert done
    assert all(len(line) <= width for line in out.splitlines())
    # each part has the first column again
    parts = len(re.split(r"\n\s*\n(?=\S)", out)) if columns > 1 else 1
    told = sorted(out.split())
    expected = [word for text in (*header, *(cell for row in rows for cell in row)) for word in text.split()]
    assert set(told) == set(expected)
    assert len(told) >= len(expected)
    assert parts >= 1


def test_a_table_that_does_not_fit_is_not_drawn_but_in_parts(capsys: pytest.CaptureFixture[str]) -> None:
    header, rows = ["facet", "extracellular", "vesicles"], [["a", "b", "c"]]
    assert drawn(capsys, 30, header, rows, parts=False) == (
        True,
        "facet  extracellular  vesicles\na                  b  c       \n",
    )
    assert drawn(capsys, 29, header, rows, parts=False) == (False, "")
    assert drawn(capsys, 29, header, rows, parts=True)[1].split() == (
        ["facet", "extracellular", "a", "b", "facet", "vesicles", "a", "c"]
    )


def test_a_map_names_its_rows_in_every_part(reader: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    narrow = reader("map", "--format", "table", "--columns", "design").out
    assert narrow.count("Kidney") > 1
    assert "experiment" in narrow
    monkeypatch.setenv("COLUMNS", "300")
    assert reader("map", "--format", "table", "--columns", "design").out.count("Kidney") == 1


def test_a_study_on_a_narrow_terminal(reader: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    narrow = reader("table", "990000002[pmid]", "--format", "table").out
    assert "disease: Acute kidney injury" in narrow
    assert "ERRATUM" in narrow
    assert "990000002" in narrow
    assert "(title " in " ".join(reader("table", "990000002[pmid]", "--format", "table", "--proof").out.split())
    monkeypatch.setenv("COLUMNS", "400")
    assert "Bianchi 2016  " in reader("table", "990000002[pmid]", "--format", "table").out
    assert reader("table", "990000002[pmid]", "--format", "table").lines[0].split()[:3] == [
        "study",
        "disease",
        "source",
    ]
