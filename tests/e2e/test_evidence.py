"""Tables, maps and measures as a person asks for them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.e2e.conftest import Exokb

FIXTURES = Path(__file__).parents[2] / "data" / "fixtures"


@pytest.fixture
def bundled(offline: Exokb) -> Exokb:
    offline.run("import", str(FIXTURES / "records.xml"))
    return offline


def test_the_evidence_table_in_every_format(bundled: Exokb) -> None:
    rows = list(csv.DictReader(io.StringIO(bundled.run("table", "--format", "csv", "--proof").stdout, newline="")))
    assert len(rows) == 27
    for row in rows:
        assert bool(row["disease"]) == bool(row["disease proof"])
    assert bundled.run("table", "--disease", "liver").stdout.startswith("study\tdisease\t")
    assert bundled.run("table", "--format", "markdown").stdout.startswith("| study | disease |")
    data = json.loads(bundled.run("table", "--format", "json", "--limit", "2").stdout)
    assert len(data["rows"]) == 2
    assert "written to" in bundled.run("table", "-o", "table.xlsx").stderr
    with zipfile.ZipFile(bundled.home / "table.xlsx") as book:
        assert ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    drawn = bundled.run("table", "32506351[pmid]", "--format", "table")
    assert "Rostom 2020" in drawn.stdout
    assert "nothing is proved for" in drawn.stderr
    assert "molecules" in drawn.stderr
    assert "the first 20" in bundled.run("table", "--format", "table").stderr
    assert "nothing found" in bundled.run("table", "notthere", "--format", "table").stderr


def test_what_cannot_be_a_table(bundled: Exokb) -> None:
    assert "no format" in bundled.run("table", "--format", "pdf", code=2).stderr
    assert "needs a file" in bundled.run("table", "--format", "xlsx", code=2).stderr
    assert "for the terminal" in bundled.run("table", "--format", "table", "-o", "x", code=2).stderr
    assert "did you mean kidney" in bundled.run("table", "--disease", "kidny", code=2).stderr


def test_maps_in_every_format(bundled: Exokb) -> None:
    done = bundled.run("map")
    header, *rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert header[0] == "disease / cargo"
    assert all(len(row) == len(header) for row in rows)
    assert "cells are gaps" in done.stderr
    data = json.loads(bundled.run("map", "--rows", "source", "--columns", "year", "--format", "json").stdout)
    assert data["records"] == 27
    listed = bundled.run("map", "--papers", "--relevance", "msc_ev").stdout.splitlines()
    assert all(
        len(line.split("\t")[3].split("; ")) == int(line.split("\t")[2]) for line in listed[1:] if line[-1] != "\t"
    )
    bundled.run("map", "-o", "map.svg")
    assert ET.parse(bundled.home / "map.svg").getroot().tag.endswith("svg")
    assert "·" in bundled.run("map", "--format", "table", "--level", "all").stdout
    assert "not shown: --top" in bundled.run("map", "--rows", "molecule", "--top", "1").stderr
    bundled.run("map", "-o", "map.png")
    assert (bundled.home / "map.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert "no format" in bundled.run("map", "--format", "pdf", code=2).stderr
    assert "write areas or all" in bundled.run("map", "--level", "deep", code=2).stderr


def test_measuring(bundled: Exokb) -> None:
    gold = bundled.home / "gold.jsonl"
    gold.write_text('{"id": "34096448", "cargo": ["mirna", "lipid"]}\n{"id": "990777777", "cargo": []}\n', "utf-8")
    done = bundled.run("eval", "gold.jsonl", code=3)
    assert "990777777" in done.stderr
    assert "cargo\tlipid\t0\t0\t1\t1.000\t0.000\t0.000\t" in done.stdout
    assert "34096448\tcargo\tlipid\tmissing" in done.stdout
    assert "missing" not in bundled.run("eval", "gold.jsonl", "--no-errors", code=3).stdout.split("\n", 1)[1]
    data = json.loads(
        bundled.run("eval", "gold.jsonl", "--json", "--records", str(FIXTURES / "records.xml"), code=3).stdout
    )
    assert data["errors"] == [{"record": "34096448", "facet": "cargo", "value": "lipid", "error": "missing"}]
    assert data["not_scored"] == ["PMID 990777777"]
    gold.write_text("{}", "utf-8")
    assert "line 1" in bundled.run("eval", "gold.jsonl", code=2).stderr
