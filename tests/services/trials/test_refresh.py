"""Asking again: only for what may have changed, and with every change told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from exokb.domain.identifiers import TrialId
from exokb.errors import NotInLibrary, SourceUnavailable
from exokb.services.trials.fetch import TrialFetchRequest, fetch_trials
from exokb.services.trials.refresh import plan_refresh, refresh_trials
from tests.services.trials.conftest import Desk
from tests.upstream import Fault, bulk_trials

A, B, C = (TrialId(f"NCT9900000{n}") for n in (1, 2, 3))


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """A library with three trials, and the registry with new data since."""
    fetch_trials(desk.app, TrialFetchRequest((A, B, C)))
    renew(desk)
    desk.upstream.requests.clear()
    return desk


def renew(
    desk: Desk, timestamp: str = "2026-03-09T09:00:05", now: datetime = datetime(2026, 3, 9, 12, tzinfo=UTC)
) -> None:
    desk.upstream.corpus.registry_timestamp = timestamp
    desk.days[:] = [now]


def test_all_are_asked_for_in_one_request(filled: Desk) -> None:
    report = refresh_trials(filled.app)
    assert filled.asked() == ["version:", f"studies:{A},{B},{C}"]
    assert report.retrieved.counts == {"unchanged": 3}
    assert report.retrieved.changes == []
    assert filled.rows("SELECT count(*) FROM trial_observation") == [(3,)]
    assert filled.rows("SELECT DISTINCT json_extract(document, '$.data_version') FROM trial") == [("2026-03-09",)]


def test_what_was_seen_in_these_data_is_not_asked_for(filled: Desk) -> None:
    refresh_trials(filled.app, [B])
    filled.upstream.requests.clear()
    plan = plan_refresh(filled.app)
    assert (plan.current, plan.wanted, plan.requests) == ((B,), (A, C), 2)
    refresh_trials(filled.app)
    filled.upstream.requests.clear()
    assert refresh_trials(filled.app).plan.wanted == ()
    assert filled.asked() == ["version:"]


def test_data_renewed_twice_a_day_are_asked_for_twice(filled: Desk) -> None:
    refresh_trials(filled.app)
    renew(filled, "2026-03-09T18:00:00", datetime(2026, 3, 9, 20, tzinfo=UTC))
    assert plan_refresh(filled.app).wanted == (A, B, C)


def test_data_shown_later_than_they_are_dated_are_asked_for(filled: Desk) -> None:
    """The trials were read after the time of the new data, but from the old ones."""
    renew(filled, "2026-03-02T09:00:05")
    refresh_trials(filled.app)
    renew(filled, "2026-03-09T09:00:05")
    assert plan_refresh(filled.app).wanted == (A, B, C)


def test_says_field_by_field_what_changed(filled: Desk) -> None:
    trials = filled.upstream.corpus.trials
    # Neither of these comes with an update of the sponsor, so that the registry's date stays.
    trials[A] = replace(trials[A], reports=(990000001,))
    trials[B] = replace(trials[B], status="UNKNOWN")
    trials[C] = replace(trials[C], summary="It is told in other words.", updated="2026-03-05")
    report = refresh_trials(filled.app)
    assert [(c.trial_id, c.field, c.before, c.after, c.registry_date) for c in report.retrieved.changes] == [
        (A, "references", "", "PMID:990000001 DERIVED", "2025-03-01"),
        (B, "status", "ACTIVE_NOT_RECRUITING", "UNKNOWN", "2025-03-01"),
        (C, "summary", "", "", "2026-03-05"),
    ]
    assert filled.rows("SELECT status FROM trial_states ORDER BY trial_id, seen, updated") == [
        ("COMPLETED",), ("COMPLETED",), ("ACTIVE_NOT_RECRUITING",), ("UNKNOWN",), ("UNKNOWN",), ("UNKNOWN",),
    ]  # fmt: skip
    assert filled.rows("SELECT trial_id, status FROM trial ORDER BY trial_id") == [
        (A, "COMPLETED"), (B, "UNKNOWN"), (C, "UNKNOWN"),
    ]  # fmt: skip


def test_terminal_states_are_asked_for_as_well(filled: Desk) -> None:
    trials = filled.upstream.corpus.trials
    trials[A] = replace(trials[A], status="WITHDRAWN")
    refresh_trials(filled.app)
    renew(filled, "2026-03-10T09:00:05", datetime(2026, 3, 10, 12, tzinfo=UTC))
    assert A in plan_refresh(filled.app).wanted


def test_a_trial_that_the_registry_no_longer_gives_stays(filled: Desk) -> None:
    del filled.upstream.corpus.trials[B]
    report = refresh_trials(filled.app)
    assert [failure.asked for failure in report.failures] == [B]
    assert report.retrieved.counts == {"unchanged": 2}
    assert filled.rows("SELECT trial_id FROM trial ORDER BY trial_id") == [(A,), (B,), (C,)]


def test_a_trial_that_moved_is_told(filled: Desk) -> None:
    trials = filled.upstream.corpus.trials
    trials["NCT99000077"] = replace(trials.pop(B), nct="NCT99000077", aliases=(B,))
    report = refresh_trials(filled.app)
    assert report.retrieved.moved == {B: "NCT99000077"}
    assert ("trial_id", B, "NCT99000077") in [(c.field, c.before, c.after) for c in report.retrieved.changes]
    assert filled.rows("SELECT trial_id FROM trial ORDER BY trial_id") == [(A,), (C,), ("NCT99000077",)]


def test_what_is_not_in_the_library_is_named(filled: Desk) -> None:
    report = refresh_trials(filled.app, [A, TrialId("NCT99000005")])
    assert filled.asked() == ["version:", f"studies:{A}"]
    assert [failure.asked for failure in report.failures] == ["NCT99000005"]
    assert "trials fetch NCT99000005" in report.failures[0].error.hint


def test_a_registry_that_does_not_tell_its_version_is_asked_for_all(filled: Desk) -> None:
    filled.upstream.corpus.registry_timestamp = ""
    report = refresh_trials(filled.app)
    assert report.plan.version is None
    assert report.retrieved.counts == {"unchanged": 3}
    assert plan_refresh(filled.app).wanted == (A, B, C)


def test_an_outage_is_no_empty_answer(filled: Desk) -> None:
    filled.upstream.faults.always("trials", Fault.UNAVAILABLE)
    with pytest.raises(SourceUnavailable):
        refresh_trials(filled.app)


def test_those_come_first_that_were_seen_longest_ago(filled: Desk) -> None:
    more = {trial.nct: trial for trial in bulk_trials(120)}
    filled.upstream.corpus.trials.update(more)
    fetch_trials(filled.app, TrialFetchRequest(tuple(map(TrialId, more))))
    renew(filled, "2026-03-12T09:00:05", datetime(2026, 3, 12, 12, tzinfo=UTC))
    filled.upstream.requests.clear()
    plan = plan_refresh(filled.app)
    assert plan.wanted[:3] == (A, B, C)
    assert plan.requests == 3


def test_there_must_be_a_library(desk: Desk) -> None:
    with pytest.raises(NotInLibrary):
        refresh_trials(desk.app)
