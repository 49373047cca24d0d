"""``exokb trials history``: every state of a trial that was ever seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from exokb.cli.errors import UsageError
from exokb.cli.options import DbOption, OutputOption, opened
from exokb.cli.output import clean, console, is_terminal, say, write_chunks, write_json
from exokb.cli.trials.show import say_state
from exokb.formats.trial_columns import HISTORY_COLUMNS, TrialState
from exokb.formats.trial_tables import VERSION, state_object

_FORMATS = ("table", "tsv", "csv", "json")


def history(
    context: typer.Context,
    number: Annotated[
        str,
        typer.Argument(help="A number of the trial: its own, a former one, or another registry's.", metavar="NUMBER"),
    ],
    format_: Annotated[
        str, typer.Option("--format", help="table, tsv, csv, json. Default: a table, or tsv when piped.")
    ] = "",
    output: OutputOption = None,
    db: DbOption = None,
) -> int:
    """Show every state of a trial that was seen: what changed, both dates (the registry's and ours), and the source."""
    from exokb.services.trials.show import show_trials

    suffix = output.suffix.lstrip(".").lower() if output else ""
    name = format_ or suffix or ("table" if is_terminal() else "tsv")
    if name not in _FORMATS or (name == "table" and output):
        raise UsageError("--format", f"{name!r} is no format of a history", hint="there are tsv, csv, json")
    if name == "json" and output:
        raise UsageError("-o", "JSON goes to standard output only", hint=f"write … --format json > {output}")
    with opened(context, db) as app:
        views = show_trials(app, number)
    states = [state for view in views for state in view.states]
    if name == "json":
        data = [{"trial_id": v.entry.trial_id, "states": [state_object(s) for s in v.states]} for v in views]
        write_json({"schema": VERSION, "trials": data})
    elif name == "table":
        for view in views:
            _draw(view.entry.trial_id, str(view.entry.trial.get("title") or ""), view.states)
    else:
        _write(states, name, output)
    return 0


def _write(states: Sequence[TrialState], name: str, output: OutputOption) -> None:
    from exokb.formats.delimited import csv_rows, tsv_rows

    rows = ([column.get(state) for column in HISTORY_COLUMNS] for state in states)
    write = csv_rows if name == "csv" else tsv_rows
    header = [column.name for column in HISTORY_COLUMNS]
    write_chunks((piece.encode("utf-8", "replace") for piece in write(header, rows)), output)
    if output:
        say(f"{len(states)} states written to {output}")


def _draw(trial_id: str, title: str, states: Sequence[TrialState]) -> None:
    from rich.text import Text

    from exokb.cli.drawing import draw_named

    out = console()
    out.print(Text(clean(f"{trial_id}  {title}"), style="bold"))
    lines: list[tuple[str, str]] = []
    for at, state in enumerate(states):
        lines.append((state.held_from or "no date", say_state(state, first=not at)))
        if state.changes and state.described:
            lines.append(("", f"also changed: {', '.join(name.replace('_', ' ') for name in state.described)}"))
        lines.append(("", say_dates(state)))
    draw_named(lines)


def say_dates(state: TrialState) -> str:
    """Where a state came from, and when: ``(registry 2021-01-25, taken in 2022-01-20 from bundled)``."""
    registry = f"registry {state.registry_date}" if state.registry_date else "no date of the registry"
    shown = f", shown on {state.shown}" if state.shown else ""
    again = f", last on {state.last_observed}" if state.last_observed != state.observed else ""
    if state.inferred:
        return f"({registry}: not seen so, but what the registry calls its last known status)"
    return f"({registry}{shown}, taken in on {state.observed} from {state.source}{again})"
