"""Run a command as a person at a terminal would see it: stdout is a terminal of a known width.

POSIX only (pseudo-terminals). stderr is a pipe, so that progress bars, which redraw themselves, become plain lines.
"""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

COLUMNS = 100
ROWS = 40


@dataclass(frozen=True, slots=True)
class Screen:
    """What a command showed: ``stdout`` with its ANSI sequences, ``stderr`` plain, and the exit code."""

    stdout: str
    stderr: str
    code: int


def reader_environment(home: Path, *, colour: bool) -> dict[str, str]:
    """The environment of a reader who starts from nothing: an empty exokb home, no settings of their own.

    Args:
        home: the value of ``EXOKB_HOME``.
        colour: whether programs may use colour; else ``NO_COLOR`` is set.
    """
    ours = ("EXOKB_", "NCBI_", "EMAIL", "NO_COLOR", "FORCE_COLOR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', os.defpath)}"
    shown = {"COLORTERM": "truecolor"} if colour else {"NO_COLOR": "1"}
    terminal = {"TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "LINES": str(ROWS), "PYTHONUTF8": "1"}
    return kept | terminal | shown | {"PATH": path, "EXOKB_HOME": str(home)}


def run_in_terminal(command: str, *, cwd: Path, environment: Mapping[str, str], timeout: float = 120.0) -> Screen:
    """Run a shell command line with a terminal as its stdout.

    Args:
        command: what a person types; pipes and redirections work.
        cwd: the folder it runs in.
        environment: its whole environment.
        timeout: seconds after the end of its output until it counts as hanging.

    Raises:
        subprocess.TimeoutExpired: it closed its output and did not end.
    """
    reading, writing = pty.openpty()
    fcntl.ioctl(writing, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    # A file and not a pipe for stderr: nobody has to read it while the command runs.
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            ["/bin/sh", "-c", command],
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=errors,
        )
        os.close(writing)
        pieces = []
        while piece := _read(reading):
            pieces.append(piece)
        os.close(reading)
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        errors.seek(0)
        said = errors.read().decode("utf-8", "replace")
    return Screen(b"".join(pieces).decode("utf-8", "replace").replace("\r\n", "\n"), said, code)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux says EIO, not end of file, when the last writer has closed a terminal
        return b""
