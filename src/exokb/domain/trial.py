"""A registered trial, in the registry's own terms.

Enumerations are those of ClinicalTrials.gov API v2 (https://clinicaltrials.gov/data-api/api); a value that the
registry adds later is kept as it came.
"""

from __future__ import annotations

from exokb.domain.record import Model
from exokb.domain.trial_status import STATUSES, parse_status

__all__ = ["STATUSES", "Trial", "parse_status"]


class Trial(Model):
    """Registry fields of one trial; dates as precise as the registry gives them, ISO 8601."""

    trial_id: str
    registry: str = "ClinicalTrials.gov"
    secondary_ids: tuple[str, ...] = ()
    title: str = ""
    official_title: str | None = None
    acronym: str | None = None
    status: str | None = None
    status_verified: str | None = None
    why_stopped: str | None = None
    study_type: str | None = None
    phases: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    interventions: tuple[str, ...] = ()
    enrollment: int | None = None
    enrollment_type: str | None = None
    start_date: str | None = None
    completion_date: str | None = None
    updated: str | None = None
    sponsor: str | None = None
    countries: tuple[str, ...] = ()
    has_results: bool = False
    pmids: tuple[int, ...] = ()
