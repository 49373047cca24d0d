"""``exokb trials``: registered trials, one command a file."""

from __future__ import annotations

from importlib import import_module

import typer

COMMANDS: dict[str, str] = {
    "fetch": "fetch:fetch",
    "refresh": "refresh:refresh",
    "import": "importing:import_trials",
    "list": "list:list_trials",
    "show": "show:show",
    "history": "history:history",
    "changes": "changes:changes",
    "export": "export:export",
    "timeline": "timeline:timeline",
    "compare": "compare:compare",
}
"""Every command: its name, and the module of this package and the function in it."""


def make_group() -> typer.Typer:
    """Make the group of commands; each imports what it needs when it runs."""
    group = typer.Typer(help="Registered trials and their history.", no_args_is_help=True, rich_markup_mode=None)
    for name, place in COMMANDS.items():
        module, _, function = place.partition(":")
        group.command(name)(getattr(import_module(f"exokb.cli.trials.{module}"), function))
    return group


app = make_group()
