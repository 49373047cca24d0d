"""``exokb trials list``: the trials of the library that meet what is asked."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer

from exokb.cli.errors import UsageError
from exokb.cli.options import MOST, DbOption, OffsetOption, OutputOption, opened
from exokb.cli.output import counted, is_terminal, say
from exokb.cli.trials.export import choose_writer, end, write_trials
from exokb.cli.trials.selection import AsOfOption, SinceOption, SortOption, read_as_of, read_since, selecting
from exokb.domain.trial_status import phases_in_words, status_in_words
from exokb.formats.trial_columns import TrialEntry
from exokb.query.trials import TrialCriteria

PAGE = 50
_WIDE = 100
"""Columns of a terminal from which there is room for more than the least."""


@selecting
def list_trials(
    context: typer.Context,
    criteria: TrialCriteria,
    *,
    since: SinceOption = None,
    as_of: AsOfOption = None,
    sort: SortOption = "-updated",
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, max=MOST, help=f"At most so many; a table shows {PAGE} if not told otherwise."),
    ] = None,
    offset: OffsetOption = 0,
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            help="table, csv, tsv, json, jsonl, xlsx, md, ids. Default: what the file's name says, else a table, piped"
            " tsv.",
        ),
    ] = "",
    output: OutputOption = None,
    db: DbOption = None,
) -> int:
    """List registered trials by status, phase, disease, cell source, kind, country, date or whether they are published.

    Several values of one option mean any of them; different options must all hold. A trial counts as published where a
    paper reports on it; a review that names it does not.
    """
    from exokb.services.trials.select import select_trials

    drawn = output is None and (format_ == "table" or (not format_ and is_terminal()))
    if format_ == "table" and output:
        raise UsageError("--format", "a table is for the terminal", hint="name a file .csv, .md or .xlsx")
    writer = None if drawn else choose_writer(format_, output, default="tsv")
    with opened(context, db) as app:
        today = app.clock().date().isoformat()
        asked = dataclasses.replace(criteria, since=read_since(since), as_of=read_as_of(as_of, today))
        shown = limit if limit or not drawn else PAGE
        found = select_trials(app, asked, sort=sort, limit=shown, offset=offset)
        if writer:
            write_trials(app, writer, found, asked.as_of, output)
        else:
            _draw(found.entries)
    if drawn:
        _tell(found.entries, found.total, offset)
    return end(found)


def _draw(entries: Sequence[TrialEntry]) -> None:
    from rich.table import Table
    from rich.text import Text

    from exokb.cli.drawing import Screen
    from exokb.cli.output import clean

    if not entries:
        return
    screen = Screen()
    wide = screen.width >= _WIDE
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("trial", no_wrap=True)
    table.add_column("status", max_width=12, overflow="fold")
    table.add_column("phase", max_width=7)
    table.add_column("n", justify="right", no_wrap=True)
    table.add_column("title", overflow="fold", ratio=1)
    if wide:
        table.add_column("countries", max_width=16, overflow="fold")
    table.add_column("until", no_wrap=True)
    table.add_column("papers", justify="right", no_wrap=True)
    if wide:
        table.add_column("updated", no_wrap=True)
    for entry in entries:
        trial = entry.trial
        cells = [
            entry.trial_id,
            status_in_words(trial.get("status")) or ("" if entry.state_known else "not known"),
            phases_in_words(trial.get("phases", ())),
            str(trial.get("enrollment", "")),
            str(trial.get("title", "")),
            *(["; ".join(trial.get("countries", ()))] if wide else []),
            (trial.get("completion_date") or trial.get("primary_completion_date") or "")[:7],
            str(len(entry.reports)),
            *([trial.get("updated", "")] if wide else []),
        ]
        table.add_row(*(Text(clean(cell), style="bold cyan" if at == 0 else "") for at, cell in enumerate(cells)))
    screen.print(table)


def _tell(entries: Sequence[TrialEntry], total: int, offset: int) -> None:
    """Say how many there are, in which status, and how old that knowledge is."""
    if not entries:
        say("nothing found" if not offset or not total else f"there are only {total}")
        return
    last = offset + len(entries)
    if last < total or offset:
        say(f"{offset + 1} to {last} of {total}; --limit and --offset show others, -o trials.xlsx gives all")
    else:
        statuses = Counter(status_in_words(entry.trial.get("status")) or "status not known" for entry in entries)
        say(f"{counted(total, 'trial')}: {', '.join(f'{n} {name}' for name, n in statuses.most_common())}")
    observed = max((entry.observed for entry in entries if entry.observed), default=None)
    updated = max((entry.trial.get("updated", "") for entry in entries), default="")
    if as_of := entries[0].as_of:
        say(f"as known at {as_of}")
    elif observed:
        newest = f"; the newest update of the registry among them is of {updated}" if updated else ""
        say(f"last taken in on {observed}{newest}")
