"""Drawing on the terminal with rich; imported only where something is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from exokb.cli.output import clean
from exokb.cli.streams import writing

LONGEST_NAME = 22
"""Characters: longer names of listed entries stand above their text."""


class Screen(Console):
    """Standard output as rich draws on it: colour only on a terminal and without ``NO_COLOR``, no markup in texts."""

    def __init__(self) -> None:
        super().__init__(highlight=False, soft_wrap=False, emoji=False, markup=False)

    def print(self, *objects: Any, **options: Any) -> None:
        """Draw; a failure to write is told as one of standard output."""
        with writing():
            super().print(*objects, **options)

    def on_broken_pipe(self) -> None:
        """Let the one place that knows exit codes end the process, where rich would end it with 1."""
        raise BrokenPipeError


def draw_table(header: Sequence[str], rows: Iterable[Sequence[str | Text]], *, right: Sequence[int] = ()) -> None:
    """Draw a table on the terminal; ``right``: columns aligned to the right."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for at, name in enumerate(header):
        table.add_column(name, justify="right" if at in right else "left", overflow="fold")
    for row in rows:
        # Text, also for plain strings: rich reads brackets in a string as markup
        table.add_row(*(Text(clean(cell)) if isinstance(cell, str) else cell for cell in row))
    Screen().print(table)


def draw_hanging(text: Text, *, first: str = "", indent: int) -> None:
    """Draw text whose lines all begin ``indent`` columns in; ``first`` stands before the first of them."""
    screen = Screen()
    for at, line in enumerate(text.wrap(screen, max(20, screen.width - indent))):
        line.rstrip()
        screen.print(Text(first.ljust(indent) if at == 0 else " " * indent) + line)


def draw_named(entries: Iterable[tuple[str, str]]) -> None:
    """Draw texts with their names before them, all beginning in one column; a long name has a line of its own."""
    listed = [(clean(name), clean(text)) for name, text in entries]
    indent = 4 + max((len(name) for name, _ in listed if len(name) <= LONGEST_NAME), default=0)
    for name, text in listed:
        first = f"  {name}"
        if len(first) + 2 > indent:
            Screen().print(Text(first))
            first = ""
        draw_hanging(Text(text), first=first, indent=indent)
