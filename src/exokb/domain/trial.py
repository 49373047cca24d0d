"""A registered trial, in the registry's own terms.

Enumerations are those of ClinicalTrials.gov API v2 (https://clinicaltrials.gov/data-api/api); a value that the
registry adds later is kept as it came.
"""

from __future__ import annotations

from exokb.domain.record import Model
from exokb.domain.trial_status import PHASES, STATUSES, parse_phase, parse_status

__all__ = [
    "PHASES", "STATUSES", "TRIAL_TEXT_FIELDS", "Arm", "Intervention", "SecondaryId", "Trial", "TrialReference",
    "parse_phase", "parse_status",
]  # fmt: skip

TRIAL_TEXT_FIELDS = (
    "title", "official_title", "conditions", "condition_mesh", "interventions", "arms", "keywords", "summary",
)  # fmt: skip
"""The names that `Trial.text` takes, and that annotations of trials point into."""


class Intervention(Model):
    """What is given or done. ``type`` as the registry enumerates it (``BIOLOGICAL``)."""

    name: str = ""
    type: str | None = None
    description: str | None = None
    other_names: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ": ".join(part for part in (self.type, self.name) if part)


class Arm(Model):
    """One arm or group: ``type`` as enumerated (``EXPERIMENTAL``), ``interventions`` by name."""

    label: str = ""
    type: str | None = None
    description: str | None = None
    interventions: tuple[str, ...] = ()


class SecondaryId(Model):
    """A number of the same trial elsewhere: ``type`` as enumerated (``EUDRACT_NUMBER``), ``domain`` names the giver."""

    value: str
    type: str | None = None
    domain: str | None = None


class TrialReference(Model):
    """A paper that the trial lists: ``BACKGROUND``, ``RESULT``, or ``DERIVED`` (PubMed's record names the trial)."""

    pmid: int
    type: str | None = None


class Trial(Model):
    """Registry fields of one trial; dates as precise as the registry gives them, ISO 8601.

    Attributes:
        trial_id: the registry's number (``NCT03384433``).
        whole: all that the registry has of the trial was there to be read; False of replies cut down to some fields
            and of spreadsheets. What a trial that is not whole lacks is not known, rather than not there.
        aliases: numbers the same trial had before (``nctIdAliases``): papers may still print one of them.
        secondary_ids: numbers in other registries and of funders, as entered (``2019-002608-19``).
        org_study_id: the sponsor's own name for it; unique only within the sponsor.
        status: the overall status, see `STATUSES`.
        last_known_status: the status before the registry set it to ``UNKNOWN``, for want of news from the sponsor.
        status_verified: when the sponsor last confirmed the status.
        phases: see `PHASES`; empty for studies that have none.
        condition_mesh: MeSH headings the registry derived from ``conditions``.
        enrollment: number of people; ``enrollment_type`` says whether ``ACTUAL`` or ``ESTIMATED``, as does ``..._type``
            of the dates.
        first_posted: when the registry first showed the trial.
        results_posted: when it first showed results.
        updated: when the registry posted its last update.
        data_version: the day of the registry's data that the trial was read from (``versionHolder``).
        countries: where its sites are, each once, as the registry spells them.
        references: the papers it lists that have a PMID, each once and type.
        summary: the registry's brief summary.
    """

    trial_id: str
    registry: str = "ClinicalTrials.gov"
    whole: bool = False
    aliases: tuple[str, ...] = ()
    secondary_ids: tuple[SecondaryId, ...] = ()
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
    purpose: str | None = None
    conditions: tuple[str, ...] = ()
    condition_mesh: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    arms: tuple[Arm, ...] = ()
    enrollment: int | None = None
    enrollment_type: str | None = None
    start_date: str | None = None
    start_date_type: str | None = None
    primary_completion_date: str | None = None
    primary_completion_date_type: str | None = None
    completion_date: str | None = None
    completion_date_type: str | None = None
    first_posted: str | None = None
    results_posted: str | None = None
    updated: str | None = None
    data_version: str | None = None
    sponsor: str | None = None
    collaborators: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    has_results: bool = False
    references: tuple[TrialReference, ...] = ()
    summary: str | None = None

    @property
    def pmids(self) -> tuple[int, ...]:
        """Every paper the trial lists, each once."""
        return tuple(dict.fromkeys(paper.pmid for paper in self.references))

    @property
    def result_pmids(self) -> tuple[int, ...]:
        """Those of them that report on this trial (reference types ``RESULT`` and ``DERIVED``)."""
        return tuple(dict.fromkeys(p.pmid for p in self.references if p.type in {"RESULT", "DERIVED"}))

    def text(self, field: str) -> str:
        """Give the plain text that annotations of ``field`` point into; lists one item a line.

        Raises:
            KeyError: there is no such field; see `TRIAL_TEXT_FIELDS`.
        """
        if field in ("conditions", "condition_mesh", "keywords"):
            return "\n".join(getattr(self, field))
        if field == "interventions":
            return "\n".join(
                ". ".join(part for part in (item.name, *item.other_names, item.description) if part)
                for item in self.interventions
            )
        if field == "arms":
            return "\n".join(". ".join(part for part in (arm.label, arm.description) if part) for arm in self.arms)
        if field in TRIAL_TEXT_FIELDS:
            return getattr(self, field) or ""
        raise KeyError(field)
