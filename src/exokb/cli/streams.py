"""The three standard streams, whatever the shell made of them: closed, full, or of another character set."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO, cast

from exokb.cli.errors import OutputError


def prepare_streams() -> None:
    """Make the streams fit to use, once, when the process starts.

    A stream that the shell closed is opened again, so that no library file ever gets its number: an empty input, a
    standard output that cannot be written (which is told when something is), a standard error that swallows. What is
    piped is UTF-8 on every system; a terminal of a smaller character set shows escapes for what it lacks.
    """
    # in the order of their numbers, as the lowest free one is given to the file that is opened next
    if sys.stdin is None:
        sys.stdin = _reopen(os.O_RDONLY, "r")
    if sys.stdout is None:
        sys.stdout = _reopen(os.O_RDONLY, "w")
    if sys.stderr is None:
        sys.stderr = _reopen(os.O_WRONLY, "w")
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure and stream is sys.stdout and not stream.isatty():
            reconfigure(encoding="utf-8", errors="backslashreplace")
        elif reconfigure:
            reconfigure(errors="backslashreplace")


def _reopen(flags: int, mode: str) -> TextIO:
    return cast(TextIO, open(os.open(os.devnull, flags), mode, encoding="utf-8"))  # noqa: PTH123  # a number, no path


@contextmanager
def writing() -> Iterator[None]:
    """Tell a failure to write to standard output, such as a full disk behind it, as what it is.

    Raises:
        BrokenPipeError: whoever read the output has seen enough.
        OutputError: it cannot be written for any other reason.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_output()
        reason = f"cannot be written: {error.strerror or error}"
        raise OutputError("standard output", reason, hint="write to a file with -o, or elsewhere") from error


def drop_output() -> None:
    """Send what is still to be written to standard output nowhere, so that the interpreter ends in silence."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
