"""Taking trials in from files of ClinicalTrials.gov: JSON and tables, some or hundreds of thousands, by the batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from exokb.app import App
from exokb.domain.payload import Payload
from exokb.domain.trial import PHASES, STATUSES, Trial
from exokb.errors import FormatError, PayloadError
from exokb.formats.sheet import Sheet, SheetRow
from exokb.formats.text import read_text
from exokb.services.progress import NoProgress, Progress
from exokb.services.retrieve import Failure
from exokb.services.trials.opening import FORMAT, Document, open_documents, printable_name
from exokb.services.trials.storing import put_trials, store_trials
from exokb.sources.clinicaltrials.csv_table import TrialColumns, is_trial_header
from exokb.sources.clinicaltrials.json_pieces import StudyCutter
from exokb.store.records import Outcome

SOURCE = "file"
_BATCH = 500  # trials in one transaction: a kill costs no more
_BATCH_CHARACTERS = 8 * 1024 * 1024
_SAMPLE = 500  # rows that are looked at for how dates are written

Put = Callable[[Payload, Sequence[Trial]], dict[str, Outcome]]


@dataclass
class TrialsImportReport:
    """What an import did.

    Attributes:
        files: files that could be opened; those in a zip are one each.
        read: trials read from them, each state counted; ``outcomes``: what became of these.
        rejected: files and trials that could not be read, with where and why.
        lacking: trials that were stored and have no status.
        notes: what else a person should know of the files.
        unknown: statuses and phases that are none of the registry's known enumerations, and how often they came.
    """

    files: int = 0
    read: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    rejected: list[Failure] = field(default_factory=list)
    lacking: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Found:
    """A trial as it was read: its text in the file, and its place there."""

    trial: Trial
    text: str
    line: int


def import_trials(
    app: App,
    paths: Sequence[Path],
    *,
    observed: str | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> TrialsImportReport:
    """Take the trials of files into the library; a broken one never stops the rest.

    Args:
        app: the application.
        paths: API v2 JSON or the site's CSV, also gzipped, or a zip of such files.
        observed: the day (ISO) on which the files were downloaded; None where nobody says, and then nothing is assumed.
        dry_run: read, and say what would become of each; store nothing.
        progress: told of each file.

    Raises:
        StoreError: the library cannot be written; batches stored before stay stored.
    """
    progress = progress or NoProgress()
    with _putting(app, observed, dry_run) as put:
        importing = _Import(app, put, observed, progress)
        report = importing.report
        for path in paths:
            progress.begin(path.name, None)
            importing.take(path)
        importing.finish()
    if report.read and not dry_run:
        with app.library.transaction() as transaction:
            transaction.log.note(
                "trials import",
                {
                    "files": [printable_name(path.name) for path in paths],
                    "observed": observed,
                    "read": report.read,
                    "outcomes": dict(report.outcomes),
                    "rejected": [failure.asked for failure in report.rejected],
                },
            )
    return report


@contextmanager
def _putting(app: App, observed: str | None, dry_run: bool) -> Iterator[Put]:
    if dry_run:
        with app.library.rehearsal() as transaction:
            yield lambda payload, trials: put_trials(transaction, payload, trials, seen=observed)
    else:
        yield lambda payload, trials: store_trials(app, payload, trials, seen=observed)


class _Import:
    """Some files on their way into the library, and the report of it."""

    def __init__(self, app: App, put: Put, observed: str | None, progress: Progress) -> None:
        self._app = app
        self._put = put
        self._observed = observed
        self._progress = progress
        self._batch = _Batch("")
        self.report = TrialsImportReport()

    def take(self, path: Path) -> None:
        """Take one file, or note why it cannot be read; what came before that is taken."""
        try:
            for document in open_documents(path):
                if isinstance(document, Failure):
                    self.report.rejected.append(document)
                else:
                    self.report.files += 1
                    self._take(document)
        except FormatError as error:
            self.report.rejected.append(Failure(printable_name(str(path)), error))
        except OSError as error:
            name = printable_name(str(path))
            why = f"cannot be read: {error.strerror or error}"
            reason = FormatError(FORMAT, name, why, hint="check the file's name and permissions")
            self.report.rejected.append(Failure(name, reason))

    def finish(self) -> None:
        """Store what is left."""
        self._store()

    def _take(self, document: Document) -> None:
        try:
            for found in self._read_json(document) if document.is_json else self._read_table(document):
                if isinstance(found, PayloadError):
                    self.report.rejected.append(Failure(document.name, found))
                    continue
                if self._batch.is_full or found.trial.trial_id in self._batch.trials:
                    self._store()
                self._batch.add(found, document)
        except (FormatError, PayloadError) as error:
            self.report.rejected.append(Failure(document.name, error))

    def _read_json(self, document: Document) -> Iterator[_Found | PayloadError]:
        self._begin("")
        cutter = StudyCutter(read_text(document.stream))
        empty = True
        for piece in cutter.cut():
            empty = False
            if isinstance(piece, PayloadError):
                yield piece
                continue
            try:
                yield self._check(_Found(piece.parse(), piece.text, piece.line), document)
            except PayloadError as error:
                yield error
        if empty:
            self.report.notes.append(f"{document.name}: holds no study")
        if cutter.has_more:
            total = f" of {cutter.total} studies" if cutter.total is not None else ""
            self.report.notes.append(f"{document.name}: is one page of a result{total}; the rest is not in it")

    def _read_table(self, document: Document) -> Iterator[_Found | PayloadError]:
        try:
            sheet = Sheet(document.stream, is_trial_header)
        except FormatError as error:
            reason = f"no column 'NCT Number'; {error.reason}"
            hint = "take the CSV as ClinicalTrials.gov's download gives it"
            raise FormatError(FORMAT, document.name, reason, hint=hint) from error
        columns = TrialColumns.find(sheet.header)
        self._begin(sheet.header_text)
        self._tell_columns(document, columns)
        rows = sheet.rows(columns.name_row)
        sample, damage = _begin_rows(rows)
        order = columns.find_day_order(row.cells for row in sample if isinstance(row, SheetRow))
        if order:
            self.report.notes.append(f"{document.name}: dates with slashes are read with the {order}, as some must be")
        for row in chain(sample, rows):
            if isinstance(row, PayloadError):
                yield row
                continue
            try:
                found = _Found(columns.parse_row(row.cells, order), row.text, row.line)
                yield self._check(found, document, asks_status="status" in columns.places)
            except PayloadError as error:
                yield PayloadError(error.element, error.reason, position=f"line {row.line}")
        if damage:
            yield damage
        if line := sheet.first_windows_line:
            self.report.notes.append(
                f"{document.name}: line {line} is not UTF-8; it and others like it were read as Windows-1252,"
                " so look at words with accents"
            )

    def _tell_columns(self, document: Document, columns: TrialColumns) -> None:
        notes = []
        if columns.unknown:
            named = ", ".join(repr(name) for name in columns.unknown)
            notes.append(f"these columns are not read, since ClinicalTrials.gov has none of that name: {named}")
        if "status" not in columns.places:
            notes.append("there is no column 'Study Status', so it tells no status")
        if "updated" not in columns.places and self._observed is None:
            notes.append(
                "there is no column 'Last Update Posted': what it says counts as older than all that has a date,"
                " unless --observed gives the day of the download"
            )
        self.report.notes += [f"{document.name}: {note}" for note in notes]

    def _check(self, found: _Found, document: Document, *, asks_status: bool = True) -> _Found:
        """Note what a person should know of a trial.

        Raises:
            PayloadError: it contradicts what was said of the file.
        """
        trial = found.trial
        newest = max(trial.updated or "", trial.data_version or "")
        if self._observed and newest > self._observed:
            raise PayloadError(
                trial.trial_id, f"is of {newest}, after the day given with --observed", position=f"line {found.line}"
            )
        if trial.status is None and asks_status:
            reason = PayloadError(trial.trial_id, "has no status; the rest is kept", position=f"line {found.line}")
            self.report.lacking.append(Failure(document.name, reason))
        elif trial.status is not None and trial.status not in STATUSES:
            self.report.unknown[f"status {trial.status}"] += 1
        self.report.unknown.update(f"phase {phase}" for phase in trial.phases if phase not in PHASES)
        return found

    def _begin(self, header: str) -> None:
        """Go on with the batch where the next document fits in: one study a file must not be one transaction each."""
        if header != self._batch.header:
            self._store()
            self._batch = _Batch(header)

    def _store(self) -> None:
        batch = self._batch
        if batch.trials:
            outcomes = self._put(batch.payload(self._app), list(batch.trials.values()))
            self.report.outcomes.update(outcome.value for outcome in outcomes.values())
            self.report.read += len(batch.trials)
            self._progress.advance(len(batch.trials))
            self._batch = _Batch(batch.header)


def _begin_rows(
    rows: Iterator[SheetRow | PayloadError],
) -> tuple[list[SheetRow | PayloadError], PayloadError | None]:
    """Give the first rows of a table, and what is wrong with the file where they end before it."""
    sample: list[SheetRow | PayloadError] = []
    try:
        sample.extend(islice(rows, _SAMPLE))
    except PayloadError as error:
        return sample, error
    return sample, None


class _Batch:
    """Trials that are stored together, and the pieces of files in which they stand.

    Attributes:
        header: the header of the table that they are rows of; empty where they are JSON.
        trials: by number, each once.
    """

    def __init__(self, header: str) -> None:
        self.header = header
        self.trials: dict[str, Trial] = {}
        self._texts: list[str] = []
        self._characters = 0
        self._places: list[str] = []

    @property
    def is_full(self) -> bool:
        """Whether it should be stored before more comes."""
        return len(self.trials) >= _BATCH or self._characters >= _BATCH_CHARACTERS

    def add(self, found: _Found, document: Document) -> None:
        """Take in a trial that the batch does not have yet."""
        self.trials[found.trial.trial_id] = found.trial
        # the last row of a file may have no line end, and another file's row come next
        self._texts.append(found.text if not self.header or found.text.endswith("\n") else found.text + "\n")
        self._characters += len(found.text)
        self._places = [*self._places[:1], f"{document.key} line {found.line}"]

    def payload(self, app: App) -> Payload:
        """Give the pieces, in UTF-8: a list of studies, or a table with the file's header."""
        if self.header:
            media_type, text = "text/csv", self.header + "".join(self._texts)
        else:
            media_type, text = "application/json", "[" + ",\n".join(self._texts) + "]"
        return Payload(SOURCE, " to ".join(self._places), media_type, text.encode(), app.clock())
