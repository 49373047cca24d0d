"""What every export format is: a name, and a function that turns rows into text piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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
        write_about: the same, with what is to be told of the records as a whole; None where there is no place for it.
    """

    name: str
    suffix: str
    media_type: str
    description: str
    write: Callable[[Iterable[ExportRow]], Iterator[str]]
    takes_bom: bool = False
    write_about: Callable[[Iterable[ExportRow], Mapping[str, Any]], Iterator[str]] | None = None

    def __call__(
        self, rows: Iterable[ExportRow], *, bom: bool = False, about: Mapping[str, Any] | None = None
    ) -> Iterator[bytes]:
        """Give the bytes of the export, in pieces of about 64 kB.

        Args:
            rows: the records, in the order wanted; read once.
            bom: start with a byte order mark, so that Excel reads the file as UTF-8.
            about: what is to be told of the records as a whole, where the format has a place for it.

        Raises:
            FormatError: ``bom`` is asked of a format that takes none.
        """
        if bom and not self.takes_bom:
            raise FormatError(
                self.name, "start of file", "a byte order mark has no place in it", hint="leave out --bom"
            )
        text = self.write_about(rows, about) if self.write_about and about else self.write(rows)
        return self._encoded(text, BOM if bom else "")

    @staticmethod
    def _encoded(text: Iterator[str], start: str) -> Iterator[bytes]:
        pieces = [start]
        size = 0
        for piece in text:
            pieces.append(piece)
            size += len(piece)
            if size >= _PIECE:
                yield "".join(pieces).encode("utf-8", "replace")
                pieces, size = [], 0
        yield "".join(pieces).encode("utf-8", "replace")
