"""Europe PMC's replies, pure (https://europepmc.org/RestfulWebService).

``/MED/{pmid}/references`` gives ``{"hitCount": n, "referenceList": {"reference": [...]}}`` and ``/citations`` the same
with ``citationList`` / ``citation``. An entry that was matched to a paper has its ``id`` and ``source``, which is
``MED`` where the id is a PMID.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from exokb.domain.identifiers import Pmid, parse_pmcid, parse_pmid
from exokb.domain.record import Reference
from exokb.errors import InvalidIdentifier, PayloadError
from exokb.sources.json_reply import parse_object, take_objects, take_text
from exokb.sources.reference_fields import read_doi, read_first_author, read_first_page, read_year

SOURCE = "europepmc"


@dataclass(frozen=True, slots=True)
class ReferencePage:
    """One page of a reference list; ``hit_count`` is the length of the whole list."""

    hit_count: int
    references: tuple[Reference, ...]

    @property
    def entries(self) -> int:
        """How many entries the page has."""
        return len(self.references)


@dataclass(frozen=True, slots=True)
class CitingPage:
    """One page of citing papers: those in PubMed, and how many entries (of any source) the page had."""

    hit_count: int
    entries: int
    pmids: tuple[Pmid, ...]


def parse_references(body: bytes, first_position: int = 1) -> ReferencePage:
    """Read a page of references; positions count from ``first_position``.

    Raises:
        PayloadError: the reply has another shape.
    """
    hit_count, entries = _read_page(body, "referenceList", "reference")
    return ReferencePage(
        hit_count, tuple(_reference(entry, position) for position, entry in enumerate(entries, start=first_position))
    )


def parse_citing(body: bytes) -> CitingPage:
    """Read a page of citing papers.

    Raises:
        PayloadError: the reply has another shape.
    """
    hit_count, entries = _read_page(body, "citationList", "citation")
    pmids = (_own_pmid(entry) for entry in entries)
    return CitingPage(hit_count, len(entries), tuple(dict.fromkeys(pmid for pmid in pmids if pmid)))


def parse_hit_count(body: bytes) -> int:
    """Read how many hits a search has.

    Raises:
        PayloadError: the reply has another shape.
    """
    return _hit_count(parse_object(body, SOURCE))


def _hit_count(reply: dict[str, Any]) -> int:
    value = reply.get("hitCount")
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise PayloadError(SOURCE, "the reply has no 'hitCount'")
    return value


def _read_page(body: bytes, list_name: str, item_name: str) -> tuple[int, list[dict[str, Any]]]:
    reply = parse_object(body, SOURCE)
    hit_count = _hit_count(reply)
    holder = reply.get(list_name) or {}
    if not isinstance(holder, dict):
        raise PayloadError(SOURCE, f"{list_name!r} is not an object")
    return hit_count, take_objects(holder, item_name, SOURCE)


def _reference(entry: dict[str, Any], position: int) -> Reference:
    source, identifier = take_text(entry, "source"), take_text(entry, "id")
    doi, text = read_doi(take_text(entry, "doi"), take_text(entry, "unstructuredInformation"))
    pmcid = None
    if source == "PMC":
        try:
            pmcid = parse_pmcid(identifier)
        except InvalidIdentifier:
            text = f"{text} {identifier}".strip()
    return Reference(
        position=position,
        text=text,
        pmid=_own_pmid(entry),
        doi=doi,
        pmcid=pmcid,
        title=take_text(entry, "title") or None,
        journal=take_text(entry, "journalAbbreviation") or take_text(entry, "publicationTitle") or None,
        year=read_year(take_text(entry, "pubYear")),
        volume=take_text(entry, "volume") or None,
        first_page=read_first_page(take_text(entry, "pageInfo")),
        author=read_first_author(take_text(entry, "authorString")),
    )


def _own_pmid(entry: dict[str, Any]) -> Pmid | None:
    if take_text(entry, "source") != "MED":
        return None
    try:
        return parse_pmid(take_text(entry, "id"))
    except InvalidIdentifier:
        return None
