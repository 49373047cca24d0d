"""What is different between two states of a trial, for reports on fetching."""

from __future__ import annotations

from dataclasses import dataclass

from exokb.domain.trial import PHASES, STATUSES, Trial, TrialReference
from exokb.domain.trial_history import TRACKED

SHOWN = ("trial_id", *TRACKED, "title", "conditions", "sponsor", "countries", "references")
"""The fields whose values a report shows; of all others it says that they differ."""
_ABOUT_THE_READING = frozenset({"whole", "registry", "data_version", "updated", "has_results", "status_verified"})


@dataclass(frozen=True, slots=True)
class TrialChange:
    """One field of a trial that is not what it was in the library.

    Attributes:
        before, after: the values, as text; both empty for fields whose texts are long (see `SHOWN`).
        registry_date: the day that the registry gives for its update.
    """

    trial_id: str
    field: str
    before: str
    after: str
    registry_date: str


def find_differences(before: Trial, after: Trial) -> list[TrialChange]:
    """Say which fields differ. A field that was not known before has not changed."""
    changes: list[TrialChange] = []
    others = [name for name in Trial.model_fields if name not in (*SHOWN, *_ABOUT_THE_READING)]
    for name in (*SHOWN, *others):
        old, new = getattr(before, name), getattr(after, name)
        known = before.whole or old not in (None, "", ())
        if old == new or not known:
            continue
        texts = (_text(old), _text(new)) if name in SHOWN else ("", "")
        changes.append(TrialChange(after.trial_id, name, *texts, after.updated or ""))
    return changes


def find_new_values(trial: Trial) -> list[str]:
    """Name the statuses and phases that the registry's documentation does not have; they are kept as they came."""
    found = [("status", s) for s in (trial.status, trial.last_known_status) if s and s not in STATUSES]
    found += [("phase", phase) for phase in trial.phases if phase not in PHASES]
    return [f"{trial.trial_id}: {name} {value!r} is new to exokb, and kept as it came" for name, value in found]


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(_text(item) for item in value)
    if isinstance(value, TrialReference):
        return f"PMID:{value.pmid}" + (f" {value.type}" if value.type else "")
    return "" if value is None else str(value)
