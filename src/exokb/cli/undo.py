"""``exokb undo``: take back what was done last to a list."""

from __future__ import annotations

from typing import Annotated

import typer

from exokb.cli.log import detail_text
from exokb.cli.options import DbOption, opened
from exokb.cli.output import counted, say


def undo(
    context: typer.Context,
    activity: Annotated[
        int | None,
        typer.Argument(help="Its number in `exokb log`; none: the last that can be undone.", metavar="NUMBER"),
    ] = None,
    db: DbOption = None,
) -> int:
    """Take back the last change of a reading list, or another one of `exokb log`.

    What has been changed since is never lost: then nothing is undone, and it is said.
    """
    from exokb.services.undo import undo as take_back

    with opened(context, db) as app:
        report = take_back(app, activity)
    rows = ", ".join(counted(count, table.replace("_", " ")) for table, count in sorted(report.rows.items()))
    say(f"undone: {report.command} of {report.at[:16].replace('T', ' ')}{detail_text(report.detail)} ({rows} put back)")
    return 0
