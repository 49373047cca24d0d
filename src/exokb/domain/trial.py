"""A registered trial, in the registry's own terms.

Enumerations are those of ClinicalTrials.gov API v2 (https://clinicaltrials.gov/data-api/api); a value that the
registry adds later is kept as it came.
"""

from __future__ import annotations

from exokb.domain.record import Model
from exokb.domain.trial_status import STATUSES, parse_status

__all__ = ["STATUSES", "Trial", "parse_status"]


class Trial(Model):
    """Registry fields of one trial; dates as precise as the registry gives them, ISO 8601.

    Attributes:
        trial_id: the registry's number (``NCT03384433``).
        aliases: numbers the same trial had before (``nctIdAliases``): papers may still print one of them.
        secondary_ids: numbers in other registries and of funders, as entered (``2019-002608-19``).
        org_study_id: the sponsor's own name for it; unique only within the sponsor.
        status: the overall status, see `STATUSES`.
        last_known_status: the status before the registry set it to ``UNKNOWN``, for want of news from the sponsor.
        status_verified: when the sponsor last confirmed the status.
        phases: ``PHASE1`` ... ``PHASE4``, ``EARLY_PHASE1``, ``NA``; empty for studies that have none.
        condition_mesh: MeSH headings the registry derived from ``conditions``.
        interventions: ``TYPE: name`` (``BIOLOGICAL: exosome``), the type as the registry enumerates it.
        enrollment: number of people; ``enrollment_type`` says whether ``ACTUAL`` or ``ESTIMATED``.
        updated: when the registry posted its last update.
        countries: where its sites are, each once, as the registry spells them.
        pmids: every paper the trial lists, each once.
        result_pmids: those of them that report on this trial (reference types ``RESULT`` and ``DERIVED``).
    """

    trial_id: str
    registry: str = "ClinicalTrials.gov"
    aliases: tuple[str, ...] = ()
    secondary_ids: tuple[str, ...] = ()
    org_study_id: str | None = None
    title: str = ""
    official_title: str | None = None
    acronym: str | None = None
    status: str | None = None
    last_known_status: str | None = None
    status_verified: str | None = None
    why_stopped: str | None = None
    study_type: str | None = None
    phases: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    condition_mesh: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    interventions: tuple[str, ...] = ()
    enrollment: int | None = None
    enrollment_type: str | None = None
    start_date: str | None = None
    primary_completion_date: str | None = None
    completion_date: str | None = None
    updated: str | None = None
    sponsor: str | None = None
    collaborators: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    has_results: bool = False
    pmids: tuple[int, ...] = ()
    result_pmids: tuple[int, ...] = ()
