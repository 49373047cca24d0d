"""What every export format is: a name, and a function that turns rows into text piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from exokb.errors import FormatError
from exokb.formats.columns import ExportRow

BOM = "\ufeff"
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Exporter:
    """An export format. Calling it gives the file's bytes, UTF-8, piece by piece, without holding all rows.

    Attributes:
        name: as in ``--format csv``.
        suffix: of files of that format, with its dot.
        media_type: as registered with IANA, where it is.
        description: one line for people.
        takes_bom: whether a byte order mark may come first; it spoils every format not made for a spreadsheet.
        write: gives the text of the whole file in pieces, in order.
    """

    name: str
    suffix: str
    media_type: str
    description: str
    write: Callable[[Iterable[ExportRow]], Iterator[str]]
    takes_bom: bool = False

    def __call__(self, rows: Iterable[ExportRow], *, bom: bool = False) -> Iterator[bytes]:
        """Give the bytes of the export, in pieces of about 64 kB.

        Args:
            rows: the records, in the order wanted; read once.
            bom: start with a byte order mark, so that Excel reads the file as UTF-8.

        Raises:
            FormatError: ``bom`` is asked of a format that takes none.
        """
        if bom and not self.takes_bom:
            raise FormatError(
                self.name, "start of file", "a byte order mark has no place in it", hint="leave out --bom"
            )
        return self._encoded(rows, BOM if bom else "")

    def _encoded(self, rows: Iterable[ExportRow], start: str) -> Iterator[bytes]:
        pieces = [start]
        size = 0
        for piece in self.write(rows):
            pieces.append(piece)
            size += len(piece)
            if size >= _PIECE:
                yield "".join(pieces).encode("utf-8", "replace")
                pieces, size = [], 0
        yield "".join(pieces).encode("utf-8", "replace")
