"""Drawing on the terminal with rich; imported only where something is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from exokb.cli.output import clean
from exokb.cli.streams import writing

LONGEST_NAME = 22
"""Characters: longer names of listed entries stand above their text."""
_BETWEEN = 2
"""Blanks between columns, as rich draws them."""
_SHORT = 24
"""A longer text may be broken where a cell is to be kept on one line."""


class Screen(Console):
    """Standard output as rich draws on it: colour only on a terminal and without ``NO_COLOR``, no markup in texts."""

    def __init__(self) -> None:
        super().__init__(highlight=False, soft_wrap=False, emoji=False, markup=False)

    @property
    def coloured(self) -> bool:
        """Whether what is styled is seen: marks must be, also without colour."""
        return self.color_system is not None and not self.no_color

    def print(self, *objects: Any, **options: Any) -> None:
        """Draw; a failure to write is told as one of standard output."""
        with writing():
            super().print(*objects, **options)

    def on_broken_pipe(self) -> None:
        """Let the one place that knows exit codes end the process, where rich would end it with 1."""
        raise BrokenPipeError


def draw_table(header: Sequence[str], rows: Iterable[Sequence[str | Text]], *, right: Sequence[int] = ()) -> None:
    """Draw a table on the terminal; ``right``: columns aligned to the right."""
    _print_table(header, rows, range(len(header)), right, [None] * len(header))


def draw_wide_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[int] = (),
    whole: Sequence[int] = (),
    parts: bool = False,
) -> bool:
    """Draw a table in which no word is broken, if the terminal is wide enough; gives whether it was.

    ``whole``: columns whose cells are kept on one line, if they are short. ``parts``: where the terminal is too narrow,
    draw as many columns as there is room for, and the others below, each part with the first column, so that it always
    succeeds.
    """
    columns = [[name, *(row[at] for row in rows)] for at, name in enumerate(header)]
    needed = [max(map(_longest_word, cells)) for cells in columns]
    for at in whole:
        needed[at] = max([needed[at], *(cell_len(clean(cell)) for cell in columns[at] if len(cell) <= _SHORT)])
    width = Screen().width
    blocks: list[list[int]] = [[0]]
    for at in range(1, len(header)):
        block = blocks[-1]
        if sum(needed[other] + _BETWEEN for other in block) + needed[at] > width and len(block) > 1:
            blocks.append([0])
        blocks[-1].append(at)
    if not parts and (len(blocks) > 1 or sum(needed) + _BETWEEN * (len(needed) - 1) > width):
        return False
    for number, block in enumerate(blocks):
        if number:
            Screen().print()
        wanted = [max(cell_len(clean(cell)) for cell in columns[at]) for at in block]
        widths = _share_out(width - _BETWEEN * (len(block) - 1), [needed[at] for at in block], wanted)
        _print_table(header, rows, block, right, widths)
    return True


def _share_out(width: int, needed: Sequence[int], wanted: Sequence[int]) -> list[int]:
    """Give every column what it needs, and what is left to those that lack most of what they want."""
    widths = list(needed)
    for _ in range(width - sum(needed)):
        at = max(range(len(widths)), key=lambda at: wanted[at] / max(1, widths[at]))
        if widths[at] >= wanted[at]:
            break
        widths[at] += 1
    return widths


def _longest_word(text: str) -> int:
    return max(map(cell_len, clean(text).split()), default=0)


def _print_table(
    header: Sequence[str], rows: Iterable[Sequence[str | Text]], columns: Sequence[int], right: Sequence[int],
    widths: Sequence[int | None],
) -> None:  # fmt: skip
    table = Table(box=None, header_style="bold", pad_edge=False)
    for at, width in zip(columns, widths, strict=True):
        table.add_column(header[at], justify="right" if at in right else "left", overflow="fold", width=width)
    for row in rows:
        # Text, also for plain strings: rich reads brackets in a string as markup
        cells = (row[at] for at in columns)
        table.add_row(*(Text(clean(cell)) if isinstance(cell, str) else cell for cell in cells))
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
