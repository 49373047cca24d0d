"""What observations of a trial say together: its state now, its state at a date, and what changed when.

An observation is one state of a registry entry as a source gave it. They are a set: in what order they came to the
library makes no difference to anything here. What orders them is the registry's own date of its last update, then the
day on which the registry is known to have shown them.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from exokb.domain.trial import Trial

TRACKED = (
    "status", "last_known_status", "why_stopped", "phases", "enrollment", "enrollment_type", "start_date",
    "start_date_type", "primary_completion_date", "primary_completion_date_type", "completion_date",
    "completion_date_type", "results_posted",
)  # fmt: skip
"""The fields whose every state is kept and compared. The rest describes the trial: its newest description counts."""

_QUALIFIERS: dict[str, tuple[str, ...]] = {
    "status": ("last_known_status", "why_stopped"),
    "enrollment": ("enrollment_type",),
    "start_date": ("start_date_type",),
    "primary_completion_date": ("primary_completion_date_type",),
    "completion_date": ("completion_date_type",),
}
"""What qualifies a tracked field: it says nothing of another value of that field."""

_ABOUT_AN_OBSERVATION = frozenset({"trial_id", "whole", "updated", "data_version"})
DESCRIBING = tuple(name for name in Trial.model_fields if name not in {*TRACKED, *_ABOUT_AN_OBSERVATION})
"""The fields that describe the trial."""

_RANKED_LAST = "bundled"


@dataclass(frozen=True, slots=True)
class Observation:
    """One state of a trial.

    Attributes:
        trial: what was read.
        source: where it came from (``clinicaltrials``, ``file``, ``bundled``).
        seen: the day (ISO) on which the registry showed it, where that is known: the day of a reply, or of the data
            that a file was made from. A file alone does not tell.
        observed_at: when the library first took it in, UTC, ISO 8601.
        inferred: it was not seen so: the registry says of a later state that this was before it (`infer_states`).
    """

    trial: Trial
    source: str
    seen: str | None
    observed_at: str
    inferred: bool = False

    @property
    def since(self) -> str:
        """The day from which the registry showed this state, as far as is known; empty where nothing tells."""
        return self.trial.updated or self.seen or ""


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs between two observations that follow each other.

    Attributes:
        before: what it was; None where the first observation that knows of the field has it.
        registry_date: what the registry says its update date was; None where the observation does not tell.
        observed_at: when the library first took in the later state.
    """

    trial_id: str
    field: str
    before: object
    after: object
    registry_date: str | None
    observed_at: str
    source: str


def sort_observations(observations: Iterable[Observation]) -> list[Observation]:
    """Order by the registry's date, whatever the order in which they were taken in.

    Within one date, ``UNKNOWN`` comes last: the registry sets it without an update of the sponsor, and only such an
    update takes it away (https://clinicaltrials.gov/study-basics/glossary, "Unknown status").
    """
    return sorted(observations, key=_order)


def _order(observation: Observation) -> tuple[str, bool, str, bool, str]:
    trial = observation.trial
    return (
        observation.since,
        trial.status == "UNKNOWN",
        observation.seen or "",
        observation.source != _RANKED_LAST,
        trial.model_dump_json(exclude_defaults=True),
    )


def merge_observations(observations: Iterable[Observation]) -> Trial:
    """Give the trial as all observations together describe it: the newest of each field.

    A field that an observation lacks is taken as empty only where that observation is whole. Descriptions come from
    the newest whole observation; others fill in what it lacks.

    Raises:
        ValueError: there is no observation.
    """
    ordered = sort_observations(observations)
    if not ordered:
        raise ValueError("a trial without observations")
    facts: dict[str, object] = {}
    for observation in ordered:
        facts = _carry_on(facts, observation.trial)
    # Whole ones last, so that they count above spreadsheets and replies that were cut down.
    described: dict[str, object] = {}
    for observation in sorted(ordered, key=lambda one: one.trial.whole):
        trial = observation.trial
        described.update({name: getattr(trial, name) for name in DESCRIBING if _told(trial, name)})
    newest = ordered[-1].trial
    return Trial.model_validate(
        {
            **described,
            **facts,
            "trial_id": newest.trial_id,
            "whole": any(observation.trial.whole for observation in ordered),
            "updated": max((one.trial.updated for one in ordered if one.trial.updated), default=None),
            "data_version": max((one.trial.data_version for one in ordered if one.trial.data_version), default=None),
        }
    )


def _told(trial: Trial, name: str) -> bool:
    return bool(getattr(trial, name)) or (trial.whole and name == "has_results")


def _facts(trial: Trial) -> dict[str, object]:
    """The tracked fields an observation knows of: all of a whole one, else those that it gives."""
    return {name: getattr(trial, name) for name in TRACKED if trial.whole or getattr(trial, name) not in (None, ())}


def _carry_on(known: dict[str, object], trial: Trial) -> dict[str, object]:
    """Give the tracked fields as they are known after an observation.

    Where a spreadsheet gives a new number of people and not whether it is estimated, that is not known any more.
    """
    facts = _facts(trial)
    outdated = {
        qualifier
        for name, qualifiers in _QUALIFIERS.items()
        if name in known and name in facts and known[name] != facts[name]
        for qualifier in qualifiers
    }
    return {name: value for name, value in known.items() if name not in outdated} | facts


def find_changes(observations: Iterable[Observation]) -> list[Change]:
    """Say what changed from each observation to the next, oldest first; the first one changes nothing.

    Only what both sides know of is compared: a spreadsheet without a column of reasons does not take the reason away,
    and a field that becomes known later has not changed.
    """
    known: dict[str, object] = {}
    changes: list[Change] = []
    for observation in sort_observations(observations):
        facts = _facts(observation.trial)
        changes += [
            Change(
                trial_id=observation.trial.trial_id,
                field=name,
                before=known[name],
                after=value,
                registry_date=observation.trial.updated,
                observed_at=observation.observed_at,
                source=observation.source,
            )
            for name, value in facts.items()
            if name in known and known[name] != value
        ]
        known = _carry_on(known, observation.trial)
    return changes


def infer_states(observations: Iterable[Observation]) -> list[Observation]:
    """Give the states that were before ``UNKNOWN``, where the registry tells their status and nobody saw them.

    The registry sets ``UNKNOWN`` by itself, long after the update whose date the state has
    (https://clinicaltrials.gov/study-basics/glossary, "Unknown status"). At that date the status was
    ``last_known_status``, unless the status had not been verified for two years even then.
    """
    seen = list(observations)
    told = {one.trial.updated for one in seen if one.trial.status not in (None, "UNKNOWN")}
    found: dict[str, Observation] = {}
    for one in sort_observations(seen):
        trial = one.trial
        if trial.status != "UNKNOWN" or not trial.last_known_status or not trial.updated or trial.updated in told:
            continue
        if (_unknown_from(trial) or "9999") > trial.updated:
            before = trial.model_copy(update={"status": trial.last_known_status, "last_known_status": None})
            found.setdefault(trial.updated, Observation(before, one.source, None, one.observed_at, inferred=True))
    return list(found.values())


def _unknown_from(trial: Trial) -> str | None:
    """The day on which the registry sets ``UNKNOWN``: the completion is past, the status two years unverified.

    Of a month of verification its first day counts, as data of January 2022 show: what was verified in January 2020 was
    unknown, what was verified in February 2020 was not.
    """
    completion = trial.completion_date or trial.primary_completion_date
    if not trial.status_verified or not completion:
        return None
    verified = f"{int(trial.status_verified[:4]) + 2:04d}{trial.status_verified[4:]}"
    return max(_day_after(completion), (verified + "-01-01")[:10])


def _day_after(text: str) -> str:
    """The day after a date; after the last day of a month or year, where no day is given."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        # The registry's dates are kept as they come, a 31st of February too.
        last = date(parts[0], parts[1], min(parts[2], monthrange(parts[0], parts[1])[1]))
        return (last + timedelta(days=1)).isoformat()
    year, month = (parts[0], parts[1] + 1) if len(parts) == 2 else (parts[0] + 1, 1)
    return date(year + month // 13, (month - 1) % 12 + 1, 1).isoformat()


def date_observations(observations: Iterable[Observation]) -> list[tuple[str, Observation]]:
    """Give each state with the day from which it held, oldest first; inferred ones (`infer_states`) are among them.

    That is the registry's date of update. Of several states with the same date, the later ones came without an update,
    and hold from the day on which they were first seen; ``UNKNOWN`` from the day on which the registry's rule sets it,
    where its dates tell that day.
    """
    seen = list(observations)
    ordered = sort_observations([*seen, *infer_states(seen)])
    dated = [(one.since, one) for one in ordered[:1]]
    for earlier, later in pairwise(ordered):
        day = later.since
        if later.trial.updated is not None and later.trial.updated == earlier.trial.updated:
            day = _noticed(later) if _differs(earlier.trial, later.trial) else dated[-1][0]
        dated.append((day, later))
    return dated


def _noticed(observation: Observation) -> str:
    """The day from which a state held that came without an update."""
    trial = observation.trial
    rule = _unknown_from(trial) if trial.status == "UNKNOWN" else None
    first = min(filter(None, (observation.seen, rule)), default=observation.observed_at[:10])
    return max(first, trial.updated or "")


def _differs(earlier: Trial, later: Trial) -> bool:
    """Whether two states contradict each other in what both of them tell; that one tells more is no difference."""
    before, after = _facts(earlier), _facts(later)
    return any(before[name] != value for name, value in after.items() if name in before)


def observations_at(observations: Iterable[Observation], day: str) -> list[Observation]:
    """Those whose state the registry showed on a day (ISO) or before."""
    return [observation for since, observation in date_observations(observations) if since and since <= day]


def known_at(observations: Sequence[Observation], day: str) -> Trial | None:
    """Give the trial as the registry showed it at the end of a day, as far as observations tell.

    None where it was not registered yet. Where it was, and no observation is of that time, the trial has what does not
    change (number, titles, conditions, sponsor) and none of the tracked fields: they are not known.
    """
    merged = merge_observations(observations)
    if then := observations_at(observations, day):
        return merge_observations(then)
    if merged.first_posted is None or merged.first_posted > day:
        return None
    return merged.model_copy(update={name: Trial.model_fields[name].default for name in TRACKED} | {"updated": None})
