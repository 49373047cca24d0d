"""Console blocks of Markdown pages: the commands in them, what they are said to show, and whether they do.

A block that starts with ```` ```console ```` is run: a line ``$ command`` is a command, the lines below it up to the
next one are its output (none: anything goes). ``...`` stands for any words within a line, and alone on a line for any
lines; two blanks stand for any number from two on, since columns are as wide as what is in them. Commands for which a
reader needs the network stand in ``shell`` blocks, which are read but not run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_BLOCK = re.compile(r"^```(?P<language>\w+)[^\n]*\n(?P<body>.*?)^```\s*$", re.M | re.S)


@dataclass(frozen=True, slots=True)
class Step:
    """A documented command: 1-based line of the page, the command line, and the lines it is said to show."""

    line: int
    command: str
    shown: tuple[str, ...] = ()


def console_steps(page: str) -> list[Step]:
    """The commands of the console blocks of a page, in order."""
    steps: list[Step] = []
    for number, text in _block_lines(page, "console"):
        if text.startswith("$ "):
            steps.append(Step(number, text.removeprefix("$ ").strip()))
        elif not steps:
            raise ValueError(f"line {number}: output before any command")
        else:
            steps[-1] = Step(steps[-1].line, steps[-1].command, (*steps[-1].shown, text))
    return steps


def shell_commands(page: str) -> list[Step]:
    """The command lines of the shell blocks of a page, in order."""
    return [Step(number, text) for number, text in _block_lines(page, "shell") if text.strip()]


def sql_statements(page: str) -> list[str]:
    """The SQL blocks of a page, one statement each."""
    return [block["body"] for block in _BLOCK.finditer(page) if block["language"] == "sql"]


def _block_lines(page: str, language: str) -> list[tuple[int, str]]:
    found = []
    for block in _BLOCK.finditer(page):
        if block["language"] == language:
            first = page.count("\n", 0, block.start("body")) + 1
            found += [(first + n, line.rstrip()) for n, line in enumerate(block["body"].splitlines())]
    return found


def is_shown(output: str, shown: tuple[str, ...]) -> bool:
    """Whether output is what a page shows; blank lines at both ends and blanks at line ends do not count."""
    lines = [line.rstrip() for line in output.strip("\n").splitlines()]
    pattern = ""
    for line in "\n".join(shown).strip("\n").split("\n"):
        if line.strip() == "...":
            pattern += r"(?:.*\n)*?"
        else:
            words = ".*".join(re.escape(part) for part in line.rstrip().split("..."))
            pattern += re.sub(r"(?:\\ ){2,}", "(?: {2,})", words) + r"\n"
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in lines)) is not None
