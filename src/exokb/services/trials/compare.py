"""Comparing a table of trials, as a review prints it, with what the library knows of these trials now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from exokb.app import App
from exokb.domain.trial_comparison import (
    PrintedTrial,
    compare_phases,
    compare_status,
    find_unreadable,
    read_printed_phases,
    read_printed_status,
)
from exokb.domain.trial_kind import KIND_NAMES, MSC_THERAPY
from exokb.errors import ExokbError, FormatError, NotInLibrary, PayloadError
from exokb.evidence.registry_numbers import find_registry_numbers
from exokb.formats.sheet import Sheet, SheetRow
from exokb.formats.trial_columns import TrialEntry
from exokb.services.trials.select import find_trial, load_entries
from exokb.store.connection import Reader
from exokb.store.trial_reading import find_all_trial_rows

_FORMAT = "table of trials"
_HEAD = 65_536
_MARKS = (b",", b";", b"\t", b"|")


@dataclass(frozen=True, slots=True)
class ComparedTrial:
    """One row of the table, and what is to be said of it.

    Attributes:
        entry: the trial as the library knows it; None where it holds none of that number.
        changed: what differs from what is printed, in words.
        remarks: what else its reader should know: not an MSC-vesicle therapy, another number, words that
            are none of the registry's.
    """

    printed: PrintedTrial
    entry: TrialEntry | None
    changed: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass
class Comparison:
    """What comparing a table gave.

    Attributes:
        rows: the table's rows, in order.
        missed: MSC-vesicle therapies of the library that the table does not name, registered after ``since``.
        since: the day (ISO) after which a trial counts as newer than the table.
        columns: which column of the table was read as what, in words.
        failures: rows without a number, and numbers that the library does not hold.
    """

    rows: list[ComparedTrial] = field(default_factory=list)
    missed: list[TrialEntry] = field(default_factory=list)
    since: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    failures: list[ExokbError] = field(default_factory=list)


def compare_table(app: App, path: Path, *, since: str | None = None) -> Comparison:
    """Compare a table with the library.

    Args:
        app: the application.
        path: a CSV file with registry numbers in one of its columns; statuses and phases are found by their column's
            name (``Status``, ``Phase``) or by what they hold.
        since: the day (ISO) the table was made; without it, the day the newest of its trials was registered.

    Raises:
        FormatError: no column holds registry numbers.
        OSError: the file cannot be read.
        NotInLibrary: there is no library yet.
    """
    report = Comparison()
    printed = _read_table(path, report)
    with app.library.reading() as connection:
        for row in printed:
            report.rows.append(_compare(connection, row, report))
        report.since = since or _newest(report.rows)
        named = {row.entry.row for row in report.rows if row.entry}
        others = [at for at in find_all_trial_rows(connection) if at not in named]
        report.missed = [
            entry
            for entry in load_entries(connection, others)
            if entry.kind == MSC_THERAPY and (entry.trial.get("first_posted") or "") > report.since
        ]
    report.missed.sort(key=lambda entry: (entry.trial.get("first_posted") or "", entry.trial_id))
    return report


def _newest(rows: Sequence[ComparedTrial]) -> str:
    return max((str(row.entry.trial.get("first_posted") or "") for row in rows if row.entry), default="")


def _compare(connection: Reader, row: PrintedTrial, report: Comparison) -> ComparedTrial:
    try:
        entry = load_entries(connection, find_trial(connection, row.number)[:1])[0]
    except NotInLibrary as error:
        error.hint = f"`exokb trials fetch {row.number}` asks the registry"
        report.failures.append(error)
        return ComparedTrial(row, None, remarks=("not in the library",))
    trial = entry.trial
    changed = [compare_status(row.status, trial.get("status")), compare_phases(row.phase, trial.get("phases", ()))]
    remarks = find_unreadable(row)
    if entry.trial_id != row.number:
        remarks.append(f"is {entry.trial_id} now")
    if entry.kind is None:
        remarks.append("not a vesicle trial, as its entry reads")
    elif entry.kind != MSC_THERAPY:
        remarks.append(f"not an MSC-vesicle therapy: {KIND_NAMES[entry.kind]}")
    if why := trial.get("why_stopped"):
        remarks.append(f"stopped: {why}")
    if not trial.get("status"):
        remarks.append("its status is not known")
    return ComparedTrial(row, entry, tuple(filter(None, changed)), tuple(remarks))


# -- the printed table


def _read_table(path: Path, report: Comparison) -> list[PrintedTrial]:
    with path.open("rb") as stream:
        # The first line with several cells names the columns; a list of numbers has none such.
        several = any(len(line.split(mark)) > 1 for line in stream.readlines(_HEAD)[:3] for mark in _MARKS)
        stream.seek(0)
        try:
            sheet = Sheet(stream, lambda cells: sum(bool(cell.strip()) for cell in cells) > several)
            rows = list(_rows(sheet, report))
        except (FormatError, PayloadError) as error:
            raise FormatError(_FORMAT, str(path), error.reason, hint="save the table as CSV") from error
    header = list(sheet.header)
    if any(_numbers(cell) for cell in header):
        # No line of names: the first line is a trial already.
        rows.insert(0, SheetRow(sheet.header, 1, ""))
        header = [""] * len(header)
    width = max((len(row.cells) for row in rows), default=0)
    header += [""] * (width - len(header))
    numbers = _find_column(rows, width, lambda cell: bool(_numbers(cell)))
    if numbers is None:
        raise FormatError(_FORMAT, str(path), "no column holds registry numbers", hint="one must, such as NCT03384433")
    status = _find_named(header, "status", "recruitment")
    phase = _find_named(header, "phase")
    if status is None:
        status = _find_column(rows, width, lambda cell: read_printed_status(cell) is not None, not_at={numbers, phase})
    if phase is None:
        phase = _find_column(rows, width, lambda cell: read_printed_phases(cell) is not None, not_at={numbers, status})
    for what, at in (("number", numbers), ("status", status), ("phase", phase)):
        if at is not None:
            report.columns[what] = header[at].strip() or f"column {at + 1}"
    found = []
    for row in rows:
        named = _numbers(_cell(row, numbers)) or [n for cell in row.cells for n in _numbers(cell)]
        if not named:
            report.failures.append(FormatError(_FORMAT, f"{path}, line {row.line}", "names no registry number"))
        found += [PrintedTrial(row.line, number, *_said(_cell(row, status), _cell(row, phase))) for number in named]
    return found


def _said(status: str, phase: str) -> tuple[str, str]:
    """Give what is printed of status and phase; a status that stands in the column of phases is one."""
    if phase and not status and read_printed_phases(phase) is None and read_printed_status(phase):
        return phase, ""
    return status, phase


def _rows(sheet: Sheet, report: Comparison) -> Iterator[SheetRow]:
    for row in sheet.rows(lambda cells: next((n for cell in cells for n in _numbers(cell)), "")):
        if isinstance(row, SheetRow):
            yield row
        else:
            report.failures.append(row)


def _cell(row: SheetRow, at: int | None) -> str:
    return row.cells[at].strip() if at is not None and at < len(row.cells) else ""


def _numbers(text: str) -> list[str]:
    return list(dict.fromkeys(number.value for number in find_registry_numbers(text)))


def _find_named(header: Sequence[str], *names: str) -> int | None:
    for at, column in enumerate(header):
        if any(name in column.lower() for name in names):
            return at
    return None


def _find_column(
    rows: Sequence[SheetRow], width: int, fits: Callable[[str], bool], *, not_at: set[int | None] | None = None
) -> int | None:
    """Give the column in which most cells fit, if any cell does."""
    counts = [
        0 if at in (not_at or ()) else sum(fits(cell) for row in rows if (cell := _cell(row, at)))
        for at in range(width)
    ]
    best = max(counts, default=0)
    return counts.index(best) if best else None
