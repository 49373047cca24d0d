"""``exokb list``: papers are put on lists, taken off, and shown in the order in which they were put there."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli


def test_a_list_keeps_its_order(cli: Cli) -> None:
    assert "2 added to later" in cli("list", "add", "later", "990000009", "PMC9900005").err
    assert "1 added to later" in cli("list", "add", "later", "990000009", "10.5555/arr.2016.0101").err
    assert cli("list", "show", "later", "--format", "ids").pmids == [990000009, 990000005, 990000002]
    assert "1 taken off later" in cli("list", "remove", "later", "990000005", "990000001").err
    assert cli("list", "show", "later", "--format", "ids").pmids == [990000009, 990000002]
    assert cli("search", "--list", "later", "--count").out == "2\n"


def test_all_lists(cli: Cli) -> None:
    cli("list", "add", "a b", "990000009")
    rows = list(csv.DictReader(io.StringIO(cli("list", "show").out), delimiter="\t"))
    assert [(row["list"], row["papers"]) for row in rows] == [("a b", "1"), ("kidney", "3")]
    assert [entry["list"] for entry in json.loads(cli("list", "show", "--format", "json").out)["lists"]] == [
        "a b", "kidney",
    ]  # fmt: skip


def test_every_format_and_a_table(reader: Cli) -> None:
    rows = list(csv.DictReader(io.StringIO(reader("list", "show", "kidney", "--format", "csv").out)))
    assert [row["pmid"] for row in rows] == ["990000033", "990000002", "990000004"]
    assert json.loads(reader("list", "show", "kidney", "--format", "json").out)["records"][1]["notices"] == ["erratum"]
    table = reader("list", "show", "kidney", "--format", "table").out
    assert "[ERRATUM]" in table
    assert table.index("990000033") < table.index("990000002")


@pytest.mark.parametrize(
    "content",
    [
        b"990000009, PMID: 990000010\n# a comment\n10.5555/arr.2016.0101\n",
        "\ufeff990000009\r\n990000010\r\n10.5555/arr.2016.0101".encode("utf-16"),
        b"990000009;990000010;10.5555/arr.2016.0101 # caf\xe9",
    ],
    ids=["plain", "utf-16", "latin-1"],
)
def test_papers_from_standard_input(cli: Cli, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    cli("list", "add", "piped", "-")
    assert cli("list", "show", "piped", "--format", "ids").pmids == [990000009, 990000010, 990000002]


def test_papers_that_are_not_there(cli: Cli) -> None:
    said = cli("list", "add", "new", "123", "nonsense", "990000009", code=3)
    assert "run `exokb fetch 123`" in said.err
    assert "'nonsense' is not an identifier" in said.err
    assert cli("list", "show", "new", "--format", "ids").pmids == [990000009]
    assert "0 added" in cli("list", "add", "other", "123", code=4).err
    assert "'other': is no reading list" in cli("list", "show", "other", code=4).err, "no list is made for nothing"
    assert cli("list", "add", "other", "NCT99000001", code=4).err


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\x1b[31mred"])
def test_names_that_are_none(cli: Cli, name: str) -> None:
    assert "cannot be a list's name" in cli("list", "add", name, "990000009", code=2).err


def test_lists_that_are_not_there(cli: Cli, bare: Cli) -> None:
    for arguments in (("show", "kidny"), ("remove", "kidny", "990000009")):
        assert "there is only 'kidney'" in cli("list", *arguments, code=4).err


def test_files_of_papers_that_cannot_be_read(cli: Cli) -> None:
    said = cli("list", "add", "new", "@missing.txt", code=2)
    assert "@missing.txt: the file cannot be read: No such file" in said.err
    assert "@.: the file cannot be read" in cli("list", "add", "new", "@.", code=2).err
    assert "cannot be read" in cli("list", "add", "new", "@~nobody-of-that-name/x", code=2).err


def test_a_file_of_something_else_is_not_repeated_on_the_terminal(cli: Cli) -> None:
    Path("noise").write_bytes(b"x" * 100_000 + b"\n" + b" ".join(b"word%d" % n for n in range(1_000)))
    said = cli("list", "add", "new", "@noise", code=2)
    assert len(said.err) < 10_000
    assert "more that failed" in said.err
