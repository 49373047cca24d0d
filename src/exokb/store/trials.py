"""Writing trials: every state that is seen is kept, and what is known now is made of all of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from exokb.domain.trial import Trial
from exokb.domain.trial_history import Observation, merge_observations, sort_observations
from exokb.store import tables
from exokb.store.engine import insert_rows
from exokb.store.mapping import iso, trial_document, trial_values
from exokb.store.records import Outcome


class TrialTable:
    """Registered trials, within one transaction."""

    def __init__(self, connection: Connection, now: str) -> None:
        self._connection = connection
        self._now = now

    def upsert(
        self,
        trials: Iterable[Trial],
        numbers: Mapping[str, Sequence[str]],
        *,
        source: str,
        payload_id: int | None,
        observed_at: datetime,
        seen: str | None = None,
    ) -> dict[str, Outcome]:
        """Keep what was seen of trials, and bring each trial up to date with all that was ever seen of it.

        The order in which states come makes no difference to what the trial then is. What is seen again only moves
        the time it was last seen.

        Args:
            trials: what was read, each trial once.
            numbers: trial number -> the numbers it has in other registries, in their own forms.
            source: where they come from (``clinicaltrials``, ``file``, ``bundled``).
            payload_id: row id of the raw bytes they were read from.
            observed_at: when they came, UTC-aware.
            seen: the day (ISO) on which the registry showed them so; None where nothing tells.

        Returns:
            What happened to each trial, by its number: ``OLDER`` where the state is new to the library and an older
            one than it has.
        """
        outcomes: dict[str, Outcome] = {}
        for trial in trials:
            row = self._find_or_add(trial, source)
            new = self._observe(row, trial, source, payload_id, iso(observed_at), seen)
            before = self._connection.scalar(select(tables.trial.c.document).where(tables.trial.c.id == row))
            after = self._refresh(row, numbers.get(trial.trial_id, ()))
            if not before:
                outcome = Outcome.ADDED
            elif _content(after) != _content(before):
                outcome = Outcome.UPDATED
            else:
                outcome = Outcome.OLDER if new else Outcome.UNCHANGED
            outcomes[trial.trial_id] = outcome
        return outcomes

    def _find_or_add(self, trial: Trial, source: str) -> int:
        """Give the row of a trial; rows of numbers that it had before become one with it."""
        table = tables.trial
        wanted = [trial.trial_id, *trial.aliases]
        rows = list(
            self._connection.scalars(
                select(tables.trial_number.c.trial_row)
                .where(tables.trial_number.c.number.in_(wanted), tables.trial_number.c.kind != "secondary")
                .distinct()
                .order_by(tables.trial_number.c.trial_row)
            )
        )
        if not rows:
            made = self._connection.scalar(
                insert(table)
                .values(
                    trial_id=trial.trial_id, registry=trial.registry, title=trial.title, document="", source=source,
                    observed_at=self._now,
                )
                .returning(table.c.id)
            )  # fmt: skip
            return int(made or 0)
        kept, *merged = rows
        if merged:
            observed = tables.trial_observation
            known = select(observed.c.digest).where(observed.c.trial_row == kept)
            for row in merged:
                # What both hold is the same state seen twice; everything else moves over.
                self._connection.execute(
                    delete(observed).where(observed.c.trial_row == row, observed.c.digest.in_(known))
                )
                self._connection.execute(update(observed).where(observed.c.trial_row == row).values(trial_row=kept))
                self._connection.execute(delete(table).where(table.c.id == row))
        return int(kept)

    def _observe(
        self, row: int, trial: Trial, source: str, payload_id: int | None, observed_at: str, seen: str | None
    ) -> bool:
        """Keep one state; gives whether it was not known.

        The day of the registry's data says when a state was seen and is no part of it: it changes every day.
        """
        table = tables.trial_observation
        document = trial_document(trial)
        digest = sha256(trial_document(trial.model_copy(update={"data_version": None})).encode()).digest()
        known = self._connection.execute(
            select(table).where(table.c.trial_row == row, table.c.digest == digest)
        ).first()
        seen = min(filter(None, (seen, trial.data_version)), default=None)
        if known is None:
            self._connection.execute(
                insert(table).values(
                    trial_row=row, digest=digest, source=source, payload_id=payload_id, updated=trial.updated,
                    seen=seen, observed_at=observed_at, last_observed_at=observed_at, document=document,
                )
            )  # fmt: skip
            return True
        stored = Trial.model_validate_json(known.document)
        if (trial.data_version or "") < (stored.data_version or ""):
            document = known.document
        self._connection.execute(
            update(table)
            .where(table.c.id == known.id)
            .values(
                document=document,
                seen=min(filter(None, (known.seen, seen)), default=None),
                observed_at=min(known.observed_at, observed_at),
                last_observed_at=max(known.last_observed_at, observed_at),
            )
        )
        return False

    def _refresh(self, row: int, secondary: Sequence[str]) -> str:
        """Make a trial's row, numbers and papers anew from all that was seen of it; gives its document."""
        table = tables.trial
        observed: list[tuple[Observation, Any]] = [
            (Observation(Trial.model_validate_json(o.document), o.source, o.seen, o.observed_at), o)
            for o in self._connection.execute(
                select(tables.trial_observation).where(tables.trial_observation.c.trial_row == row)
            )
        ]
        trial = merge_observations(one for one, _ in observed)
        newest = sort_observations(one for one, _ in observed)[-1]
        kept = next(stored for one, stored in observed if one is newest)
        values = trial_values(trial) | {
            "source": kept.source, "payload_id": kept.payload_id,
            "observed_at": max(stored.last_observed_at for _, stored in observed),
        }  # fmt: skip
        self._connection.execute(update(table).where(table.c.id == row).values(**values))
        self._put_numbers(row, trial, [one.trial for one, _ in observed], secondary)
        papers = tables.trial_reference
        self._connection.execute(delete(papers).where(papers.c.trial_row == row))
        listed = {(row, paper.pmid, paper.type or "") for one, _ in observed for paper in one.trial.references}
        insert_rows(self._connection, papers, ("trial_row", "pmid", "type"), sorted(listed))
        return str(values["document"])

    def _put_numbers(self, row: int, trial: Trial, states: Sequence[Trial], secondary: Sequence[str]) -> None:
        """Keep every number the trial goes by; a state that no longer names one does not unsay it."""
        table = tables.trial_number
        known = self._connection.scalars(
            select(table.c.number).where(table.c.trial_row == row, table.c.kind == "secondary")
        )
        kinds = dict.fromkeys([*known, *secondary], "secondary")
        for state in states:
            kinds |= dict.fromkeys([*state.aliases, state.trial_id], "former")
        kinds[trial.trial_id] = "own"
        self._connection.execute(delete(table).where(table.c.trial_row == row))
        rows = [(number, row, kind) for number, kind in sorted(kinds.items())]
        insert_rows(self._connection, table, ("number", "trial_row", "kind"), rows)

    def note_check(self, number: str, outcome: str, detail: str, observed_at: datetime) -> None:
        """Keep what a registry answered for a number that gave no trial (``not found``, ``failed``)."""
        self.clear_checks([number])
        self._connection.execute(
            insert(tables.trial_check).values(
                number=number, outcome=outcome, detail=detail, observed_at=iso(observed_at)
            )
        )

    def clear_checks(self, numbers: Iterable[str]) -> None:
        """Forget what was noted of numbers, such as those that have given a trial since."""
        self._connection.execute(delete(tables.trial_check).where(tables.trial_check.c.number.in_(list(numbers))))


def _content(document: str) -> dict[str, Any]:
    """What a trial's document says of the trial; that newer data says the same is no change."""
    content: dict[str, Any] = json.loads(document)
    content.pop("data_version", None)
    return content
