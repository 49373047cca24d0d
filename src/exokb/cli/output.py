"""The only place that prints: data on stdout, everything else on stderr.

Text from elsewhere is untrusted: control characters never reach a terminal. rich (``drawing.py``) is imported only
where a table is drawn on a terminal.
"""

from __future__ import annotations

import os
import re
import stat
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exokb.cli.errors import OutputError
from exokb.cli.streams import writing
from exokb.errors import ExokbError

if TYPE_CHECKING:
    from exokb.cli.drawing import Screen

SHOWN_FAILURES = 20
"""Of many failures so many are told one by one; the rest is counted."""

# C0 and C1 controls but tab and newline, and the bidirectional overrides that make text read other than it is
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# half a surrogate pair: Python's stand-in for a byte of a command line or file name that is no text
_NO_TEXT = re.compile("[\ud800-\udfff]")
_HARMFUL_IN_JSON = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean(text: str) -> str:
    """Drop control characters, and put a sign for what is no text at all; keep tabs and newlines."""
    return _NO_TEXT.sub("\ufffd", _CONTROL.sub("", text))


def is_terminal() -> bool:
    """Whether data goes to a person's terminal. ``FORCE_COLOR`` asks for colours, and does not make a pipe one."""
    return sys.stdout.isatty()


def console() -> Screen:
    """The console that draws on stdout."""
    from exokb.cli.drawing import Screen

    return Screen()


def say(message: str) -> None:
    """Tell a person something, on stderr; where nobody can hear it, the work goes on."""
    with suppress(OSError):
        print(clean(message), file=sys.stderr)


def tell_error(error: ExokbError, *, about: str = "") -> None:
    """Tell a failure and what to do about it, on stderr; ``about``: what it concerns, where it does not say."""
    say(f"exokb: {about}: {error}" if about else f"exokb: {error}")
    if error.hint:
        say(f"  → {error.hint}")


def tell_failures(errors: Sequence[ExokbError], *, about: Sequence[str] = ()) -> None:
    """Tell the first failures of many, each reason once for what it concerns, and how many more there are.

    ``about``: what each concerns.
    """
    items = list(zip(about or [""] * len(errors), map(str, errors), strict=True))
    reasons = Counter(items)
    told: set[tuple[str, str]] = set()
    for item, error in zip(items, errors, strict=True):
        if item in told:
            continue
        if len(told) == SHOWN_FAILURES:
            say(f"exokb: and {sum(n for reason, n in reasons.items() if reason not in told)} more that failed")
            break
        told.add(item)
        tell_error(error, about=item[0])
        if reasons[item] > 1:
            say(f"  ({counted(reasons[item], 'item')} failed so)")


def counted(number: int, noun: str) -> str:
    """``1 record``, ``2 records``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def write_line(text: str = "") -> None:
    """Write one line of data."""
    _write(clean(text) + "\n")


def _write(text: str) -> None:
    with writing():
        sys.stdout.write(text)


def write_tsv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as tab-separated values; tabs and line ends in cells become blanks."""
    for row in (header, *rows):
        write_line("\t".join(re.sub(r"[\t\r\n]+", " ", "" if cell is None else str(cell)) for cell in row))


def write_table(header: Sequence[str], rows: Sequence[Sequence[Any]], *, right: Sequence[int] = ()) -> None:
    """Write rows as a table on a terminal, as tab-separated values where the output goes elsewhere."""
    if is_terminal():
        from exokb.cli.drawing import draw_table

        draw_table(header, [["" if cell is None else str(cell) for cell in row] for row in rows], right=right)
    else:
        write_tsv(header, rows)


def write_json(data: Any) -> None:
    """Write JSON, indented on a terminal. Characters that may do harm there are escaped, so nothing is lost."""
    import json

    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(data, ensure_ascii=not utf8, indent=2 if is_terminal() else None, default=str)
    # in what json has written, such characters can only stand inside a string
    _write(_HARMFUL_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")


def write_chunks(chunks: Iterable[bytes], target: Path | None) -> None:
    """Write encoded text to stdout, or to a file that appears only when it is whole.

    Args:
        chunks: pieces of text in UTF-8, each of whole characters.
        target: the file; None or ``-`` for stdout.

    Raises:
        OutputError: it cannot be written.
    """
    if target is not None and str(target) != "-":
        with _replacing(target) as stream:
            for chunk in chunks:
                stream.write(chunk)
        return
    terminal = sys.stdout.isatty()
    with writing():
        sys.stdout.flush()
    for chunk in chunks:
        # Bytes, so that line ends and characters are the same on every system.
        with writing():
            sys.stdout.buffer.write(clean(chunk.decode()).encode() if terminal else chunk)
    with writing():
        sys.stdout.buffer.flush()


@contextmanager
def _replacing(target: Path) -> Iterator[Any]:
    try:
        place = target.resolve()  # of a link, what it points to is written, and the link stays
        mode = _mode_of(place)
        if mode is not None and not stat.S_ISREG(mode):
            # A device or a named pipe is there to be written to; it must never be replaced by a file.
            with place.open("wb") as stream:
                yield stream
            return
        with tempfile.NamedTemporaryFile(dir=place.parent, prefix=".exokb-", delete=False) as stream:
            part = Path(stream.name)
            try:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            except BaseException:
                part.unlink(missing_ok=True)
                raise
        # A temporary file is its owner's alone; the file asked for is like the one it replaces, or like any other.
        part.chmod(_new_file_mode() if mode is None else stat.S_IMODE(mode))
        part.replace(place)
    except OSError as error:
        raise OutputError(
            str(target), f"cannot be written: {error.strerror}", hint="give another name with -o"
        ) from error


def _mode_of(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _new_file_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
