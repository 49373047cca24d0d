"""Fetching trials as a person does it, and what is in the library after a kill."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.conftest import Exokb
from tests.upstream import Corpus, Fault, Upstream, bulk_trials

COUNT = 350
MOMENTS = (0.6, 1.2, 2.0, 3.0, 4.2)


def trials_of(exokb: Exokb) -> set[str]:
    return {row[0] for row in exokb.query("SELECT trial_id FROM trial")}


def test_every_way_to_name_trials(exokb: Exokb, tmp_path: Path) -> None:
    (tmp_path / "numbers.txt").write_text("NCT99000002, nct99000003\n# a comment\nNCT 99000002\n")
    done = exokb.run("trials", "fetch", "https://clinicaltrials.gov/study/NCT99000001", "@numbers.txt")
    assert trials_of(exokb) == {"NCT99000001", "NCT99000002", "NCT99000003"}
    assert "trials: 3 added" in done.stderr
    done = exokb.run("trials", "fetch", "--query", "exosomes", "--condition", "Amyotrophic Lateral Sclerosis")
    assert "ClinicalTrials.gov announced 2 trials" in done.stderr
    assert len(trials_of(exokb)) == 5
    done = exokb.run("trials", "fetch", "--intervention", "exosomes", "--dry-run")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["3", "3", "0", "0"]


def test_every_trial_that_papers_name(exokb: Exokb, upstream: Upstream) -> None:
    exokb.run("fetch", "990000001", "--references", code=3)
    named = {row[0] for row in exokb.query("SELECT number FROM trial_links WHERE via = 'named'")}
    assert "NCT99000001" in named
    exokb.run("trials", "fetch", "--from-library")
    assert trials_of(exokb) == {number for number in named if number.startswith("NCT")}
    upstream.requests.clear()
    done = exokb.run("trials", "fetch", "--from-library")
    assert f"{len(trials_of(exokb))} in the library already" in done.stderr
    assert len(upstream.requests) == 0


def test_what_goes_wrong_is_told_item_by_item_and_the_rest_goes_on(exokb: Exokb, upstream: Upstream) -> None:
    trials = upstream.corpus.trials
    trials["NCT99000001"] = replace(trials["NCT99000001"], aliases=("NCT99000091",))
    trials["NCT99000002"] = replace(trials["NCT99000002"], status="")
    trials["NCT99000003"] = replace(trials["NCT99000003"], spoilt=True)
    done = exokb.run(
        "trials", "fetch", "NCT99000091", "NCT99000002", "NCT99000003", "NCT99000004", "NCT99009999", "990000002",
        "nonsense", code=3,
    )  # fmt: skip
    assert "NCT99000091: is NCT99000001 now" in done.stderr
    assert "NCT99000002: the registry gives no status" in done.stderr
    assert "NCT99000003" in done.stderr
    assert "is not a whole number" in done.stderr
    assert "NCT99009999: no trial has this number" in done.stderr
    assert "'990000002'" in done.stderr
    assert "'nonsense'" in done.stderr
    assert trials_of(exokb) == {"NCT99000001", "NCT99000002", "NCT99000004"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "nothing is given to fetch"),
        (("--query", " "), "the text is empty"),
        (("NCT99000001", "--limit", "3"), "there is none"),
        (("990000002",), "no NCT number"),
    ],
)
def test_what_cannot_be_meant(exokb: Exokb, arguments: tuple[str, ...], said: str) -> None:
    assert said in exokb.run("trials", "fetch", *arguments, code=2).stderr


def test_a_moved_number_alone_is_worth_a_look(exokb: Exokb, upstream: Upstream) -> None:
    trials = upstream.corpus.trials
    trials["NCT99000001"] = replace(trials["NCT99000001"], aliases=("NCT99000091",))
    assert "is NCT99000001 now" in exokb.run("trials", "fetch", "NCT99000091", code=3).stderr
    exokb.run("trials", "fetch", "NCT99000091")


def test_refresh_writes_what_changed(exokb: Exokb, upstream: Upstream) -> None:
    exokb.run("trials", "fetch", "NCT99000001", "NCT99000002")
    assert "2 seen in these data already" in exokb.run("trials", "refresh").stderr
    trials = upstream.corpus.trials
    trials["NCT99000002"] = replace(trials["NCT99000002"], status="COMPLETED", updated="2026-03-01")
    upstream.corpus.registry_timestamp = "2026-03-09T09:00:05"
    plan = exokb.run("trials", "refresh", "--dry-run").stdout
    assert "2  trials to ask for" in plan
    done = exokb.run("trials", "refresh")
    assert done.stdout.splitlines() == [
        "trial\tfield\tbefore\tafter\tregistry date",
        "NCT99000002\tstatus\tACTIVE_NOT_RECRUITING\tCOMPLETED\t2026-03-01",
    ]
    assert "trials: 1 updated, 1 unchanged" in done.stderr
    assert "1 trial changed" in done.stderr
    assert "data of 2026-03-09" in done.stderr
    del trials["NCT99000001"]
    upstream.corpus.registry_timestamp = "2026-03-10T09:00:05"
    done = exokb.run("trials", "refresh", code=3)
    assert "NCT99000001" in done.stderr
    assert trials_of(exokb) == {"NCT99000001", "NCT99000002"}
    commands = exokb.query("SELECT command, detail FROM activity ORDER BY id")
    assert [command for command, _ in commands][-1] == "trials refresh"
    assert json.loads(commands[-1][1])["failed"] == ["NCT99000001"]


def test_refresh_of_what_is_not_there(exokb: Exokb) -> None:
    exokb.run("trials", "refresh", code=4)
    exokb.run("trials", "fetch", "NCT99000001")
    assert "NCT99000002 is" in exokb.run("trials", "refresh", "NCT99000002", code=4).stderr.replace(":", "")
    exokb.run("trials", "refresh", "NCT99000001", "NCT99000002", code=3)
    exokb.run("trials", "refresh", "990000002", code=2)


def test_nobody_there(offline: Exokb) -> None:
    assert "clinicaltrials" in offline.run("trials", "fetch", "NCT99000001", code=5).stderr
    assert "clinicaltrials" in offline.run("trials", "fetch", "--query", "exosome", code=5).stderr


def test_secrets_stay_secret(exokb: Exokb, upstream: Upstream) -> None:
    key, email = "0123456789abcdef0123456789abcdef0123", "reviewer@example.org"
    exokb.environment = {**exokb.environment, "NCBI_EMAIL": email}
    shown = exokb.run("trials", "fetch", "NCT99000001", "NCT99009999", code=3)
    upstream.faults.always("trials", Fault.SERVER_ERROR)
    failed = exokb.run("trials", "fetch", "NCT99000002", code=5)
    sent = "".join(entry.path + str(dict(entry.request.headers)) for entry in upstream.requests)
    stored = exokb.library.read_bytes()
    for secret in (key, email):
        assert secret not in shown.stdout + shown.stderr + failed.stdout + failed.stderr
        assert secret not in sent, "the registry asks for neither"
        assert secret.encode() not in stored


@pytest.mark.parametrize("seconds", MOMENTS)
def test_killed_and_taken_up_again(tmp_path: Path, seconds: float) -> None:
    with Upstream(Corpus((), bulk_trials(COUNT)), latency=0.1) as upstream:
        exokb = Exokb(tmp_path, upstream.environment())
        wanted = set(upstream.corpus.trials)
        (tmp_path / "numbers.txt").write_text("\n".join(sorted(wanted)))
        exokb.kill_after(seconds, "trials", "fetch", "@numbers.txt")
        there = exokb.library.exists() and exokb.query("SELECT 1 FROM sqlite_master WHERE name = 'trial_observation'")
        stored = trials_of(exokb) if there else set()
        assert len(stored) % 100 in (0, COUNT % 100), "a reply is stored as a whole"
        if stored:
            assert exokb.query("PRAGMA quick_check") == [("ok",)]
            half = "SELECT count(*) FROM trial_observation WHERE payload_id IS NULL"
            assert exokb.query(half) == [(0,)]
        upstream.requests.clear()
        exokb.run("trials", "fetch", "@numbers.txt")
        assert trials_of(exokb) == wanted
        assert upstream.requests.count("trials") == -(-(COUNT - len(stored)) // 100), (
            "what is stored is not asked again"
        )
        assert exokb.query("SELECT count(*) FROM trial_observation") == [(COUNT,)]
