"""Reading is fast because it is light: what only reads must not load what only writing needs.

Importing SQLAlchemy or pydantic takes longer than any search. The real command runs in a process of its own, on a real
library, and says at its end which modules it has loaded.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools.terminal import reader_environment

HEAVY = {"sqlalchemy", "alembic", "Bio", "lxml", "httpx", "pydantic"}

RUN = """
import sys
from exokb.cli.main import run
code = run(sys.argv[1:])
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("light")
    done = exokb(folder, "-m", "exokb", "demo", str(folder / "demo.exokb"))
    assert done.returncode == 0, done.stderr
    return folder / "demo.exokb"


def exokb(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = reader_environment(folder / "home", colour=False)
    return subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("--version",),
        ("fetch", "--help"),
        ("search", "--help"),
        ("search", "exosome*"),
        ("search", "hUC-MSC exosomes", "--explain"),
        ("search", "miR-21 OR ADSC", "--count"),
        ("search", "--molecule", "miR-320a", "--msc", "--format", "table"),
        ("search", "--disease", "kidney"),
        ("search", "--cargo", "mirna", "--year", "2018:2021", "--sort", "-date"),
        ("search", "--trial-status", "recruiting", "--format", "csv"),
        ("search", "--disease", "kidney", "--facets"),
        ("search", "--count"),
        ("search", "--phase", "1/2", "--format", "ids"),
        ("trials", "--help"),
        ("trials", "list"),
        ("trials", "list", "--msc", "--status", "completed", "--unpublished", "--format", "csv"),
        ("trials", "export", "--format", "md"),
    ],
    ids=" ".join,
)
def test_what_only_reads_loads_nothing_heavy(library: Path, arguments: tuple[str, ...]) -> None:
    done = exokb(library.parent, "-c", RUN, "--db", str(library), *arguments)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    loaded = set(done.stderr.splitlines()[-1].split())
    assert "exokb" in loaded
    assert loaded & HEAVY == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "NCT03384433"),
        ("trials", "show", "NCT03384433", "--json"),
        ("trials", "history", "NCT03384433"),
        ("trials", "changes", "--since", "2019-04-04"),
        ("trials", "list", "--as-of", "2019-04-04"),
    ],
    ids=" ".join,
)
def test_histories_load_the_models_and_nothing_of_the_store(library: Path, arguments: tuple[str, ...]) -> None:
    done = exokb(library.parent, "-c", RUN, "--db", str(library), *arguments)
    assert done.returncode == 0, done.stderr
    assert set(done.stderr.splitlines()[-1].split()) & HEAVY == {"pydantic"}
