"""Reference tables of what is plain data in the code: settings, columns, exit codes, decisions."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import MISSING, fields
from typing import Any

from exokb import errors
from exokb.cli.errors import ExitCode, exit_code_of
from exokb.formats.columns import COLUMNS, Column
from exokb.formats.trial_columns import HISTORY_COLUMNS, PAPER_COLUMNS, TRIAL_COLUMNS, TrialColumn
from exokb.settings import KNOWN, Settings
from tools.environment import ROOT
from tools.markdown import plain, table

MEANING: dict[ExitCode, str] = {
    ExitCode.OK: "all went well; for a search: also when nothing was found",
    ExitCode.BUG: "a bug in exokb; the message says how to report it",
    ExitCode.USAGE: "the command line, the query, a setting or a file given to it cannot be understood",
    ExitCode.SOME_FAILED: "done, but some items failed; each is named on stderr",
    ExitCode.NOT_FOUND: "what was asked for by name does not exist",
    ExitCode.SOURCE_UNAVAILABLE: "a source such as PubMed cannot be reached or refuses; try again later",
    ExitCode.LIBRARY_UNUSABLE: "the library cannot be opened, read or written, or the output cannot be written",
    ExitCode.INTERRUPTED: "stopped with Ctrl-C; what was stored before stays",
    ExitCode.PIPE_CLOSED: "whoever read the output closed it (`exokb … | head`); not an error",
}
"""What a reader is told of each exit code."""


def error_classes() -> list[type[errors.ExokbError]]:
    """Every class of the hierarchy, in the order of the module."""
    found = vars(errors).values()
    return [c for c in found if inspect.isclass(c) and issubclass(c, errors.ExokbError)]


def class_exit_code(kind: type[errors.ExokbError]) -> ExitCode:
    """The exit code that errors of a class end with."""
    return exit_code_of(kind.__new__(kind))


def exit_codes() -> str:
    """Code, meaning, and the errors that end with it."""
    kinds = [kind for kind in error_classes() if kind is not errors.ExokbError]
    return table(
        ("code", "meaning", "errors"),
        (
            (f"`{code.value}`", MEANING[code],
             ", ".join(f"`{kind.__name__}`" for kind in kinds if class_exit_code(kind) == code))
            for code in ExitCode
        ),
    )  # fmt: skip


def settings() -> str:
    """Name in a settings file, environment variables, default, meaning."""
    defaults = {field.name: field.default for field in fields(Settings)}

    def default_of(name: str) -> str:
        default = defaults[name]
        if name == "home":
            return "the platform's data folder"
        if name == "db":
            return "`library.exokb` in the home folder"
        return "not set" if default in (None, MISSING) else f"`{default}`"

    return table(
        ("setting", "environment", "default", "what it is"),
        (
            (f"`{name}`", ", then ".join(f"`{v}`" for v in known.environment), default_of(name), plain(known.help))
            for name, known in KNOWN.items()
        ),
    )


def columns() -> str:
    """Column, kind, meaning, in the order of a file."""
    return _columns(COLUMNS)


def trial_columns() -> str:
    """The same of tables of trials."""
    return _columns(TRIAL_COLUMNS)


def history_columns() -> str:
    """The same of histories of trials."""
    return _columns(HISTORY_COLUMNS)


def paper_columns() -> str:
    """The same of the papers that are linked to trials."""
    return _columns(PAPER_COLUMNS)


def _columns(listed: Sequence[Column | TrialColumn[Any]]) -> str:
    return table(("column", "kind", "what it holds"), ((f"`{c.name}`", c.kind, plain(c.description)) for c in listed))


def decisions() -> str:
    """A list of the decisions, oldest first, by their headings."""
    lines = []
    for page in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")):
        heading = next(line for line in page.read_text("utf-8").splitlines() if line.startswith("# "))
        lines.append(f"- [{heading.removeprefix('# ').strip()}]({page.name})")
    return "\n".join(lines)
