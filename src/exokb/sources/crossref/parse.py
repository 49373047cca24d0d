"""Crossref's replies, pure: ``{"message": {"reference": [...]}}`` (https://api.crossref.org/swagger-ui/index.html).

A publisher deposits what it likes: entries with a DOI, with parts of a citation, with its text, or with a key alone.
"""

from __future__ import annotations

from typing import Any

from exokb.domain.record import Reference
from exokb.errors import PayloadError
from exokb.sources.interface import ReferenceAnswer
from exokb.sources.json_reply import parse_object, take_objects, take_text
from exokb.sources.reference_fields import read_doi, read_first_page, read_year

SOURCE = "crossref"


def parse_work(body: bytes) -> ReferenceAnswer:
    """Read what a work cites; no ``reference`` field, or an empty one, means its publisher deposited none.

    Raises:
        PayloadError: the reply has another shape.
    """
    message = parse_object(body, SOURCE).get("message")
    if not isinstance(message, dict):
        raise PayloadError(SOURCE, "the reply has no 'message'")
    entries = take_objects(message, "reference", SOURCE)
    listed = tuple(_reference(entry, position) for position, entry in enumerate(entries, start=1))
    return ReferenceAnswer(SOURCE, "listed" if listed else "none deposited", listed)


def _reference(entry: dict[str, Any], position: int) -> Reference:
    def first(*names: str) -> str:
        return next((text for name in names if (text := take_text(entry, name))), "")

    doi, text = read_doi(take_text(entry, "DOI"), take_text(entry, "unstructured"))
    return Reference(
        position=position,
        text=text,
        doi=doi,
        title=first("article-title", "volume-title") or None,
        journal=first("journal-title", "series-title") or None,
        year=read_year(take_text(entry, "year")),
        volume=take_text(entry, "volume") or None,
        first_page=read_first_page(take_text(entry, "first-page")),
        author=take_text(entry, "author") or None,
    )
