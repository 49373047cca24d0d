"""All that the library knows of one trial while it is brought up to date, and what then is to be stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

from exokb.domain.trial import Trial
from exokb.domain.trial_history import Observation, merge_observations, sort_observations
from exokb.store.mapping import trial_document, trial_values

STATE_COLUMNS = (
    "digest", "source", "payload_id", "updated", "seen", "observed_at", "last_observed_at", "document",
)  # fmt: skip
"""The columns of ``trial_observation`` that a state fills, besides those that number it."""


@dataclass
class State:
    """One row of ``trial_observation``; ``id`` is None until it is stored, ``touched`` where it was seen again."""

    id: int | None
    digest: bytes
    source: str
    payload_id: int | None
    updated: str | None
    seen: str | None
    observed_at: str
    last_observed_at: str
    document: str
    touched: bool = False

    @classmethod
    def of(cls, trial: Trial, source: str, payload_id: int | None, seen: str | None, observed_at: str) -> State:
        """Make a state of what was read now; ``seen`` and the day of the registry's data: the earlier one counts."""
        # The same state in the data of another day is the same state.
        digest = sha256(trial_document(trial.model_copy(update={"data_version": None})).encode()).digest()
        first = min(filter(None, (seen, trial.data_version)), default=None)
        document = trial_document(trial)
        return cls(None, digest, source, payload_id, trial.updated, first, observed_at, observed_at, document)

    @cached_property
    def trial(self) -> Trial:
        """What was read."""
        return Trial.model_validate_json(self.document)

    @property
    def since(self) -> str:
        """The day from which the registry showed it; see `Observation.since`."""
        return self.updated or self.seen or ""

    def values(self) -> tuple[Any, ...]:
        """The columns, in the order of `STATE_COLUMNS`."""
        return tuple(getattr(self, name) for name in STATE_COLUMNS)

    def take(self, again: State) -> bool:
        """Note that it was seen again; gives whether that says anything new, besides when it was last seen."""
        before = (self.seen, self.observed_at, self.document)
        self.seen = min(filter(None, (self.seen, again.seen)), default=None)
        self.observed_at = min(self.observed_at, again.observed_at)
        self.last_observed_at = max(self.last_observed_at, again.last_observed_at)
        if (again.trial.data_version or "") > (self.trial.data_version or ""):
            self.document = again.document
            self.__dict__.pop("trial")
        self.touched = True
        return (self.seen, self.observed_at, self.document) != before


@dataclass
class Known:
    """A trial's row, its states by digest, and the numbers and papers that are stored of it.

    Attributes:
        before: its document as it was; empty of a row that was just made.
    """

    row: int
    before: str
    states: dict[bytes, State] = field(default_factory=dict)
    stored_numbers: dict[str, str] = field(default_factory=dict)
    stored_papers: set[tuple[int, str]] = field(default_factory=set)
    is_settled: bool = True
    has_changed: bool = False
    _named: set[str] = field(default_factory=set)

    def observe(self, state: State) -> bool:
        """Take in a state; gives whether it was not known."""
        known = self.states.setdefault(state.digest, state)
        if known is state or known.take(state):
            self.is_settled = False
        return known is state

    def name(self, secondary: Iterable[str]) -> None:
        """Take in the numbers it has in other registries."""
        self._named |= set(secondary)
        if not self._named <= self.stored_numbers.keys():
            self.is_settled = False

    @property
    def since(self) -> str:
        """The day from which the registry showed the newest state."""
        return max(state.since for state in self.states.values())

    @property
    def last_observed_at(self) -> str:
        """When any of its states was last taken in."""
        return max(state.last_observed_at for state in self.states.values())

    @cached_property
    def numbers(self) -> dict[str, str]:
        """Every number the trial goes by, and its kind; a state that no longer names one does not unsay it."""
        known = [number for number, kind in self.stored_numbers.items() if kind == "secondary"]
        kinds = dict.fromkeys([*known, *self._named], "secondary")
        for state in self.states.values():
            kinds |= dict.fromkeys([*state.trial.aliases, state.trial.trial_id], "former")
        kinds[self._merged.trial_id] = "own"
        return kinds

    @cached_property
    def papers(self) -> set[tuple[int, str]]:
        """Every paper that any of its states lists, with the type."""
        return {(p.pmid, p.type or "") for state in self.states.values() for p in state.trial.references}

    @cached_property
    def _merged(self) -> Trial:
        return merge_observations(observation for observation, _ in self._observations)

    @cached_property
    def _observations(self) -> list[tuple[Observation, State]]:
        return [(Observation(s.trial, s.source, s.seen, s.observed_at), s) for s in self.states.values()]

    def refresh(self) -> dict[str, Any]:
        """Give the values of its row, made anew of all its states."""
        newest = sort_observations(observation for observation, _ in self._observations)[-1]
        state = next(state for observation, state in self._observations if observation is newest)
        if self.before:
            before = Trial.model_validate_json(self.before)
            self.has_changed = before.model_copy(update={"data_version": self._merged.data_version}) != self._merged
        return trial_values(self._merged) | {
            "source": state.source, "payload_id": state.payload_id, "observed_at": self.last_observed_at,
            "vocabulary": None,
        }  # fmt: skip
