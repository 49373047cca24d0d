"""Fetching trials by the hundred: every reply is checked, good trials are never lost, and what failed is named.

A reply is held against the numbers that were asked. What a broken reply left out is asked for once more in smaller
portions; what a sound one left out is asked for by itself, so that "not found" is the registry's own word.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from exokb.app import App
from exokb.domain.identifiers import TrialId
from exokb.domain.payload import Payload
from exokb.domain.trial import Trial
from exokb.errors import ExokbError, PayloadError, SourceRejected, SourceUnavailable, UpstreamNotFound
from exokb.services.progress import NoProgress, Progress
from exokb.services.retrieve import OUTAGE, Failure
from exokb.services.trials.changes import TrialChange, find_differences, find_new_values
from exokb.services.trials.storing import store_trials
from exokb.sources.interface import ParsedTrials, TrialSource
from exokb.store.records import Outcome
from exokb.store.trial_numbers import find_trial_documents

NO_NUMBER = TrialId("NCT00000000")
"""Stands in papers for a number that was to be filled in. The registry refuses a whole request that has it."""


@dataclass
class TrialRetrieveReport:
    """What came of it.

    Attributes:
        outcomes: what became of each trial, by its own number.
        moved: number asked -> the number that the trial has now.
        changes: what is different from what the library knew.
        incomplete: trials that were stored without something every trial has.
        failures: numbers that gave no trial.
        notes: what a person should know, and need not do anything about.
    """

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    changes: list[TrialChange] = field(default_factory=list)
    incomplete: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """How many trials had each outcome."""
        return Counter(outcome.value for outcome in self.outcomes.values())

    @property
    def told(self) -> list[str]:
        """What came and is not as it was asked for, one line each: numbers that moved, trials that lack something."""
        moved = [
            f"{old}: is {new} now; papers and tables may still name the old number" for old, new in self.moved.items()
        ]
        return [*moved, *self.incomplete]


@dataclass(frozen=True, slots=True)
class _Batch:
    numbers: tuple[TrialId, ...]
    repeated: bool = False


def get_trial_source(app: App) -> TrialSource:
    """Give the application's registry.

    Raises:
        SourceRejected: its sources have none.
    """
    if app.sources.trials is None:
        raise SourceRejected(app.sources.records.name, "trials", "these sources hold no trials")
    return app.sources.trials


class TrialRetriever:
    """Fetches trials from the registry of an application and stores them as they come, a reply at a time."""

    def __init__(self, app: App, progress: Progress | None = None) -> None:
        self._app = app
        self._source = get_trial_source(app)
        self._progress = progress or NoProgress()
        self._failed_in_a_row = 0

    def retrieve(self, numbers: Iterable[TrialId], *, label: str = "trials") -> TrialRetrieveReport:
        """Fetch and store.

        Raises:
            StoreError: the library cannot be written. What was stored before stays stored.
        """
        report = TrialRetrieveReport()
        wanted = tuple(dict.fromkeys(numbers))
        self._progress.begin(label, len(wanted))
        waiting = deque(_cut([n for n in wanted if n != NO_NUMBER], self._source.trials_batch_size))
        unanswered: list[TrialId] = []
        while waiting and self._failed_in_a_row < OUTAGE:
            batch = waiting.popleft()
            missing, trouble = self._ask(batch, report)
            if trouble is None:
                unanswered += missing
                continue
            # A registry that is down stays down for a single trial; many are worth asking for in smaller portions.
            down = isinstance(trouble, SourceUnavailable)
            hopeless = not down or len(batch.numbers) == 1 or self._failed_in_a_row >= OUTAGE
            if missing and not batch.repeated and not hopeless:
                half = max(1, min(len(missing), (len(batch.numbers) + 1) // 2))
                waiting.extendleft(reversed([_Batch(b.numbers, repeated=True) for b in _cut(missing, half)]))
            else:
                self._fail(missing, trouble, report)
        if NO_NUMBER in wanted:
            self._not_found(NO_NUMBER, "no trial can have this number", report)
        for number in unanswered:
            if self._failed_in_a_row >= OUTAGE:
                waiting.append(_Batch((number,)))
            else:
                self._ask_for_one(number, report)
        left = tuple(number for batch in waiting for number in batch.numbers)
        if left:
            reason = f"not tried: {self._source.name} failed {OUTAGE} times in a row"
            hint = "run the same command again later; what is stored is not fetched again"
            self._fail(left, SourceUnavailable(self._source.name, f"{len(left)} trials", reason, hint=hint), report)
        return report

    def _ask(self, batch: _Batch, report: TrialRetrieveReport) -> tuple[list[TrialId], ExokbError | None]:
        """Ask for a batch and store what comes; gives what is missing, and what went wrong."""
        answered: set[TrialId] = set()
        trouble: ExokbError | None = None
        try:
            for payload in self._source.fetch_trials(batch.numbers):
                answered |= self._keep(payload, self._source.parse_trials(payload.body), batch.numbers, report)
            self._failed_in_a_row = 0
        except SourceUnavailable as error:
            self._failed_in_a_row += 1
            trouble = error
            body = error.partial or b""
            parsed = self._source.parse_broken(body)
            payload = Payload(self._source.name, "cut-off reply", "application/json", body, self._app.clock())
            answered |= self._keep(payload, parsed, batch.numbers, report)
        except (SourceRejected, PayloadError) as error:
            self._failed_in_a_row += 1
            trouble = error
        return [number for number in batch.numbers if number not in answered], trouble

    def _ask_for_one(self, number: TrialId, report: TrialRetrieveReport) -> None:
        """Ask for a trial that was missing from a sound reply: it has moved, or there is none."""
        try:
            payload = self._source.fetch_trial(number)
            self._failed_in_a_row = 0
        except (SourceUnavailable, SourceRejected) as error:
            self._failed_in_a_row += 1
            self._fail([number], error, report)
            return
        if payload is None:
            self._not_found(number, "no trial has this number", report)
            return
        parsed = self._source.parse_trials(payload.body)
        if not self._keep(payload, parsed, [number], report):
            given = ", ".join(trial.trial_id for trial in parsed.trials) or "no trial that can be read"
            wrong = PayloadError(number, f"the registry gave {given}, which does not name it as a former number")
            self._fail([number], wrong, report)

    def _not_found(self, number: TrialId, reason: str, report: TrialRetrieveReport) -> None:
        hint = "numbers are misprinted, and entries withdrawn; what the library knows of a trial stays"
        error = UpstreamNotFound(self._source.name, number, reason, hint=hint)
        self._fail([number], error, report, outcome="not found")

    def _keep(
        self, payload: Payload, parsed: ParsedTrials, asked: Sequence[TrialId], report: TrialRetrieveReport
    ) -> set[TrialId]:
        """Store the trials that were asked for; gives the numbers that have their answer."""
        answers: dict[TrialId, Trial] = {}
        for trial in parsed.trials:
            names = {trial.trial_id, *trial.aliases}
            own = [number for number in asked if number in names]
            answers |= dict.fromkeys(own, trial)
            if not own:
                report.notes.append(f"{self._source.name} sent {trial.trial_id}, which was not asked for: not stored")
        trials = list({trial.trial_id: trial for trial in answers.values()}.values())
        if trials:
            self._store(payload, trials, report)
        report.moved |= {n: trial.trial_id for n, trial in answers.items() if n != trial.trial_id}
        answered = set(answers)
        for failure in parsed.failures:
            about = next((n for n in asked if n in failure.element and n not in answered), None)
            if about is None:
                report.notes.append(f"{self._source.name}: a trial could not be read: {failure}")
                continue
            answered.add(about)
            self._fail([about], failure, report)
        self._progress.advance(len(answers))
        return answered

    def _store(self, payload: Payload, trials: Sequence[Trial], report: TrialRetrieveReport) -> None:
        names = {number: trial.trial_id for trial in trials for number in (*trial.aliases, trial.trial_id)}
        before: dict[str, str] = {}
        if self._app.library.exists:
            with self._app.library.reading() as connection:
                stored = find_trial_documents(connection, list(names))
            # The trial's own number comes last, and counts above the former ones.
            before = {names[number]: stored[number] for number in names if number in stored}
        seen = payload.observed_at.date().isoformat()
        report.outcomes |= store_trials(self._app, payload, trials, seen=seen)
        with self._app.library.reading() as connection:
            after = find_trial_documents(connection, [trial.trial_id for trial in trials])
        for trial in trials:
            if trial.trial_id in before:
                then = Trial.model_validate_json(before[trial.trial_id])
                now = Trial.model_validate_json(after[trial.trial_id])
                report.changes += find_differences(then, now)
            if not trial.status:
                report.incomplete.append(f"{trial.trial_id}: the registry gives no status; stored without one")
            report.notes += find_new_values(trial)

    def _fail(
        self, numbers: Sequence[TrialId], error: ExokbError, report: TrialRetrieveReport, *, outcome: str = "failed"
    ) -> None:
        report.failures += [Failure(number, error) for number in numbers]
        self._progress.advance(len(numbers))
        if not numbers:
            return
        now = self._app.clock()
        with self._app.library.transaction() as transaction:
            for number in numbers:
                transaction.trials.note_check(number, outcome, str(error), now)


def _cut(numbers: Sequence[TrialId], size: int) -> Iterator[_Batch]:
    rest = iter(numbers)
    while part := tuple(islice(rest, size)):
        yield _Batch(part)
