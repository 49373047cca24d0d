"""Authors, editors and investigators."""

from __future__ import annotations

import re
from typing import Any

from lxml.etree import _Element

from exokb.sources.pubmed.markup import read_text

_FIELDS = {
    "LastName": "last",
    "ForeName": "fore",
    "FirstName": "fore",
    "Initials": "initials",
    "Suffix": "suffix",
    "CollectiveName": "collective",
}
_ORCID = re.compile(r"(?<!\d)(\d{4})[-‐-―\s]?(\d{4})[-‐-―\s]?(\d{4})[-‐-―\s]?(\d{3}[\dXx])(?![\dA-Za-z])", re.A)


def normalise_orcid(text: str) -> str | None:
    """Give an ORCID iD as ``0000-0002-1825-0097`` from a link, from bare digits, or as it is.

    Returns:
        None where the text holds no sixteen characters of that shape
        (https://support.orcid.org/hc/en-us/articles/360006897674-Structure-of-the-ORCID-Identifier).
    """
    match = _ORCID.search(text)
    return "-".join(match.groups()).upper() if match else None


def read_people(people: _Element) -> list[dict[str, Any]]:
    """Read an AuthorList or InvestigatorList, in order.

    A name that NLM marks as wrong (``ValidYN="N"``) is left out: its corrected form stands beside it.
    """
    found: list[dict[str, Any]] = []
    for person in people:
        if person.get("ValidYN") == "N":
            continue
        fields: dict[str, Any] = {}
        affiliations: list[str] = []
        for part in person:
            tag = part.tag
            field = _FIELDS.get(tag)
            if field is not None:
                if text := read_text(part):
                    fields[field] = text
            elif tag == "AffiliationInfo":
                for detail in part:
                    if detail.tag == "Affiliation" and (text := read_text(detail)):
                        affiliations.append(text)
            elif tag == "Identifier":
                if part.get("Source") == "ORCID" and part.text and (orcid := normalise_orcid(part.text)):
                    fields["orcid"] = orcid
            elif tag == "Affiliation" and (text := read_text(part)):  # until 2014 straight below the author
                affiliations.append(text)
        if affiliations:
            fields["affiliations"] = affiliations
        if not fields:
            continue
        if person.get("EqualContrib") == "Y":
            fields["equal_contribution"] = True
        found.append(fields)
    return found
