"""``exokb annotate``: find the evidence in stored records again."""

from __future__ import annotations

from typing import Annotated

import typer

from exokb.cli.options import DbOption, opened
from exokb.cli.output import say, write_table
from exokb.cli.progress import progress_bar


def annotate(
    context: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="All records, not only those annotated with another vocabulary.")
    ] = False,
    db: DbOption = None,
) -> int:
    """Annotate stored records again after a vocabulary changed, and say what that changed. Needs no network.

    What people decided stays as it is.
    """
    from exokb.services.annotate import annotate_library

    with opened(context, db) as app, progress_bar() as progress:
        report = annotate_library(app, everything=everything, progress=progress)
    say(f"vocabulary {report.vocabulary}: {report.records} records annotated, {report.changed} changed")
    terms = sorted(report.gained.keys() | report.lost.keys())
    if terms:
        rows = [(facet, value, report.gained[facet, value], report.lost[facet, value]) for facet, value in terms]
        write_table(("facet", "value", "gained", "lost"), rows, right=(2, 3))
    return 0
