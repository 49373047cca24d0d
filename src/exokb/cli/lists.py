"""``exokb list``: reading lists."""

from __future__ import annotations

from typing import Annotated

import typer

from exokb.cli.arguments import read_identifiers
from exokb.cli.errors import exit_code_of_items
from exokb.cli.export import write_rows
from exokb.cli.options import DbOption, opened
from exokb.cli.output import say, tell_error, write_table
from exokb.errors import ExokbError
from exokb.query.criteria import Criteria

app = typer.Typer(help="Reading lists.", no_args_is_help=True, rich_markup_mode=None)

NameArgument = Annotated[str, typer.Argument(help="The list's name.", metavar="NAME")]
PapersArgument = Annotated[
    list[str], typer.Argument(help="Papers in the library; @FILE and - read them from there.", metavar="IDENTIFIER…")
]


@app.command()
def add(context: typer.Context, name: NameArgument, papers: PapersArgument, db: DbOption = None) -> int:
    """Put papers at the end of a list, which is made if need be."""
    from exokb.services.lists import add_to_list

    found, wrong = read_identifiers(papers)
    with opened(context, db) as opened_app:
        report = add_to_list(opened_app, name, found, origin=_origin(papers))
    say(f"{report.changed} added to {name}")
    return _tell([*wrong, *(f.error for f in report.failures)], succeeded=len(found) - len(report.failures))


@app.command()
def remove(context: typer.Context, name: NameArgument, papers: PapersArgument, db: DbOption = None) -> int:
    """Take papers off a list; they stay in the library."""
    from exokb.services.lists import remove_from_list

    found, wrong = read_identifiers(papers)
    with opened(context, db) as opened_app:
        report = remove_from_list(opened_app, name, found)
    say(f"{report.changed} taken off {name}")
    return _tell([*wrong, *(f.error for f in report.failures)], succeeded=len(found) - len(report.failures))


@app.command()
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The list's name; none: all lists.", metavar="NAME")] = "",
    format_: Annotated[str, typer.Option("--format", help="csv, tsv, json, jsonl, ids.")] = "tsv",
    db: DbOption = None,
) -> int:
    """Show a list's papers, or all lists with how many papers each has."""
    from exokb.services.library import get_stats

    with opened(context, db) as opened_app:
        if name:
            write_rows(opened_app, Criteria(lists=(name,)), format_, None, sort="added", limit=None, offset=0)
        else:
            write_table(("list", "papers", "made"), get_stats(opened_app).lists, right=(1,))
    return 0


def _origin(papers: list[str]) -> str:
    """Where the papers came from, for the list's history."""
    return ", ".join(sorted({"standard input" if p == "-" else p if p.startswith("@") else "by hand" for p in papers}))


def _tell(errors: list[ExokbError], *, succeeded: int) -> int:
    for error in errors:
        tell_error(error)
    return exit_code_of_items(errors, succeeded=succeeded)
