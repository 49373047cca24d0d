"""Runs a command as a process of its own and measures it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_SAMPLED_EVERY = 0.05  # seconds


@dataclass
class Series:
    """The runs of one command.

    Attributes:
        seconds: wall time of each run.
        megabytes: peak resident memory of each run, the process and its children together; empty where the system
            does not tell (it is read from /proc).
        output: what the last run wrote.
    """

    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    output: str = ""

    @property
    def median(self) -> float:
        """Median wall time, in seconds."""
        return median(self.seconds)

    @property
    def peak(self) -> float | None:
        """Largest memory of any run, in MB."""
        return max(self.megabytes, default=None)


def run(command: Sequence[str], series: Series, environment: Mapping[str, str]) -> None:
    """Run a command once and add it to its series.

    Raises:
        RuntimeError: it failed; a benchmark of something that does not work says nothing.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
        start_new_session=True,
    )
    peak = _Peak(process.pid)
    peak.start()
    output, said = process.communicate()
    series.seconds.append(time.perf_counter() - begun)
    peak.stop()
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed with exit code {process.returncode}:\n{said}")
    series.output = output
    if peak.bytes:
        series.megabytes.append(peak.bytes / 1e6)


def python(code: str, *arguments: str) -> list[str]:
    """Give the command that runs some Python."""
    return [sys.executable, "-c", code, *arguments]


class _Peak(threading.Thread):
    """Watches how much memory the processes of a session hold together."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self._session = session
        self._done = threading.Event()
        self.bytes = 0

    def run(self) -> None:
        while not self._done.is_set():
            self.bytes = max(self.bytes, _resident(self._session))
            self._done.wait(_SAMPLED_EVERY)

    def stop(self) -> None:
        self._done.set()
        self.join()


def _resident(session: int) -> int:
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError, ValueError):  # it ended while it was looked at
            # After the command's name, in parentheses: state, parent, group, session.
            if int((folder / "stat").read_text().rpartition(")")[2].split()[3]) == session:
                total += int((folder / "statm").read_text().split()[1]) * _PAGE
    return total
