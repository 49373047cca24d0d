"""Options that many commands share, and the application they work with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from exokb.app import App, open_app
from exokb.cli.output import say

DbOption = Annotated[
    str | None,
    typer.Option(
        "--db", help="The library: a path. Default: EXOKB_DB, else a file in your data folder.", metavar="FILE"
    ),
]
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
    """Give the application for a command, and let go of the library afterwards."""
    root = context.find_root().obj or Root()
    app = open_app(db=db or root.db, notice=say)
    for name, value in given.items():
        setattr(app, name, value)
    try:
        yield app
    finally:
        app.close()
