"""``exokb list``: reading lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import typer

from exokb.cli.arguments import read_identifiers
from exokb.cli.errors import UsageError, exit_code_of_items
from exokb.cli.export import choose_exporter, write_rows
from exokb.cli.options import DbOption, OutputOption, opened
from exokb.cli.output import counted, is_terminal, say, tell_failures, write_json, write_table
from exokb.domain.reading_list import READ_STATUSES, STAGES
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
def create(
    context: typer.Context,
    name: NameArgument,
    description: Annotated[str, typer.Option("--description", help="What the list is for.", metavar="TEXT")] = "",
    db: DbOption = None,
) -> int:
    """Make an empty list."""
    from exokb.services.lists import create_list

    name = _checked(name)
    with opened(context, db) as opened_app:
        create_list(opened_app, name, description=description)
    say(f"{name} is there now, with no papers")
    return 0


@app.command()
def rename(
    context: typer.Context,
    name: NameArgument,
    new: Annotated[str, typer.Argument(help="The new name.", metavar="NEW")],
    db: DbOption = None,
) -> int:
    """Give a list another name."""
    from exokb.services.lists import rename_list

    new = _checked(new)
    with opened(context, db) as opened_app:
        rename_list(opened_app, name, new)
    say(f"{name} is called {new} now")
    return 0


@app.command()
def delete(context: typer.Context, name: NameArgument, db: DbOption = None) -> int:
    """Delete a list with its notes and decisions; the papers stay. `exokb undo` brings it back."""
    from exokb.services.lists import delete_list

    with opened(context, db) as opened_app:
        count = delete_list(opened_app, name)
    say(f"{name} deleted, with {counted(count, 'paper')} on it; `exokb undo` brings it back")
    return 0


@app.command()
def merge(
    context: typer.Context,
    name: NameArgument,
    others: Annotated[list[str], typer.Argument(help="Lists whose papers are added to it.", metavar="OTHER…")],
    db: DbOption = None,
) -> int:
    """Add the papers of other lists to a list, with their notes and decisions; the other lists stay."""
    from exokb.services.lists import merge_lists

    with opened(context, db) as opened_app:
        added = merge_lists(opened_app, name, others)
    say(f"{added} added to {name}")
    return 0


@app.command()
def diff(
    context: typer.Context,
    first: Annotated[str, typer.Argument(help="A list.", metavar="NAME")],
    second: Annotated[str, typer.Argument(help="The list it is compared with.", metavar="OTHER")],
    db: DbOption = None,
) -> int:
    """Show which papers two lists have in common, and which only one of them has."""
    from exokb.services.lists import diff_lists

    with opened(context, db) as opened_app:
        only_first, only_second, both = diff_lists(opened_app, first, second)
    groups = ((f"only {first}", only_first), (f"only {second}", only_second), ("both", both))
    cells = [(where, row.identifier or "-", row.title) for where, rows in groups for row in rows]
    write_table(("where", "paper", "title"), cells)
    say(", ".join(f"{counted(len(rows), 'paper')} {where}" for where, rows in groups))
    return 0


@app.command("set")
def set_(
    context: typer.Context,
    name: NameArgument,
    papers: PapersArgument,
    read: Annotated[str, typer.Option("--status", help="to read, reading, read.", metavar="STATUS")] = "",
    include: Annotated[bool, typer.Option("--include", help="Decide to include them.")] = False,
    exclude: Annotated[str, typer.Option("--exclude", help="Decide to exclude them, and why.", metavar="REASON")] = "",
    undecided: Annotated[bool, typer.Option("--undecided", help="Take the decision back.")] = False,
    full_text: Annotated[bool, typer.Option("--full-text", help="It was decided on the full text.")] = False,
    rating: Annotated[int | None, typer.Option("--rating", min=1, max=5, help="1 to 5.")] = None,
    note: Annotated[
        str | None, typer.Option("--note", help="A note, in place of the one before.", metavar="TEXT")
    ] = None,
    db: DbOption = None,
) -> int:
    """Say of papers on a list whether they are read, included or excluded and why, rate them, or note something."""
    from exokb.services.lists import say_of_papers

    said = _said(read, include=include, exclude=exclude, undecided=undecided, full_text=full_text)
    said |= {} if rating is None else {"rating": rating}
    said |= {} if note is None else {"note": note}
    if not said:
        raise UsageError("set", "nothing is said of the papers", hint="give --status, --include, --exclude, --note …")
    found, wrong = read_identifiers(papers)
    with opened(context, db) as opened_app:
        report = say_of_papers(opened_app, name, found, said)
    say(f"{counted(report.changed, 'paper')} changed on {name}")
    return _tell([*wrong, *(f.error for f in report.failures)], succeeded=len(found) - len(report.failures))


def _said(read: str, *, include: bool, exclude: str, undecided: bool, full_text: bool) -> dict[str, Any]:
    if sum((include, bool(exclude), undecided)) > 1:
        raise UsageError("set", "a paper is included, excluded or undecided", hint="give one of the three")
    said: dict[str, Any] = {}
    if read:
        status = read.replace("-", " ").replace("_", " ").lower()
        if status not in READ_STATUSES:
            raise UsageError("--status", f"{read!r} is none", hint=f"there are {', '.join(READ_STATUSES)}")
        said["read_status"] = status
    if include or exclude or undecided:
        decision = "include" if include else "exclude" if exclude else "undecided"
        stage = "" if undecided else STAGES[full_text]
        said |= {"decision": decision, "reason": exclude, "stage": stage}
    return said


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
