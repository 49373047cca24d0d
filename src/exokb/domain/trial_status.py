"""Trial statuses in the registry's own terms (https://clinicaltrials.gov/data-api/api, enumeration ``Status``).

Apart from the models, so that a search need not load them.
"""

from __future__ import annotations

STATUSES = (
    "RECRUITING", "NOT_YET_RECRUITING", "ENROLLING_BY_INVITATION", "ACTIVE_NOT_RECRUITING", "COMPLETED",
    "SUSPENDED", "TERMINATED", "WITHDRAWN", "UNKNOWN", "AVAILABLE", "NO_LONGER_AVAILABLE",
    "TEMPORARILY_NOT_AVAILABLE", "APPROVED_FOR_MARKETING", "WITHHELD",
)  # fmt: skip


def parse_status(text: str) -> str:
    """Give the registry's enumeration for a status in plain words: ``not yet recruiting`` -> ``NOT_YET_RECRUITING``."""
    return "_".join(text.replace(",", " ").replace("-", " ").upper().split())
