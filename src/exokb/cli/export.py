"""``exokb export``: everything a selection finds, as a file."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Annotated

import typer

from exokb.app import App
from exokb.cli.options import DbOption, OutputOption, opened
from exokb.cli.output import say, write_chunks
from exokb.cli.selection import selecting
from exokb.errors import ConfigError
from exokb.query.criteria import Criteria


@selecting
def export(
    context: typer.Context,
    criteria: Criteria,
    *,
    format_: Annotated[
        str, typer.Option("--format", help="csv, tsv, json, jsonl, ids. Default: what the file's name says, else csv.")
    ] = "",
    output: OutputOption = None,
    bom: Annotated[
        bool, typer.Option("--bom", help="Start a CSV with a byte order mark, so that Excel reads it as UTF-8.")
    ] = False,
    sort: Annotated[
        str, typer.Option("--sort", help="relevance, date, title, author, journal, pmid, added; -date: newest first.")
    ] = "relevance",
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many.")] = None,
    offset: Annotated[int, typer.Option("--offset", min=0, help="Leave out so many first.")] = 0,
    db: DbOption = None,
) -> int:
    """Write what a selection finds to a file: any option of `exokb search` selects what is exported."""
    suffix = output.suffix.lstrip(".").lower() if output else ""
    with opened(context, db) as app:
        write_rows(app, criteria, format_ or suffix or "csv", output, sort=sort, limit=limit, offset=offset, bom=bom)
    return 0


def write_rows(
    app: App,
    criteria: Criteria,
    format_: str,
    output: Path | None,
    *,
    sort: str,
    limit: int | None,
    offset: int,
    bom: bool = False,
) -> None:
    """Write the rows of a selection in a format, to a file or to stdout.

    Raises:
        ConfigError: there is no such format.
    """
    from exokb.formats import EXPORTERS
    from exokb.services.export import export_rows

    exporter = EXPORTERS.get(format_)
    if exporter is None:
        known = ", ".join(EXPORTERS)
        raise ConfigError("--format", "option", f"{format_!r} is no format", hint=f"there are {known}")
    tally = count()
    rows = export_rows(app, criteria, sort=sort, limit=limit, offset=offset)
    write_chunks(exporter((row for row, _ in zip(rows, tally, strict=False)), bom=bom), output)
    if output:
        say(f"{next(tally)} records written to {output}")
