"""Writing trials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from exokb.domain.trial import Trial
from exokb.store import tables
from exokb.store.mapping import trial_values
from exokb.store.records import Outcome


class TrialTable:
    """Registered trials, within one transaction."""

    def __init__(self, connection: Connection, now: str) -> None:
        self._connection = connection
        self._now = now

    def upsert(self, trials: Sequence[Trial], *, source: str, payload_id: int | None) -> dict[str, Outcome]:
        """Store trials as last seen; one whose registry date is older than what is stored changes nothing."""
        table = tables.trial
        known: dict[str, Any] = {
            row.trial_id: row
            for row in self._connection.execute(
                select(table.c.trial_id, table.c.updated, table.c.document).where(
                    table.c.trial_id.in_([t.trial_id for t in trials])
                )
            )
        }
        outcomes: dict[str, Outcome] = {}
        for trial in trials:
            values = {
                **trial_values(trial), "source": source, "payload_id": payload_id, "observed_at": self._now,
            }  # fmt: skip
            old = known.get(trial.trial_id)
            if old is None:
                self._connection.execute(insert(table).values(**values))
                outcomes[trial.trial_id] = Outcome.ADDED
            elif old.document == values["document"]:
                outcomes[trial.trial_id] = Outcome.UNCHANGED
            elif (trial.updated or "") < (old.updated or ""):
                outcomes[trial.trial_id] = Outcome.OLDER
            else:
                self._connection.execute(update(table).where(table.c.trial_id == trial.trial_id).values(**values))
                outcomes[trial.trial_id] = Outcome.UPDATED
        return outcomes
