"""``exokb trials import``: trials from files into the library."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exokb.cli.errors import ExitCode, UsageError, exit_code_of_items
from exokb.cli.options import DbOption, opened
from exokb.cli.output import counted, say, tell_failures
from exokb.cli.progress import progress_bar
from exokb.errors import PayloadError

if TYPE_CHECKING:
    from exokb.services.retrieve import Failure


def import_trials(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(help="JSON or CSV from ClinicalTrials.gov, also gzipped, or a zip of them.", metavar="FILE…"),
    ],
    observed: Annotated[
        str | None,
        typer.Option("--observed", help="The day on which the files were downloaded (2022-01-15).", metavar="DATE"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read, and say what would change; store nothing.")] = False,
    db: DbOption = None,
) -> int:
    """Take trials from files into the library: JSON of the API (v2), or the table that the site offers for download.

    Every state of a trial is kept, and the newest counts, in whatever order files are imported. What cannot be read
    never stops the rest.
    """
    from exokb.services.trials.importing import import_trials as take_files

    with opened(context, db) as app, progress_bar() as progress:
        day = _read_day(observed, app.clock().date()) if observed is not None else None
        report = take_files(app, files, observed=day, dry_run=dry_run, progress=progress)
    parts = [f"{counted(report.read, 'trial')} read"]
    parts += [f"{report.outcomes[name]} {name}" for name in ("added", "updated", "unchanged", "older")
              if report.outcomes[name]]  # fmt: skip
    parts += [f"{len(report.rejected)} rejected"] if report.rejected else []
    parts += [f"{len(report.lacking)} without a status"] if report.lacking else []
    say(("would be: " if dry_run else "") + ", ".join(parts))
    for note in report.notes:
        say(note)
    if report.unknown:
        named = ", ".join(f"{value} ({count})" for value, count in sorted(report.unknown.items()))
        say(f"kept as they came, since this version of exokb does not know them: {named}")
    _tell([*report.rejected, *report.lacking])
    code = exit_code_of_items([failure.error for failure in report.rejected], succeeded=report.read)
    return code or (ExitCode.SOME_FAILED if report.lacking else ExitCode.OK)


def _read_day(text: str, today: date) -> str:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError("--observed", f"{text!r} is no day", hint="write it as 2022-01-15") from error
    if day > today:
        raise UsageError("--observed", f"{day} has not come yet", hint="give the day of the download")
    return day.isoformat()


def _tell(failures: list[Failure]) -> None:
    # a file that cannot be read names itself; what is wrong inside one is told with its place
    about = [failure.asked if isinstance(failure.error, PayloadError) else "" for failure in failures]
    tell_failures([failure.error for failure in failures], about=about)
