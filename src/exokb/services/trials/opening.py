"""Opening files of trials: plain, gzipped or a zip of many, recognised by what is in them and never by their names."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from exokb.errors import FormatError, PayloadError
from exokb.formats.pubmedxml import decompress
from exokb.formats.text import find_encoding
from exokb.services.retrieve import Failure

FORMAT = "trials"
MOST_MEMBERS = 1_000_000
"""The registry holds some 600,000 studies."""

_HEAD = 4096
_PACKED_MOST = 200  # JSON and CSV of studies become a tenth; nothing honest becomes so little
_SURELY_SMALL = 64 * 1024 * 1024
_BLANKS = "\ufeff\x1e \t\r\n"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_HINT = "take JSON or CSV as ClinicalTrials.gov's download gives them, or a zip of them"


@dataclass(frozen=True, slots=True)
class Document:
    """One file, or one file of a zip.

    Attributes:
        name: for messages: ``downloads/trials.zip: NCT03384433.json``; ``key``: the same without the folder.
        stream: its bytes, decompressed; to be read before the next document is asked for.
        is_json: JSON, or else a table.
    """

    name: str
    key: str
    stream: BinaryIO
    is_json: bool


def looks_like_trials(head: bytes) -> bool:
    """Say whether a file's first bytes (a few kB, decompressed) are the beginning of one that can be opened here."""
    text = head[: len(head) // 2 * 2].decode(find_encoding(head), "replace").lstrip(_BLANKS)
    return head.startswith(_ZIP) or text[:1] in {"{", "["} or "nct number" in text[:1000].lower()


def open_documents(path: Path) -> Iterator[Document | Failure]:
    """Give what a file holds, and in place of what cannot be read the reason.

    Raises:
        FormatError: the file is none of trials.
        OSError: it cannot be read.
    """
    name = _Name(printable_name(str(path)), printable_name(path.name))
    with path.open("rb") as raw:
        head = raw.peek(4)[:4]
        if head.startswith(_ZIP):
            yield from _open_members(raw, name)
        else:
            yield _begin(name, io.BufferedReader(cast(io.RawIOBase, _Told(decompress(raw)))))


class _Name(NamedTuple):
    """What a file is called: with its folder, and in the library."""

    full: str
    short: str

    def member(self, name: str) -> _Name:
        """Name a file of this zip."""
        return _Name(f"{self.full}: {printable_name(name)}", f"{self.short}: {printable_name(name)}")


def printable_name(name: str) -> str:
    """Give a name of a file as text: it may hold bytes that are none, which no database can keep."""
    return name.encode("utf-8", "replace").decode()


def _begin(name: _Name, stream: io.BufferedReader) -> Document:
    """Look at how a stream begins.

    Raises:
        FormatError: it is neither JSON nor a table.
    """
    head = stream.peek(_HEAD)[:_HEAD]
    encoding = find_encoding(head)
    text = head[: len(head) // 2 * 2].decode(encoding, "replace").lstrip(_BLANKS)
    if not text:
        raise FormatError(FORMAT, name.full, "it is empty", hint=_HINT)
    if text[0] in "{[":
        return Document(*name, cast(BinaryIO, stream), True)
    if text.startswith("PK\x03\x04"):
        raise FormatError(FORMAT, name.full, "a zip inside of another file is not opened", hint="unpack it first")
    if text[0] == "<":
        raise FormatError(
            FORMAT, name.full, "it looks like XML or HTML", hint=f"{_HINT}; PubMed XML goes to `exokb import`"
        )
    if "\x00" in text:
        raise FormatError(FORMAT, name.full, "it is no text", hint=_HINT)
    return Document(*name, cast(BinaryIO, stream), False)


def _open_members(raw: BinaryIO, name: _Name) -> Iterator[Document | Failure]:
    """Give the files of a zip.

    Raises:
        FormatError: it is damaged as a whole, is a workbook, or would unpack to far more than it can honestly hold.
    """
    size = raw.seek(0, io.SEEK_END)
    try:
        archive = zipfile.ZipFile(raw)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeError) as error:
        raise FormatError(FORMAT, name.full, f"the zip is damaged: {error}", hint="download it again") from error
    with archive:
        members = [member for member in archive.infolist() if not (member.is_dir() or _is_litter(member.filename))]
        if "[Content_Types].xml" in archive.namelist():
            raise FormatError(FORMAT, name.full, "it is a workbook", hint="save the sheet as CSV, and import that")
        unpacked = sum(member.file_size for member in members)
        if len(members) > MOST_MEMBERS or unpacked > max(_SURELY_SMALL, _PACKED_MOST * size):
            reason = f"its {size:,} bytes claim to hold {unpacked:,} ({len(members):,} files); nothing of it was read"
            raise FormatError(FORMAT, name.full, reason, hint=_HINT)
        if not members:
            raise FormatError(FORMAT, name.full, "the zip is empty", hint="download it again")
        for member in members:
            yield from _open_member(archive, member, name.member(member.filename))


def _open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: _Name) -> Iterator[Document | Failure]:
    if member.flag_bits & 0x1:
        yield Failure(name.full, FormatError(FORMAT, name.full, "it is encrypted", hint="unpack it first"))
        return
    try:
        with archive.open(member) as packed:
            # Never more than the size that was told above: zipfile stops there.
            yield _begin(name, io.BufferedReader(cast(io.RawIOBase, _Told(cast(BinaryIO, packed)))))
    except (FormatError, PayloadError) as error:
        yield Failure(name.full, error)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        reason = f"it is damaged, or packed in a way that is not known: {error}"
        yield Failure(name.full, PayloadError("zip data", reason))


def _is_litter(name: str) -> bool:
    """What macOS puts into every zip, and what holds nothing of the person's."""
    last = name.rsplit("/", 1)[-1]
    return name.startswith("__MACOSX/") or last == ".DS_Store" or last.startswith("._")


class _Told(io.RawIOBase):
    """A stream of unpacked bytes; every way in which they can be broken is a `PayloadError`."""

    def __init__(self, stream: BinaryIO) -> None:
        self._read = getattr(stream, "read1", stream.read)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed allows any writable buffer
        try:
            data = self._read(len(buffer))
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise PayloadError("zip data", f"it is damaged: {error}") from error
        buffer[: len(data)] = data
        return len(data)
