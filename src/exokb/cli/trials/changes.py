"""``exokb trials changes``: what happened to trials since a day."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from exokb.cli.errors import UsageError
from exokb.cli.options import DbOption, OutputOption, opened
from exokb.cli.output import clean, console, counted, is_terminal, say, write_chunks, write_json
from exokb.cli.trials.export import end
from exokb.cli.trials.selection import read_since, selecting
from exokb.cli.trials.show import say_change
from exokb.domain.trial_status import status_in_words
from exokb.formats.trial_columns import show_value
from exokb.formats.trial_tables import VERSION
from exokb.query.trials import TrialCriteria

if TYPE_CHECKING:
    from exokb.services.trials.history import NewsReport, TrialNews

HEADER = ("trial_id", "what", "field", "before", "after", "day", "registry_date", "observed", "source", "title")
_FORMATS = ("table", "tsv", "csv", "json")


@selecting
def changes(
    context: typer.Context,
    criteria: TrialCriteria,
    *,
    since: Annotated[str, typer.Option("--since", help="From this day on.", metavar="DATE", show_default=False)],
    format_: Annotated[
        str, typer.Option("--format", help="table, tsv, csv, json. Default: a table, or tsv when piped.")
    ] = "",
    output: OutputOption = None,
    db: DbOption = None,
) -> int:
    """Say what changed in the registry since a day, and which trials were newly registered; of all trials or some.

    Options select by what is known now. Where the registry has updated a trial, and the library never saw how it was
    before, that is said, too.
    """
    from exokb.services.trials.history import find_news

    suffix = output.suffix.lstrip(".").lower() if output else ""
    name = format_ or suffix or ("table" if is_terminal() else "tsv")
    if name not in _FORMATS or (name == "table" and output):
        raise UsageError("--format", f"{name!r} is no format of changes", hint="there are tsv, csv, json")
    if name == "json" and output:
        raise UsageError("-o", "JSON goes to standard output only", hint=f"write … --format json > {output}")
    day = read_since(since) or ""
    with opened(context, db) as app:
        report = find_news(app, criteria, day)
    if name == "json":
        write_json(
            {
                "schema": VERSION,
                "since": day,
                "changes": [dict(zip(HEADER, _cells(n), strict=True)) for n in report.news],
            }
        )
    elif name == "table":
        _draw(report)
    else:
        _write(report.news, name, output)
    _tell(report)
    return end(report.selection)


def _cells(news: TrialNews) -> list[Any]:
    return [getattr(news, name) for name in HEADER]


def _write(news: Sequence[TrialNews], name: str, output: OutputOption) -> None:
    from exokb.formats.delimited import csv_rows, tsv_rows

    write = csv_rows if name == "csv" else tsv_rows
    rows = ([show_value(cell) for cell in _cells(one)] for one in news)
    write_chunks((piece.encode("utf-8", "replace") for piece in write(HEADER, rows)), output)
    if output:
        say(f"{counted(len(news), 'line')} written to {output}")


def _draw(report: NewsReport) -> None:
    entries = {entry.trial_id: entry for entry in report.selection.entries}
    groups = {what: [n for n in report.news if n.what == what] for what in ("changed", "registered", "updated")}
    if groups["changed"]:
        _head(f"changed since {report.since}", groups["changed"])
        for trial_id, own in groupby(groups["changed"], key=lambda n: n.trial_id):
            listed = list(own)
            _line(trial_id, listed[0].title, style="bold")
            for one in listed:
                what = f"{one.field.replace('_', ' ')} {say_change(one.field, one.before, one.after)}"
                _line("", f"{one.day}  {what}  (taken in on {one.observed} from {one.source})")
    if groups["registered"]:
        _head(f"registered since {report.since}", groups["registered"])
        for one in sorted(groups["registered"], key=lambda n: n.day, reverse=True):
            status = status_in_words(entries[one.trial_id].trial.get("status")) or "no status"
            _line(one.trial_id, f"{one.day}, now {status}: {one.title}")
    if groups["updated"]:
        _head("updated since, and not known here how they were before", groups["updated"])
        for one in groups["updated"]:
            status = status_in_words(entries[one.trial_id].trial.get("status")) or "no status"
            _line(one.trial_id, f"{one.day}, then {status}: {one.title}")


def _head(text: str, news: Sequence[TrialNews]) -> None:
    from rich.text import Text

    console().print(Text(f"{text}: {counted(len({one.trial_id for one in news}), 'trial')}", style="bold underline"))


def _line(first: str, text: str, style: str = "") -> None:
    from rich.text import Text

    from exokb.cli.drawing import draw_hanging

    draw_hanging(Text(clean(text), style=style), first=first, indent=13)


def _tell(report: NewsReport) -> None:
    trials = {
        what: len({n.trial_id for n in report.news if n.what == what}) for what in ("changed", "registered", "updated")
    }
    say(
        f"of {counted(report.selection.total, 'trial')} since {report.since}: {trials['changed']} changed,"
        f" {trials['registered']} registered, {trials['updated']} updated without an earlier state here"
    )
    if report.undated:
        say(f"note: {counted(report.undated, 'trial')} without any date: nothing tells whether they changed")
