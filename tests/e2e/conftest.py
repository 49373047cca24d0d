"""The installed command, run as a person runs it: a process of its own, against the local upstream."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.upstream import Upstream

TIMEOUT = 120


@dataclass
class Exokb:
    """Runs ``exokb`` with a library and a home of its own."""

    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def library(self) -> Path:
        return self.home / "library.exokb"

    def process_environment(self) -> dict[str, str]:
        keep = {k: v for k, v in os.environ.items() if not k.startswith(("EXOKB_", "NCBI_")) and k != "EMAIL"}
        return {
            **keep,
            "EXOKB_HOME": str(self.home),
            "NCBI_API_KEY": "0123456789abcdef0123456789abcdef0123",
            "EXOKB_READ_TIMEOUT": "4",
            "EXOKB_ATTEMPTS": "3",
            "NO_COLOR": "1",
            "COLUMNS": "200",
            **self.environment,
        }

    def start(self, *arguments: str, **more: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "exokb", *arguments],
            env=self.process_environment(),
            cwd=self.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **more,
        )

    def run(self, *arguments: str, given: str | None = None, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "exokb", *arguments],
            env=self.process_environment(),
            cwd=self.home,
            capture_output=True,
            text=True,
            input=given,
            timeout=TIMEOUT,
            check=False,
        )
        assert done.returncode == code, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def kill_after(self, seconds: float, *arguments: str) -> bool:
        """Start a command and kill it; whether it was still running then."""
        process = self.start(*arguments)
        time.sleep(seconds)
        running = process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return running

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.library)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def change(self, sql: str, *values: object) -> None:
        """Write into the library behind the command's back."""
        connection = sqlite3.connect(self.library)
        try:
            connection.execute(sql, values)
            connection.commit()
        finally:
            connection.close()

    def pmids(self) -> set[int]:
        return {row[0] for row in self.query("SELECT pmid FROM record")}


@pytest.fixture
def exokb(tmp_path: Path, upstream: Upstream) -> Exokb:
    """The command, sent to the local upstream."""
    return Exokb(tmp_path, upstream.environment())


@pytest.fixture
def offline(tmp_path: Path) -> Exokb:
    """The command with every service out of reach: a port where nobody listens."""
    names = ("ENTREZ", "IDCONV", "ICITE", "EUROPEPMC", "CROSSREF", "TRIALS")
    return Exokb(tmp_path, {f"EXOKB_{name}_URL": "http://127.0.0.1:9/" for name in names})
