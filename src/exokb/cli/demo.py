"""``exokb demo``: a library from the bundled corpus, and the three questions exokb is for. Needs no network."""

from __future__ import annotations

import shlex
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from exokb.cli.errors import ExitCode
from exokb.cli.options import opened
from exokb.cli.output import say
from exokb.errors import StoreError

STEPS = (
    ("search", "--disease", "kidney"),
    ("search", "--cargo", "mirna"),
    ("search", "--trial-status", "recruiting"),
    ("export", "--disease", "kidney", "--format", "csv"),
)


def demo(
    context: typer.Context,
    place: Annotated[
        Path | None, typer.Argument(help="The library to make; by default one in a temporary folder.", metavar="FILE")
    ] = None,
) -> int:
    """Make a small library of real papers that came with exokb, and search it. Needs no network."""
    from exokb.cli.main import run
    from exokb.services.demo import build_demo

    library = place or Path(tempfile.mkdtemp(prefix="exokb-demo-")) / "demo.exokb"
    if place and place.exists():
        raise StoreError(str(place), "is there already", hint="give another name; the demo never touches a library")
    with opened(context, str(library)) as app:
        report = build_demo(app)
    added = report.fetched.ingest.outcomes["added"]
    say(f"{added} papers and {report.trials} trials are now in {library}")
    code = 0
    for step in STEPS:
        say(f"\n$ exokb {shlex.join(step)} --db {shlex.quote(str(library))}")
        code = max(code, run([*step, "--db", str(library)]))
    say(f"\nThe library stays at {library}. Try your own questions on it with --db, or start your own:")
    say("  exokb fetch 10.1186/s40364-019-0159-x --references")
    return code or (ExitCode.SOME_FAILED if report.fetched.failures else ExitCode.OK)
