"""``exokb trials compare``: a table of trials, as a review prints it, against what is known now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from exokb.cli.errors import UsageError, exit_code_of_items
from exokb.cli.options import DbOption, opened
from exokb.cli.output import counted, is_terminal, say, tell_failures, write_json, write_table, write_tsv

if TYPE_CHECKING:
    from exokb.formats.trial_columns import TrialEntry
    from exokb.services.trials.compare import ComparedTrial, Comparison

HEADER = (
    "trial",
    "title",
    "printed status",
    "status now",
    "as of",
    "printed phase",
    "phase now",
    "what has changed",
    "remarks",
)
_FORMATS = ("table", "tsv", "json")


def compare(
    context: typer.Context,
    table: Annotated[
        Path,
        typer.Argument(help="A CSV file with registry numbers, and statuses and phases if printed.", metavar="TABLE"),
    ],
    since: Annotated[
        str | None,
        typer.Option(
            "--since", help="The day the table was made; else when its newest trial was registered.", metavar="DATE"
        ),
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", help="table, tsv, json. Default: a table, or tsv when piped.")
    ] = "",
    db: DbOption = None,
) -> int:
    """Compare a table of trials, as a review prints it, with what is known now.

    Told are what has changed, what is no MSC-vesicle therapy, and the MSC-vesicle therapies of the library that were
    registered after the table. Columns are recognised by their names or by what they hold.
    """
    from exokb.cli.trials.selection import read_since
    from exokb.services.trials.compare import compare_table

    if format_ not in ("", *_FORMATS):
        raise UsageError("--format", f"{format_!r} is no format", hint=f"there are {', '.join(_FORMATS)}")
    if not table.is_file():
        raise UsageError(str(table), "is no file", hint="give a CSV file")
    with opened(context, db) as app:
        found = compare_table(app, table, since=read_since(since))
    if format_ == "json":
        write_json(_as_json(found))
    elif format_ == "tsv" or (not format_ and not is_terminal()):
        write_tsv(
            ("group", *HEADER), [*(("table", *_cells(r)) for r in found.rows), *(_missed(e) for e in found.missed)]
        )
    else:
        _draw(found)
    _tell(found)
    tell_failures(found.failures)
    return exit_code_of_items(found.failures, succeeded=sum(row.entry is not None for row in found.rows))


def _cells(row: ComparedTrial) -> tuple[str, ...]:
    trial = row.entry.trial if row.entry else {}
    return (
        row.printed.number,
        trial.get("title", ""),
        row.printed.status,
        trial.get("status") or "",
        trial.get("updated") or "",
        row.printed.phase,
        "; ".join(trial.get("phases", ())),
        "; ".join(row.changed),
        "; ".join(row.remarks),
    )


def _missed(entry: TrialEntry) -> tuple[str, ...]:
    trial = entry.trial
    phases = "; ".join(trial.get("phases", ()))
    now = (trial.get("status") or "", trial.get("updated") or "")
    remark = f"registered {trial.get('first_posted')}"
    return ("missed", entry.trial_id, trial.get("title", ""), "", *now, "", phases, "", remark)


def _draw(found: Comparison) -> None:
    from rich.text import Text

    from exokb.cli.drawing import draw_hanging
    from exokb.cli.output import clean, console

    for row in found.rows:
        trial = row.entry.trial if row.entry else {}
        head = Text(clean(trial.get("title", "") or "not in the library"), style="bold")
        draw_hanging(head, first=row.printed.number or f"line {row.printed.line}", indent=13)
        if row.entry:
            now = " · ".join(filter(None, (trial.get("status"), "/".join(trial.get("phases", ())), _dated(trial))))
            draw_hanging(Text(clean(now)), indent=13)
        for change in row.changed or (
            ("as printed",) if row.entry and (row.printed.status or row.printed.phase) else ()
        ):
            draw_hanging(Text(clean(change), style="yellow" if row.changed else "green"), indent=13)
        for remark in row.remarks:
            draw_hanging(Text(clean(remark), style="magenta"), indent=13)
    if found.missed:
        console().print()
        console().print(
            Text(f"MSC-vesicle therapies that the table misses, registered after {found.since}", style="bold")
        )
        rows = [(e.trial_id, e.trial.get("title", ""), e.trial.get("status") or "", "/".join(e.trial.get("phases", ())),
                 e.trial.get("first_posted") or "") for e in found.missed]  # fmt: skip
        write_table(("trial", "title", "status", "phase", "registered"), rows)


def _dated(trial: Any) -> str:
    return f"as of {trial['updated']}" if trial.get("updated") else ""


def _tell(found: Comparison) -> None:
    read = ", ".join(f"{what}: {name}" for what, name in found.columns.items())
    changed = sum(bool(row.changed) for row in found.rows)
    newer = f"{len(found.missed)} newer not in the table"
    say(f"{counted(len(found.rows), 'row')} compared ({read}): {changed} changed, {newer}")


def _as_json(found: Comparison) -> dict[str, Any]:
    return {
        "schema": 1,
        "since": found.since,
        "columns": found.columns,
        "rows": [
            {
                "line": row.printed.line,
                "number": row.printed.number,
                "trial": row.entry.trial_id if row.entry else None,
                "title": row.entry.trial.get("title") if row.entry else None,
                "kind": row.entry.kind if row.entry else None,
                "printed": {"status": row.printed.status, "phase": row.printed.phase},
                "now": {
                    "status": row.entry.trial.get("status"),
                    "phases": row.entry.trial.get("phases", []),
                    "updated": row.entry.trial.get("updated"),
                }
                if row.entry
                else None,
                "changed": row.changed,
                "remarks": row.remarks,
            }
            for row in found.rows
        ],
        "missed": [
            {
                "trial": e.trial_id,
                "title": e.trial.get("title"),
                "status": e.trial.get("status"),
                "phases": e.trial.get("phases", []),
                "first_posted": e.trial.get("first_posted"),
            }
            for e in found.missed
        ],
    }
