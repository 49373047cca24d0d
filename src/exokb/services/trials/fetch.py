"""Fetching trials into the library: by number, by query, and all that the library's papers name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from exokb.app import App
from exokb.domain.identifiers import TrialId
from exokb.errors import SourceUnavailable
from exokb.evidence.registry_numbers import find_registry_numbers
from exokb.services.progress import Progress
from exokb.services.trials.retrieve import TrialRetriever, TrialRetrieveReport, get_trial_source
from exokb.sources.interface import TrialQuery, TrialQueryAnswer
from exokb.store.trial_numbers import find_checked, find_held_numbers, find_linked_numbers, find_named_numbers

REGISTRY = "ClinicalTrials.gov"
"""The registry whose trials can be fetched."""


@dataclass(frozen=True, slots=True)
class TrialFetchRequest:
    """What to fetch.

    Attributes:
        numbers: NCT numbers, each once.
        query: a query of the registry whose trials to fetch.
        limit: at most so many trials of the query, best matches first; None for all.
        from_library: also fetch every number that a paper of the library names.
        refresh: ask again for trials that are stored, and for numbers that papers name and the registry did not know.
    """

    numbers: tuple[TrialId, ...] = ()
    query: TrialQuery | None = None
    limit: int | None = None
    from_library: bool = False
    refresh: bool = False


@dataclass(frozen=True)
class TrialFetchPlan:
    """What a fetch would do.

    Attributes:
        known: numbers of trials that are stored.
        wanted: numbers that would be asked for.
        not_found: numbers that papers name and the registry did not know when it was last asked: number -> day.
        elsewhere: numbers that papers name of registries that cannot be asked: registry -> numbers.
        requests: how many requests that takes at the least.
        answer: what the query found; it has to be asked even for a plan.
    """

    known: tuple[TrialId, ...] = ()
    wanted: tuple[TrialId, ...] = ()
    not_found: dict[str, str] = field(default_factory=dict)
    elsewhere: dict[str, tuple[str, ...]] = field(default_factory=dict)
    requests: int = 0
    answer: TrialQueryAnswer | None = None


@dataclass
class TrialFetchReport:
    """What a fetch did: its plan, and what came of it."""

    plan: TrialFetchPlan
    retrieved: TrialRetrieveReport = field(default_factory=TrialRetrieveReport)

    @property
    def broken_off(self) -> SourceUnavailable | None:
        """Why the list of the query's trials is not whole; None where it is."""
        return self.plan.answer.broken_off if self.plan.answer else None

    @property
    def succeeded(self) -> int:
        """How many trials are in the library as asked."""
        return len(self.plan.known) + len(self.retrieved.outcomes)


def plan_trial_fetch(app: App, request: TrialFetchRequest) -> TrialFetchPlan:
    """Say what `fetch_trials` would do. Only a query is sent; nothing is stored.

    Raises:
        SourceError: the query could not be asked.
        NotInLibrary: the numbers of the library's papers are asked for, and there is no library.
    """
    source = get_trial_source(app)
    answer = source.find_trials(request.query, limit=request.limit) if request.query else None
    named, not_found, elsewhere = _named(app, request) if request.from_library else ((), {}, {})
    asked = tuple(dict.fromkeys([*request.numbers, *(answer.numbers if answer else ()), *named]))
    held: dict[str, str] = {}
    if app.library.exists and not request.refresh:
        with app.library.reading() as connection:
            held = find_held_numbers(connection, asked, registry=source.name)
    wanted = tuple(number for number in asked if number not in held)
    return TrialFetchPlan(
        known=tuple(number for number in asked if number in held),
        wanted=wanted,
        not_found=not_found,
        elsewhere=elsewhere,
        requests=-(-len(wanted) // source.trials_batch_size),
        answer=answer,
    )


def fetch_trials(app: App, request: TrialFetchRequest, progress: Progress | None = None) -> TrialFetchReport:
    """Fetch trials into the library.

    Raises:
        StoreError: the library cannot be used. What was stored before stays.
        SourceError: a query could not be asked, so that nothing is known of what was wanted.
    """
    report = TrialFetchReport(plan_trial_fetch(app, request))
    if report.plan.wanted:
        report.retrieved = TrialRetriever(app, progress).retrieve(report.plan.wanted)
    with app.library.transaction() as transaction:
        transaction.log.note("trials fetch", _log_entry(request, report))
    return report


def _named(
    app: App, request: TrialFetchRequest
) -> tuple[Sequence[TrialId], dict[str, str], dict[str, tuple[str, ...]]]:
    """The numbers that papers name: those to ask for, those asked for in vain, and those of other registries."""
    with app.library.reading() as connection:
        named = find_named_numbers(connection)
        not_found = {} if request.refresh else find_checked(connection, "not found")
        linked = find_linked_numbers(connection)
    ours: list[TrialId] = []
    others: defaultdict[str, list[str]] = defaultdict(list)
    for number, registry in _with_registry(named):
        if registry == REGISTRY:
            ours.append(TrialId(number))
        elif number not in linked:
            others[registry].append(number)
    in_vain: dict[str, str] = {number: not_found[number] for number in ours if number in not_found}
    return (
        [number for number in ours if number not in in_vain],
        in_vain,
        {registry: tuple(numbers) for registry, numbers in sorted(others.items())},
    )


def _with_registry(numbers: Iterable[str]) -> list[tuple[str, str]]:
    return [
        (number, next((found.registry for found in find_registry_numbers(number)), "an unknown registry"))
        for number in numbers
    ]


def _log_entry(request: TrialFetchRequest, report: TrialFetchReport) -> dict[str, Any]:
    return {
        "numbers": list(request.numbers),
        "query": str(request.query or ""),
        "from_library": request.from_library,
        "refresh": request.refresh,
        "announced": report.plan.answer.announced if report.plan.answer else None,
        "known": len(report.plan.known),
        "outcomes": dict(report.retrieved.counts),
        "moved": report.retrieved.moved,
        "failed": [failure.asked for failure in report.retrieved.failures],
    }
