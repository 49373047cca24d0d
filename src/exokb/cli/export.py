"""``exokb export``: everything a selection finds, as a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import Annotated, Any

import typer

from exokb.cli.errors import UsageError
from exokb.cli.options import DbOption, LimitOption, OffsetOption, OutputOption, opened
from exokb.cli.output import counted, say, write_chunks
from exokb.cli.selection import selecting
from exokb.cli.synonyms import expansions_data, tell_expansions
from exokb.formats import EXPORTERS
from exokb.formats.columns import ExportRow
from exokb.formats.exporter import Exporter
from exokb.query.criteria import Criteria
from exokb.services.export import export_rows


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
    limit: LimitOption = None,
    offset: OffsetOption = 0,
    db: DbOption = None,
) -> int:
    """Write what a selection finds to a file: any option of `exokb search` selects what is exported."""
    exporter = choose_exporter(format_, output, default="csv")
    with opened(context, db) as app:
        rows = export_rows(app, criteria, sort=sort, limit=limit, offset=offset)
        expanded = tell_expansions(app, criteria)
        write_rows(exporter, rows, output, bom=bom, about={"expanded": expansions_data(expanded)} if expanded else {})
    return 0


def choose_exporter(format_: str, output: Path | None, *, default: str) -> Exporter:
    """Give the exporter of a format: the one asked for, else what the file's name says, else the default.

    Raises:
        UsageError: there is no such format.
    """
    suffix = output.suffix.lstrip(".").lower() if output else ""
    exporter = EXPORTERS.get(format_ or suffix or default)
    if exporter is None:
        known = f"there are {', '.join(EXPORTERS)}"
        if format_:
            raise UsageError("--format", f"{format_!r} is no format", hint=known)
        raise UsageError(str(output), f"the ending .{suffix} is no format", hint=f"give --format: {known}")
    return exporter


def write_rows(
    exporter: Exporter,
    rows: Iterable[ExportRow],
    output: Path | None,
    *,
    bom: bool = False,
    about: Mapping[str, Any] | None = None,
) -> None:
    """Write rows in a format, to a file or to stdout; ``about``: what is to be told of them as a whole.

    Raises:
        FormatError: ``bom`` is asked of a format that takes none.
        OutputError: the output cannot be written.
    """
    tally = count()
    write_chunks(exporter((row for row, _ in zip(rows, tally, strict=False)), bom=bom, about=about), output)
    if output:
        say(f"{counted(next(tally), 'record')} written to {output}")
