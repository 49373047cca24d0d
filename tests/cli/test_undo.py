"""Lists as a reviewer keeps them, and going back: what was done is told, and can be taken back."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

from tests.cli.conftest import Cli


def items(cli: Cli) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(cli.library)) as raw:
        return raw.execute(
            "SELECT list, pmid, read_status, rating, decision, reason, stage, note FROM reading_lists"
            " ORDER BY list, position"
        ).fetchall()


def test_a_screening_is_kept_and_each_step_can_be_taken_back(cli: Cli) -> None:
    start = items(cli)
    assert cli("list", "set", "kidney", "990000033", "--include", "--status", "read", "--rating", "5").err == (
        "1 paper changed on kidney\n"
    )
    cli("list", "set", "kidney", "990000002", "--exclude", "no vesicles", "--full-text", "--note", "see methods")
    said = {row[1]: row[2:] for row in items(cli)}
    assert said[990000033] == ("read", 5, "include", "", "title/abstract", "")
    assert said[990000002] == ("to read", None, "exclude", "no vesicles", "full text", "see methods")
    log = cli("log").out.splitlines()
    assert log[0].split("\t") == ["number", "when (UTC)", "command", "what", "undo"]
    assert log[1].split("\t")[2:] == [
        "list set",
        "list kidney, papers PMID:990000002, decision exclude, reason no vesicles, stage full text, note see methods",
        "can be undone",
    ]
    assert "undone: list set" in cli("undo").err
    assert "undone: list set" in cli("undo").err
    assert items(cli) == start


def test_a_deleted_list_comes_back_and_goes_again(cli: Cli) -> None:
    start = items(cli)
    assert "3 papers on it" in cli("list", "delete", "kidney").err
    assert items(cli) == []
    assert "(1 reading list, 3 reading list items put back)" in cli("undo").err
    assert items(cli) == start
    entry = json.loads(cli("log", "--json", "--limit", "1").out)["activities"][0]
    assert (entry["command"], entry["detail"]["command"]) == ("undo", "list delete")
    assert "undone: undo" in cli("undo", str(entry["id"])).err, "an undo can be undone"
    assert items(cli) == []


def test_lists_are_made_renamed_merged_and_compared(cli: Cli) -> None:
    cli("list", "create", "renal", "--description", "for the update")
    cli("list", "add", "renal", "990000002", "990000001")
    cli("list", "set", "kidney", "990000004", "--note", "good")
    said = cli("list", "diff", "kidney", "renal")
    assert [line.split("\t")[:2] for line in said.out.splitlines()[1:]] == [
        ["only kidney", "990000033"], ["only kidney", "990000004"], ["only renal", "990000001"], ["both", "990000002"],
    ]  # fmt: skip
    assert cli("list", "merge", "renal", "kidney").err == "2 added to renal\n"
    assert [row[-1] for row in items(cli) if row[:2] == ("renal", 990000004)] == ["good"]
    cli("list", "rename", "renal", "update 2026")
    assert {row[0] for row in items(cli)} == {"kidney", "update 2026"}
    assert "is there already" in cli("list", "rename", "kidney", "update 2026", code=6).err
    assert "is there already" in cli("list", "create", "kidney", code=6).err
    assert "is no reading list" in cli("list", "merge", "kidney", "nothing", code=4).err


def test_what_cannot_be_undone_is_told(cli: Cli) -> None:
    cli("list", "add", "kidney", "990000001")
    cli("list", "set", "kidney", "990000001", "--rating", "3")
    log = json.loads(cli("log", "--json").out)["activities"]
    added = next(entry["id"] for entry in log if entry["command"] == "list add")
    before = items(cli)
    assert "has been changed since" in cli("undo", str(added), code=6).err
    assert items(cli) == before
    imported = next(entry["id"] for entry in log if entry["command"] == "import")
    assert "changes no reading list" in cli("undo", str(imported), code=6).err
    assert "is not in the log" in cli("undo", "999", code=4).err
    cli("undo")
    newest = json.loads(cli("log", "--json", "--limit", "1").out)["activities"][0]["detail"]["activity"]
    assert "was undone before" in cli("undo", str(newest), code=6).err


def test_with_nothing_to_undo(bare: Cli) -> None:
    assert "there is no library yet" in bare("undo", code=4).err
    assert not bare.library.exists()


def test_what_is_said_must_be_one_thing_and_of_papers_on_the_list(cli: Cli) -> None:
    assert "nothing is said" in cli("list", "set", "kidney", "990000033", code=2).err
    assert "one of the three" in cli("list", "set", "kidney", "990000033", "--include", "--undecided", code=2).err
    assert "there are to read" in cli("list", "set", "kidney", "990000033", "--status", "skimmed", code=2).err
    said = cli("list", "set", "kidney", "990000033", "990000001", "--include", code=3)
    assert "PMID:990000001: is not on the list 'kidney'" in said.err
    assert "1 paper changed" in said.err
