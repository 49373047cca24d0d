"""Selecting trials, as they are known now or as they were known at a date."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from exokb.app import App
from exokb.domain.trial_kind import KIND_NAMES
from exokb.domain.trial_status import PHASES, STATUSES, parse_phases, parse_status
from exokb.errors import NotInLibrary, UnknownTerm
from exokb.evidence.registry_numbers import find_registry_numbers
from exokb.formats.trial_columns import TrialEntry
from exokb.query.facet_names import fold_value, near_values
from exokb.query.trials import TrialCriteria
from exokb.services.trials.papers import get_papers, limit_to
from exokb.store.connection import Reader
from exokb.store.search.facet_values import find_terms
from exokb.store.trial_reading import (
    HeldEntry,
    StoredObservation,
    count_naming,
    find_all_trial_rows,
    find_known_values,
    find_rows_with_terms,
    find_trial_rows,
    get_check,
    get_numbers,
    get_observations,
    get_sightings,
    get_trial_terms,
    iter_trials,
)  # fmt: skip

if TYPE_CHECKING:
    from exokb.domain.trial_history import Observation

_SHORT_NAMES = {"usa": "united_states", "us": "united_states", "uk": "united_kingdom"}


def _status_rank(entry: TrialEntry) -> tuple[int, str]:
    status = entry.trial.get("status") or ""
    return (STATUSES.index(status) if status in STATUSES else len(STATUSES), status)


_KEYS: dict[str, Callable[[TrialEntry], Any]] = {
    "updated": lambda e: e.trial.get("updated"),
    "number": lambda e: e.trial_id,
    "title": lambda e: (e.trial.get("title") or "").casefold() or None,
    "status": lambda e: _status_rank(e) if e.trial.get("status") else None,
    "phase": lambda e: tuple(e.trial.get("phases", ())) or None,
    "enrollment": lambda e: e.trial.get("enrollment"),
    "start": lambda e: e.trial.get("start_date"),
    "completion": lambda e: e.trial.get("completion_date"),
    "posted": lambda e: e.trial.get("first_posted"),
}
TRIAL_SORTS = tuple(_KEYS)
"""What trials can be sorted by; ``-`` before it reverses. Ties are by number, and what has no value comes last."""


@dataclass(frozen=True)
class TrialSelection:
    """The trials that meet criteria.

    Attributes:
        entries: those of the page, in the order asked for.
        total: how many there are in all.
        held: how many trials the library holds.
        missing: for each number asked for that the library does not hold, why.
        notes: what the reader should know: what was left out because it is not known.
    """

    entries: tuple[TrialEntry, ...]
    total: int
    held: int
    missing: tuple[NotInLibrary, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class _Wanted:
    """The criteria with every name found in the library."""

    rows: list[int]
    statuses: frozenset[str] = frozenset()
    phases: tuple[frozenset[str], ...] = ()
    countries: frozenset[str] = frozenset()
    missing: list[NotInLibrary] = field(default_factory=list)


def select_trials(
    app: App, criteria: TrialCriteria, *, sort: str = "-updated", limit: int | None = None, offset: int = 0
) -> TrialSelection:
    """Find trials. Conditions on what the registry changes hold for the state asked for, now or ``as_of``.

    Raises:
        UnknownTerm: a status, phase, kind, country or facet value that neither the registry nor the library knows; also
            for a wrong ``sort``.
        NotInLibrary: there is no library yet.
    """
    name, backwards = sort.removeprefix("-"), sort.startswith("-")
    if name not in _KEYS:
        near = get_close_matches(name, TRIAL_SORTS, n=3)
        hint = f"there are {', '.join(TRIAL_SORTS)}; -updated is newest first"
        raise UnknownTerm("sort", sort, near, hint=hint)
    with app.library.reading() as connection:
        held = find_all_trial_rows(connection)
        wanted = _resolve(connection, criteria, held)
        entries = load_entries(connection, wanted.rows, as_of=criteria.as_of)
        uncertain = _count_uncertain(connection, wanted.rows, entries)
    chosen, notes = _filter(entries, criteria, wanted)
    if uncertain:
        notes.append(f"left out: {_trials(uncertain)} of which nothing tells whether it was registered by then")
    key = _KEYS[name]
    chosen.sort(key=lambda entry: entry.trial_id)
    valued = [entry for entry in chosen if key(entry) is not None]
    valued.sort(key=key, reverse=backwards)
    ordered = valued + [entry for entry in chosen if key(entry) is None]
    page = ordered[offset:] if limit is None else ordered[offset : offset + limit]
    return TrialSelection(tuple(page), len(ordered), len(held), tuple(wanted.missing), tuple(notes))


def find_trial(connection: Reader, text: str) -> list[int]:
    """Row ids of the trials that a person's text names by any of their numbers; more than one where several share it.

    Raises:
        NotInLibrary: the library holds none; says what is known of the number.
    """
    number = read_number(text)
    rows = find_trial_rows(connection, number)
    if not rows:
        raise _not_here(connection, number)
    return rows


def read_number(text: str) -> str:
    """Give a registry number in its registry's own form; a text that holds none as it is."""
    numbers = list(dict.fromkeys(number.value for number in find_registry_numbers(text)))
    return numbers[0] if len(numbers) == 1 else text.strip()


def _not_here(connection: Reader, number: str) -> NotInLibrary:
    naming = count_naming(connection, number)
    papers = f"; {naming} {'paper names' if naming == 1 else 'papers name'} it" if naming else ""
    check = get_check(connection, number)
    asked = f"; the registry said {check[0]!r} on {check[2][:10]}" if check else ""
    if not any(True for _ in find_registry_numbers(number)):
        hint = "give a registry number, such as NCT03384433"
    else:
        fetch = f"`exokb trials fetch {number}` asks the registry" if number.startswith("NCT") else ""
        search = f"`exokb search {number}` finds the papers" if naming else ""
        hint = "; ".join(filter(None, (fetch, search))) or "`exokb trials list` shows the trials that are here"
    return NotInLibrary(number, f"is no trial of this library{papers}{asked}", hint=hint)


def load_entries(connection: Reader, rows: Sequence[int], *, as_of: str | None = None) -> list[TrialEntry]:
    """Give trials by row id with what the library knows of them; those not registered at ``as_of`` are absent."""
    numbers = get_numbers(connection, rows)
    terms = get_trial_terms(connection, rows)
    there = list(iter_trials(connection, rows))
    papers = get_papers(connection, {held.row: held.document.get("start_date") for held in there})
    sightings = get_sightings(connection, rows)
    states = get_observations(connection, rows) if as_of else {}
    entries = []
    for held in there:
        trial: Mapping[str, Any] | None = held.document
        known, linked = True, papers.get(held.row, ())
        if as_of:
            trial, known, listed = _state_at(states.get(held.row, ()), held, as_of)
            linked = limit_to(linked, as_of, listed)
        if trial is None:
            continue
        updated = trial.get("updated")
        shown, observed = sightings.get((held.row, updated), (None, None)) if known else (None, None)
        entries.append(
            TrialEntry(
                row=held.row,
                trial_id=held.trial_id,
                trial=trial,
                kind=held.kind,
                terms={facet: tuple(values) for facet, values in terms.get(held.row, {}).items()},
                numbers=tuple(numbers.get(held.row, ())),
                papers=linked,
                shown=shown,
                observed=observed,
                as_of=as_of,
                state_known=known,
            )
        )
    return entries


def load_observations(states: Iterable[StoredObservation]) -> list[Observation]:
    """Give stored states as the domain reads them."""
    # pydantic is loaded only where histories are asked for
    from exokb.domain.trial import Trial
    from exokb.domain.trial_history import Observation

    return [Observation(Trial.model_validate_json(s.document), s.source, s.seen, s.observed_at) for s in states]


def _state_at(
    states: Sequence[StoredObservation], held: HeldEntry, day: str
) -> tuple[Mapping[str, Any] | None, bool, tuple[int, ...]]:
    """Give (fields, whether the state is known, papers listed then) at a day; no fields where it was not there yet."""
    from exokb.domain.trial_history import known_at, observations_at

    observations = load_observations(states)
    trial = known_at(observations, day) if observations else None
    if trial is None:
        return None, False, ()
    then = observations_at(observations, day)
    document = json.loads(trial.model_dump_json(exclude_defaults=True))
    return document | {"trial_id": held.trial_id}, bool(then), trial.result_pmids if then else ()


def _count_uncertain(connection: Reader, rows: Sequence[int], entries: Sequence[TrialEntry]) -> int:
    """How many trials are absent at a day because nothing tells when they were registered."""
    there = {entry.row for entry in entries}
    absent = iter_trials(connection, [row for row in rows if row not in there])
    return sum(not held.document.get("first_posted") for held in absent)


# -- criteria


def _resolve(connection: Reader, criteria: TrialCriteria, held: list[int]) -> _Wanted:
    wanted = _Wanted(held)
    if criteria.numbers:
        found: dict[int, None] = {}
        for text in criteria.numbers:
            try:
                found |= dict.fromkeys(find_trial(connection, text))
            except NotInLibrary as error:
                wanted.missing.append(error)
        wanted.rows = list(found)
    facets: dict[str, list[str]] = {}
    for facet, value in criteria.terms:
        facets.setdefault(facet, []).append(value)
    for facet, values in facets.items():
        having = find_rows_with_terms(connection, list(find_terms(connection, facet, values)))
        wanted.rows = [row for row in wanted.rows if row in having]
    if criteria.kinds:
        kinds = _known(criteria.kinds, "kind", {*KIND_NAMES, *find_known_values(connection, "kind")}, fold_value)
        wanted.rows = [entry.row for entry in iter_trials(connection, wanted.rows) if entry.kind in kinds]
    if criteria.statuses:
        statuses = {*STATUSES, *find_known_values(connection, "status")}
        wanted.statuses = _known(criteria.statuses, "trial status", statuses, parse_status)
    if criteria.phases:
        phases = {*PHASES, *find_known_values(connection, "phase")}
        for text in criteria.phases:
            together = parse_phases(text)
            if not set(together) <= phases:
                raise _unknown("phase", text, phases)
            wanted.phases += (frozenset(together),)
    if criteria.countries:
        wanted.countries = _find_countries(criteria.countries, find_known_values(connection, "country"))
    return wanted


def _known(asked: Iterable[str], what: str, known: set[str], read: Callable[[str], str]) -> frozenset[str]:
    found = set()
    for text in asked:
        if read(text) not in known:
            raise _unknown(what, text, known)
        found.add(read(text))
    return frozenset(found)


def _unknown(what: str, text: str, known: Iterable[str]) -> UnknownTerm:
    names = sorted(map(str.lower, known))
    return UnknownTerm(what, text, near_values(text, names), hint=f"there are {', '.join(names)}")


def _find_countries(asked: Iterable[str], known: Sequence[str]) -> frozenset[str]:
    """Find countries by their name, or by words of it: ``iran`` is *Iran, Islamic Republic of* in the registry."""
    by_name = {fold_value(name): name for name in known}
    found: set[str] = set()
    for text in asked:
        # a name may hold a comma of its own; without such a name it stands between two
        parts = [text] if fold_value(text) in by_name else [part for part in text.split(",") if part.strip()]
        for part in parts:
            folded = _SHORT_NAMES.get(part.strip().lower(), fold_value(part))
            if folded in by_name:
                found.add(by_name[folded])
                continue
            words = set(folded.split("_"))
            holding = {name for fold, name in by_name.items() if words <= set(fold.split("_"))}
            if not holding:
                raise UnknownTerm(
                    "country", part.strip(), near_values(part, known), hint="no trial of this library has a site there"
                )
            found |= holding
    return frozenset(found)


def _filter(
    entries: Iterable[TrialEntry], criteria: TrialCriteria, wanted: _Wanted
) -> tuple[list[TrialEntry], list[str]]:
    """Give the trials that meet what is asked of their state, and what to tell of those whose state is not known."""
    chosen: list[TrialEntry] = []
    unknown = undated = 0
    asks_state = bool(wanted.statuses or wanted.phases)
    for entry in entries:
        if not _meets(entry, criteria, wanted):
            continue
        if not entry.state_known and (asks_state or criteria.since):
            unknown += 1
        elif criteria.since and not entry.trial.get("updated"):
            undated += 1
        elif _state_meets(entry, criteria, wanted):
            chosen.append(entry)
    notes = []
    if unknown:
        notes.append(
            f"left out: {_trials(unknown)} registered by {criteria.as_of} whose state at that day is not known here"
        )
    if undated:
        notes.append(f"left out: {_trials(undated)} for which the registry's date of update is not known")
    if blank := sum(not entry.state_known for entry in chosen):
        notes.append(
            f"{_trials(blank)} of these {'was' if blank == 1 else 'were'} registered by {criteria.as_of}, and what the"
            " registry said then is not known here: status, phase, enrollment and dates are empty"
        )
    return chosen, notes


def _trials(number: int) -> str:
    return "1 trial" if number == 1 else f"{number} trials"


def _meets(entry: TrialEntry, criteria: TrialCriteria, wanted: _Wanted) -> bool:
    if wanted.countries and not wanted.countries & set(entry.trial.get("countries", ())):
        return False
    return criteria.published is None or criteria.published == bool(entry.reports)


def _state_meets(entry: TrialEntry, criteria: TrialCriteria, wanted: _Wanted) -> bool:
    if wanted.statuses and entry.trial.get("status") not in wanted.statuses:
        return False
    phases = set(entry.trial.get("phases", ()))
    if wanted.phases and not any(together <= phases for together in wanted.phases):
        return False
    return criteria.since is None or (entry.trial.get("updated") or "") >= criteria.since
