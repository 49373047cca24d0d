"""The states of one trial in their order, each with the day from which it held and what it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exokb.domain.trial import Trial
from exokb.domain.trial_history import DESCRIBING, Change, Observation, date_observations, find_changes


@dataclass(frozen=True, slots=True)
class TimelineState:
    """One state of a trial.

    Attributes:
        held_from: the day (ISO) from which it held, as far as is known; empty where nothing tells.
        changes: the tracked fields that differ from what was known before it; none of the first state.
        described: names of other fields that differ from the last whole state before it.
    """

    held_from: str
    observation: Observation
    changes: tuple[Change, ...]
    described: tuple[str, ...]


def build_timeline(observations: Sequence[Observation]) -> list[TimelineState]:
    """Give the states, oldest first, as `exokb.domain.trial_history` orders, infers and compares them."""
    dated = date_observations(observations)
    ordered = [observation for _, observation in dated]
    states: list[TimelineState] = []
    told = 0
    whole: Trial | None = None
    for at, (held_from, observation) in enumerate(dated, 1):
        changes = find_changes(ordered[:at])
        trial = observation.trial
        described = () if whole is None or not trial.whole else _differing(whole, trial)
        states.append(TimelineState(held_from, observation, _without_repeats(changes[told:]), described))
        told = len(changes)
        whole = trial if trial.whole else whole
    return states


def _without_repeats(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Leave out that the status before ``UNKNOWN`` is the last known one, or is no more: the status says it."""
    said = any(c.field == "status" and "UNKNOWN" in (c.before, c.after) for c in changes)
    before = {c.before for c in changes if c.field == "status"} | {None}
    return tuple(c for c in changes if not (said and c.field == "last_known_status" and c.after in before))


def _differing(before: Trial, after: Trial) -> tuple[str, ...]:
    return tuple(name for name in DESCRIBING if getattr(before, name) != getattr(after, name))
