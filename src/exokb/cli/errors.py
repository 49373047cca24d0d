"""Exit codes, and how an error is told: what was asked, why it failed, what to run next. Never a traceback."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from exokb import errors


class ExitCode(IntEnum):
    """What the shell is told. Documented in ``docs/exit-codes.md``."""

    OK = 0
    BUG = 1
    USAGE = 2
    SOME_FAILED = 3
    NOT_FOUND = 4
    SOURCE_UNAVAILABLE = 5
    LIBRARY_UNUSABLE = 6
    INTERRUPTED = 130
    PIPE_CLOSED = 141


class UsageError(errors.ExokbError):
    """An argument or option of the command line cannot mean what was given; ``what`` names it as typed.

    It ends with exit code 2, as the usage errors do that the command line's parser finds by itself.
    """

    def __init__(self, what: str, reason: str, *, hint: str = "") -> None:
        super().__init__(f"{what}: {reason}", hint=hint)
        self.what, self.reason = what, reason


class OutputError(errors.StoreError):
    """What was asked for cannot be written where it should go; ``path`` is a file, or ``standard output``."""


_BY_CLASS: tuple[tuple[type[errors.ExokbError], ExitCode], ...] = (
    # the first that fits counts: narrower classes stand before their bases
    (errors.NotInLibrary, ExitCode.NOT_FOUND),
    (errors.StoreError, ExitCode.LIBRARY_UNUSABLE),
    (errors.UpstreamNotFound, ExitCode.NOT_FOUND),
    (errors.SourceError, ExitCode.SOURCE_UNAVAILABLE),
    (errors.PayloadError, ExitCode.SOME_FAILED),
    (errors.ExokbError, ExitCode.USAGE),
)


def exit_code_of(error: errors.ExokbError) -> ExitCode:
    """The exit code for one error."""
    return next(code for kind, code in _BY_CLASS if isinstance(error, kind))


def exit_code_of_items(failures: Sequence[errors.ExokbError], *, succeeded: int) -> ExitCode:
    """The exit code of work on many items: 3 where some failed; where all did, what they failed of."""
    if not failures:
        return ExitCode.OK
    if succeeded:
        return ExitCode.SOME_FAILED
    codes = {exit_code_of(error) for error in failures}
    return codes.pop() if len(codes) == 1 else ExitCode.SOME_FAILED
