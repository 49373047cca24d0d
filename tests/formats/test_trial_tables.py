"""Tables of trials as files, read back by other means than they were written with."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from exokb.formats.trial_columns import (
    HISTORY_COLUMNS,
    PAPER_COLUMNS,
    PRINTED,
    TRIAL_COLUMNS,
    TrialEntry,
    TrialLink,
    TrialPaper,
    TrialState,
)
from exokb.formats.trial_tables import CSV_FOR_EXCEL, TRIAL_WRITERS, TrialTable

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PAPER = TrialPaper(
    990000001, title="=Kites", year=2021, notices=("retracted",), reports=True, why="it names the trial",
    links=(
        TrialLink("named", number="2019-009999-99", field="abstract", words="2019‑009999‑99"),
        TrialLink("listed", type="RESULT"),
    ),
)  # fmt: skip
AWAY = TrialPaper(990000002, here=False, links=(TrialLink("listed", type="DERIVED"),))
ENTRIES = (
    TrialEntry(
        1, "NCT99000001",
        {"title": "+Kites | and wind", "status": "COMPLETED", "phases": ["PHASE1", "PHASE2"], "enrollment": 12,
         "conditions": ["Calm; no wind", "Storm"], "interventions": [{"type": "BIOLOGICAL", "name": "exosomes"}, {}],
         "updated": "2021-01-01", "why_stopped": "@home"},
        kind="msc_ev_therapy", terms={"disease": ("kidney",)}, numbers=(("2019-009999-99", "secondary"),),
        papers=(PAPER, AWAY), shown="2022-01-01", observed="2022-01-20",
    ),
    TrialEntry(2, "ISRCTN99000001", {"title": "Bare"}, as_of="2019-04-04", state_known=False),
)  # fmt: skip
STATES = {
    1: [
        TrialState("NCT99000001", "2020-01-01", "2020-01-01", None, "2022-01-20", "2022-01-20", "file",
                   {"status": "RECRUITING", "phases": ["PHASE1", "PHASE2"], "enrollment": 30}),
        TrialState(
            "NCT99000001", "2021-01-01", "2021-01-01", "2022-01-01", "2022-01-20", "2022-02-02", "clinicaltrials",
            {"status": "COMPLETED"}, (("status", "RECRUITING", "COMPLETED"), ("completion_date", None, "2021")),
            ("sponsor",),
        ),
    ]
}  # fmt: skip
TABLE = TrialTable(ENTRIES, datetime(2026, 11, 23, 12, tzinfo=UTC), "2019-04-04", ("a note",), lambda: STATES)


def written(name: str) -> bytes:
    return b"".join(TRIAL_WRITERS[name](TABLE))


def test_columns_are_named_once_and_described() -> None:
    for columns in (TRIAL_COLUMNS, HISTORY_COLUMNS, PAPER_COLUMNS):
        names = [column.name for column in columns]
        assert len(names) == len(set(names))
        assert all(column.description for column in columns)
    assert set(PRINTED) < {column.name for column in TRIAL_COLUMNS}


def test_csv_is_guarded_and_says_what_is_not_known() -> None:
    first, second = csv.DictReader(io.StringIO(written("csv").decode(), newline=""))
    assert list(first) == [column.name for column in TRIAL_COLUMNS]
    assert (first["title"], first["why_stopped"]) == ("'+Kites | and wind", "'@home"), "no spreadsheet runs it"
    assert first["conditions"].split("; ") == ["Calm, no wind", "Storm"]
    assert (first["interventions"], first["phases"]) == ("BIOLOGICAL: exosomes", "PHASE1; PHASE2")
    assert (first["publications"], first["papers"]) == ("990000001", "990000001; 990000002")
    assert (first["registry_date"], first["shown"], first["observed"]) == ("2021-01-01", "2022-01-01", "2022-01-20")
    assert (first["state_known"], second["state_known"], second["as_of"]) == ("yes", "no", "2019-04-04")
    assert (second["status"], second["url"]) == ("", "")
    assert b"".join(CSV_FOR_EXCEL(TABLE)) == b"\xef\xbb\xbf" + written("csv")


def test_tsv_ids_and_markdown() -> None:
    assert [line.split("\t")[0] for line in written("tsv").decode().splitlines()] == [
        "trial_id", "NCT99000001", "ISRCTN99000001"
    ]  # fmt: skip
    assert written("ids").decode().splitlines() == ["NCT99000001", "ISRCTN99000001"]
    lines = written("md").decode().splitlines()
    assert lines[0].replace("\\", "").strip("| ").split(" | ") == list(PRINTED)
    assert "+Kites \\| and wind" in lines[2]
    assert lines[-1] == "a note"


def test_json_has_lists_as_lists_and_proofs() -> None:
    document = json.loads(written("json"))
    assert (document["format"], document["version"], document["as_of"], document["notes"]) == (
        "exokb-trials", 1, "2019-04-04", ["a note"]
    )  # fmt: skip
    first, second = document["trials"]
    assert first["conditions"] == ["Calm; no wind", "Storm"]
    assert (first["title"], first["state_known"], second["state_known"]) == ("+Kites | and wind", True, False)
    assert first["other_numbers"] == [{"number": "2019-009999-99", "kind": "secondary"}]
    paper = first["papers"][0]
    assert (paper["publication"], paper["in_library"], first["papers"][1]["in_library"]) == (True, True, False)
    assert paper["links"][0]["proof"] == "names it: “2019‑009999‑99” = 2019-009999-99 (abstract)"
    assert [json.loads(line)["trial_id"] for line in written("jsonl").splitlines()] == ["NCT99000001", "ISRCTN99000001"]


def sheets(content: bytes) -> dict[str, list[list[str]]]:
    """Read a workbook without the library that wrote it: sheet -> rows of texts."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        shared = [
            "".join(part.text or "" for part in item.iter(f"{NAMESPACE}t"))
            for item in ET.fromstring(archive.read("xl/sharedStrings.xml"))
        ]
        names = [
            sheet.get("name") or ""
            for sheet in ET.fromstring(archive.read("xl/workbook.xml")).iter(f"{NAMESPACE}sheet")
        ]
        found = {}
        for at, name in enumerate(names, 1):
            root = ET.fromstring(archive.read(f"xl/worksheets/sheet{at}.xml"))
            assert not list(root.iter(f"{NAMESPACE}f")), "no cell is a formula"
            found[name] = [
                [
                    shared[int(cell.findtext(f"{NAMESPACE}v") or 0)]
                    if cell.get("t") == "s"
                    else cell.findtext(f"{NAMESPACE}v") or ""
                    for cell in row
                ]
                for row in root.iter(f"{NAMESPACE}row")
            ]
        return found


def test_workbook_has_trials_history_papers_and_what_the_columns_mean() -> None:
    found = sheets(written("xlsx"))
    assert list(found) == ["trials", "history", "papers", "about"]
    assert found["trials"][0] == [column.name for column in TRIAL_COLUMNS]
    assert "+Kites | and wind" in found["trials"][1]
    assert "https://clinicaltrials.gov/study/NCT99000001" in found["trials"][1]
    assert found["history"][0] == [column.name for column in HISTORY_COLUMNS]
    assert "status: RECRUITING -> COMPLETED; completion_date: none -> 2021" in found["history"][2]
    assert "PHASE1; PHASE2" in found["history"][1]
    assert found["papers"][0] == [column.name for column in PAPER_COLUMNS]
    assert (
        found["papers"][1][-1]
        == "names it: “2019‑009999‑99” = 2019-009999-99 (abstract); listed by the registry: RESULT"
    )
    about = [tuple(row) for row in found["about"]]  # empty cells are not there
    assert ("state", "as known at 2019-04-04") in about
    assert ("note", "a note") in about
    described = {row[1] for row in about if row[0] == "sheet trials"}
    assert described == {column.name for column in TRIAL_COLUMNS}


@pytest.mark.parametrize("name", sorted(TRIAL_WRITERS))
def test_no_trials_make_a_file_all_the_same(name: str) -> None:
    empty = b"".join(TRIAL_WRITERS[name](TrialTable((), TABLE.made)))
    assert empty or name in ("jsonl", "ids")
