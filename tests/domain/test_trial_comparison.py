"""Statuses and phases as reviews print them."""

from __future__ import annotations

import pytest

from exokb.domain.trial_comparison import (
    PrintedTrial,
    compare_phases,
    compare_status,
    find_unreadable,
    read_printed_phases,
    read_printed_status,
)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Completed", "COMPLETED"),
        ("Complete", "COMPLETED"),
        ("Active, not recruiting", "ACTIVE_NOT_RECRUITING"),
        ("Unknown status", "UNKNOWN"),
        ("Not yet recruiting.", "NOT_YET_RECRUITING"),
        ("ongoing", None),  # recruiting, or not any more: the word does not say
        ("Phase 2", None),
        ("", None),
    ],
)
def test_printed_statuses(text: str, status: str | None) -> None:
    assert read_printed_status(text) == status


@pytest.mark.parametrize(
    ("text", "phases"),
    [
        ("Phase 1/Phase 2", ("PHASE1", "PHASE2")),
        ("Phase 1/2", ("PHASE1", "PHASE2")),
        ("Phase I-II", None),  # a hyphen parts digits alone: "I-II" is as well a name
        ("I/II", ("PHASE1", "PHASE2")),
        ("Phase 2 and 3", ("PHASE2", "PHASE3")),
        ("Early Phase 1", ("EARLY_PHASE1",)),
        ("N/A", ("NA",)),
        ("not applicable", ("NA",)),
        ("(Diagnosis)", None),
        ("Complete", None),
        ("", None),
    ],
)
def test_printed_phases(text: str, phases: tuple[str, ...] | None) -> None:
    assert read_printed_phases(text) == phases


def test_only_what_differs_is_told() -> None:
    assert compare_status("Recruiting", "RECRUITING") == ""
    assert compare_status("Recruiting", "UNKNOWN") == "status: recruiting → unknown"
    assert compare_status("Recruiting", None) == ""
    assert compare_phases("Phase 2/3", ["PHASE2", "PHASE3"]) == ""
    assert compare_phases("Phase 2", ["PHASE2", "PHASE3"]) == "phase: 2 → 2/3"
    assert compare_phases("Phase 2", []) == "phase: 2 → none"
    assert compare_phases("N/A", []) == ""


def test_words_that_are_none_of_the_registry_are_told_and_not_guessed_at() -> None:
    row = PrintedTrial(3, "NCT99000001", status="ongoing", phase="(Diagnosis)")
    assert (compare_status(row.status, "RECRUITING"), compare_phases(row.phase, [])) == ("", "")
    assert find_unreadable(row) == [
        "printed “ongoing” is no status of the registry",
        "printed “(Diagnosis)” is no phase of the registry",
    ]
    assert find_unreadable(PrintedTrial(3, "NCT99000001")) == []
