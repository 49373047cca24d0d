"""Deciding on evidence as a person does it: with commands and keys."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Exokb

FIXTURES = Path(__file__).parents[2] / "data" / "fixtures"


@pytest.fixture
def bundled(offline: Exokb) -> Exokb:
    offline.run("import", str(FIXTURES / "records.xml"))
    return offline


def decisions(exokb: Exokb) -> list[tuple[str, str, str]]:
    return [
        (f"{facet}:{value}", verdict, note)
        for facet, value, verdict, note in exokb.query(
            "SELECT t.facet, t.value, d.verdict, d.note FROM decision d JOIN term t ON t.id = d.term_id"
            " JOIN record r ON r.id = d.record_id WHERE r.pmid IS NOT NULL ORDER BY d.id"
        )
    ]


def exported(exokb: Exokb, pmid: str) -> dict[str, str]:
    text = exokb.run("export", f"{pmid}[pmid]", "--format", "csv").stdout
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    return row


def test_decisions_outlive_importing_and_annotating_again(bundled: Exokb) -> None:
    bundled.run("tag", "32506351", "disease:kidney", "--reject", "disease:liver_fibrosis", "--note", "read in full")
    before = exported(bundled, "32506351")
    assert "disease:kidney confirmed (" in before["decisions"]
    assert ": read in full)" in before["decisions"]
    assert "kidney" in before["disease"].split("; ")
    assert "liver_fibrosis" not in before["disease"].split("; ")
    revised = bundled.home / "revised.xml"
    text = (FIXTURES / "records.xml").read_text("utf-8")
    assert text.count("Versus Mesenchymal") == 1
    revised.write_text(text.replace("Versus Mesenchymal", "against Mesenchymal"), "utf-8")
    assert "1 updated" in bundled.run("import", "revised.xml").stderr
    bundled.run("annotate", "--all")
    after = exported(bundled, "32506351")
    assert "against" in after["title"]
    assert {**after, "title": before["title"]} == before
    data = json.loads(bundled.run("export", "32506351[pmid]", "--format", "json").stdout)
    (record,) = data["records"]
    assert "; ".join(record["decisions"]) == before["decisions"]


def test_decisions_outlive_fetching_again(exokb: Exokb) -> None:
    exokb.run("fetch", "990000003")
    exokb.run("tag", "990000003", "cargo:lipid", "--note", "Figure 2")
    before = exported(exokb, "990000003")
    assert "cargo:lipid confirmed (" in before["decisions"]
    exokb.change("UPDATE record SET document = json_set(document, '$.issue', '99') WHERE pmid = 990000003")
    assert exported(exokb, "990000003")["issue"] == "99"
    assert "1 updated" in exokb.run("fetch", "990000003", "--refresh").stderr
    assert exported(exokb, "990000003") == before


def test_tagging(bundled: Exokb) -> None:
    done = bundled.run(
        "tag", "32506351", "PMID:33368666", "disease:Liver", "molecule:hsa-miR-21-5p", "--reject", "cargo:mirna",
        "--note", "read in full",
    )  # fmt: skip
    assert "PMID:32506351: molecules:miR-21-5p confirmed" in done.stderr
    assert len(decisions(bundled)) == 6
    assert {note for _, _, note in decisions(bundled)} == {"read in full"}
    assert "6 decided so before" in bundled.run(
        "tag", "32506351", "33368666", "disease:liver", "molecules:miR-21-5p", "--reject", "cargo:mirna", "--note",
        "read in full",
    ).stderr  # fmt: skip
    shown = bundled.run("show", "32506351")
    assert re.search(r"cargo:mirna +reject +", shown.stdout)
    data = json.loads(bundled.run("show", "32506351", "--json").stdout)
    assert [(d["value"], d["verdict"], d["latest"]) for d in data["decisions"]] == [
        ("mirna", "reject", True), ("liver", "confirm", True), ("miR-21-5p", "confirm", True),
    ]  # fmt: skip
    bundled.run("tag", "32506351", "--withdraw", "cargo:mirna")
    assert "cargo:mirna" not in bundled.run("show", "32506351").stdout
    bundled.run("annotate", "--all")
    assert "disease:liver confirmed (" in bundled.run("export", "32506351[pmid]", "--format", "csv").stdout
    assert "--- " not in bundled.run("show", "32506351").stdout


def test_what_cannot_be_tagged(bundled: Exokb) -> None:
    assert "did you mean kidney" in bundled.run("tag", "32506351", "disease:kidny", code=2).stderr
    assert "did you mean disease" in bundled.run("tag", "32506351", "diseases:kidney", code=2).stderr
    assert "nothing to decide" in bundled.run("tag", "32506351", code=2).stderr
    assert "no paper" in bundled.run("tag", "disease:kidney", code=2).stderr
    assert "'kidney' is none" in bundled.run("tag", "32506351", "--reject", "kidney", code=2).stderr
    assert "twice" in bundled.run("tag", "32506351", "cargo:mirna", "--reject", "cargo:mirna", code=2).stderr
    assert "990777777" in bundled.run("tag", "990777777", "disease:kidney", code=4).stderr
    assert decisions(bundled) == []
    assert "990777777" in bundled.run("tag", "990777777", "32506351", "disease:kidney", code=3).stderr
    assert decisions(bundled) == [("disease:kidney", "confirm", "")]


def test_reviewing_with_keys_from_a_pipe(bundled: Exokb) -> None:
    done = bundled.run("review", "--facet", "disease", "--uncertain", given="y\nxn s u q")
    assert "'x' means nothing here" in done.stderr
    assert "1 confirmed, 1 rejected" in done.stderr
    assert [verdict for _, verdict, _ in decisions(bundled)] == ["confirm", "reject"]
    assert "»" in done.stdout
    done = bundled.run("review", "--facet", "disease", "--limit", "2", given="nu")
    assert [verdict for _, verdict, _ in decisions(bundled)][2:] == ["reject", "withdraw"]
    assert "nothing decided; 2 of 2 left" in done.stderr
    assert "nothing to undo" in bundled.run("review", "--facet", "disease", given="u").stderr
    assert "0 of 0 left" in bundled.run("review", "--facet", "disease", "--disease", "oral", given="").stderr


def test_a_key_is_enough_on_a_terminal(bundled: Exokb) -> None:
    theirs, ours = pty.openpty()
    process = bundled.start("review", "--facet", "disease", stdin=ours)
    os.close(ours)
    told: list[str] = []
    assert process.stderr is not None
    reader = threading.Thread(target=told.extend, args=(process.stderr,))
    reader.start()
    try:
        # A key pressed before it is asked for is thrown away, so it is pressed until it is heard.
        _press(theirs, b"y", until=lambda: any("confirmed" in line for line in told))
        _press(theirs, b"q", until=lambda: process.poll() is not None)
    finally:
        process.kill()
        reader.join()
        process.communicate()
        os.close(theirs)
    assert process.returncode == 0, told
    assert {verdict for _, verdict, _ in decisions(bundled)} == {"confirm"}


def _press(terminal: int, key: bytes, *, until: Callable[[], bool]) -> None:
    for _ in range(100):
        os.write(terminal, key)
        time.sleep(0.3)
        if until():
            return
    raise AssertionError(f"{key!r} was not heard")
