"""``exokb trials export``: a selection of trials as a file."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exokb.app import App
from exokb.cli.errors import UsageError, exit_code_of_items
from exokb.cli.options import DbOption, LimitOption, OffsetOption, OutputOption, opened
from exokb.cli.output import counted, say, tell_failures, write_chunks
from exokb.cli.trials.selection import AsOfOption, SinceOption, SortOption, read_as_of, read_since, selecting
from exokb.query.trials import TrialCriteria

if TYPE_CHECKING:
    from exokb.formats.trial_tables import TrialWriter
    from exokb.services.trials.select import TrialSelection

_SUFFIXES = {"markdown": "md", "txt": "ids"}


@selecting
def export(
    context: typer.Context,
    criteria: TrialCriteria,
    *,
    since: SinceOption = None,
    as_of: AsOfOption = None,
    format_: Annotated[
        str,
        typer.Option(
            "--format", help="csv, tsv, json, jsonl, xlsx, md, ids. Default: what the file's name says, else csv."
        ),
    ] = "",
    output: OutputOption = None,
    bom: Annotated[
        bool, typer.Option("--bom", help="Start a CSV with a byte order mark, so that Excel reads it as UTF-8.")
    ] = False,
    sort: SortOption = "-updated",
    limit: LimitOption = None,
    offset: OffsetOption = 0,
    db: DbOption = None,
) -> int:
    """Write trials to a file: any option of `exokb trials list` selects them.

    A workbook (-o trials.xlsx) has sheets of the trials, of their history, and of the papers with what links them.
    """
    from exokb.services.trials.select import select_trials

    writer = choose_writer(format_, output, default="csv", bom=bom)
    with opened(context, db) as app:
        today = app.clock().date().isoformat()
        asked = dataclasses.replace(criteria, since=read_since(since), as_of=read_as_of(as_of, today))
        found = select_trials(app, asked, sort=sort, limit=limit, offset=offset)
        write_trials(app, writer, found, asked.as_of, output)
    return end(found)


def choose_writer(format_: str, output: Path | None, *, default: str, bom: bool = False) -> TrialWriter:
    """Give the writer of a format: the one asked for, else what the file's name says, else the default.

    Raises:
        UsageError: there is no such format, or it cannot be had so.
    """
    from exokb.formats.trial_tables import CSV_FOR_EXCEL, TRIAL_WRITERS

    suffix = output.suffix.lstrip(".").lower() if output else ""
    name = format_ or suffix or default
    name = _SUFFIXES.get(name, name)
    if name not in TRIAL_WRITERS:
        known = ", ".join(TRIAL_WRITERS)
        if format_:
            raise UsageError("--format", f"{format_!r} is no format", hint=f"there are {known}")
        raise UsageError(str(output), f"the ending .{suffix} is no format", hint=f"give --format: {known}")
    if name == "xlsx" and (output is None or str(output) == "-"):
        raise UsageError("--output", "a workbook needs a file", hint="write -o trials.xlsx")
    if bom and name != "csv":
        raise UsageError("--bom", f"a byte order mark has no place in {name}", hint="leave out --bom")
    return CSV_FOR_EXCEL if bom else TRIAL_WRITERS[name]


def write_trials(app: App, writer: TrialWriter, found: TrialSelection, as_of: str | None, output: Path | None) -> None:
    """Write selected trials in a format, to a file or to stdout.

    Raises:
        OutputError: the output cannot be written.
    """
    from exokb.formats.trial_tables import TrialTable

    def read_states() -> object:
        from exokb.services.trials.history import get_history

        return get_history(app, found.entries)

    table = TrialTable(found.entries, app.clock(), as_of, found.notes, read_states)  # type: ignore[arg-type]
    write_chunks(writer(table), output)
    if output:
        say(f"{counted(len(found.entries), 'trial')} written to {output}")


def end(found: TrialSelection) -> int:
    """Tell what a selection left out and what was not there; gives the exit code."""
    for note in found.notes:
        say(f"note: {note}")
    if not found.held:
        say("the library holds no trials yet")
    tell_failures(found.missing)
    return exit_code_of_items(found.missing, succeeded=found.total)
