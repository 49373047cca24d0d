"""Opening files of PubMed XML, also gzipped, and making sure that they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from exokb.errors import FormatError, PayloadError
from exokb.formats.pubmedxml import XmlBatch, decompress, looks_like_pubmed_xml, split_batches
from exokb.services.trials.opening import looks_like_trials

_HEAD = 4096


def read_batches(path: Path) -> Iterator[XmlBatch]:
    """Give the batches of a file; see `split_batches`.

    Raises:
        FormatError: it is no PubMed XML.
        PayloadError: it is damaged; the batches before are given first.
        OSError: it cannot be read.
    """
    with path.open("rb") as raw:
        stream = _Begun(decompress(raw))
        if not looks_like_pubmed_xml(stream.head):
            hint = "save it from PubMed as XML; a list of PMIDs is read by `exokb fetch @FILE`"
            if looks_like_trials(stream.head):
                hint = "trials of ClinicalTrials.gov are taken in by `exokb trials import FILE`"
            raise FormatError(
                "PubMed XML",
                str(path),
                "it does not look like PubMed XML" if stream.head else "it is empty",
                hint=hint,
            )
        yield from split_batches(cast(BinaryIO, stream))


class _Begun:
    """A stream whose first bytes have been looked at, also one that cannot be wound back, and gives them again."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._damage: PayloadError | None = None
        self.head = b""
        try:
            while len(self.head) < _HEAD and (chunk := stream.read(_HEAD - len(self.head))):
                self.head += chunk
        except PayloadError as error:
            if not self.head:
                raise
            self._damage = error
        self._given = False

    def read(self, size: int = -1) -> bytes:
        """Give the first bytes, then what follows; damage among the first is told after them."""
        if not self._given:
            self._given = True
            return self.head
        if self._damage is not None:
            raise self._damage
        return self._stream.read(size)
