"""How answers stand on a terminal: what goes on in a second line stays below its beginning, and proof is given once."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.text import Text

from tools.terminal import reader_environment, run_in_terminal


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("look")
    lines(place, "exokb demo tour.exokb")
    return place


def lines(folder: Path, command: str) -> list[str]:
    environment = reader_environment(folder / "home", colour=False) | {"EXOKB_DB": "tour.exokb"}
    screen = run_in_terminal(command, cwd=folder, environment=environment)
    assert screen.code == 0, screen.stderr
    return [line.rstrip() for line in Text.from_ansi(screen.stdout).plain.splitlines()]


def test_only_numbers_stand_at_the_edge_of_a_search(folder: Path) -> None:
    shown = lines(folder, "exokb search --limit 12")
    numbered = [line for line in shown if not line.startswith("     ")]
    assert [line[:5] for line in numbered] == [f"{n:>3}  " for n in range(1, 13)]
    assert len(shown) > 3 * len(numbered)


def test_proof_is_given_for_what_was_asked_only(folder: Path) -> None:
    (told,) = (line for line in lines(folder, "exokb search --disease kidney") if "disease " in line)
    assert "kidney (decided by a person)" in told
    assert told.count("decided by a person") == 1


@pytest.mark.parametrize("asked", ["Kidney", "KIDNEY", "lung cancer", "Lung cancer"])
def test_however_a_value_is_asked_for_its_proof_is_given(folder: Path, asked: str) -> None:
    told = "".join(lines(folder, f"exokb search --disease '{asked}' --limit 1"))
    assert "(decided by a person)" in told or "(title)" in told


def test_entries_of_a_record_go_on_below_their_text(folder: Path) -> None:
    shown = lines(folder, "exokb show 10.1186/s40364-019-0159-x")
    trials = shown[shown.index("trials it names") + 1 :]
    trials = trials[: trials.index("")]
    edge = len("  NCT03384433  ")
    names = [line[:edge].strip() for line in trials]
    assert [name for name in names if name] == [
        "NCT03384433", "NCT03437759", "NCT03562715", "NCT02138331", "NCT01159288", "NCT03830619"
    ]  # fmt: skip
    assert "" in names, "none of them is longer than a line: this test shows nothing"


def test_rules_are_named_without_repeating_the_claim(folder: Path) -> None:
    shown = lines(folder, "exokb show 34052737")
    (claim,) = (line.split() for line in shown if line.startswith("cargo") and "title" in line)
    assert claim[:5] == ["cargo", "mirna", "miRNA-361-5p", "title", "affirmed"]
    assert "/" not in claim[5]
