"""``exokb trials compare`` with the table that a review of 2019 prints, on the bundled trials of January 2022."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exokb.cli.main import run
from tests.cli.conftest import Cli, tidy_environment

# Registry numbers, and statuses and phases as printed.
TABLE = """\
NCT number,Disease,Phase
NCT03384433,Cerebrovascular Disorders,Phase 1/Phase 2
NCT03437759,Macular Holes,Early Phase 1
NCT03562715,Preeclampsia,Complete
NCT02138331,Diabetes Mellitus Type 1,Phase 2/Phase 3
NCT01159288,Non Small Cell Lung Cancer,Phase 2
NCT03830619,Lung Cancer,(Diagnosis)
"""


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The library of the demo."""
    home = tmp_path_factory.mktemp("bundled")
    with pytest.MonkeyPatch.context() as patch:
        tidy_environment(patch, home)
        assert run(["demo", str(home / "demo.exokb")]) == 0
        yield home / "demo.exokb"


@pytest.fixture
def demo(bare: Cli, bundled: Path) -> Cli:
    return Cli(bundled, bare.capsys)


def compared(cli: Cli, path: Path, text: str, *options: str, code: int = 0) -> dict[str, Any]:
    path.write_text(text, encoding="utf-8")
    said = cli("trials", "compare", str(path), "--format", "json", *options, code=code)
    found: dict[str, Any] = json.loads(said.out)
    return found


def test_the_table_of_a_review(demo: Cli, tmp_path: Path) -> None:
    found = compared(demo, tmp_path / "table.csv", TABLE, "--since", "2019-04-04")
    assert found["columns"] == {"number": "NCT number", "phase": "Phase"}
    kinds = [row["kind"] for row in found["rows"]]
    assert kinds == ["msc_ev_therapy", "msc_ev_therapy", "ev_biomarker", "msc_ev_therapy", "ev_therapy", "ev_biomarker"]
    assert [row["changed"] for row in found["rows"]] == [[]] * 6
    remarks = [row["remarks"] for row in found["rows"]]
    assert [len(told) for told in remarks] == [0, 0, 1, 0, 1, 2]
    assert remarks[5][0] == "printed “(Diagnosis)” is no phase of the registry"
    assert found["rows"][2]["printed"] == {"status": "Complete", "phase": ""}, "a status in the column of phases"
    missed = {trial["trial"]: trial["first_posted"] for trial in found["missed"]}
    assert "NCT04276987" in missed
    assert min(missed.values()) > "2019-04-04"
    assert not set(missed) & {row["number"] for row in found["rows"]}


def test_what_has_changed_since_it_was_printed(demo: Cli, tmp_path: Path) -> None:
    table = "Trial;State;Phase\nNCT04276987 (Ruijin);Recruiting;I/II\nNCT 0341‑9000;Completed;\n"
    found = compared(demo, tmp_path / "t.csv", table, code=3)
    assert found["columns"] == {"number": "Trial", "status": "State", "phase": "Phase"}
    assert found["rows"][0]["changed"] == ["status: recruiting → completed", "phase: 1/2 → 1"]
    assert [row["number"] for row in found["rows"]] == ["NCT04276987"]


def test_rows_that_cannot_be_compared_are_told_one_by_one(demo: Cli, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("\ufeffName,Number\r\nKites,NCT99999999\r\nnothing,none\r\nMHs,NCT03437759\r\n".encode("utf-16"))
    said = demo("trials", "compare", str(path), code=3)
    assert "NCT99999999: is no trial of this library" in said.err
    assert "line 3: names no registry number" in said.err
    assert "2 rows compared" in said.err


def test_a_table_without_numbers_is_none(demo: Cli, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n1,2\n")
    assert "no column holds registry numbers" in demo("trials", "compare", str(path), code=2).err
    assert "is no file" in demo("trials", "compare", str(tmp_path / "nowhere.csv"), code=2).err
    assert "is no format" in demo("trials", "compare", str(path), "--format", "xls", code=2).err


def test_newer_trials_follow_those_of_the_table(demo: Cli, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(TABLE)
    lines = demo("trials", "compare", str(path)).out.splitlines()
    groups = [line.split("\t")[0] for line in lines]
    assert groups[:7] == ["group", *["table"] * 6]
    assert set(groups[7:]) == {"missed"}


@pytest.mark.parametrize("name", ["timeline.svg", "timeline.png"])
def test_a_timeline_is_drawn_of_a_selection(demo: Cli, tmp_path: Path, name: str) -> None:
    said = demo("trials", "timeline", "--msc", "-o", str(tmp_path / name))
    assert "trials drawn in" in said.err
    content = (tmp_path / name).read_bytes()
    assert content.startswith(b"\x89PNG") or b"NCT03384433" in content
    assert "is no picture" in demo("trials", "timeline", "-o", "timeline.pdf", code=2).err
