"""The command line within this process, on a library of the written records: fast, and with everything it prints."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from exokb.app import open_app
from exokb.cli.main import run
from exokb.domain.payload import Payload
from exokb.services.trials.storing import store_trials
from exokb.sources.clinicaltrials.parse import parse_studies
from tests.upstream import Corpus, load_written

ENVIRONMENT = ("EXOKB_", "NCBI_", "EMAIL", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_")


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def pmids(self) -> list[int]:
        """Of an output with ``--format ids``."""
        return [int(line) for line in self.lines]


@dataclass
class Cli:
    """Runs commands on a library; ``library`` is given with ``--db`` unless a command has one of its own."""

    library: Path
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str, code: int = 0, db: bool = True) -> Said:
        self.capsys.readouterr()
        given = [*arguments, "--db", str(self.library)] if db else list(arguments)
        ended = run(given)
        out, err = self.capsys.readouterr()
        assert ended == code, f"exit code {ended} of {arguments}\n{out}\n{err}"
        assert "Traceback" not in err
        assert "bug" not in err
        return Said(ended, out, err)


def tidy_environment(patch: pytest.MonkeyPatch, home: Path) -> None:
    """Take away what the person who runs the tests has set."""
    for name in list(os.environ):
        if name.startswith(ENVIRONMENT):
            patch.delenv(name)
    patch.setenv("EXOKB_HOME", str(home))
    patch.setenv("COLUMNS", "120")


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return load_written()


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory, corpus: Corpus) -> Path:
    """A library of the written records, two of their trials, and a list; to be read only."""
    home = tmp_path_factory.mktemp("written")
    library = home / "written.exokb"
    source = home / "written.xml"
    source.write_bytes(corpus.update_file())
    with pytest.MonkeyPatch.context() as patch:
        tidy_environment(patch, home)
        assert run(["import", str(source), "--db", str(library)]) == 0
        assert run(["list", "add", "kidney", "990000033", "990000002", "990000004", "--db", str(library)]) == 0
        app = open_app(db=str(library))
        body = json.dumps({"studies": [study("NCT99000001", "COMPLETED"), study("NCT99000002", "RECRUITING")]})
        payload = Payload("test", "trials", "application/json", body.encode(), app.clock())
        store_trials(app, payload, parse_studies(payload.body).trials)
        app.close()
    return library


def study(number: str, status: str) -> dict[str, object]:
    """Give the least that a registry says of a trial."""
    return {
        "protocolSection": {
            "identificationModule": {"nctId": number, "briefTitle": f"Vesicles, {number}"},
            "statusModule": {
                "overallStatus": status,
                "lastUpdatePostDateStruct": {"date": "2025-03-01", "type": "ACTUAL"},
            },
        }
    }


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """The command line with a library yet to be made."""
    tidy_environment(monkeypatch, tmp_path)
    monkeypatch.chdir(tmp_path)
    return Cli(tmp_path / "library.exokb", capsys)


@pytest.fixture
def reader(bare: Cli, written: Path) -> Cli:
    """The command line on the library that all tests share: it is only read."""
    return Cli(written, bare.capsys)


@pytest.fixture
def cli(bare: Cli, written: Path) -> Cli:
    """The command line on a copy of that library, to write to."""
    shutil.copy(written, bare.library)
    return bare
