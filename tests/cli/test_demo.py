"""``exokb demo`` as its first reader meets it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tools.terminal import Screen, reader_environment, run_in_terminal


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Screen]:
    folder = tmp_path_factory.mktemp("demo")
    return folder, demo(folder, "exokb demo tour.exokb")


def demo(folder: Path, command: str) -> Screen:
    return run_in_terminal(command, cwd=folder, environment=reader_environment(folder / "home", colour=False))


def test_all_goes_well(shown: tuple[Path, Screen]) -> None:
    _, screen = shown
    assert screen.code == 0, screen.stderr
    assert screen.stderr.startswith("28 papers and 39 trials that came with exokb are now in tour.exokb.\n")
    assert "exokb: " not in screen.stderr


def test_what_it_says_it_runs_is_what_it_shows(shown: tuple[Path, Screen]) -> None:
    folder, screen = shown
    commands = [line.removeprefix("$ ") for line in screen.stderr.splitlines() if line.startswith("$ exokb search")]
    assert len(commands) == 3
    answers = "".join(demo(folder, f"{command} --db tour.exokb").stdout for command in commands)
    assert screen.stdout.startswith(answers)


def test_the_table_holds_what_the_search_finds(shown: tuple[Path, Screen]) -> None:
    folder, screen = shown
    assert "-o tour-kidney.csv" in screen.stderr
    with (folder / "tour-kidney.csv").open(encoding="utf-8", newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert row["doi"] == "10.1186/s40364-019-0159-x"
    assert "kidney" in row["disease"].split("; ")
    assert "RECRUITING" in row["trial_status"].split("; ")


def test_on_a_terminal_lines_of_the_table_are_cut(shown: tuple[Path, Screen]) -> None:
    _, screen = shown
    header, row = screen.stdout.splitlines()[-2:]
    assert header.startswith("pmid,doi,")
    assert row.startswith(",10.1186/")
    assert len(header) == len(row) == 100
    assert header.endswith("…")


def test_piped_together_questions_stand_above_their_answers(tmp_path: Path) -> None:
    lines = demo(tmp_path, "exokb demo tour.exokb 2>&1 | cat").stdout.splitlines()
    places = [
        next(n for n, line in enumerate(lines) if text in line)
        for text in ("are now in", "--disease kidney", "10.1186/", "--cargo mirna", "34096448", "-o tour", "pmid,doi,")
    ]
    assert places == sorted(places)
    assert not next(line for line in lines if line.startswith("pmid,doi,")).endswith("…")


@pytest.mark.parametrize("name", ["tour.exokb", "tour-kidney.csv"])
def test_it_never_touches_a_file_that_is_there(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine", "utf-8")
    screen = demo(tmp_path, "exokb demo tour.exokb")
    assert screen.code == 6
    assert f"{name}: is there already" in screen.stderr
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [name]
    assert (tmp_path / name).read_text("utf-8") == "mine"
