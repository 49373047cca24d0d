"""The states of trials that were ever seen, and what changed since a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from exokb.app import App
from exokb.formats.trial_columns import TrialEntry, TrialState
from exokb.query.trials import TrialCriteria
from exokb.services.trials.select import TrialSelection, load_observations, select_trials
from exokb.store.connection import Reader
from exokb.store.trial_reading import get_observations

if TYPE_CHECKING:
    from exokb.domain.trial_timeline import TimelineState


@dataclass(frozen=True, slots=True)
class TrialNews:
    """One thing that happened to a trial.

    Attributes:
        what: ``registered``: the registry first showed it; ``changed``: ``field`` differs; ``updated``: the registry
            has updated it, and what it said before is not known here.
        before, after: of ``changed``, the values in the registry's terms, None where there is none.
        day: the day from which it held.
        registry_date: the registry's own date of the update.
        observed: when the library first took the state in.
        source: where the state came from.
    """

    trial_id: str
    title: str
    what: str
    field: str = ""
    before: Any = None
    after: Any = None
    day: str = ""
    registry_date: str | None = None
    observed: str | None = None
    source: str = ""


@dataclass(frozen=True)
class NewsReport:
    """What happened to a selection of trials since a day.

    Attributes:
        selection: the trials that were looked at.
        news: by trial, oldest first.
        undated: how many of the trials nothing tells of when they were registered or updated.
    """

    since: str
    selection: TrialSelection
    news: tuple[TrialNews, ...]
    undated: int


def get_states(connection: Reader, entries: Sequence[TrialEntry]) -> dict[int, list[TrialState]]:
    """Give the states of trials, oldest first: row id -> states; of those as of a day, the ones up to that day."""
    from exokb.domain.trial_history import TRACKED
    from exokb.domain.trial_timeline import build_timeline

    stored = get_observations(connection, [entry.row for entry in entries])
    found: dict[int, list[TrialState]] = {}
    for entry in entries:
        own = stored.get(entry.row, [])
        observations = load_observations(own)
        rows = dict(zip(map(id, observations), own, strict=True))
        states = []
        for state in build_timeline(observations):
            if entry.as_of and not (state.held_from and state.held_from <= entry.as_of):
                continue
            seen = state.observation
            row = rows.get(id(seen))
            values = seen.trial.model_dump(mode="json", exclude_defaults=True)
            states.append(
                TrialState(
                    trial_id=entry.trial_id,
                    held_from=state.held_from,
                    registry_date=seen.trial.updated,
                    shown=max(filter(None, (row.seen, row.data_version)), default=None) if row else None,
                    observed=seen.observed_at[:10],
                    last_observed=(row.last_observed_at if row else seen.observed_at)[:10],
                    source=seen.source,
                    inferred=seen.inferred,
                    values={name: values[name] for name in TRACKED if name in values},
                    changes=tuple((c.field, _plain(c.before), _plain(c.after)) for c in state.changes),
                    described=state.described,
                )
            )
        found[entry.row] = states
    return found


def get_history(app: App, entries: Sequence[TrialEntry]) -> dict[int, list[TrialState]]:
    """Give the states of selected trials, as `get_states` does."""
    with app.library.reading() as connection:
        return get_states(connection, entries)


def find_news(app: App, criteria: TrialCriteria, since: str) -> NewsReport:
    """Say what happened to a selection of trials on a day (ISO) or later.

    Each change is told that the library knows of. Where the registry has updated a trial since, and no state of the
    time before is known, that is told instead of nothing.

    Raises:
        UnknownTerm, NotInLibrary: as `select_trials` does.
    """
    from exokb.domain.trial_timeline import build_timeline

    selection = select_trials(app, criteria, sort="number")
    news: list[TrialNews] = []
    undated = 0
    with app.library.reading() as connection:
        stored = get_observations(connection, [entry.row for entry in selection.entries])
    for entry in selection.entries:
        own = _find_news(entry, build_timeline(load_observations(stored.get(entry.row, []))), since)
        undated += not own and not entry.trial.get("updated")
        news += own
    return NewsReport(since, selection, tuple(news), undated)


def _find_news(entry: TrialEntry, states: Sequence[TimelineState], since: str) -> list[TrialNews]:
    title = str(entry.trial.get("title") or "")
    posted = entry.trial.get("first_posted")
    news = []
    is_new = bool(posted and posted >= since)
    if is_new:
        news.append(TrialNews(entry.trial_id, title, "registered", day=str(posted), **_about(states[0])))
    later = [state for state in states if state.held_from >= since]
    known_before = any(state.held_from and state.held_from < since for state in states)
    for at, state in enumerate(later):
        if at == 0 and not known_before:
            if not is_new:
                news.append(TrialNews(entry.trial_id, title, "updated", day=state.held_from, **_about(state)))
            continue
        news += [
            TrialNews(
                entry.trial_id, title, "changed", change.field, _plain(change.before), _plain(change.after),
                day=state.held_from, **_about(state),
            )
            for change in state.changes
        ]  # fmt: skip
    return news


def _about(state: TimelineState) -> Mapping[str, Any]:
    observation = state.observation
    return {
        "registry_date": observation.trial.updated,
        "observed": observation.observed_at[:10],
        "source": observation.source,
    }


def _plain(value: object) -> Any:
    return list(value) if isinstance(value, tuple) else value
