"""The only place that prints: data on stdout, everything else on stderr.

Text from elsewhere is untrusted: control characters never reach a terminal. rich is imported only where a table is
drawn on a terminal.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exokb.errors import ExokbError, StoreError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

# C0 and C1 controls but tab and newline, and the bidirectional overrides that make text read other than it is
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Drop control characters; keep tabs and newlines."""
    return _CONTROL.sub("", text)


def is_terminal() -> bool:
    """Whether data goes to a person's terminal; ``FORCE_COLOR`` says so too."""
    return sys.stdout.isatty() or bool(os.environ.get("FORCE_COLOR"))


def console() -> Console:
    """The console that draws on stdout; colour only on a terminal and without ``NO_COLOR``."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False, emoji=False, markup=False)


def say(message: str) -> None:
    """Tell a person something, on stderr."""
    print(clean(message), file=sys.stderr)


def tell_error(error: ExokbError) -> None:
    """Tell a failure and what to do about it, on stderr."""
    say(f"exokb: {error}")
    if error.hint:
        say(f"  → {error.hint}")


def write_line(text: str = "") -> None:
    """Write one line of data."""
    sys.stdout.write(clean(text) + "\n")


def write_tsv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as tab-separated values; tabs and line ends in cells become blanks."""
    for row in (header, *rows):
        write_line("\t".join(re.sub(r"[\t\r\n]+", " ", "" if cell is None else str(cell)) for cell in row))


def draw_table(header: Sequence[str], rows: Iterable[Sequence[str | Text]], *, right: Sequence[int] = ()) -> None:
    """Draw a table on the terminal; ``right``: columns aligned to the right."""
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for at, name in enumerate(header):
        table.add_column(name, justify="right" if at in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(clean(cell) if isinstance(cell, str) else cell for cell in row))
    console().print(table)


def write_table(header: Sequence[str], rows: Sequence[Sequence[Any]], *, right: Sequence[int] = ()) -> None:
    """Write rows as a table on a terminal, as tab-separated values where the output goes elsewhere."""
    if is_terminal():
        draw_table(header, [["" if cell is None else str(cell) for cell in row] for row in rows], right=right)
    else:
        write_tsv(header, rows)


def write_json(data: Any) -> None:
    """Write JSON, indented on a terminal."""
    import json

    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2 if is_terminal() else None, default=str) + "\n")


def write_chunks(chunks: Iterable[bytes], target: Path | None) -> None:
    """Write encoded text to stdout, or to a file that appears only when it is whole.

    Raises:
        StoreError: the file cannot be written.
    """
    if target is None:
        # Bytes, so that line ends and characters are the same on every system.
        sys.stdout.flush()
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        return
    with _replacing(target) as stream:
        for chunk in chunks:
            stream.write(chunk)


@contextmanager
def _replacing(target: Path) -> Iterator[Any]:
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as stream:
            part = Path(stream.name)
            try:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            except BaseException:
                part.unlink(missing_ok=True)
                raise
        # A temporary file is its owner's alone; the file asked for is like any other.
        mask = os.umask(0)
        os.umask(mask)
        part.chmod(0o666 & ~mask)
        part.replace(target)
    except OSError as error:
        raise StoreError(
            str(target), f"cannot be written: {error.strerror}", hint="give another name with -o"
        ) from error
