"""The commands of the README and the tutorial do what these pages say."""

from __future__ import annotations

import re
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from rich.text import Text

from tests.docs.documented import Step, console_steps, is_shown, shell_commands, sql_statements
from tools.environment import ROOT
from tools.reference_commands import root_command, root_context, subcommands
from tools.terminal import Screen, reader_environment, run_in_terminal

PAGES = [ROOT / "README.md", ROOT / "docs" / "tutorial.md"]
ALL_PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_reader_who_follows_the_page_sees_what_it_shows(page: Path, tmp_path: Path) -> None:
    steps = console_steps(page.read_text("utf-8"))
    assert any(step.command.startswith("exokb ") for step in steps)
    environment = reader_environment(tmp_path / "home", colour=False)
    # All sources in the environment point nowhere: the tour is said to need no network.
    environment |= {f"EXOKB_{name}_URL": "http://127.0.0.1:9/" for name in ("ENTREZ", "IDCONV", "ICITE", "EUROPEPMC",
                                                                         "CROSSREF", "TRIALS")}  # fmt: skip
    folder = tmp_path / "reader"
    folder.mkdir()
    for step in steps:
        assignment = re.fullmatch(r"export (\w+)=(\S+)", step.command)
        if assignment:
            environment[assignment[1]] = assignment[2]
            continue
        screen = run_in_terminal(step.command, cwd=folder, environment=environment)
        where = f"{named(page)}:{step.line}: $ {step.command}"
        assert screen.code == 0, f"{where}\nended with {screen.code}:\n{screen.stderr}"
        assert not step.shown or shows(screen, step), f"{where}\nshowed:\n{screen.stdout}{screen.stderr}"


def shows(screen: Screen, step: Step) -> bool:
    out, said = Text.from_ansi(screen.stdout).plain.rstrip("\n"), screen.stderr.rstrip("\n")
    return any(is_shown(seen, step.shown) for seen in (out, said, f"{out}\n{said}", f"{said}\n{out}"))


def test_the_sql_of_the_tutorial_finds_something(tmp_path: Path) -> None:
    environment = reader_environment(tmp_path / "home", colour=False)
    made = run_in_terminal("exokb demo tour.exokb", cwd=tmp_path, environment=environment)
    assert made.code == 0, made.stderr
    statements = sql_statements((ROOT / "docs" / "tutorial.md").read_text("utf-8"))
    with closing(sqlite3.connect(tmp_path / "tour.exokb")) as library:
        found = [len(library.execute(statement).fetchall()) for statement in statements]
    assert all(found), dict(zip(statements, found, strict=True))


def option_names() -> dict[str, set[str]]:
    """Every command with the options it takes."""
    found: dict[str, set[str]] = {}
    waiting = [(root_command(), root_context(root_command()))]
    while waiting:
        command, context = waiting.pop()
        found[context.command_path] = {
            name for parameter in command.get_params(context) for name in (*parameter.opts, *parameter.secondary_opts)
        }
        waiting += subcommands(command, context)
    return found


def faults(command: str, known: dict[str, set[str]]) -> list[str]:
    """What is wrong with an ``exokb`` command line that is not run."""
    words = shlex.split(command, comments=True)
    path = words[0]
    for word in words[1:]:
        if f"{path} {word}" not in known:
            break
        path += f" {word}"
    if path == "exokb":
        return [f"{command}: no such command"]
    used = {word.split("=")[0] for word in words if re.match(r"--[a-z]|-[A-Za-z]$", word)}
    return [f"{command}: no such option: {option}" for option in sorted(used - known[path])]


@pytest.mark.parametrize("page", ALL_PAGES, ids=named)
def test_commands_that_need_the_network_exist_with_their_options(page: Path) -> None:
    lines = [step.command for step in shell_commands(page.read_text("utf-8")) if step.command.startswith("exokb ")]
    known = option_names()
    assert [fault for line in lines for fault in faults(line, known)] == []


def test_a_misspelt_command_or_option_would_be_seen() -> None:
    known = option_names()
    assert faults("exokb serch x", known) == ["exokb serch x: no such command"]
    assert faults("exokb search --desease kidney", known) == [
        "exokb search --desease kidney: no such option: --desease"
    ]
    assert faults("exokb search 'a --b' --sort -date -o x.csv", known) == []
