"""Writing trials: every state that is seen is kept, and what is known now is made of all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, delete, insert, select, update

from exokb.domain.trial import Trial
from exokb.store import tables
from exokb.store.engine import insert_rows, next_id
from exokb.store.mapping import iso
from exokb.store.records import Outcome
from exokb.store.trial_states import STATE_COLUMNS, Known, State

_NUMBERS_AT_ONCE = 500  # in one query; SQLite takes 32,766 at most


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
        the time it was last seen, also where the registry's data are of another day.

        Args:
            trials: what was read, each trial once.
            numbers: trial number -> the numbers it has in other registries, in their own forms.
            source: where they come from (``clinicaltrials``, ``file``, ``bundled``).
            payload_id: row id of the raw bytes they were read from.
            observed_at: when they came, UTC-aware.
            seen: the day (ISO) on which the registry showed them so; None where nothing tells.

        Returns:
            What happened to each trial, by its number: ``OLDER`` where the state is new to the library and an older
            one than it has, ``UNCHANGED`` also where a new state adds nothing to what is known.
        """
        given = list(trials)
        rows = self._find_or_add(given, source)
        known = self._load(rows.values())
        new: dict[str, State] = {}
        for trial in given:
            about = known[rows[trial.trial_id]]
            state = State.of(trial, source, payload_id, seen, iso(observed_at))
            if about.observe(state):
                new[trial.trial_id] = state
            about.name(numbers.get(trial.trial_id, ()))
        self._write(known.values())
        outcomes: dict[str, Outcome] = {}
        for trial in given:
            about = known[rows[trial.trial_id]]
            if not about.before:
                outcome = Outcome.ADDED
            elif about.has_changed:
                outcome = Outcome.UPDATED
            else:
                added = new.get(trial.trial_id)
                outcome = Outcome.OLDER if added and added.since < about.since else Outcome.UNCHANGED
            outcomes[trial.trial_id] = outcome
        return outcomes

    def _find_or_add(self, trials: Sequence[Trial], source: str) -> dict[str, int]:
        """Give the row of each trial, by its number; rows of numbers that it had before become one with it."""
        owners: dict[str, set[int]] = defaultdict(set)
        table = tables.trial_number
        for part in _parts(dict.fromkeys(n for trial in trials for n in (trial.trial_id, *trial.aliases))):
            found = select(table.c.number, table.c.trial_row).where(table.c.number.in_(part))
            for number, row in self._connection.execute(found.where(table.c.kind != "secondary")):
                owners[number].add(row)
        rows: dict[str, int] = {}
        free = next_id(self._connection, tables.trial)
        added: list[tuple[object, ...]] = []
        for trial in trials:
            wanted = (trial.trial_id, *trial.aliases)
            kept, *merged = sorted({row for number in wanted for row in owners[number]}) or [free]
            if kept == free:
                added.append((free, trial.trial_id, trial.registry, trial.title, "", source, self._now))
                free += 1
            if merged:
                self._add(added)
                added = []
                self._merge(kept, merged)
                rows |= {number: kept for number, row in rows.items() if row in merged}
                for who in owners.values():
                    if who & set(merged):
                        who -= set(merged)
                        who.add(kept)
            rows[trial.trial_id] = kept
            for number in wanted:
                owners[number].add(kept)
        self._add(added)
        return rows

    def _add(self, rows: Sequence[tuple[object, ...]]) -> None:
        columns = ("id", "trial_id", "registry", "title", "document", "source", "observed_at")
        insert_rows(self._connection, tables.trial, columns, rows)

    def _merge(self, kept: int, merged: Sequence[int]) -> None:
        """Make rows one: the states of all, and the numbers in other registries."""
        for table, column in ((tables.trial_observation, "digest"), (tables.trial_number, "number")):
            known = select(table.c[column]).where(table.c.trial_row == kept)
            for row in merged:
                # What both hold is the same state seen twice; everything else moves over.
                moved = update(table).where(table.c.trial_row == row, table.c[column].not_in(known))
                self._connection.execute(moved.values(trial_row=kept))
                self._connection.execute(delete(table).where(table.c.trial_row == row))
        self._connection.execute(delete(tables.trial).where(tables.trial.c.id.in_(merged)))

    def _load(self, rows: Iterable[int]) -> dict[int, Known]:
        """Read all that the library knows of trials, by row."""
        known: dict[int, Known] = {}
        observed, numbers, papers = tables.trial_observation, tables.trial_number, tables.trial_reference
        for part in _parts(dict.fromkeys(rows)):
            documents = select(tables.trial.c.id, tables.trial.c.document).where(tables.trial.c.id.in_(part))
            for row, document in self._connection.execute(documents):
                known[row] = Known(row, document)
            for stored in self._connection.execute(select(observed).where(observed.c.trial_row.in_(part))):
                known[stored.trial_row].states[stored.digest] = _load_state(stored)
            for number in self._connection.execute(select(numbers).where(numbers.c.trial_row.in_(part))):
                known[number.trial_row].stored_numbers[number.number] = number.kind
            for paper in self._connection.execute(select(papers).where(papers.c.trial_row.in_(part))):
                known[paper.trial_row].stored_papers.add((paper.pmid, paper.type))
        return known

    def _write(self, known: Iterable[Known]) -> None:
        """Store what is new, and make rows, numbers and papers anew where it makes a difference."""
        touched = list(known)
        states = [(about, state) for about in touched for state in about.states.values()]
        added = [(about.row, *state.values()) for about, state in states if state.id is None]
        insert_rows(self._connection, tables.trial_observation, ("trial_row", *STATE_COLUMNS), added)
        self._update(tables.trial_observation, [
            {"at": state.id, **dict(zip(STATE_COLUMNS, state.values(), strict=True))}
            for _, state in states if state.id is not None and state.touched
        ])  # fmt: skip
        unsettled = [about for about in touched if not about.is_settled]
        self._update(tables.trial, [{"at": about.row, **about.refresh()} for about in unsettled])
        self._update(
            tables.trial,
            [{"at": about.row, "observed_at": about.last_observed_at} for about in touched if about.is_settled],
        )
        for table, columns, differing in (
            (tables.trial_number, ("number", "kind"), [a for a in unsettled if a.numbers != a.stored_numbers]),
            (tables.trial_reference, ("pmid", "type"), [a for a in unsettled if a.papers != a.stored_papers]),
        ):
            for part in _parts(about.row for about in differing):
                self._connection.execute(delete(table).where(table.c.trial_row.in_(part)))
            rows = [
                (about.row, *item)
                for about in differing
                for item in sorted(about.numbers.items() if table is tables.trial_number else about.papers)
            ]
            insert_rows(self._connection, table, ("trial_row", *columns), rows)

    def _update(self, table: Table, rows: Sequence[dict[str, object]]) -> None:
        if rows:
            self._connection.execute(update(table).where(table.c.id == bindparam("at")), list(rows))

    def find_outdated(self, vocabulary: str, numbers: Sequence[str] | None = None) -> list[tuple[int, Trial]]:
        """Give the trials (of these numbers, or all) whose annotations are not of a version of the vocabulary."""
        table = tables.trial
        query = select(table.c.id, table.c.document).where(table.c.vocabulary.is_distinct_from(vocabulary))
        if numbers is None:
            rows = self._connection.execute(query).fetchall()
        else:
            parts = [query.where(table.c.trial_id.in_(part)) for part in _parts(numbers)]
            rows = [row for part in parts for row in self._connection.execute(part)]
        return [(row.id, Trial.model_validate_json(row.document)) for row in rows]

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


def _parts(items: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(items)
    while part := list(islice(rest, _NUMBERS_AT_ONCE)):
        yield part


def _load_state(stored: Row[Any]) -> State:
    return State(stored.id, *(getattr(stored, name) for name in STATE_COLUMNS))
