"""``exokb trials timeline``: a picture of when the trials of a selection ran and are to run."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from exokb.cli.errors import UsageError
from exokb.cli.options import DbOption, opened
from exokb.cli.output import counted, say, write_chunks
from exokb.cli.trials.export import end
from exokb.cli.trials.selection import AsOfOption, SinceOption, read_as_of, read_since, selecting
from exokb.query.trials import TrialCriteria

_FORMATS = ("svg", "png")


@selecting
def timeline(
    context: typer.Context,
    criteria: TrialCriteria,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="The picture: timeline.svg or timeline.png.")],
    since: SinceOption = None,
    as_of: AsOfOption = None,
    db: DbOption = None,
) -> int:
    """Draw when trials ran and are to run, one bar a trial, coloured by status; what is planned is pale."""
    from exokb.formats.trial_timeline import render_timeline, render_timeline_png
    from exokb.services.trials.select import select_trials

    name = output.suffix.lstrip(".").lower()
    if name not in _FORMATS:
        raise UsageError(str(output), "is no picture", hint="name it .svg or .png")
    with opened(context, db) as app:
        today = app.clock().date()
        asked = dataclasses.replace(criteria, since=read_since(since), as_of=read_as_of(as_of, today.isoformat()))
        found = select_trials(app, asked, sort="start")
    day = today if asked.as_of is None else type(today).fromisoformat(asked.as_of)
    if name == "svg":
        content = render_timeline(found.entries, day).encode("utf-8", "replace")
    else:
        image = render_timeline_png(found.entries, day)
        content = image.content
        if image.missing:
            say(f"the font of the image has no shape for {' '.join(image.missing)}: drawn as a box; an SVG shows all")
    write_chunks([content], output)
    say(f"{counted(len(found.entries), 'trial')} drawn in {output}")
    return end(found)
