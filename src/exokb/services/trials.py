"""Storing registered trials."""

from __future__ import annotations

from collections.abc import Sequence

from exokb.app import App
from exokb.domain.payload import Payload
from exokb.domain.trial import Trial
from exokb.store.records import Outcome


def store_trials(app: App, payload: Payload, trials: Sequence[Trial]) -> dict[str, Outcome]:
    """Store the trials of one payload together; gives what happened to each, by its registry number.

    Raises:
        StoreError: the library cannot be written; nothing is stored then.
    """
    with app.library.transaction() as transaction:
        payload_id = transaction.records.keep_payload(payload)
        return transaction.trials.upsert(trials, source=payload.source, payload_id=payload_id)
