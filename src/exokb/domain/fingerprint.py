"""What a record without PMID and DOI is recognised by, so that the same entry imported again is not a second record."""

from __future__ import annotations

import unicodedata
from hashlib import sha256

from exokb.domain.record import Record

_ENOUGH = 2


def fingerprint(record: Record) -> str:
    """Give 64 hexadecimal digits that the same entry always gives.

    Made of title, year, first author, journal, volume and first page, without regard to case, accents and punctuation.
    A title with fewer than two of the others says too little: then only an entry that is the same throughout has the
    same fingerprint, since two records must never become one by their title alone.
    """
    known = [
        str(record.year or ""),
        record.authors[0].last or record.authors[0].collective or "" if record.authors else "",
        record.journal.iso or record.journal.title or (record.book.title if record.book else "") or "",
        record.volume or "",
        (record.pages or "").partition("-")[0],
    ]
    if record.title and sum(bool(part) for part in known) >= _ENOUGH:
        parts = [_fold(text) for text in (record.title, *known)]
    else:
        parts = [record.model_dump_json(exclude_defaults=True)]
    return sha256("\x1f".join(parts).encode()).hexdigest()


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c)).split())
