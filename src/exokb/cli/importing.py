"""``exokb import``: files into the library."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exokb.cli.errors import exit_code_of_items
from exokb.cli.options import DbOption, opened
from exokb.cli.output import counted, say, tell_failures
from exokb.cli.progress import progress_bar
from exokb.cli.synonyms import say_expansions
from exokb.errors import PayloadError
from exokb.query.criteria import Criteria


def import_files(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="PubMed XML files, also gzipped.", metavar="FILE…")],
    match: Annotated[
        str, typer.Option("--match", help="Take only records that this search finds.", metavar="QUERY")
    ] = "",
    no_expand: Annotated[
        bool, typer.Option("--no-expand", help="With --match: search the words as they are, without their synonyms.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and count; store nothing.")] = False,
    db: DbOption = None,
) -> int:
    """Take the records of PubMed XML files into the library: exports, baseline and update files.

    Of several versions of a record the highest stays. A record that cannot be read never stops the rest.
    """
    from exokb.query.match import Matcher
    from exokb.services.exchange import import_files as take_files
    from exokb.services.workers import usable_processes

    with opened(context, db) as app, progress_bar() as progress:
        matches = None
        if match.strip():
            criteria = Criteria(text=match, expand=not no_expand)
            matcher = Matcher(criteria, app.annotator.search_words.synonyms)
            say_expansions(matcher.expansions)
            matches = matcher.matches
        report = take_files(
            app, files, matches=matches, dry_run=dry_run, processes=usable_processes(), progress=progress
        )
    outcomes = report.ingest.outcomes
    parts = [f"{counted(report.read, 'record')} read"]
    parts += [f"{report.matched} match"] if match.strip() else []
    parts += [f"{outcomes[name]} {name}" for name in ("added", "updated", "unchanged", "older") if outcomes[name]]
    parts += [f"{report.deleted} deletions announced"] if report.deleted else []
    parts += [f"{len(report.failures)} failed"] if report.failures else []
    say(("would be: " if dry_run else "") + ", ".join(parts))
    # a file that cannot be read names itself; what is wrong inside one is told with its place
    places = [f.asked if isinstance(f.error, PayloadError) else "" for f in report.failures]
    tell_failures([f.error for f in report.failures], about=places)
    return exit_code_of_items([f.error for f in report.failures], succeeded=report.read)
