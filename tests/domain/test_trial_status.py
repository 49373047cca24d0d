"""Statuses and phases as people write them."""

from __future__ import annotations

import pytest

from exokb.domain.trial_status import PHASES, STATUSES, parse_phases, parse_status, phases_in_words, split_statuses
from exokb.domain.trial_status import status_in_words as in_words


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_in_words_is_read_back(status: str) -> None:
    assert parse_status(in_words(status)) == status
    assert [parse_status(part) for part in split_statuses(f"{in_words(status)}, completed")] == [status, "COMPLETED"]


def test_no_status_is_no_word() -> None:
    assert in_words(None) == ""
    assert split_statuses(" , ") == []


@pytest.mark.parametrize(
    ("text", "phases"),
    [
        ("1/2", ("PHASE1", "PHASE2")),
        ("Phase I/II", ("PHASE1", "PHASE2")),
        ("PHASE2/PHASE3", ("PHASE2", "PHASE3")),
        ("phase 2", ("PHASE2",)),
        ("N/A", ("NA",)),
        ("early phase 1", ("EARLY_PHASE1",)),
    ],
)
def test_phases(text: str, phases: tuple[str, ...]) -> None:
    assert parse_phases(text) == phases


@pytest.mark.parametrize("phase", PHASES)
def test_a_phase_in_words_is_read_back(phase: str) -> None:
    assert parse_phases(phases_in_words([phase])) == (phase,)


def test_two_phases_in_words() -> None:
    assert phases_in_words(["PHASE1", "PHASE2"]) == "1/2"
    assert phases_in_words([]) == ""
