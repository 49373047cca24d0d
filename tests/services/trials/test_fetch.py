"""Fetching trials: what is stored, what is asked for, and what becomes of everything that goes wrong."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from exokb.domain.identifiers import TrialId
from exokb.domain.payload import Payload
from exokb.errors import NotInLibrary, PayloadError, SourceUnavailable, UpstreamNotFound
from exokb.services.trials.fetch import TrialFetchRequest, fetch_trials, plan_trial_fetch
from exokb.services.trials.storing import store_trials
from exokb.sources.clinicaltrials.parse import parse_studies
from exokb.sources.interface import TrialQuery
from tests.services.conftest import paper, store
from tests.services.trials.conftest import Desk
from tests.upstream import Fault, Request, bulk_trials

A, B, C, D, E = (TrialId(f"NCT9900000{n}") for n in range(1, 6))
NOBODY = TrialId("NCT99009999")
MANY = 150


def numbers(*given: TrialId, refresh: bool = False) -> TrialFetchRequest:
    return TrialFetchRequest(given, refresh=refresh)


def grow(desk: Desk, count: int = MANY) -> tuple[TrialId, ...]:
    """Let the registry have many trials more; gives their numbers."""
    more = {trial.nct: trial for trial in bulk_trials(count)}
    desk.upstream.corpus.trials.update(more)
    return tuple(map(TrialId, more))


def test_trials_are_stored_with_the_day_of_the_data(desk: Desk) -> None:
    report = fetch_trials(desk.app, numbers(A, C))
    assert report.retrieved.counts == {"added": 2}
    assert desk.rows("SELECT trial_id, status FROM trial ORDER BY trial_id") == [(A, "COMPLETED"), (C, "UNKNOWN")]
    assert desk.rows("SELECT DISTINCT seen, source FROM trial_observation") == [("2026-03-02", "clinicaltrials")]
    assert desk.rows("SELECT source, key FROM payload") == [("clinicaltrials", f"{A} and 1 more")]
    assert desk.rows("SELECT json_extract(document, '$.whole') FROM trial") == [(1,), (1,)]


def test_a_hundred_in_a_request(desk: Desk) -> None:
    wanted = grow(desk)
    plan = plan_trial_fetch(desk.app, numbers(*wanted))
    assert (plan.wanted, plan.requests, desk.asked()) == (wanted, 2, [])
    fetch_trials(desk.app, numbers(*wanted))
    assert [asked.count("NCT") for asked in desk.asked()] == [100, 50]


def test_what_is_stored_is_not_asked_for_again(desk: Desk) -> None:
    fetch_trials(desk.app, numbers(A))
    desk.upstream.requests.clear()
    report = fetch_trials(desk.app, numbers(A, B))
    assert desk.asked() == [f"studies:{B}"]
    assert (report.plan.known, report.retrieved.counts) == ((A,), {"added": 1})
    desk.upstream.requests.clear()
    assert fetch_trials(desk.app, numbers(A, B)).succeeded == 2
    assert desk.asked() == []


def test_refresh_asks_again_and_says_what_changed(desk: Desk) -> None:
    fetch_trials(desk.app, numbers(A, B))
    trials = desk.upstream.corpus.trials
    trials[B] = replace(trials[B], status="TERMINATED", why_stopped="No wind", enrollment=9, updated="2026-02-01")
    report = fetch_trials(desk.app, numbers(A, B, refresh=True))
    assert report.retrieved.counts == {"updated": 1, "unchanged": 1}
    assert [(c.trial_id, c.field, c.before, c.after) for c in report.retrieved.changes] == [
        (B, "status", "ACTIVE_NOT_RECRUITING", "TERMINATED"),
        (B, "why_stopped", "", "No wind"),
        (B, "enrollment", "84", "9"),
    ]
    assert {change.registry_date for change in report.retrieved.changes} == {"2026-02-01"}


@pytest.mark.parametrize("source", ["bundled", "file"])
def test_what_came_with_exokb_or_in_a_spreadsheet_is_asked_for(desk: Desk, source: str) -> None:
    study = {"protocolSection": {"identificationModule": {"nctId": A, "briefTitle": "Kites"}}}
    body = json.dumps(study).encode()
    payload = Payload(source, "test", "application/json", body, desk.app.clock())
    store_trials(desk.app, payload, parse_studies(body).trials)
    report = fetch_trials(desk.app, numbers(A))
    assert report.retrieved.counts == {"updated": 1}
    # A title that is another now is a change; a status that is known now is none.
    assert [change.field for change in report.retrieved.changes] == ["title"]


def test_a_number_that_nobody_has_is_named_and_noted(desk: Desk) -> None:
    report = fetch_trials(desk.app, numbers(A, NOBODY))
    ((asked, error),) = [(failure.asked, failure.error) for failure in report.retrieved.failures]
    assert asked == NOBODY
    assert isinstance(error, UpstreamNotFound)
    assert desk.asked() == [f"studies:{A},{NOBODY}", f"studies/{NOBODY}:"], (
        "the registry itself says that there is none"
    )
    assert desk.rows("SELECT number, outcome FROM trial_check") == [(NOBODY, "not found")]
    assert report.retrieved.counts == {"added": 1}
    trials = desk.upstream.corpus.trials
    trials[NOBODY] = replace(trials[A], nct=NOBODY)
    fetch_trials(desk.app, numbers(NOBODY))
    assert desk.rows("SELECT * FROM trial_check") == []


def test_a_number_that_was_to_be_filled_in_takes_no_other_with_it(desk: Desk) -> None:
    blank = TrialId("NCT00000000")
    report = fetch_trials(desk.app, numbers(A, blank))
    assert report.retrieved.counts == {"added": 1}
    assert [failure.asked for failure in report.retrieved.failures] == [blank]
    assert desk.asked() == [f"studies:{A}"]
    assert desk.rows("SELECT number, outcome FROM trial_check") == [(blank, "not found")]


@pytest.mark.parametrize("lists_know", [True, False])
def test_a_former_number_leads_to_the_trial(desk: Desk, lists_know: bool) -> None:
    trials = desk.upstream.corpus.trials
    trials[A] = replace(trials[A], aliases=("NCT99000091",))
    old = TrialId("NCT99000091")
    if not lists_know:
        _forget_former_numbers_in_lists(desk)
    report = fetch_trials(desk.app, numbers(old, B))
    assert report.retrieved.moved == {old: A}
    assert old in report.retrieved.told[0]
    assert A in report.retrieved.told[0]
    assert report.retrieved.failures == []
    assert desk.rows("SELECT trial_id FROM trial ORDER BY trial_id") == [(A,), (B,)]
    desk.upstream.requests.clear()
    assert fetch_trials(desk.app, numbers(old)).plan.known == (old,)
    assert desk.asked() == []


def _forget_former_numbers_in_lists(desk: Desk) -> None:
    """Let ``filter.ids`` know own numbers only, while a former number asked for alone is still redirected."""
    corpus, find = desk.upstream.corpus, desk.upstream.corpus.trial
    alone: list[str] = []

    def trial(nct: str) -> object:
        found = find(nct)
        if found and found.nct != nct:
            alone.append(nct)
            return found if len(alone) > 1 else None
        return found

    corpus.trial = trial  # type: ignore[assignment,method-assign]


def test_a_trial_that_moved_takes_what_was_known_of_it_along(desk: Desk) -> None:
    fetch_trials(desk.app, numbers(A))
    trials = desk.upstream.corpus.trials
    trials[E] = replace(trials.pop(A), nct=E, aliases=(A,), status="TERMINATED", updated="2026-02-02")
    report = fetch_trials(desk.app, numbers(A, refresh=True))
    changes = {change.field: (change.before, change.after) for change in report.retrieved.changes}
    assert changes["trial_id"] == (A, E)
    assert changes["status"] == ("COMPLETED", "TERMINATED")
    assert desk.rows("SELECT count(*) FROM trial") == [(1,)]
    assert desk.rows("SELECT count(*) FROM trial_observation") == [(2,)]


def test_a_study_without_a_status_is_stored_and_told(desk: Desk) -> None:
    trials = desk.upstream.corpus.trials
    trials[A] = replace(trials[A], status="")
    report = fetch_trials(desk.app, numbers(A, B))
    assert [line for line in report.retrieved.told if "no status" in line and A in line]
    assert desk.rows("SELECT trial_id, status FROM trial ORDER BY trial_id") == [
        (A, None),
        (B, "ACTIVE_NOT_RECRUITING"),
    ]


def test_a_study_that_cannot_be_read_takes_no_other_with_it(desk: Desk) -> None:
    trials = desk.upstream.corpus.trials
    trials[B] = replace(trials[B], spoilt=True)
    report = fetch_trials(desk.app, numbers(A, B, C))
    assert [failure.asked for failure in report.retrieved.failures] == [B]
    assert isinstance(report.retrieved.failures[0].error, PayloadError)
    assert report.retrieved.counts == {"added": 2}
    assert desk.upstream.requests.count() == 1
    assert desk.rows("SELECT number, outcome FROM trial_check") == [(B, "failed")]


def test_a_value_the_registry_added_is_kept_and_told(desk: Desk) -> None:
    trials = desk.upstream.corpus.trials
    trials[A] = replace(trials[A], status="PAUSED_BY_WIND", phases=("PHASE5",))
    report = fetch_trials(desk.app, numbers(A))
    assert [note for note in report.retrieved.notes if "PAUSED_BY_WIND" in note]
    assert [note for note in report.retrieved.notes if "PHASE5" in note]
    assert report.retrieved.told == []
    assert desk.rows("SELECT status, phases FROM trial") == [("PAUSED_BY_WIND", "PHASE5")]


@pytest.mark.parametrize("fault", [Fault.TRUNCATED, Fault.SHORT, Fault.RESET])
def test_what_came_before_a_break_is_kept_and_the_rest_asked_for_in_halves(desk: Desk, fault: Fault) -> None:
    wanted = grow(desk, 60)
    desk.upstream.faults.add("trials", fault, times=2)  # both tries of the first request
    report = fetch_trials(desk.app, numbers(*wanted))
    assert report.retrieved.failures == []
    assert desk.rows("SELECT count(*) FROM trial") == [(60,)]
    sizes = [asked.count("NCT") for asked in desk.asked()]
    assert sizes[:2] == [60, 60]
    assert 30 <= sum(sizes[2:]) < 60, "what came is not asked for again"
    assert max(sizes[2:]) <= 30
    assert desk.rows("SELECT count(*) FROM payload WHERE key = 'cut-off reply'") == [(1,)]


def test_a_lasting_outage_names_every_trial_and_asks_no_more_than_it_must(desk: Desk) -> None:
    wanted = grow(desk, 450)
    desk.upstream.faults.always("trials", Fault.UNAVAILABLE)
    report = fetch_trials(desk.app, numbers(*wanted))
    assert {failure.asked for failure in report.retrieved.failures} == set(wanted)
    assert all(isinstance(failure.error, SourceUnavailable) for failure in report.retrieved.failures)
    assert desk.upstream.requests.count() == 3 * 2, "three failures in a row, each after two tries"
    desk.upstream.faults.clear()
    assert fetch_trials(desk.app, numbers(*wanted)).retrieved.counts == {"added": 450}


def test_an_outage_in_the_middle_keeps_what_was_stored(desk: Desk) -> None:
    wanted = grow(desk, 250)
    desk.upstream.faults.always("trials", Fault.SERVER_ERROR, when=lambda request: wanted[0] not in _ids(request))
    report = fetch_trials(desk.app, numbers(*wanted))
    assert report.retrieved.counts == {"added": 100}
    assert len(report.retrieved.failures) == 150
    desk.upstream.faults.clear()
    desk.upstream.requests.clear()
    fetch_trials(desk.app, numbers(*wanted))
    assert [asked.count("NCT") for asked in desk.asked()] == [100, 50]


def _ids(request: Request) -> list[str]:
    return request.ids("filter.ids")


def test_a_query_is_asked_for_numbers_and_then_for_what_is_not_stored(desk: Desk) -> None:
    fetch_trials(desk.app, numbers(D))
    desk.upstream.requests.clear()
    request = TrialFetchRequest(query=TrialQuery(condition="amyotrophic sclerosis"))
    plan = plan_trial_fetch(desk.app, request)
    assert (plan.known, plan.wanted, plan.requests) == ((D,), (E,), 1)
    report = fetch_trials(desk.app, request)
    assert report.plan.answer is not None
    assert report.plan.answer.announced == 2
    assert desk.asked() == ["studies:", "studies:", f"studies:{E}"]
    assert desk.rows("SELECT count(*) FROM trial") == [(2,)]


def test_a_limit_of_a_query(desk: Desk) -> None:
    fetch_trials(desk.app, TrialFetchRequest(query=TrialQuery("vesicles"), limit=1))
    assert desk.rows("SELECT count(*) FROM trial") == [(1,)]


def test_every_number_that_papers_name(desk: Desk) -> None:
    text = f"Registered as {A}, NCT 99000002, {NOBODY}, ChiCTR2000030261 and ISRCTN12345678."
    store(desk.app, paper(990000301, "Vesicles in kites", (None, text)))
    request = TrialFetchRequest(from_library=True)
    report = fetch_trials(desk.app, request)
    assert report.retrieved.counts == {"added": 2}
    assert report.plan.elsewhere == {"ChiCTR": ("ChiCTR2000030261",), "ISRCTN": ("ISRCTN12345678",)}
    assert [failure.asked for failure in report.retrieved.failures] == [NOBODY]
    desk.upstream.requests.clear()
    again = fetch_trials(desk.app, request)
    assert desk.asked() == []
    assert again.plan.known == (A, B)
    assert again.plan.not_found == {NOBODY: "2026-03-03"}
    assert again.retrieved.failures == []
    fetch_trials(desk.app, TrialFetchRequest(from_library=True, refresh=True))
    assert desk.asked() == [f"studies:{A},{B},{NOBODY}", f"studies/{NOBODY}:"]


def test_a_number_of_another_registry_is_not_told_once_its_trial_is_here(desk: Desk) -> None:
    trials = desk.upstream.corpus.trials
    trials[A] = replace(trials[A], secondary=("ISRCTN12345678",))
    store(desk.app, paper(990000301, "Vesicles in kites", (None, f"Registered as {A} and ISRCTN12345678.")))
    assert fetch_trials(desk.app, TrialFetchRequest(from_library=True)).plan.elsewhere != {}
    assert fetch_trials(desk.app, TrialFetchRequest(from_library=True)).plan.elsewhere == {}


def test_papers_of_a_library_that_is_not_there_name_nothing(desk: Desk) -> None:
    with pytest.raises(NotInLibrary):
        fetch_trials(desk.app, TrialFetchRequest(from_library=True))


def test_a_plan_stores_nothing(desk: Desk) -> None:
    plan_trial_fetch(desk.app, TrialFetchRequest((A,), TrialQuery("exosomes")))
    assert not desk.app.library.exists
