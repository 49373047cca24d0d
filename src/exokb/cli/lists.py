"""``exokb list``: reading lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from exokb.cli.arguments import read_identifiers
from exokb.cli.errors import UsageError, exit_code_of_items
from exokb.cli.export import choose_exporter, write_rows
from exokb.cli.options import DbOption, OutputOption, opened
from exokb.cli.output import is_terminal, say, tell_failures, write_json, write_table
from exokb.errors import ExokbError
from exokb.formats.columns import ExportRow

app = typer.Typer(help="Reading lists.", no_args_is_help=True, rich_markup_mode=None)

NameArgument = Annotated[str, typer.Argument(help="The list's name.", metavar="NAME")]
PapersArgument = Annotated[
    list[str], typer.Argument(help="Papers in the library; @FILE and - read them from there.", metavar="IDENTIFIER…")
]


@app.command()
def add(context: typer.Context, name: NameArgument, papers: PapersArgument, db: DbOption = None) -> int:
    """Put papers at the end of a list, which is made if need be."""
    from exokb.services.lists import add_to_list

    name = _checked(name)
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
    format_: Annotated[
        str, typer.Option("--format", help="table, csv, tsv, json, jsonl, ids. Default: a table, or tsv when piped.")
    ] = "",
    output: OutputOption = None,
    db: DbOption = None,
) -> int:
    """Show a list's papers in its order, or all lists with how many papers each has."""
    from exokb.services.lists import get_all_lists, list_rows

    if not name:
        _refuse_for_all(format_, output)
        with opened(context, db) as opened_app:
            lists = get_all_lists(opened_app)
        if format_ == "json":
            keys = ("list", "papers", "made")
            write_json({"schema": 1, "lists": [dict(zip(keys, row, strict=True)) for row in lists]})
        else:
            write_table(("list", "papers", "made"), lists, right=(1,))
        return 0
    drawn = output is None and (format_ == "table" or (not format_ and is_terminal()))
    exporter = None if drawn else choose_exporter(format_, output, default="tsv")
    with opened(context, db) as opened_app:
        if exporter:
            write_rows(exporter, list_rows(opened_app, name), output)
        else:
            _draw(list_rows(opened_app, name))
    return 0


def _draw(rows: Iterable[ExportRow]) -> None:
    from exokb.cli.drawing import draw_table

    cells = (
        (
            str(row.pmid or row.doi or "-"),
            f"[{'; '.join(row.notices).upper()}] {row.title}" if row.notices else row.title,
            row.authors[0] if row.authors else "",
            str(row.year or ""),
        )
        for row in rows
    )
    draw_table(("paper", "title", "first author", "year"), cells, right=(0,))


def _refuse_for_all(format_: str, output: object) -> None:
    if output:
        raise UsageError("-o", "the list of all lists goes to standard output only", hint="name a list")
    if format_ not in ("", "table", "tsv", "json"):
        raise UsageError("--format", f"{format_!r} is a format for papers", hint="name a list, or write tsv or json")


def _checked(name: str) -> str:
    """A list's name is typed again and printed: it must be visible, and on one line."""
    if not name.strip() or not name.isprintable():
        raise UsageError("NAME", f"{name!r} cannot be a list's name", hint="give one or more letters or digits")
    return name.strip()


def _origin(papers: list[str]) -> str:
    """Where the papers came from, for the list's history."""
    return ", ".join(sorted({"standard input" if p == "-" else p if p.startswith("@") else "by hand" for p in papers}))


def _tell(errors: list[ExokbError], *, succeeded: int) -> int:
    tell_failures(errors)
    return exit_code_of_items(errors, succeeded=succeeded)
