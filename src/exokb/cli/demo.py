"""``exokb demo``: a library from the bundled corpus, and the three questions exokb is for. Needs no network."""

from __future__ import annotations

import shlex
import shutil
import sys
import tempfile
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exokb.cli.errors import exit_code_of_items
from exokb.cli.options import opened
from exokb.cli.output import is_terminal, say, tell_error, write_line
from exokb.errors import StoreError

if TYPE_CHECKING:
    from exokb.services.demo import DemoReport

QUESTIONS = (
    ("Which papers are about kidney disease?", ("--disease", "kidney")),
    ("Which are about microRNA in vesicles? The first three:", ("--cargo", "mirna", "--limit", "3")),
    ("Which name a trial that was recruiting when the registry was read?", ("--trial-status", "recruiting")),
)
"""What the demonstration asks, and the options of ``exokb search`` that ask it."""

SELECTION = ("--disease", "kidney")
"""What the demonstration exports."""


def demo(
    context: typer.Context,
    place: Annotated[
        Path | None, typer.Argument(help="The library to make; by default one in a temporary folder.", metavar="FILE")
    ] = None,
) -> int:
    """Make a small library of real papers, and search it.

    The papers and trials came with exokb, so it needs no network: titles, names and registry entries, no abstracts.
    """
    from exokb.services.demo import build_demo

    library = place or Path(tempfile.mkdtemp(prefix="exokb-demo-")) / "demo.exokb"
    table = library.with_name(f"{library.stem}-kidney.csv")
    for path in (library, table):
        if path.exists():
            raise StoreError(str(path), "is there already", hint="give another name; the demo never touches a file")
    with opened(context, str(library)) as app:
        report = build_demo(app)
    _tell_made(library, report)
    code = max(_ask(library), _export(library, table))
    _tell_how_to_go_on(library)
    failures = [failure.error for failure in report.fetched.failures]
    return code or exit_code_of_items(failures, succeeded=report.papers)


def _tell_made(library: Path, report: DemoReport) -> None:
    say(f"{report.papers} papers and {report.trials} trials that came with exokb are now in {library}.")
    say("They are real; abstracts are left out, so less is found here than in what you fetch from PubMed.")
    for failure in report.fetched.failures:
        tell_error(failure.error)
    say(f"\n$ export EXOKB_DB={shlex.quote(str(library))}")


def _tell_how_to_go_on(library: Path) -> None:
    exokb = _program()
    say(f"\nThe library stays at {library}. To go on with it:")
    say(f"  export EXOKB_DB={shlex.quote(str(library))}")
    for arguments in ("show 10.1186/s40364-019-0159-x", "search --facets", "search --help"):
        say(f"  {exokb} {arguments}")
    say("Or start your own, from PubMed:")
    say("  unset EXOKB_DB")
    say(f"  {exokb} fetch 10.1186/s40364-019-0159-x --references")


def _program() -> str:
    """How to call exokb from the shell that called the demonstration: ``make demo`` puts it into an environment."""
    if shutil.which("exokb"):
        return "exokb"
    python = Path(sys.executable)
    beside = python.with_name("exokb")
    place = beside if beside.exists() else python
    shown = place.relative_to(Path.cwd()) if place.is_relative_to(Path.cwd()) else place
    return shlex.quote(str(shown)) if place is beside else f"{shlex.quote(str(shown))} -m exokb"


def _ask(library: Path) -> int:
    """Ask the questions, and show the answers as at a terminal, wherever they go."""
    from exokb.cli.main import run

    code = 0
    for question, options in QUESTIONS:
        say(f"\n# {question}")
        say(f"$ exokb search {shlex.join(options)}")
        code = max(code, run(["search", *options, "--format", "table", "--db", str(library)]))
    return code


def _export(library: Path, table: Path) -> int:
    """Write a CSV file, and show its first lines: as much of them as fits, on a terminal."""
    from exokb.cli.main import run

    say("\n# The same as a table for Excel, R or Python:")
    say(f"$ exokb export {shlex.join(SELECTION)} -o {shlex.quote(str(table))}")
    if code := run(["export", *SELECTION, "-o", str(table), "--db", str(library)]):
        return code
    width = shutil.get_terminal_size().columns if is_terminal() else None
    with table.open(encoding="utf-8", newline="") as lines:
        for line in islice(lines, 2):
            text = line.rstrip("\r\n")
            write_line(text if width is None or len(text) <= width else f"{text[: width - 1]}…")
    return 0
