"""Storing registered trials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from exokb.app import App
from exokb.domain.payload import Payload
from exokb.domain.trial import Trial
from exokb.evidence.registry_numbers import find_registry_numbers
from exokb.evidence.trials import KIND_TERMS
from exokb.store.records import Outcome

if TYPE_CHECKING:
    from exokb.store.transaction import Transaction


def store_trials(app: App, payload: Payload, trials: Sequence[Trial], *, seen: str | None = None) -> dict[str, Outcome]:
    """Store the trials of one payload together, annotated; gives what happened to each, by its registry number.

    ``seen``: the day (ISO) on which the registry showed them so, where it is known.

    Raises:
        StoreError: the library cannot be written; nothing is stored then.
    """
    with app.library.transaction() as transaction:
        outcomes = put_trials(transaction, payload, trials, seen=seen)
        annotate_stored(app, transaction, transaction.trials.find_outdated(_version(app), list(outcomes)))
    return outcomes


def annotate_trials(app: App) -> int:
    """Annotate the trials that were annotated with another version of the vocabulary; gives how many there were.

    Raises:
        StoreError: the library cannot be written; nothing is changed then.
    """
    with app.library.transaction() as transaction:
        outdated = transaction.trials.find_outdated(_version(app))
        annotate_stored(app, transaction, outdated)
    return len(outdated)


def annotate_stored(app: App, transaction: Transaction, trials: Sequence[tuple[int, Trial]]) -> None:
    """Say what trials are about, (row id, trial) each, in place of what was said of them before."""
    if not trials:
        return
    transaction.terms.put_vocabulary([*app.annotator.vocabulary.terms, *KIND_TERMS])
    read = [(row, app.annotator.annotate_trial(trial)) for row, trial in trials]
    transaction.terms.replace_trial_annotations(
        [(row, found.kind, found.annotations) for row, found in read], vocabulary=_version(app)
    )


def _version(app: App) -> str:
    return app.annotator.vocabulary.version


def put_trials(
    transaction: Transaction, payload: Payload, trials: Sequence[Trial], *, seen: str | None = None
) -> dict[str, Outcome]:
    """Do what `store_trials` does, within a transaction."""
    numbers = {trial.trial_id: _other_numbers(trial) for trial in trials}
    payload_id = transaction.records.keep_payload(payload)
    transaction.trials.clear_checks([number for trial in trials for number in (trial.trial_id, *trial.aliases)])
    return transaction.trials.upsert(
        trials, numbers, source=payload.source, payload_id=payload_id, observed_at=payload.observed_at, seen=seen
    )


def _other_numbers(trial: Trial) -> list[str]:
    """The numbers a trial has in other registries, as these write them; the sponsor's own name for it may be one."""
    texts = [number.value for number in trial.secondary_ids] + [trial.org_study_id or ""]
    return sorted({n.value for text in texts for n in find_registry_numbers(text)} - {trial.trial_id, *trial.aliases})
