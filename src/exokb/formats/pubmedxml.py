"""PubMed XML files, plain or gzipped, cut into batches of records as they stream by. Pure: no parsing, no files.

A baseline or update file holds 30,000 records in some 200 MB; cutting at the records' end tags keeps memory at one
batch, and each batch is the original bytes, so that it can be kept as a payload and read again on its own. How the
files are made: https://pubmed.ncbi.nlm.nih.gov/download/ and https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd.
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from exokb.errors import PayloadError

MAX_RECORD_BYTES = 64 * 1024 * 1024
"""No record is as large as this (the largest known, with thousands of investigators, have a few MB)."""

_CHUNK = 256 * 1024
_FULL_BATCH_BYTES = 8 * 1024 * 1024
_SETS = (b"PubmedArticleSet", b"PubmedBookArticleSet")
_PROLOG = re.compile(
    rb"""\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?:[^\[>"']|"[^"]*"|'[^']*')*(?:\[(?:[^\]"']|"[^"]*"|'[^']*')*\]\s*)?>""",
    re.S,
)
_ROOT = re.compile(rb"<(Pubmed(?:Book)?Article(?:Set)?)(?=[\s/>])(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.S)
_START = re.compile(rb"<Pubmed(?:Book)?Article(?=[\s/>])")
_END = re.compile(rb"</Pubmed(?:Book)?Article\s*>")
_PLAIN_START = re.compile(
    rb"<Pubmed(?:Book)?Article[^<>]*>\s*<(?:MedlineCitation|BookDocument)\b[^<>]*>\s*<PMID\b[^<>]*>(\d{1,9})</PMID>"
)
_ENCODING = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z][\w.-]*)["']""")
_OVERLAP = 64  # more than an end tag, so that one cut by a chunk's edge is found in the next round


@dataclass(frozen=True, slots=True)
class XmlBatch:
    """Some consecutive records of a file.

    Attributes:
        body: a document of its own in UTF-8: the file's root tag, then the records byte for byte as they were.
        first: number of its first record in the file, from 1.
        offset: where that record starts in the decompressed file, in bytes (of its text in UTF-8, where the file is
            in another encoding); where the batch has no record, where it starts itself.
    """

    body: bytes
    first: int
    offset: int


def looks_like_pubmed_xml(head: bytes) -> bool:
    """Say whether a file's first bytes (a few kB, decompressed) are the beginning of PubMed XML."""
    text = head.removeprefix(codecs.BOM_UTF8)
    if head[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} or b"\x00" in head[:2]:
        text = head.replace(b"\x00", b"").lstrip(b"\xff\xfe")
    return bool(_ROOT.match(text, _skip_prolog(text)))


def find_plain_pmids(body: bytes) -> tuple[int, ...]:
    """Give the PMID of each record of a batch without parsing it, where all of them begin with it, as NLM's do.

    Returns:
        The PMIDs in order; empty where any record begins otherwise, comes in two versions, or is deleted.
    """
    pmids = tuple(int(match.group(1)) for match in _PLAIN_START.finditer(body))
    records = sum(1 for _ in _START.finditer(body))
    if records != len(pmids) or len(set(pmids)) != records or b"<DeleteCitation" in body:
        return ()
    return pmids


def decompress(stream: BinaryIO) -> BinaryIO:
    """Give the stream itself, or its decompressed content where it begins with gzip's magic number.

    Members that follow one another are read as one, as gzip does (RFC 1952, 2.2). ``read`` may give fewer bytes than
    asked, so that everything before damage is delivered before the damage is reported.

    Raises:
        PayloadError: (from ``read`` of what is returned) the compressed data is corrupt or breaks off.
    """
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, _Raw(stream)))
    if buffered.peek(2)[:2] != b"\x1f\x8b":
        return buffered
    return cast(BinaryIO, _Inflated(buffered))


def split_batches(stream: BinaryIO, *, batch_size: int = 200) -> Iterator[XmlBatch]:
    """Cut a stream of PubMed XML into batches.

    The DeleteCitation block, and the broken rest of a file that was cut off, come in the last batch as they are, for
    the parser to report. A file that is no PubMed XML comes as one batch of its first bytes, for the same reason.

    Args:
        stream: the decompressed bytes, at the beginning of the file.
        batch_size: records in a batch; fewer where they are very large.

    Raises:
        PayloadError: a record goes beyond `MAX_RECORD_BYTES`, the encoding is unknown or violated, or the stream's
            own (`decompress`); the batches before are given first.
    """
    source = _Utf8(stream)
    buffer = bytearray()
    while len(buffer) < _CHUNK and not _START.search(buffer) and (chunk := source.read()):
        buffer += chunk
    root = _ROOT.match(buffer, _skip_prolog(buffer))
    if not root or not _START.search(buffer, root.start()):
        while len(buffer) < MAX_RECORD_BYTES and root and (chunk := source.read()):
            buffer += chunk
        yield XmlBatch(bytes(buffer), 1, 0)
        source.raise_damage()
        return
    if root.group(1) in _SETS:
        opening, closing = root.group(), b"</" + root.group(1) + b">"
        done = root.end()
    else:
        opening, closing = b"<PubmedArticleSet>", b""
        done = root.start()
    del buffer[:done]
    first, scanned, count, end = 1, 0, 0, 0
    while True:
        for match in _END.finditer(buffer, scanned):
            count, end = count + 1, match.end()
            if count >= batch_size or end >= _FULL_BATCH_BYTES:
                break
        if count >= batch_size or (end >= _FULL_BATCH_BYTES):
            batch = _batch(opening, bytes(buffer[:end]), closing or b"</PubmedArticleSet>", first, done)
            yield batch
            first += sum(1 for _ in _START.finditer(batch.body, len(opening)))
            done += end
            del buffer[:end]
            scanned = count = end = 0
            continue
        if len(buffer) - end > MAX_RECORD_BYTES:
            raise PayloadError(
                f"PubmedArticle {first + count}",
                f"it goes on for more than {MAX_RECORD_BYTES} bytes without an end",
                position=f"byte {done + end}",
            )
        scanned = max(end, len(buffer) - _OVERLAP)
        chunk = source.read()
        if not chunk:
            break
        buffer += chunk
    if source.damage is not None:
        if end:
            yield _batch(opening, bytes(buffer[:end]), closing or b"</PubmedArticleSet>", first, done)
        source.raise_damage()
    rest = bytes(buffer)
    if rest.strip() != closing or first == 1:
        yield _batch(opening, rest, b"" if closing else b"</PubmedArticleSet>", first, done)


def _batch(opening: bytes, records: bytes, closing: bytes, first: int, offset: int) -> XmlBatch:
    start = _START.search(records)
    return XmlBatch(opening + records + closing, first, offset + (start.start() if start else 0))


def _skip_prolog(text: bytes | bytearray) -> int:
    at = 0
    while skipped := _PROLOG.match(text, at):
        at = skipped.end()
    return at


class _Utf8:
    """Reads a stream as UTF-8 without byte order mark, whatever its encoding; keeps damage for later."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder: codecs.IncrementalDecoder | None = None
        self._begun = False
        self._at = 0
        self.damage: PayloadError | None = None

    def read(self) -> bytes:
        """Give the next bytes; empty at the end, or where damage begins."""
        while self.damage is None:
            try:
                chunk = self._stream.read(_CHUNK)
            except PayloadError as error:
                self.damage = error
                break
            if not chunk:
                break
            if not self._begun:
                chunk = self._begin(chunk)
            if self._decoder is not None:
                try:
                    text = self._decoder.decode(chunk)
                except UnicodeError as error:
                    self.damage = PayloadError("the text", str(error)[:200], position=f"byte {self._at}")
                    break
                self._at += len(chunk)
                chunk = text.removeprefix("\ufeff").encode("utf-8", "replace")
            if chunk:
                return chunk
        return b""

    def raise_damage(self) -> None:
        """Raise what stopped the reading, if anything did."""
        if self.damage is not None:
            raise self.damage

    def _begin(self, chunk: bytes) -> bytes:
        self._begun = True
        while len(chunk) < 200 and (more := self._stream.read(_CHUNK)):
            chunk += more
        if chunk.startswith(codecs.BOM_UTF8):
            return chunk[3:]
        encoding = ""
        if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            encoding = "utf-16"
        elif chunk.startswith((b"<\x00", b"\x00<")):
            encoding = "utf-16-le" if chunk[0] else "utf-16-be"
        elif declared := _ENCODING.match(chunk):
            encoding = declared.group(1).decode("ascii").lower()
        if encoding and encoding not in {"utf-8", "utf8", "us-ascii", "ascii"}:
            try:
                self._decoder = codecs.getincrementaldecoder(encoding)()
            except LookupError:
                raise PayloadError("XML declaration", f"the encoding {encoding!r} is not known") from None
        return chunk


class _Raw(io.RawIOBase):
    """A binary stream as `io.BufferedReader` needs it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed allows any writable buffer
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _Inflated(io.RawIOBase):
    """Gzipped bytes, decompressed; every way in which they can be broken is a `PayloadError`."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._counted = _Counted(stream)
        self._gzip = gzip.GzipFile(fileobj=cast(BinaryIO, self._counted), mode="rb")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed allows any writable buffer
        try:
            data = self._gzip.read1(len(buffer))
        except EOFError:
            raise PayloadError("gzip data", "it breaks off", position=self._position()) from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise PayloadError("gzip data", f"it is corrupt: {error}", position=self._position()) from error
        buffer[: len(data)] = data
        return len(data)

    def _position(self) -> str:
        return f"byte {self._counted.count}"


class _Counted:
    """Counts the compressed bytes read so far."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.count += len(data)
        return data
