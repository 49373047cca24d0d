"""iCite's replies, pure: ``{"data": [{"pmid": ..., "references": [...], "cited_by": [...]}]}``.

Shape: https://icite.od.nih.gov/api. The lists hold PMIDs as numbers today; earlier versions of the service gave them
as one text separated by blanks, and so does its downloadable table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from exokb.domain.identifiers import Pmid, parse_pmid
from exokb.domain.record import Reference
from exokb.errors import InvalidIdentifier, PayloadError
from exokb.sources.interface import ReferenceAnswer
from exokb.sources.json_reply import parse_object, take_objects, take_text

SOURCE = "icite"


def parse_references(body: bytes) -> Mapping[Pmid, ReferenceAnswer]:
    """Read what each paper of the reply cites; a paper that is not in it is not indexed.

    Raises:
        PayloadError: the reply has another shape.
    """
    answers: dict[Pmid, ReferenceAnswer] = {}
    for pmid, entry in _entries(body).items():
        cited = _take_pmids(entry, "references")
        listed = tuple(Reference(position=i, pmid=other) for i, other in enumerate(cited, start=1))
        answers[pmid] = ReferenceAnswer(SOURCE, "listed" if listed else "none deposited", listed)
    return answers


def parse_citing(body: bytes, pmid: Pmid) -> tuple[Pmid, ...]:
    """Read which papers cite ``pmid``; empty where there are none or the paper is not indexed.

    Raises:
        PayloadError: the reply has another shape.
    """
    entry = _entries(body).get(pmid)
    return _take_pmids(entry, "cited_by") if entry is not None else ()


def _entries(body: bytes) -> dict[Pmid, dict[str, Any]]:
    reply = parse_object(body, SOURCE)
    if "data" not in reply:
        raise PayloadError(SOURCE, "the reply has no 'data'")
    try:
        return {parse_pmid(take_text(entry, "pmid")): entry for entry in take_objects(reply, "data", SOURCE)}
    except InvalidIdentifier as error:
        raise PayloadError(SOURCE, f"an entry has no PMID: {error}") from None


def _take_pmids(entry: dict[str, Any], name: str) -> tuple[Pmid, ...]:
    what = f"{SOURCE}, PMID {take_text(entry, 'pmid')}"
    if name not in entry:
        # Not "none": a field that is left out says nothing about what it would hold.
        raise PayloadError(what, f"has no {name!r}")
    value = entry[name]
    if value is None:
        return ()
    items = re.split(r"[\s,;]+", value.strip()) if isinstance(value, str) else value
    if not isinstance(items, list):
        raise PayloadError(what, f"{name!r} is not a list")
    try:
        return tuple(dict.fromkeys(parse_pmid(str(item)) for item in items if item != ""))
    except InvalidIdentifier as error:
        raise PayloadError(what, f"{name!r} holds no PMID: {error}") from None
