"""Options that many commands share, and the application they work with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from exokb.app import App, open_app
from exokb.cli.errors import UsageError
from exokb.cli.output import say

DbOption = Annotated[
    str | None,
    typer.Option(
        "--db", help="The library: a path. Default: EXOKB_DB, else a file in your data folder.", metavar="FILE"
    ),
]
MOST = 1_000_000_000
"""More records than any library holds; what is more is no number SQLite can count with."""
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, max=MOST, help="At most so many.")]
OffsetOption = Annotated[int, typer.Option("--offset", min=0, max=MOST, help="Leave out so many first.")]
OutputOption = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="Write to this file, which appears only when it is whole.", metavar="FILE"),
]


@dataclass
class Root:
    """What was given before the command's name."""

    db: str | None = None
    debug: bool = False


@contextmanager
def opened(context: typer.Context, db: str | None, **given: Any) -> Iterator[App]:
    """Give the application for a command, and let go of the library afterwards.

    Raises:
        UsageError: ``--db`` is there, and empty.
        ConfigError: a setting is unknown or malformed.
    """
    root = context.find_root().obj or Root()
    chosen = root.db if db is None else db
    if chosen is not None and not chosen.strip():
        # an unset variable of a script, most likely: never quietly another library than was meant
        raise UsageError("--db", "no name is given", hint="give a file, or leave out --db for the usual library")
    app = open_app(db=chosen, notice=say)
    for name, value in given.items():
        setattr(app, name, value)
    try:
        yield app
    finally:
        app.close()
