"""What observations say together does not depend on the order in which they came."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exokb.domain.trial import Intervention, Trial, TrialReference
from exokb.domain.trial_history import (
    Observation,
    find_changes,
    known_at,
    merge_observations,
    sort_observations,
)

TRIAL_ID = "NCT99000001"


def seen(
    updated: str | None = "2020-01-01", day: str | None = None, at: str = "2026-01-01T00:00:00Z", **fields: Any
) -> Observation:
    """A state of an invented trial; whole unless said otherwise."""
    whole = fields.pop("whole", True)
    trial = Trial(trial_id=TRIAL_ID, whole=whole, updated=updated, first_posted="2019-05-01", **fields)
    return Observation(trial, "file", day, at)


RECRUITING = seen("2020-01-01", status="RECRUITING", enrollment=20, enrollment_type="ESTIMATED", title="Kites")
COMPLETED = seen("2021-06-01", status="COMPLETED", enrollment=17, enrollment_type="ACTUAL", title="Kites, flown")
SHEET = seen("2022-01-01", whole=False, status="COMPLETED", phases=("PHASE2",), title="KITES")


@pytest.mark.parametrize("order", list(itertools.permutations([RECRUITING, COMPLETED, SHEET])))
def test_the_newest_fact_counts_and_a_spreadsheet_takes_nothing_away(order: tuple[Observation, ...]) -> None:
    trial = merge_observations(order)
    assert (trial.status, trial.enrollment, trial.phases) == ("COMPLETED", 17, ("PHASE2",))
    assert trial.title == "Kites, flown", "the newest whole observation describes the trial"
    assert (trial.updated, trial.whole) == ("2022-01-01", True)


def test_a_whole_observation_takes_away_what_it_lacks() -> None:
    stopped = seen("2020-01-01", status="SUSPENDED", why_stopped="No wind")
    resumed = seen("2020-05-01", status="RECRUITING")
    assert merge_observations([resumed, stopped]).why_stopped is None
    assert ("why_stopped", "No wind", None) in [(c.field, c.before, c.after) for c in find_changes([resumed, stopped])]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_what_qualified_a_value_is_not_said_of_another_one(order: tuple[int, ...]) -> None:
    states = [
        seen(
            "2020-01-01", status="UNKNOWN", last_known_status="RECRUITING", enrollment=20, enrollment_type="ESTIMATED"
        ),
        seen("2021-01-01", whole=False, status="UNKNOWN", enrollment=20),
        seen("2022-01-01", whole=False, status="COMPLETED", enrollment=17),
    ]
    same = merge_observations(states[:2])
    assert (same.enrollment_type, same.last_known_status) == ("ESTIMATED", "RECRUITING"), "nothing else is known"
    trial = merge_observations([states[at] for at in order])
    assert (trial.status, trial.last_known_status) == ("COMPLETED", None)
    assert (trial.enrollment, trial.enrollment_type) == (17, None), "nothing says that 17 are still an estimate"
    later = [*states, seen("2023-01-01", status="COMPLETED", enrollment=17, enrollment_type="ACTUAL")]
    assert [(c.field, c.before, c.after) for c in find_changes(later)] == [
        ("status", "UNKNOWN", "COMPLETED"),
        ("enrollment", 20, 17),
    ]


def test_a_spreadsheet_fills_in_what_a_whole_observation_lacks() -> None:
    full = seen("2020-01-01", interventions=(Intervention(name="exosome", description="from marrow"),))
    sheet = seen("2021-01-01", whole=False, interventions=(Intervention(name="exosome"),), countries=("Chile",))
    trial = merge_observations([sheet, full])
    assert trial.interventions[0].description == "from marrow"
    assert trial.countries == ("Chile",)


def test_unknown_comes_last_of_the_states_of_one_date() -> None:
    active = seen("2020-01-01", status="RECRUITING")
    silent = seen("2020-01-01", status="UNKNOWN", last_known_status="RECRUITING")
    assert merge_observations([silent, active]).status == "UNKNOWN"
    assert merge_observations([active, silent]).status == "UNKNOWN"


def test_changes_are_told_with_both_dates() -> None:
    changes = find_changes([COMPLETED, RECRUITING])
    assert [(c.field, c.before, c.after, c.registry_date) for c in changes] == [
        ("status", "RECRUITING", "COMPLETED", "2021-06-01"),
        ("enrollment", 20, 17, "2021-06-01"),
        ("enrollment_type", "ESTIMATED", "ACTUAL", "2021-06-01"),
    ]


def test_what_becomes_known_later_has_not_changed() -> None:
    sheet = seen("2020-01-01", whole=False, status="RECRUITING")
    assert find_changes([sheet, seen("2020-01-01", status="RECRUITING", enrollment=20)]) == []


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2019-06-01", None),
        ("2020-01-01", "RECRUITING"),
        ("2021-05-31", "RECRUITING"),
        ("2021-06-01", "COMPLETED"),
        ("2030-01-01", "COMPLETED"),
    ],
)
def test_the_trial_as_the_registry_showed_it_on_a_day(day: str, status: str | None) -> None:
    trial = known_at([COMPLETED, RECRUITING], day)
    assert trial is not None
    assert trial.status == status


def test_before_it_was_posted_there_was_no_trial() -> None:
    assert known_at([COMPLETED, RECRUITING], "2019-04-30") is None


def test_a_state_without_an_update_holds_from_the_day_it_was_seen() -> None:
    active = seen("2020-01-01", day="2020-02-01", status="RECRUITING")
    silent = seen("2020-01-01", day="2023-03-01", status="UNKNOWN")
    statuses = {day: t.status for day in ("2022-12-31", "2023-03-01") if (t := known_at([silent, active], day))}
    assert statuses == {"2022-12-31": "RECRUITING", "2023-03-01": "UNKNOWN"}


def test_papers_are_told_by_what_they_are_to_the_trial() -> None:
    papers = (TrialReference(pmid=990000001, type="BACKGROUND"), TrialReference(pmid=990000002, type="DERIVED"))
    trial = seen(references=papers).trial
    assert (trial.pmids, trial.result_pmids) == ((990000001, 990000002), (990000002,))


days = st.sampled_from(["2019-01-01", "2020-01-01", "2020-06-01", "2021-01-01"])
observations = st.builds(
    seen,
    st.none() | days,
    st.none() | days,
    st.sampled_from(["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"]),
    status=st.sampled_from([None, "RECRUITING", "UNKNOWN", "COMPLETED", "A_NEW_ONE"]),
    phases=st.sampled_from([(), ("PHASE1",), ("PHASE1", "PHASE2")]),
    enrollment=st.sampled_from([None, 0, 5]),
    title=st.sampled_from(["", "a", "b"]),
    whole=st.booleans(),
)


@given(st.lists(observations, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_order_makes_no_difference(states: list[Observation], chance: Any) -> None:
    shuffled = list(states)
    chance.shuffle(shuffled)
    assert merge_observations(shuffled) == merge_observations(states)
    assert [(c.field, c.before, c.after) for c in find_changes(shuffled)] == [
        (c.field, c.before, c.after) for c in find_changes(states)
    ]


@given(st.lists(observations, min_size=1, max_size=6))
def test_changes_lead_from_the_first_state_to_the_last(states: list[Observation]) -> None:
    ordered = sort_observations(states)
    merged = merge_observations(ordered)
    for field in ("status", "phases", "enrollment"):
        told = [change for change in find_changes(ordered) if change.field == field]
        assert all(a.after == b.before for a, b in itertools.pairwise(told))
        if told:
            assert told[-1].after == getattr(merged, field)


def test_no_observation_is_no_trial() -> None:
    with pytest.raises(ValueError, match="without observations"):
        merge_observations([])
