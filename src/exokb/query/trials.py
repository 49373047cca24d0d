"""What can be asked of the trials of a library, besides the words of papers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrialCriteria:
    """A selection of trials. All that is given must hold; of several values of one field, one is enough.

    Attributes:
        numbers: registry numbers, the trial's own, former ones or other registries'.
        statuses: registry enumerations or plain words.
        phases: as enumerated (``PHASE2``) or in words (``phase 2``, ``II``); ``1/2`` are both.
        terms: (facet, value) such as ``("disease", "kidney")``; a broader value finds the narrower ones.
        kinds: what vesicles have to do with the trial (`exokb.domain.trial_kind.KIND_NAMES`).
        countries: names of countries with a site, in any case, whole or in part (``iran``).
        since: the registry's last update is of this day (ISO) or later.
        published: True: a paper reports on it; False: none does, neither here nor by the registry's list. What counts
            as a report: see `exokb.services.trials.papers`.
        as_of: the day (ISO) whose state is asked for; None for what is known now.
    """

    numbers: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()
    kinds: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    since: str | None = None
    published: bool | None = None
    as_of: str | None = None
