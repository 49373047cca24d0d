"""Statuses and phases in words become the registry's enumerations."""

from __future__ import annotations

import pytest

from exokb.domain.trial_status import PHASES, STATUSES, parse_phase, parse_status


@pytest.mark.parametrize("status", STATUSES)
def test_an_enumeration_stays_and_plain_words_become_one(status: str) -> None:
    assert parse_status(status) == status
    assert parse_status(status.replace("_", " ").capitalize()) == status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Active, not recruiting", "ACTIVE_NOT_RECRUITING"),
        ("Unknown status", "UNKNOWN"),
        ("Paused by wind", "PAUSED_BY_WIND"),
    ],
)
def test_statuses_as_the_site_writes_them(text: str, status: str) -> None:
    assert parse_status(text) == status


@pytest.mark.parametrize(
    ("text", "phase"),
    [
        *((phase, phase) for phase in PHASES),
        ("Phase 2", "PHASE2"),
        ("phase III", "PHASE3"),
        ("Early Phase 1", "EARLY_PHASE1"),
        ("Phase 0", "EARLY_PHASE1"),
        ("Not Applicable", "NA"),
        ("N/A", "NA"),
        ("Phase 5", "PHASE_5"),
    ],
)
def test_phases_as_the_site_writes_them(text: str, phase: str) -> None:
    assert parse_phase(text) == phase
