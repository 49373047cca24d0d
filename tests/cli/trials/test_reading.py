"""Looking at trials from the command line: what is printed, where it goes, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.services.trials.shelf import (
    BARE,
    ELSEWHERE,
    EYE,
    FORMER,
    HEART,
    KIDNEY,
    LUNG,
    OLDER,
    PROTOCOL,
    REPORT,
    REVIEW,
    UNREGISTERED,
)


def ids(cli: Cli, *arguments: str) -> list[str]:
    return cli("trials", "list", *arguments, "--format", "ids", "--sort", "number").lines


@pytest.mark.parametrize(
    ("arguments", "numbers"),
    [
        ((), [KIDNEY, EYE, LUNG, HEART, BARE]),
        (("--status", "completed,Unknown status"), [KIDNEY, EYE, LUNG]),
        (("--status", "recruiting, active, not recruiting"), [HEART]),
        (("--phase", "1/2", "--phase", "3"), [KIDNEY, HEART]),
        (("--msc",), [KIDNEY, EYE]),
        (("--msc", "--kind", "ev_biomarker"), [KIDNEY, EYE, LUNG]),
        (("--disease", "kidney", "--source", "adipose"), [KIDNEY]),
        (("--country", "Korea, Republic of", "--country", "iran"), [KIDNEY, EYE]),
        (("--since", "2022"), [KIDNEY, HEART]),
        (("--status", "completed", "--unpublished"), [EYE]),
        (("--published",), [KIDNEY, LUNG]),
        (("EudraCT 2019-009999-99", FORMER, LUNG), [KIDNEY, LUNG]),
        (("--as-of", "2019-12-31", "--status", "recruiting"), [KIDNEY, LUNG]),
    ],
    ids=lambda value: " ".join(value),
)
def test_selections(shelf: Cli, arguments: tuple[str, ...], numbers: list[str]) -> None:
    assert ids(shelf, *arguments) == numbers


def test_numbers_from_a_file(shelf: Cli, tmp_path: Path) -> None:
    (tmp_path / "numbers.txt").write_text(f"{EYE}, {LUNG}\nNCT99000404\n")
    said = shelf("trials", "list", f"@{tmp_path / 'numbers.txt'}", "--format", "ids", code=3)
    assert sorted(said.lines) == [EYE, LUNG]
    assert "NCT99000404: is no trial of this library" in said.err
    assert "exokb trials fetch NCT99000404" in said.err
    assert shelf("trials", "list", "NCT99000404", code=4).lines[1:] == []


def test_the_table_is_for_people(shelf: Cli) -> None:
    said = shelf("trials", "list", "--format", "table")
    assert re.search(
        rf"^{KIDNEY}\s+completed\s+1/2\s+28\s+Exosomes for .*Iran, .*2021-12\s+1\s+2022-02-01", said.out, re.M
    )
    assert re.search(rf"^{LUNG}\s+unknown", said.out, re.M)
    assert "5 trials: 2 completed" in said.err
    assert "the newest update of the registry among them is of 2024-06-01" in said.err
    said = shelf("trials", "list", "--format", "table", "--as-of", "2019-12-31")
    assert re.search(rf"^{EYE}\s+not known", said.out, re.M)
    assert "as known at 2019-12-31" in said.err
    assert "1 trial of these was registered by 2019-12-31" in said.err
    assert "nothing found" in shelf("trials", "list", "--format", "table", "--status", "suspended").err
    assert "1 to 2 of 5" in shelf("trials", "list", "--format", "table", "--limit", "2").err


def test_a_pipe_gets_tab_separated_values_with_guarded_cells(shelf: Cli) -> None:
    rows = list(csv.DictReader(io.StringIO(shelf("trials", "list").out), delimiter="\t", quoting=csv.QUOTE_NONE))
    kidney = next(row for row in rows if row["trial_id"] == KIDNEY)
    assert kidney["other_numbers"] == f"{FORMER}; {ELSEWHERE}"
    assert (kidney["publications"], kidney["papers"]) == (str(REPORT), f"{REPORT}; {REVIEW}; {PROTOCOL}")
    assert (kidney["registry_date"], kidney["shown"], kidney["observed"]) == ("2022-02-01", "2023-01-01", "2023-01-01")
    heart = next(row for row in rows if row["trial_id"] == HEART)
    assert heart["title"] == '\'=HYPERLINK("x")', "no spreadsheet runs it"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("list", "--status", "recruting"), "did you mean recruiting"),
        (("list", "--status", ""), "the value is empty"),
        (("list", "--as-of", "2999-01-01"), "is in the future"),
        (("list", "--as-of", "yesterday"), "is no date"),
        (("list", "--since", "2019:2020"), "is more than one date"),
        (("list", "--format", "docx"), "is no format"),
        (("list", "--format", "xlsx"), "a workbook needs a file"),
        (("list", "--format", "table", "-o", "x.csv"), "a table is for the terminal"),
        (("export", "-o", "x.docx"), "the ending .docx is no format"),
        (("export", "--bom", "--format", "json"), "a byte order mark has no place in json"),
        (("changes",), "since"),
        (("changes", "--since", "2019", "--format", "xlsx"), "no format of changes"),
        (("history", KIDNEY, "--format", "xlsx"), "no format of a history"),
        (("history", KIDNEY, "-o", "x.json"), "standard output only"),
        (("changes", "--since", "2019", "-o", "x.json"), "standard output only"),
    ],
)
def test_what_cannot_be_meant(shelf: Cli, arguments: tuple[str, ...], said: str) -> None:
    assert said in shelf("trials", *arguments, code=2).err


def test_a_library_without_trials_says_so(reader: Cli, bare: Cli) -> None:
    assert "nothing found" in reader("trials", "list", "--status", "suspended", "--format", "table").err
    assert "there is no library yet" in bare("trials", "list", code=4).err


# -- one trial


def test_show_tells_state_fields_evidence_papers_and_history(shelf: Cli) -> None:
    out = " ".join(shelf("trials", "show", KIDNEY).out.split())
    for told in (
        "status completed",
        "registry last update 2022-02-01; shown so on 2023-01-01; taken in on 2023-01-01, from clinicaltrials",
        "vesicles MSC-vesicle therapy",
        "people 28 (actual)",
        "countries Iran, Islamic Republic of",
        f"other numbers {ELSEWHERE}",
        f"former numbers {FORMER}",
        "source adipose adipose mesenchymal stem cell",
        f"publications 1 {REPORT}",
        f"names it: “{KIDNEY}” (abstract); listed by the registry: RESULT",
        "other papers that are linked 2",
        f"names it: “2019‑009999‑99” = {ELSEWHERE} (abstract); does not count: it is a review",
        "history 3 states seen",
        "2019-06-01 status not yet recruiting → recruiting; enrollment 40 → 30",
    ):
        assert told in out, told
    assert shelf("trials", "show", ELSEWHERE).out == shelf("show", FORMER).out == shelf("show", KIDNEY).out
    assert shelf("show", "EudraCT: 2019-009999-99", code=2).err, "words around it are no identifier"
    assert shelf("show", ELSEWHERE).out == shelf("show", KIDNEY).out
    assert len(shelf("trials", "show", KIDNEY, "--all").out) > len(shelf("trials", "show", KIDNEY).out)


def test_show_as_json_has_spans_that_point_at_the_words(shelf: Cli) -> None:
    document = json.loads(shelf("show", KIDNEY, "--json").out)
    (trial,) = document["trials"]
    assert (document["schema"], trial["trial"]["status"], trial["kind"]) == (1, "COMPLETED", "msc_ev_therapy")
    title = trial["trial"]["title"]
    assert any(found["field"] == "title" for found in trial["evidence"])
    for found in trial["evidence"]:
        if found["field"] == "title":
            assert title[found["start"] : found["end"]] == found["words"]
    assert [state["status"] for state in trial["history"]] == ["NOT_YET_RECRUITING", "RECRUITING", "COMPLETED"]
    assert trial["papers"][0]["links"][1]["type"] == "RESULT"


def test_show_of_a_paper_that_is_not_here_says_how_to_get_it(shelf: Cli) -> None:
    out = shelf("trials", "show", LUNG).out
    assert "990000106  not in the library" in out
    assert "`exokb fetch 990000106` brings them here" in out


def test_show_of_a_paper_tells_its_trials_with_both_proofs(shelf: Cli) -> None:
    out = " ".join(shelf("show", str(REPORT)).out.split())
    assert f"trials it names {KIDNEY} COMPLETED as of 2022-02-01" in out
    assert f"(“{KIDNEY}”, abstract; listed by the registry: RESULT)" in out
    out = " ".join(shelf("show", str(REVIEW)).out.split())
    assert f"{ELSEWHERE} COMPLETED as of 2022-02-01, registered as {KIDNEY}" in out


# -- history and changes


def test_history(shelf: Cli) -> None:
    rows = list(csv.DictReader(io.StringIO(shelf("trials", "history", KIDNEY, "--format", "csv").out)))
    assert [row["status"] for row in rows] == ["NOT_YET_RECRUITING", "RECRUITING", "COMPLETED"]
    assert rows[1]["changes"] == "status: NOT_YET_RECRUITING -> RECRUITING; enrollment: 40 -> 30"
    assert [(row["registry_date"], row["observed"]) for row in rows][1] == ("2019-06-01", "2023-01-02")
    out = " ".join(shelf("trials", "history", LUNG, "--format", "table").out.split())
    assert "2018-06-01 recruiting, completion 2019-12-31" in out
    assert "not seen so, but what the registry calls its last known status" in out
    assert "2020-06-01 status recruiting → unknown" in out
    document = json.loads(shelf("trials", "history", FORMER, "--format", "json").out)
    assert document["trials"][0]["states"][2]["changes"][0] == {
        "field": "status",
        "before": "RECRUITING",
        "after": "COMPLETED",
    }
    assert shelf("trials", "history", "NCT99000404", code=4).out == ""


def test_changes(shelf: Cli, tmp_path: Path) -> None:
    said = shelf("trials", "changes", "--since", "2020-01-01")
    rows = list(csv.DictReader(io.StringIO(said.out), delimiter="\t"))
    assert [(row["trial_id"], row["what"]) for row in rows if row["field"] in ("", "status")] == [
        (KIDNEY, "changed"), (EYE, "updated"), (LUNG, "changed"), (HEART, "registered")
    ]  # fmt: skip
    assert "of 5 trials since 2020-01-01: 2 changed, 1 registered, 1 updated without an earlier state here" in said.err
    assert "1 trial without any date" in said.err
    out = " ".join(shelf("trials", "changes", "--since", "2020", "--format", "table", "--msc").out.split())
    assert "changed since 2020-01-01: 1 trial" in out
    assert "2022-02-01 status recruiting → completed (taken in on 2023-01-01 from clinicaltrials)" in out
    assert "updated since, and not known here how they were before: 1 trial" in out
    assert HEART not in out
    document = json.loads(shelf("trials", "changes", HEART, "--since", "2020", "--format", "json").out)
    assert [change["what"] for change in document["changes"]] == ["registered"]
    target = tmp_path / "changes.csv"
    shelf("trials", "changes", "--since", "2020", "-o", str(target))
    assert len(target.read_text().splitlines()) == len(rows) + 1


# -- searching papers by their trials


@pytest.mark.parametrize(
    ("arguments", "pmids"),
    [
        (("--phase", "1/2"), [REPORT, REVIEW, PROTOCOL]),
        (("--phase", "phase 2", "--trial-status", "completed"), [REPORT, REVIEW, PROTOCOL, OLDER]),
        (("--phase", "3"), []),
        (("--trial-status", "any"), [REPORT, REVIEW, PROTOCOL, OLDER]),
        (("--trial-status", "none"), [UNREGISTERED]),
        (("--trial-status", "active, not recruiting, none"), [UNREGISTERED]),
        (("--design", "clinical_trial", "--trial-status", "none"), [UNREGISTERED]),
    ],
    ids=lambda value: " ".join(map(str, value)),
)
def test_search(shelf: Cli, arguments: tuple[str, ...], pmids: list[int]) -> None:
    assert sorted(shelf("search", *arguments, "--format", "ids").pmids) == sorted(pmids)
    assert "no value of phase" in shelf("search", "--phase", "5", code=2).err


def test_exports_tell_the_trials_that_a_search_asks_for(shelf: Cli) -> None:
    """A paper has a status in its columns if and only if it is found by that status."""
    rows = list(csv.DictReader(io.StringIO(shelf("export").out)))
    for status in ("COMPLETED", "RECRUITING", "UNKNOWN"):
        told = {int(row["pmid"]) for row in rows if status in row["trial_status"].split("; ")}
        assert told == set(shelf("search", "--trial-status", status, "--format", "ids").pmids), status
    by_pmid = {int(row["pmid"]): row for row in rows}
    assert by_pmid[OLDER]["trials"] == EYE, "the registry lists it, it names no trial"
    assert by_pmid[REVIEW]["trials"].split("; ") == [EYE, ELSEWHERE]
    assert by_pmid[REVIEW]["trial_status_date"] == "2021-05-01; 2022-02-01"
    records = {r["pmid"]: r for r in json.loads(shelf("export", "--format", "json").out)["records"]}
    assert records[OLDER]["trials"][0]["named"] is False
    assert records[REVIEW]["trials"][1]["registered_as"] == KIDNEY


# -- the whole library


def test_stats_and_doctor_know_trials(shelf: Cli) -> None:
    out = shelf("stats").out
    assert "rows\ttrial observation\t7" in out
    assert "trial kind\tmsc_ev_therapy\t2" in out
    assert "trials named by papers\tnot in the library\t0" in out
    said = shelf("doctor").out
    assert "7 states of 5 trials, taken in 2023-01-01 to" in said
    assert "4 of 5 are known only from files" in said
    assert "exokb trials refresh" in said
