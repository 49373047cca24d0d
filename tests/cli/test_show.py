"""``exokb show``: one record with its evidence, its notices, its trials and its citations."""

from __future__ import annotations

import json

import pytest

from exokb.cli.show import merge_spans
from tests.cli.conftest import Cli
from tests.upstream import Corpus


def test_every_way_to_name_a_record(reader: Cli) -> None:
    by_pmid = reader("show", "990000002").out
    assert "miR-21-5p" in by_pmid
    for name in ("PMID: 990000002", "10.5555/ARR.2016.0101", "https://doi.org/10.5555/arr.2016.0101", "PMC9900002"):
        assert reader("show", name).out == by_pmid, name


def test_what_is_known_of_it(reader: Cli) -> None:
    out = " ".join(reader("show", "990000002").out.split())
    assert "!! ERRATUM" in out
    assert "PMID 990000036" in out, "the notice itself"
    assert "acute_kidney_injury" in out
    assert "cited here by" in out
    assert "990000001" in out
    out = " ".join(reader("show", "990000004").out.split())
    assert "NCT99000001 COMPLETED as of 2025-03-01" in out
    out = " ".join(reader("show", "990000033").out.split())
    assert "NCT99000003 not here" in out


def test_references_are_shortened_unless_all_are_asked_for(reader: Cli) -> None:
    out = reader("show", "990000001").out
    assert "990000002" in out
    assert len(reader("show", "990000001", "--all").out) >= len(out)


def test_json_is_versioned_and_its_spans_point_at_the_words(reader: Cli, corpus: Corpus) -> None:
    for pmid in (990000002, 990000034, 990000038, 990000043):
        view = json.loads(reader("show", str(pmid), "--json").out)
        assert view["schema"] == 1
        assert view["record"]["pmid"] == pmid
        title = view["record"]["title"]
        for found in view["evidence"]:
            if found["field"] == "title":
                assert title[found["start"] : found["end"]] == found["words"]
    assert json.loads(reader("show", "990000034", "--json").out)["notices"] == ["retracted"]
    view = json.loads(reader("show", "990000004", "--json").out)
    assert [(trial["trial_id"], trial["status"]) for trial in view["trials"]] == [("NCT99000001", "COMPLETED")]


def test_evidence_is_marked(reader: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = reader("show", "990000002").out
    assert "\x1b" not in plain
    monkeypatch.setenv("FORCE_COLOR", "1")
    marked = reader("show", "990000002", "--evidence").out
    assert "\x1b[" in marked
    monkeypatch.setenv("NO_COLOR", "1")
    bare = reader("show", "990000002", "--evidence").out
    assert ";43m" not in bare
    assert "»" in bare
    assert "»" not in reader("show", "990000002").out


def test_marks_are_where_the_words_are_and_what_was_rejected_is_marked_otherwise(cli: Cli) -> None:
    view = json.loads(cli("show", "990000002", "--json").out)
    title, words = view["record"]["title"], [e for e in view["evidence"] if e["field"] == "title"]
    (injury,) = {e["words"] for e in words if e["value"] == "acute_kidney_injury"}
    shown = " ".join(cli("show", "990000002", "--evidence").out.split())
    assert f"»{injury}«" in shown
    assert title in shown.replace("»", "").replace("«", "").replace("›", "").replace("‹", "")
    terms = {f"{e['facet']}:{e['value']}" for e in words if e["words"] == injury}
    for term in sorted(terms):
        cli("tag", "990000002", "--reject", term)
    again = " ".join(cli("show", "990000002", "--evidence").out.split())
    assert f"›{injury}‹" in again


@pytest.mark.parametrize(
    ("spans", "merged"),
    [
        ([(5, 7), (0, 3)], [(0, 3), (5, 7)]),
        ([(0, 4), (2, 3), (4, 6)], [(0, 6)]),
        ([(1, 2), (1, 2)], [(1, 2)]),
        ([], []),
    ],
)
def test_spans_that_overlap_are_joined(spans: list[tuple[int, int]], merged: list[tuple[int, int]]) -> None:
    assert merge_spans(spans) == merged


def test_what_cannot_be_shown(reader: Cli) -> None:
    assert "run `exokb fetch 123`" in reader("show", "123", code=4).err
    assert "run `exokb fetch 10.5555/nowhere`" in reader("show", "10.5555/nowhere", code=4).err
    assert "`exokb search NCT99000003` finds the papers" in reader("show", "NCT99000003", code=4).err
    assert "'ABC123' is not an identifier" in reader("show", "ABC123", code=2).err
    assert "it is empty" in reader("show", "", code=2).err
    assert "IDENTIFIER" in reader("show", code=2).err
