"""Asking the registry again for the trials of the library, and saying what changed.

All are asked but those that were seen in the data the registry shows now: these cannot have changed. The date of the
last update is no safe sign: the registry sets statuses to unknown, and lists new papers, without an update
(``docs/decisions``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from exokb.app import App
from exokb.domain.identifiers import TrialId
from exokb.errors import NotInLibrary
from exokb.services.progress import Progress
from exokb.services.retrieve import Failure
from exokb.services.trials.fetch import REGISTRY
from exokb.services.trials.retrieve import TrialRetriever, TrialRetrieveReport, get_trial_source
from exokb.sources.interface import DataVersion
from exokb.store.trial_numbers import HeldTrial, find_held_numbers, find_trials_of


@dataclass(frozen=True)
class RefreshPlan:
    """What a refresh would do.

    Attributes:
        version: the data that the registry shows; None where it does not tell.
        current: trials that were seen in these data already.
        wanted: trials to ask for, those first that were seen longest ago.
        not_held: numbers asked for that the library does not hold.
        requests: how many requests that takes at the least, that for the version included.
    """

    version: DataVersion | None
    current: tuple[TrialId, ...]
    wanted: tuple[TrialId, ...]
    not_held: tuple[Failure, ...]
    requests: int


@dataclass
class RefreshReport:
    """What a refresh did: its plan, and what came of it."""

    plan: RefreshPlan
    retrieved: TrialRetrieveReport = field(default_factory=TrialRetrieveReport)

    @property
    def failures(self) -> list[Failure]:
        """What could not be had, item by item."""
        return [*self.plan.not_held, *self.retrieved.failures]


def plan_refresh(app: App, numbers: Sequence[TrialId] = ()) -> RefreshPlan:
    """Say what `refresh_trials` would do. The registry is asked for its version alone; nothing is stored.

    Raises:
        NotInLibrary: there is no library.
        SourceUnavailable: the registry cannot be reached.
    """
    source = get_trial_source(app)
    with app.library.reading() as connection:
        trials = find_trials_of(connection, REGISTRY)
        held = find_held_numbers(connection, numbers)
    chosen = trials if not numbers else [trial for trial in trials if trial.trial_id in held.values()]
    missing = [
        Failure(n, NotInLibrary(n, "is not in the library", hint=f"run `exokb trials fetch {n}`"))
        for n in numbers
        if n not in held
    ]
    version = source.fetch_version() if chosen else None
    current = {trial.trial_id for trial in chosen if version and _is_current(trial, version)}
    wanted = tuple(TrialId(trial.trial_id) for trial in chosen if trial.trial_id not in current)
    return RefreshPlan(
        version=version,
        current=tuple(TrialId(trial.trial_id) for trial in chosen if trial.trial_id in current),
        wanted=wanted,
        not_held=tuple(missing),
        requests=bool(chosen) + -(-len(wanted) // source.trials_batch_size),
    )


def refresh_trials(app: App, numbers: Sequence[TrialId] = (), progress: Progress | None = None) -> RefreshReport:
    """Ask the registry again for the trials of the library, or for those named.

    Raises:
        NotInLibrary: there is no library.
        StoreError: the library cannot be written. What was stored before stays.
        SourceUnavailable: the registry cannot be reached.
    """
    report = RefreshReport(plan_refresh(app, numbers))
    if report.plan.wanted:
        report.retrieved = TrialRetriever(app, progress).retrieve(report.plan.wanted)
    with app.library.transaction() as transaction:
        transaction.log.note(
            "trials refresh",
            {
                "numbers": list(numbers),
                "version": report.plan.version.timestamp if report.plan.version else None,
                "current": len(report.plan.current),
                "outcomes": dict(report.retrieved.counts),
                "changed": sorted({change.trial_id for change in report.retrieved.changes}),
                "moved": report.retrieved.moved,
                "failed": [failure.asked for failure in report.failures],
            },
        )
    return report


def _is_current(trial: HeldTrial, version: DataVersion) -> bool:
    """Whether a trial was read from the data that the registry shows now.

    The day of the data alone would not do, should the registry renew them twice on one day; the time of reading alone
    would not, since new data may be shown later than they are dated.
    """
    return trial.data_version == version.day and trial.last_observed_at[:19] >= version.timestamp[:19]
