"""Trial statuses and phases in the registry's own terms.

They are the enumerations ``Status`` and ``Phase`` of https://clinicaltrials.gov/data-api/api. Apart from the models,
so that a search need not load them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

STATUSES = (
    "RECRUITING", "NOT_YET_RECRUITING", "ENROLLING_BY_INVITATION", "ACTIVE_NOT_RECRUITING", "COMPLETED",
    "SUSPENDED", "TERMINATED", "WITHDRAWN", "UNKNOWN", "AVAILABLE", "NO_LONGER_AVAILABLE",
    "TEMPORARILY_NOT_AVAILABLE", "APPROVED_FOR_MARKETING", "WITHHELD",
)  # fmt: skip


def parse_status(text: str) -> str:
    """Give the registry's enumeration for a status in plain words: ``not yet recruiting`` -> ``NOT_YET_RECRUITING``.

    What is no status is given back in the shape of an enumeration.
    """
    joined = "_".join(text.replace(",", " ").replace("-", " ").upper().split())
    # The site writes "Unknown status", in words that also its older tables use.
    return "UNKNOWN" if joined == "UNKNOWN_STATUS" else joined


def split_statuses(text: str) -> list[str]:
    """Split statuses that stand side by side with commas; that of ``active, not recruiting`` parts nothing."""
    joined = re.sub(r"\bactive\s*,\s*not\b", "active not", text, flags=re.I)
    return [part.strip() for part in joined.split(",") if part.strip()]


def status_in_words(status: str | None) -> str:
    """Give a status as people read it: ``ACTIVE_NOT_RECRUITING`` -> ``active, not recruiting``; empty if there is none.

    `parse_status` reads it back.
    """
    if status == "ACTIVE_NOT_RECRUITING":
        return "active, not recruiting"
    return (status or "").replace("_", " ").lower()


PHASES = ("NA", "EARLY_PHASE1", "PHASE1", "PHASE2", "PHASE3", "PHASE4")
"""A trial of phase 2/3 has two of them."""

_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4"}


def parse_phase(text: str) -> str:
    """Give the registry's enumeration for one phase in words: ``phase 2``, ``II``, ``early phase I`` -> ``PHASE2`` ...

    What is no phase is given back in the shape of an enumeration.
    """
    words = text.replace("_", " ").replace("-", " ").upper().split()
    if words in (["N/A"], ["NA"], ["NOT", "APPLICABLE"]):
        return "NA"
    joined = "".join(_ROMAN.get(word, word) for word in words)
    for early in ("EARLY", ""):
        digits = joined.removeprefix(early).removeprefix("PHASE")
        if joined.startswith(early) and digits in {"1", "2", "3", "4"}:
            return f"{'EARLY_' if early else ''}PHASE{digits}"
    # Before 2012 the registry called early phase 1 "phase 0".
    return "EARLY_PHASE1" if joined in {"0", "PHASE0"} else "_".join(words)


def parse_phases(text: str) -> tuple[str, ...]:
    """Give the phases that a trial must have to be of ``phase 1/2`` (both), ``phase 2`` or ``N/A`` (one)."""
    whole = parse_phase(text)
    if whole in PHASES or "/" not in text:
        return (whole,)
    return tuple(parse_phase(part) for part in text.split("/"))


def phases_in_words(phases: Sequence[str]) -> str:
    """Give the phases of a trial as people write them: ``1/2``, ``early 1``, ``n/a``; empty if there are none."""
    names = {"NA": "n/a", "EARLY_PHASE1": "early 1"}
    return "/".join(names.get(phase, phase.removeprefix("PHASE").replace("_", " ").lower()) for phase in phases)
