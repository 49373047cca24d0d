"""Selecting trials as they are known now, and as they were known at a day."""

from __future__ import annotations

from typing import Any

import pytest

from exokb.app import App
from exokb.errors import NotInLibrary, UnknownTerm
from exokb.query.criteria import Criteria
from exokb.query.trials import TrialCriteria
from exokb.services.search import search_library
from exokb.services.trials.select import TRIAL_SORTS, select_trials
from tests.services.trials.shelf import (
    AWAY,
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
)  # fmt: skip


def found(app: App, sort: str = "number", **criteria: Any) -> list[str]:
    selection = select_trials(app, TrialCriteria(**criteria), sort=sort)
    return [entry.trial_id for entry in selection.entries]


def test_everything_without_criteria(shelf: App) -> None:
    selection = select_trials(shelf, TrialCriteria())
    assert [entry.trial_id for entry in selection.entries] == [HEART, KIDNEY, EYE, LUNG, BARE], "newest update first"
    assert (selection.total, selection.held, selection.notes) == (5, 5, ())


@pytest.mark.parametrize(
    ("criteria", "numbers"),
    [
        ({"statuses": ("completed",)}, [KIDNEY, EYE]),
        ({"statuses": ("RECRUITING", "Unknown status", "withdrawn")}, [LUNG, HEART, BARE]),
        ({"statuses": ("active, not recruiting",)}, []),
        ({"phases": ("II",)}, [KIDNEY, EYE]),
        ({"phases": ("1/2",)}, [KIDNEY]),
        ({"phases": ("1/2", "phase 3")}, [KIDNEY, HEART]),
        ({"terms": (("disease", "kidney"),)}, [KIDNEY]),
        ({"terms": (("disease", "kidney"), ("disease", "eye"), ("source", "adipose"))}, [KIDNEY]),
        ({"kinds": ("msc_ev_therapy",)}, [KIDNEY, EYE]),
        ({"kinds": ("EV biomarker",)}, [LUNG]),
        ({"countries": ("china",)}, [EYE, LUNG]),
        ({"countries": ("Iran",)}, [KIDNEY]),
        ({"countries": ("korea, republic of",)}, [EYE]),
        ({"countries": ("korea,iran",)}, [KIDNEY, EYE]),
        ({"since": "2021-05-01"}, [KIDNEY, EYE, HEART]),
        ({"published": True}, [KIDNEY, LUNG]),
        ({"published": False, "statuses": ("completed",)}, [EYE]),
        ({"numbers": (FORMER, "EudraCT 2019-009999-99", LUNG)}, [KIDNEY, LUNG]),
    ],
)
def test_criteria(shelf: App, criteria: dict[str, Any], numbers: list[str]) -> None:
    assert found(shelf, **criteria) == numbers


@pytest.mark.parametrize(
    ("criteria", "said"),
    [
        ({"statuses": ("recruting",)}, "did you mean recruiting"),
        ({"phases": ("5",)}, "no value of phase"),
        ({"kinds": ("msc_therapy",)}, "no value of kind"),
        ({"countries": ("narnia",)}, "'narnia' is no value of country"),
        ({"terms": (("disease", "kidny"),)}, "did you mean kidney"),
    ],
)
def test_a_value_that_nobody_knows_is_no_empty_result(shelf: App, criteria: dict[str, Any], said: str) -> None:
    with pytest.raises(UnknownTerm, match=said):
        found(shelf, **criteria)
    with pytest.raises(UnknownTerm, match="sort"):
        found(shelf, sort="colour")


def test_a_number_that_is_not_here_is_named_and_the_others_are_given(shelf: App) -> None:
    selection = select_trials(shelf, TrialCriteria(numbers=("NCT99000404", EYE, "kite")))
    assert [entry.trial_id for entry in selection.entries] == [EYE]
    first, second = selection.missing
    assert "exokb trials fetch NCT99000404" in first.hint
    assert "registry number" in second.hint


def test_says_what_the_registry_answered_for_a_number(shelf: App) -> None:
    with shelf.library.transaction() as transaction:
        transaction.trials.note_check("NCT99000404", "not found", "", shelf.clock())
    (missing,) = select_trials(shelf, TrialCriteria(numbers=("NCT99000404",))).missing
    assert "the registry said 'not found' on 2026-11-23" in str(missing)


@pytest.mark.parametrize("name", TRIAL_SORTS)
def test_what_has_no_value_comes_last_both_ways(shelf: App, name: str) -> None:
    forwards, backwards = found(shelf, sort=name), found(shelf, sort=f"-{name}")
    assert sorted(forwards) == sorted(backwards) == [KIDNEY, EYE, LUNG, HEART, BARE]
    if name not in ("number", "title", "status"):
        assert forwards[-1] == backwards[-1] == BARE
    assert forwards != backwards


def test_pages(shelf: App) -> None:
    page = select_trials(shelf, TrialCriteria(), sort="number", limit=2, offset=1)
    assert [entry.trial_id for entry in page.entries] == [EYE, LUNG]
    assert page.total == 5


def test_there_must_be_a_library(app: App) -> None:
    with pytest.raises(NotInLibrary):
        select_trials(app, TrialCriteria())


def test_every_link_has_its_proof(shelf: App) -> None:
    entries = {e.trial_id: e for e in select_trials(shelf, TrialCriteria()).entries}
    papers = {paper.pmid: paper for paper in entries[KIDNEY].papers}
    assert list(papers) == [REPORT, REVIEW, PROTOCOL], "newest first"
    assert [link.text for link in papers[REPORT].links] == [
        f"names it: “{KIDNEY}” (abstract)",
        "listed by the registry: RESULT",
    ]
    (link,) = papers[REVIEW].links
    assert (link.number, link.field, link.words) == (ELSEWHERE, "abstract", "2019\u2011009999\u201199")
    assert [link.words for link in papers[PROTOCOL].links] == ["NCT 99000001"]
    (away,) = entries[LUNG].papers
    assert (away.pmid, away.here, away.reports) == (AWAY, False, True)
    assert REVIEW in {paper.pmid for paper in entries[EYE].papers}, "named, and listed as background besides"


def test_what_counts_as_a_publication(shelf: App) -> None:
    entries = {e.trial_id: e for e in select_trials(shelf, TrialCriteria()).entries}
    why = {p.pmid: (p.reports, p.why) for e in (KIDNEY, EYE) for p in entries[e].papers if p.pmid != REVIEW}
    assert why == {
        REPORT: (True, "the registry lists it as a result"),
        PROTOCOL: (False, "it is a protocol"),
        OLDER: (False, "it appeared before the trial began (2019-02-01)"),
    }
    assert {p.why for p in entries[EYE].papers if p.pmid == REVIEW} == {"it is a review"}


def test_published_but_not_registered(shelf: App) -> None:
    criteria = Criteria(terms=(("design", "clinical_trial"),), trial_statuses=("none",))
    assert [hit.pmid for hit in search_library(shelf, criteria).hits] == [UNREGISTERED]


# -- as it was known


@pytest.mark.parametrize(
    ("day", "status", "enrollment"),
    [
        ("2018-03-01", "NOT_YET_RECRUITING", 40),
        ("2019-05-31", "NOT_YET_RECRUITING", 40),
        ("2019-06-01", "RECRUITING", 30),
        ("2022-01-31", "RECRUITING", 30),
        ("2022-02-01", "COMPLETED", 28),
    ],
)
def test_the_state_of_a_day(shelf: App, day: str, status: str, enrollment: int) -> None:
    (entry,) = select_trials(shelf, TrialCriteria(numbers=(KIDNEY,), as_of=day)).entries
    assert (entry.trial["status"], entry.trial["enrollment"]) == (status, enrollment)
    assert (entry.as_of, entry.state_known) == (day, True)


def test_conditions_hold_for_the_state_of_the_day(shelf: App) -> None:
    assert found(shelf, statuses=("completed",), as_of="2021-06-01") == [EYE]
    assert found(shelf, statuses=("recruiting",), as_of="2021-06-01") == [KIDNEY]
    assert found(shelf, since="2019-01-01", as_of="2019-12-31") == [KIDNEY]


def test_what_was_not_registered_is_absent_and_what_is_not_known_is_empty_and_said(shelf: App) -> None:
    selection = select_trials(shelf, TrialCriteria(as_of="2019-12-31"), sort="number")
    entries = {entry.trial_id: entry for entry in selection.entries}
    assert list(entries) == [KIDNEY, EYE, LUNG]
    eye = entries[EYE]
    assert not eye.state_known
    assert "status" not in eye.trial
    assert "completion_date" not in eye.trial
    assert (eye.shown, eye.observed) == (None, None)
    assert eye.trial["title"] == "Mesenchymal stem cell vesicles as eye drops"
    told = " ".join(selection.notes)
    assert "1 trial of these was registered by 2019-12-31" in told
    assert "left out: 1 trial of which nothing tells whether it was registered by then" in told, "the spreadsheet's"


def test_a_condition_on_a_state_that_is_not_known_leaves_out_and_says_so(shelf: App) -> None:
    selection = select_trials(shelf, TrialCriteria(statuses=("completed",), as_of="2019-12-31"))
    assert selection.entries == ()
    assert "left out: 1 trial registered by 2019-12-31 whose state at that day is not known here" in selection.notes
    selection = select_trials(shelf, TrialCriteria(since="2017-01-01"))
    assert "left out: 1 trial for which the registry's date of update is not known" in selection.notes


def test_unknown_is_the_registrys_word_only_from_the_day_it_set_it(shelf: App) -> None:
    assert found(shelf, statuses=("recruiting",), as_of="2020-05-31") == [KIDNEY, LUNG]
    assert found(shelf, statuses=("unknown",), as_of="2020-06-01") == [LUNG]


def test_papers_of_a_day(shelf: App) -> None:
    def papers(day: str) -> list[int | None]:
        (entry,) = select_trials(shelf, TrialCriteria(numbers=(KIDNEY,), as_of=day)).entries
        return [paper.pmid for paper in entry.papers]

    assert papers("2019-07-06") == []
    assert papers("2020-12-31") == [REVIEW, PROTOCOL]
    assert papers("2022-02-15") == [REPORT, REVIEW, PROTOCOL], "the registry listed it before it was in print"
    assert found(shelf, published=False, numbers=(KIDNEY,), as_of="2021-01-01") == [KIDNEY]


def test_both_dates_of_the_state_are_told(shelf: App) -> None:
    (entry,) = select_trials(shelf, TrialCriteria(numbers=(KIDNEY,))).entries
    assert (entry.trial["updated"], entry.shown, entry.observed) == ("2022-02-01", "2023-01-01", "2023-01-01")
    (entry,) = select_trials(shelf, TrialCriteria(numbers=(KIDNEY,), as_of="2018-12-31")).entries
    assert (entry.trial["updated"], entry.shown, entry.observed) == ("2018-03-01", None, "2023-01-03")
