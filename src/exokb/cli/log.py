"""``exokb log``: what was done to the library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from exokb.cli.options import MOST, DbOption, opened
from exokb.cli.output import write_json, write_table

PAGE = 30
_LONGEST = 80


def log(
    context: typer.Context,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, max=MOST, help=f"At most so many; {PAGE} if not told otherwise.")
    ] = PAGE,
    json_: Annotated[bool, typer.Option("--json", help="JSON, with all details.")] = False,
    db: DbOption = None,
) -> int:
    """Show what was done to the library, newest first; `exokb undo NUMBER` takes back what is marked so."""
    from exokb.services.undo import get_log

    with opened(context, db) as app:
        found = get_log(app, limit=limit)
    if json_:
        keys = ("id", "at", "command", "detail", "changes", "undone_by")
        write_json({"schema": 1, "activities": [{key: getattr(entry, key) for key in keys} for entry in found]})
        return 0
    rows = [
        (
            entry.id,
            entry.at[:16].replace("T", " "),
            entry.command,
            detail_text(entry.detail).strip(),
            f"undone by {entry.undone_by}" if entry.undone_by else "can be undone" if entry.changes else "",
        )
        for entry in found
    ]
    write_table(("number", "when (UTC)", "command", "what", "undo"), rows, right=(0,))
    return 0


def detail_text(detail: Mapping[str, Any]) -> str:
    """Give the details of an activity on one short line, with a blank before it; empty where there are none."""
    told = ", ".join(f"{key} {_short(value)}" for key, value in detail.items() if value not in (None, "", [], {}))
    return f" {told}" if told else ""


def _short(value: object) -> str:
    if isinstance(value, Mapping):
        text = ", ".join(f"{key} {number}" for key, number in value.items())
    elif isinstance(value, list):
        text = ", ".join(map(str, value[:3])) + (f" and {len(value) - 3} more" if len(value) > 3 else "")
    else:
        text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
