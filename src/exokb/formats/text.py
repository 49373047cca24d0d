"""Text out of bytes whose encoding nobody has told: UTF-8, UTF-16, and what Windows programs write. Pure.

A byte order mark decides; without one, text of UTF-16 shows itself by its zero bytes
(https://www.rfc-editor.org/rfc/rfc4627#section-3). All else is read as UTF-8, and bytes that are none are kept as
halves of surrogate pairs (PEP 383), so that whoever reads on can tell what is damaged from what is not.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from exokb.errors import PayloadError

WINDOWS = "cp1252"
"""What programs on Windows write in Western Europe and America; Latin-1 is the same but for 27 characters."""

_CHUNK = 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NO_TEXT = re.compile("[\udc80-\udcff]")
# In a language written in Latin letters, so many letters with accents do not stand side by side.
_OTHER_ALPHABET = re.compile("[\udc80-\udcff]{4}")


def find_encoding(head: bytes) -> str:
    """Say in which encoding text is that begins with these bytes: ``utf-8`` where nothing speaks against it."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if len(head) > 1 and 0 in head[:2]:
        return "utf-16-be" if head[0] == 0 else "utf-16-le"
    return "utf-8"


def read_text(stream: BinaryIO) -> Iterator[str]:
    """Decode a stream piece by piece, without byte order mark; bytes that are no UTF-8 as the module says.

    Raises:
        PayloadError: what began as UTF-16 is none, or the stream's own; the text before is given first.
    """
    read = getattr(stream, "read1", stream.read)  # of damaged data, what came before is not lost
    chunk = read(_CHUNK)
    encoding = find_encoding(chunk)
    errors = "surrogateescape" if encoding.startswith("utf-8") else "strict"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    while True:
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            raise PayloadError("the text", f"it is not {error.encoding.upper()} to its end") from error
        if text:
            yield text
        if not chunk:
            return
        chunk = read(_CHUNK)


def is_text(text: str) -> bool:
    """Whether all bytes of what `read_text` gave were text."""
    return not _NO_TEXT.search(text)


def read_as_windows(text: str) -> str:
    """Read again, as Windows-1252, what is no UTF-8.

    Raises:
        ValueError: it is no text in that encoding either, or does not look like it.
    """
    if _OTHER_ALPHABET.search(text):
        raise ValueError("another alphabet")
    return text.encode("utf-8", "surrogateescape").decode(WINDOWS)
