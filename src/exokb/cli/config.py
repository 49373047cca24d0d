"""``exokb config``: the settings."""

from __future__ import annotations

import typer

from exokb.cli.options import DbOption, opened
from exokb.cli.output import write_table
from exokb.settings import KNOWN

app = typer.Typer(help="The settings.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def show(context: typer.Context, db: DbOption = None) -> int:
    """Show every setting with where its value came from; secrets are not shown."""
    with opened(context, db) as opened_app:
        settings = opened_app.settings
    rows = [
        (name, settings.shown(name), settings.origins.get(name, "default"), ", ".join(known.environment), known.help)
        for name, known in KNOWN.items()
    ]
    folder = settings.vocabulary_dir
    rows.append(
        ("vocabularies", str(folder), "in home", "", "vocabularies of your own: <facet>.toml files in this folder")
    )
    write_table(("setting", "value", "from", "environment", "what it is"), rows)
    return 0


@app.callback()
def config() -> None:
    """The settings: flag > environment > exokb.toml beside the library > your config.toml > default."""
