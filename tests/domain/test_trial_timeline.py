"""From which day the states of a trial held, above all of the one that the registry sets without an update."""

from __future__ import annotations

from typing import Any

import pytest

from exokb.domain.trial import Trial
from exokb.domain.trial_history import Observation, known_at
from exokb.domain.trial_timeline import build_timeline

NUMBER = "NCT99000001"


def seen(updated: str | None, status: str, *, day: str | None = None, whole: bool = True, **fields: Any) -> Observation:
    trial = Trial(trial_id=NUMBER, whole=whole, updated=updated, status=status, first_posted="2015-01-01", **fields)
    return Observation(trial, fields.pop("source", "file"), day, "2026-01-01T00:00:00Z")


def unknown(updated: str = "2018-06-01", **fields: Any) -> Observation:
    facts = {"last_known_status": "RECRUITING", "status_verified": "2018-06", "completion_date": "2019-12"} | fields
    return seen(updated, "UNKNOWN", **facts)


def timeline(*observations: Observation) -> list[tuple[str, str | None, bool]]:
    return [(s.held_from, s.observation.trial.status, s.observation.inferred) for s in build_timeline(observations)]


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ({}, "2020-06-01"),  # two years after the verification
        ({"completion_date": "2021-12"}, "2022-01-01"),  # the completion is later
        ({"completion_date": "2021-02-28"}, "2021-03-01"),
        ({"completion_date": "2021-12-31"}, "2022-01-01"),
        ({"completion_date": "2021"}, "2022-01-01"),
        ({"completion_date": None, "primary_completion_date": "2021-05-31"}, "2021-06-01"),
        ({"status_verified": None, "day": "2021-03-03"}, "2021-03-03"),  # only that it was seen then tells
        ({"status_verified": None}, "2026-01-01"),
        ({"day": "2020-05-28"}, "2020-05-28"),  # it was seen before the rule says
        ({"completion_date": "2021-02-31"}, "2021-03-01"),  # a date that there is not
    ],
)
def test_unknown_holds_from_the_day_the_registry_sets_it(fields: dict[str, Any], day: str) -> None:
    assert timeline(unknown(**fields)) == [("2018-06-01", "RECRUITING", True), (day, "UNKNOWN", False)]


def test_unknown_at_the_update_itself_infers_nothing() -> None:
    assert timeline(unknown("2021-01-01")) == [("2021-01-01", "UNKNOWN", False)]
    assert timeline(seen("2018-06-01", "UNKNOWN")) == [("2018-06-01", "UNKNOWN", False)], "no word of before"


def test_what_was_seen_before_unknown_needs_no_inference() -> None:
    assert timeline(unknown(), seen("2018-06-01", "RECRUITING", status_verified="2018-06")) == [
        ("2018-06-01", "RECRUITING", False),
        ("2020-06-01", "UNKNOWN", False),
    ]


def test_the_status_of_a_day_is_not_the_unknown_of_later() -> None:
    def status(day: str) -> str | None:
        trial = known_at([unknown()], day)
        assert trial is not None
        return trial.status

    assert (status("2018-05-31"), status("2018-06-01"), status("2020-06-01")) == (None, "RECRUITING", "UNKNOWN")


def test_a_source_that_tells_more_of_the_same_state_changes_nothing() -> None:
    states = build_timeline(
        [seen("2020-01-01", "COMPLETED", whole=False), seen("2020-01-01", "COMPLETED", enrollment=5, sponsor="Kite")]
    )
    assert [(s.held_from, s.changes) for s in states] == [("2020-01-01", ()), ("2020-01-01", ())]


def test_names_the_descriptions_that_differ() -> None:
    states = build_timeline(
        [
            seen("2020-01-01", "RECRUITING", sponsor="Kite", conditions=("Wind",)),
            seen("2020-06-01", "RECRUITING", whole=False),
            seen("2021-01-01", "COMPLETED", sponsor="Loon", conditions=("Wind",)),
        ]
    )
    assert [s.described for s in states] == [(), (), ("sponsor",)]
    assert [[c.field for c in s.changes] for s in states] == [[], [], ["status"]]
