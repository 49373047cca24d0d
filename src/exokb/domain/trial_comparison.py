"""A printed table of trials against what the registry says now: row by row, what has changed. Pure.

Reviews print statuses and phases in their own words: "Phase 1/Phase 2", "Completed", "Complete", "(Diagnosis)". A word
is compared only where it can be read as one of the registry's; one that cannot is told, and not guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from exokb.domain.trial_status import PHASES, STATUSES, parse_phase, parse_status

_SEPARATOR = re.compile(r"\s*(?:/|\||;|,|\band\b|&|\+|(?<=\d)\s*-\s*(?=\d))\s*", re.I)
_STATUS_WORDS = {
    "COMPLETE": "COMPLETED", "FINISHED": "COMPLETED", "ACTIVE": "ACTIVE_NOT_RECRUITING", "ONGOING": None,
    "UNKNOWN_STATUS": "UNKNOWN", "STOPPED": "TERMINATED",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PrintedTrial:
    """One row of a printed table.

    Attributes:
        line: its line in the file, from 1.
        number: the registry number; empty where the row holds none.
        status, phase: as printed; empty where the table says nothing.
    """

    line: int
    number: str
    status: str = ""
    phase: str = ""


def read_printed_status(text: str) -> str | None:
    """Give the registry's enumeration for a printed status; None where it cannot be read as one."""
    folded = parse_status(text.strip(" .()"))
    folded = _STATUS_WORDS.get(folded, folded) or ""
    return folded if folded in STATUSES else None


def read_printed_phases(text: str) -> tuple[str, ...] | None:
    """Give the registry's enumerations for printed phases (``Phase 1/Phase 2``, ``I/II``); None where they are none.

    "Phase 1/2" names both phases, the word standing once.
    """
    parts = [part for part in _SEPARATOR.split(text.strip(" .()")) if part]
    if (
        parts
        and parts[0].lower() in {"n", "not applicable", "n/a"}
        and text.strip().lower() in {"n/a", "not applicable"}
    ):
        return ("NA",)
    phases = tuple(dict.fromkeys(parse_phase(part) for part in parts))
    return phases if phases and all(phase in PHASES for phase in phases) else None


def compare_status(printed: str, current: str | None) -> str:
    """Say in words how a printed status differs; empty where it does not, or cannot be compared."""
    known = read_printed_status(printed)
    if known is None or current is None or known == current:
        return ""
    return f"status: {_words(known)} → {_words(current)}"


def compare_phases(printed: str, current: Sequence[str]) -> str:
    """Say in words how printed phases differ; empty where they do not, or cannot be compared."""
    known = read_printed_phases(printed)
    if known is None or set(known) == set(current) or (set(known) == {"NA"} and not current):
        return ""
    return f"phase: {_phases(known)} → {_phases(current)}"


def find_unreadable(row: PrintedTrial) -> list[str]:
    """Say what is printed in the registry's columns and is none of its words."""
    unread = [("status", row.status)] if row.status and read_printed_status(row.status) is None else []
    unread += [("phase", row.phase)] if row.phase and read_printed_phases(row.phase) is None else []
    return [f"printed “{text}” is no {name} of the registry" for name, text in unread]


def _words(status: str) -> str:
    return status.replace("_", " ").lower()


def _phases(phases: Sequence[str]) -> str:
    return "/".join(phase.replace("_", " ").replace("PHASE", "").strip().lower() for phase in phases) or "none"
