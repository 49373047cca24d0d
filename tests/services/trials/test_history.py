"""The states of trials, and what happened to them since a day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from exokb.app import App
from exokb.domain.payload import Payload
from exokb.errors import NotInLibrary
from exokb.query.trials import TrialCriteria
from exokb.services.trials.history import find_news, get_history
from exokb.services.trials.select import select_trials
from exokb.services.trials.show import show_trials
from exokb.services.trials.storing import store_trials
from tests.services.trials.shelf import BARE, ELSEWHERE, EYE, FORMER, HEART, KIDNEY, LUNG, REVIEW, entry, kidney


def states_of(app: App, number: str, as_of: str | None = None) -> list[tuple[str, str, str]]:
    found = select_trials(app, TrialCriteria(numbers=(number,), as_of=as_of)).entries
    (states,) = get_history(app, found).values()
    return [(s.held_from, s.source, "; ".join(f"{n}: {a}->{b}" for n, a, b in s.changes)) for s in states]


def test_every_state_oldest_first_whatever_the_order_of_imports(shelf: App) -> None:
    assert states_of(shelf, KIDNEY) == [
        ("2018-03-01", "clinicaltrials", ""),
        ("2019-06-01", "clinicaltrials", "status: NOT_YET_RECRUITING->RECRUITING; enrollment: 40->30"),
        (
            "2022-02-01",
            "clinicaltrials",
            "status: RECRUITING->COMPLETED; enrollment: 30->28; enrollment_type: ESTIMATED->ACTUAL;"
            " completion_date: None->2021-12-10; completion_date_type: None->ACTUAL",
        ),
    ]


def test_both_dates_of_every_state(shelf: App) -> None:
    (view,) = show_trials(shelf, KIDNEY)
    assert [(s.registry_date, s.shown, s.observed) for s in view.states] == [
        ("2018-03-01", None, "2023-01-03"),
        ("2019-06-01", None, "2023-01-02"),
        ("2022-02-01", "2023-01-01", "2023-01-01"),
    ]
    assert view.states[-1].described == ("references",)


def test_a_history_as_of_a_day_ends_there(shelf: App) -> None:
    assert [day for day, _, _ in states_of(shelf, KIDNEY, as_of="2020-01-01")] == ["2018-03-01", "2019-06-01"]


def test_the_state_before_unknown_is_inferred_and_says_so(shelf: App) -> None:
    (view,) = show_trials(shelf, LUNG)
    before, after = view.states
    assert (before.held_from, before.values["status"], before.inferred) == ("2018-06-01", "RECRUITING", True)
    assert (after.held_from, after.changes, after.inferred) == (
        "2020-06-01",
        (("status", "RECRUITING", "UNKNOWN"),),
        False,
    )


@pytest.mark.parametrize("number", [KIDNEY, FORMER, ELSEWHERE, f"https://clinicaltrials.gov/study/{KIDNEY}"])
def test_a_trial_is_found_by_any_of_its_numbers(shelf: App, number: str) -> None:
    (view,) = show_trials(shelf, number)
    assert view.entry.trial_id == KIDNEY
    assert view.entry.numbers == ((FORMER, "former"), (ELSEWHERE, "secondary"))


def test_several_trials_of_one_number_are_all_given(shelf: App) -> None:
    twin = kidney("2023-02-02", "RECRUITING", number="NCT99000011", aliases=())
    store_trials(shelf, Payload("file", "twin", "application/json", b"twin", shelf.clock()), [twin])
    assert [view.entry.trial_id for view in show_trials(shelf, ELSEWHERE)] == [KIDNEY, "NCT99000011"]
    assert [view.entry.trial_id for view in show_trials(shelf, KIDNEY)] == [KIDNEY]


def test_a_trial_with_its_evidence_and_background(shelf: App) -> None:
    (view,) = show_trials(shelf, EYE)
    assert ("trial_kind", "msc_ev_therapy") in {(a.facet, a.value) for a in view.annotations}
    assert [(link.pmid, link.type) for link in view.background] == [(REVIEW, "BACKGROUND")]
    with pytest.raises(NotInLibrary):
        show_trials(shelf, "NCT99000404")


# -- what happened since


def news(app: App, since: str, **criteria: object) -> list[tuple[str, str, str, object, object, str]]:
    report = find_news(app, TrialCriteria(**criteria), since)  # type: ignore[arg-type]
    return [(n.trial_id, n.what, n.field, n.before, n.after, n.day) for n in report.news]


def test_what_changed_was_registered_or_updated_since(shelf: App) -> None:
    assert news(shelf, "2020-01-01") == [
        (KIDNEY, "changed", "status", "RECRUITING", "COMPLETED", "2022-02-01"),
        (KIDNEY, "changed", "enrollment", 30, 28, "2022-02-01"),
        (KIDNEY, "changed", "enrollment_type", "ESTIMATED", "ACTUAL", "2022-02-01"),
        (KIDNEY, "changed", "completion_date", None, "2021-12-10", "2022-02-01"),
        (KIDNEY, "changed", "completion_date_type", None, "ACTUAL", "2022-02-01"),
        (EYE, "updated", "", None, None, "2021-05-01"),
        (LUNG, "changed", "status", "RECRUITING", "UNKNOWN", "2020-06-01"),
        (HEART, "registered", "", None, None, "2024-05-05"),
    ]


def test_the_day_itself_counts_and_a_selection_narrows(shelf: App) -> None:
    assert [n[0] for n in news(shelf, "2024-05-05")] == [HEART]
    assert news(shelf, "2024-05-06", numbers=(HEART,)) == [(HEART, "updated", "", None, None, "2024-06-01")]
    assert {n[0] for n in news(shelf, "2019-04-04", kinds=("msc_ev_therapy",))} == {KIDNEY, EYE}
    assert news(shelf, "2025-01-01") == []


def test_a_trial_registered_since_tells_its_later_changes_too(shelf: App) -> None:
    changed = entry(HEART, "Hearts", "2025-01-01", "TERMINATED", first_posted="2024-05-05", phases=("PHASE3",))
    later = Payload("clinicaltrials", "later", "application/json", b"later", datetime(2025, 2, 2, tzinfo=UTC))
    store_trials(shelf, later, [changed])
    told = [n[1:3] for n in news(shelf, "2024-01-01", numbers=(HEART,))]
    assert told == [("registered", ""), ("changed", "status"), ("changed", "enrollment")]


def test_what_nothing_tells_the_date_of_is_counted(shelf: App) -> None:
    report = find_news(shelf, TrialCriteria(numbers=(BARE,)), "2019-01-01")
    assert (report.news, report.undated) == ((), 1)
