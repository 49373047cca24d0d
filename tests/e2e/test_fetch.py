"""Fetching as a person does it: every way in, every way it can go wrong, and what is in the library afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.conftest import Exokb
from tests.upstream import SEED, Fault, Upstream

SEED_DOI = "10.5555/jvm.2019.0008"


def references_of(exokb: Exokb) -> dict[int | None, set[str]]:
    rows = exokb.query(
        "SELECT f.cited_pmid, s.source FROM reference f JOIN reference_source s ON s.reference_id = f.id"
        f" JOIN record r ON r.id = f.citing_id WHERE r.pmid = {SEED}"
    )
    found: dict[int | None, set[str]] = {}
    for pmid, source in rows:
        found.setdefault(pmid, set()).add(source)
    return found


def test_a_review_and_what_it_cites(exokb: Exokb) -> None:
    """The main job: the edges of all four sources, each with who says so, and each paper once."""
    done = exokb.run("fetch", SEED_DOI, "--references", code=3)  # one cited PMID does not exist
    edges = references_of(exokb)
    assert edges[990000002] == {"pubmed", "icite", "europepmc", "crossref"}
    assert edges[990000003] == {"pubmed"}
    assert edges[990000004] == {"icite"}
    assert edges[990000005] == {"europepmc"}
    assert edges[990000006] == {"crossref"}
    assert edges[990000008] >= {"pubmed", "europepmc"}
    assert edges[990000009] == {"crossref"}, "the matcher could not choose, the title could"
    assert edges[990000013] == {"pubmed", "crossref"}
    assert {SEED, *range(990000002, 990000009), 990000012, 990000013} <= exokb.pmids()
    assert "990099999" in done.stderr
    unresolved = exokb.query("SELECT text, attempted FROM reference WHERE cited_pmid IS NULL ORDER BY text")
    words = " ".join(f"{text} ({attempted})" for text, attempted in unresolved)
    assert "Haldorsen" in words, words
    assert "Quist" in words, words
    assert "Handbook" in words, words
    assert "NOT_FOUND" in words, words
    assert "is another paper" in words, words
    for source in ("pubmed", "icite", "europepmc", "crossref", "all together"):
        assert source in done.stdout


def test_again_asks_for_nothing(exokb: Exokb, upstream: Upstream) -> None:
    exokb.run("fetch", SEED_DOI, "--references", code=3)
    before = exokb.query("SELECT pmid, updated_at FROM record ORDER BY pmid")
    upstream.requests.clear()
    exokb.run("fetch", SEED_DOI)
    assert len(upstream.requests) == 0
    exokb.run("fetch", SEED_DOI, "--references", code=3)
    asked = {entry.endpoint for entry in upstream.requests}
    assert asked <= {"efetch"}  # only the PMID that does not exist is asked for again
    assert exokb.query("SELECT pmid, updated_at FROM record ORDER BY pmid") == before


def test_every_form_of_identifier(exokb: Exokb, tmp_path: Path) -> None:
    (tmp_path / "pmids.txt").write_text("990000003, PMID: 990000004\n# a comment\n990000003\n")
    done = exokb.run(
        "fetch", "990000002", "PMC9900005", "https://pubmed.ncbi.nlm.nih.gov/990000006/", "@pmids.txt", "-",
        given="https://doi.org/10.5555/SRL.2014.0009; PMC9900012\n",
    )  # fmt: skip
    assert exokb.pmids() == {990000002, 990000003, 990000004, 990000005, 990000006, 990000007, 990000012}
    assert "7 added" in done.stderr


def test_papers_and_trials_in_one_command(exokb: Exokb, upstream: Upstream) -> None:
    plan = exokb.run("fetch", "NCT99000001", "990000002", "--dry-run")
    assert "1  to fetch by PMID" in plan.stdout
    assert "1  trials to fetch" in plan.stdout
    assert len(upstream.requests) == 0
    done = exokb.run("fetch", "https://clinicaltrials.gov/study/NCT99000001", "990000002")
    assert exokb.pmids() == {990000002}
    assert exokb.query("SELECT trial_id, status FROM trial") == [("NCT99000001", "COMPLETED")]
    assert "1 added" in done.stderr
    assert "trials: 1 added" in done.stderr
    done = exokb.run("fetch", "NCT99009999", "990000003", code=3)
    assert "NCT99009999: no trial has this number" in done.stderr
    assert exokb.pmids() == {990000002, 990000003}


def test_a_trial_alone_asks_nothing_of_pubmed(exokb: Exokb, upstream: Upstream) -> None:
    exokb.run("fetch", "NCT99000001")
    assert {entry.endpoint for entry in upstream.requests} == {"trials"}
    assert exokb.query("SELECT command FROM activity") == [("trials fetch",)]
    assert "NCT99009999" in exokb.run("fetch", "NCT99009999", code=4).stderr


def test_what_is_no_identifier(exokb: Exokb) -> None:
    done = exokb.run("fetch", "ABC123", code=2)
    assert "'ABC123' is not an identifier" in done.stderr
    assert not exokb.library.exists() or not exokb.pmids()


def test_what_pubmed_does_not_have(exokb: Exokb) -> None:
    assert "990777777" in exokb.run("fetch", "990777777", code=4).stderr
    assert "10.5555/nowhere" in exokb.run("fetch", "10.5555/nowhere", code=4).stderr
    assert "990777777" in exokb.run("fetch", "990777777", "990000002", code=3).stderr


def test_a_query(exokb: Exokb, upstream: Upstream) -> None:
    done = exokb.run("fetch", "--query", "kidney")
    announced = int(done.stderr.split("announced ")[1].split()[0])
    assert announced == len(exokb.pmids()) > 3
    upstream.requests.clear()
    exokb.run("fetch", "--query", "kidney")
    assert upstream.requests.count("efetch") == 0


def test_a_query_with_words_pubmed_does_not_know(exokb: Exokb) -> None:
    done = exokb.run("fetch", "--query", "kidney AND qwertyuiopasdf")
    assert "qwertyuiopasdf" in done.stderr


def test_limit(exokb: Exokb) -> None:
    exokb.run("fetch", "--query", "exosomes", "--limit", "3")
    assert len(exokb.pmids()) == 3


def test_dry_run_stores_nothing(exokb: Exokb, upstream: Upstream) -> None:
    done = exokb.run("fetch", "990000002", SEED_DOI, "--dry-run")
    assert "1  to fetch by PMID" in done.stdout
    assert "1  to resolve first" in done.stdout
    assert len(upstream.requests) == 0
    assert not exokb.library.exists()


def test_cited_by_and_similar(exokb: Exokb) -> None:
    exokb.run("fetch", "990000002", "--cited-by")
    assert SEED in exokb.pmids()
    said = exokb.query(
        "SELECT s.source FROM reference f JOIN reference_source s ON s.reference_id = f.id"
        f" JOIN record r ON r.id = f.citing_id WHERE f.cited_pmid = 990000002 AND r.pmid = {SEED}"
    )
    assert {"pubmed", "icite", "europepmc"} <= {row[0] for row in said}
    before = len(exokb.pmids())
    exokb.run("fetch", "990000002", "--similar", "2")
    assert before <= len(exokb.pmids()) <= before + 2


def test_refresh_says_what_changed(exokb: Exokb) -> None:
    exokb.run("fetch", "990000003")
    assert "1 unchanged" in exokb.run("fetch", "990000003", "--refresh").stderr


def test_a_refused_key_does_not_stop_the_work(exokb: Exokb) -> None:
    exokb.environment = {**exokb.environment, "NCBI_API_KEY": "notavalidkey"}
    done = exokb.run("fetch", "990000002")
    assert "key" in done.stderr
    assert "notavalidkey" not in done.stderr
    assert exokb.pmids() == {990000002}


@pytest.mark.parametrize(
    "fault",
    [
        Fault.TOO_MANY, Fault.SERVER_ERROR, Fault.BAD_GATEWAY, Fault.UNAVAILABLE, Fault.HTML, Fault.EMPTY,
        Fault.ERROR_ELEMENT, Fault.DISCONNECT, Fault.RESET, Fault.TRUNCATED, Fault.SHORT, Fault.FALSE_GZIP,
        Fault.BAD_BYTES, Fault.MISSING, Fault.DUPLICATED, Fault.REORDERED, Fault.WITHOUT_PMID, Fault.FOREIGN,
        Fault.MALFORMED_RECORD, Fault.HANG,
    ],
)  # fmt: skip
def test_a_passing_fault_costs_a_retry_and_nothing_else(exokb: Exokb, upstream: Upstream, fault: Fault) -> None:
    wanted = [str(pmid) for pmid in range(990000002, 990000014)]
    upstream.faults.add("efetch", fault, times=1)
    exokb.run("fetch", *wanted)
    assert exokb.pmids() == {int(pmid) for pmid in wanted}


@pytest.mark.parametrize("fault", [Fault.MISSING, Fault.WITHOUT_PMID, Fault.MALFORMED_RECORD])
def test_a_lasting_fault_of_one_record_costs_only_that_record(exokb: Exokb, upstream: Upstream, fault: Fault) -> None:
    wanted = list(range(990000002, 990000014))
    upstream.faults.always("efetch", fault, pmid=990000007)
    done = exokb.run("fetch", *map(str, wanted), code=3)
    assert exokb.pmids() == set(wanted) - {990000007}
    assert "990000007" in done.stderr


@pytest.mark.parametrize("fault", [Fault.TRUNCATED, Fault.SHORT])
def test_what_came_before_a_lasting_break_is_kept(exokb: Exokb, upstream: Upstream, fault: Fault) -> None:
    upstream.faults.always("efetch", fault)
    done = exokb.run("fetch", *map(str, range(990000002, 990000014)), code=3)
    assert exokb.pmids(), "the records before the break are good"
    assert "failed" in done.stderr


def test_a_source_of_references_that_is_down_is_named(exokb: Exokb, upstream: Upstream) -> None:
    upstream.faults.always("icite", Fault.SERVER_ERROR)
    done = exokb.run("fetch", SEED_DOI, "--references", code=3)
    assert "icite" in done.stdout
    assert "failed for 1" in done.stdout
    assert exokb.query("SELECT outcome FROM reference_check WHERE source = 'icite'") == [("failed",)]
    upstream.faults.clear()
    exokb.run("fetch", SEED_DOI, "--references", code=3)
    assert exokb.query("SELECT outcome FROM reference_check WHERE source = 'icite'") == [("listed",)]


def test_nobody_there(offline: Exokb) -> None:
    done = offline.run("fetch", "990000002", code=5)
    assert "pubmed" in done.stderr.lower()


def test_secrets_stay_secret(exokb: Exokb, upstream: Upstream) -> None:
    upstream.faults.always("efetch", Fault.SERVER_ERROR)
    key, email = "0123456789abcdef0123456789abcdef0123", "reviewer@example.org"
    exokb.environment = {**exokb.environment, "NCBI_EMAIL": email}
    done = exokb.run("fetch", "990000002", code=5)
    sent = [entry for entry in upstream.requests if entry.endpoint == "efetch"]
    assert sent[0].params["email"] == email
    shown = done.stdout + done.stderr + exokb.run("config", "show").stdout
    stored = exokb.library.read_bytes() if exokb.library.exists() else b""
    for secret in (key, email):
        assert secret not in shown
        assert secret.encode() not in stored


def test_the_log_keeps_what_was_asked(exokb: Exokb) -> None:
    exokb.run("fetch", "990000002")
    ((command, detail),) = exokb.query("SELECT command, detail FROM activity")
    assert command == "fetch"
    assert json.loads(detail)["outcomes"] == {"added": 1}
