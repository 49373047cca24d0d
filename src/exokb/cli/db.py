"""``exokb db``: the library file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exokb.cli.options import DbOption, opened
from exokb.cli.output import counted, say, write_line

app = typer.Typer(help="The library file.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def upgrade(context: typer.Context, db: DbOption = None) -> int:
    """Bring the library to this version's schema; a backup is written beside it first.

    exokb does this by itself when it opens an older library.
    """
    with opened(context, db) as opened_app:
        library = opened_app.library
        new = not library.exists
        if library.upgrade() is None:
            say(f"{library.path}: {'made' if new else 'is up to date'}")
    return 0


@app.command()
def backup(
    context: typer.Context,
    target: Annotated[
        Path | None, typer.Argument(help="The file to write; by default beside the library, with the date.")
    ] = None,
    db: DbOption = None,
) -> int:
    """Copy the library, also while it is in use, and check the copy. Prints where it is."""
    with opened(context, db) as opened_app:
        library = opened_app.library
        moment = opened_app.clock()
        to = target or library.path.with_name(f"{library.path.name}.{moment:%Y%m%dT%H%M%S}.backup")
        library.backup(to)
    write_line(str(to))
    return 0


@app.command()
def reindex(context: typer.Context, db: DbOption = None) -> int:
    """Make the text index again from the stored papers; nothing else is touched."""
    with opened(context, db) as opened_app:
        say(f"{counted(opened_app.library.reindex(), 'paper')} indexed")
    return 0


@app.command()
def path(context: typer.Context, db: DbOption = None) -> int:
    """Print where the library is."""
    with opened(context, db) as opened_app:
        write_line(str(opened_app.library.path))
    return 0
