"""``exokb annotate``: find the evidence in stored records again."""

from __future__ import annotations

from typing import Annotated

import typer

from exokb.cli.options import DbOption, opened
from exokb.cli.output import counted, say, write_table
from exokb.cli.progress import progress_bar
from exokb.cli.selection import selecting
from exokb.query.criteria import Criteria


@selecting
def annotate(
    context: typer.Context,
    criteria: Criteria,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Also those that were annotated with this vocabulary.")
    ] = False,
    db: DbOption = None,
) -> int:
    """Annotate stored records again after a vocabulary changed, and say what that changed. Needs no network.

    Without options it takes the whole library; any option of `exokb search` narrows it. What people decided stays as
    it is.
    """
    from exokb.evidence.vocabulary_files import find_user_files
    from exokb.services.annotate import annotate_library

    with opened(context, db) as app, progress_bar() as progress:
        report = annotate_library(
            app, criteria if criteria != Criteria() else None, everything=everything, progress=progress
        )
        folder, own = app.settings.vocabulary_dir, find_user_files(app.settings.vocabulary_dir)
    told = f"with {', '.join(path.name for path in own)}" if own else "none of your own"
    say(f"vocabulary {report.vocabulary} ({told} in {folder})")
    say(f"{counted(report.records, 'record')} annotated, {report.changed} changed")
    terms = sorted(report.gained.keys() | report.lost.keys())
    if terms:
        rows = [(facet, value, report.gained[facet, value], report.lost[facet, value]) for facet, value in terms]
        write_table(("facet", "value", "gained", "lost"), rows, right=(2, 3))
    return 0
