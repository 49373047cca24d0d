"""What a record is called and what it points to: its identifiers, its comments and corrections, its references."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml.etree import _Element

from exokb.domain.identifiers import normalise_doi, parse_pmcid
from exokb.errors import InvalidIdentifier
from exokb.sources.pubmed.markup import read_text

# DOIs on which `normalise_doi` does nothing but lower the case: nearly all of them, three a record.
_TIDY_DOI = re.compile(r"10\.\d{4,9}/[A-Za-z0-9][A-Za-z0-9._/-]*[A-Za-z0-9]", re.A)
_TIDY_PMCID = re.compile(r"PMC[1-9]\d{0,8}", re.A)
# In reference lists nearly all PMCIDs come without their letters. From 20 million on such a number is a PMID in the
# wrong place: PMC has given out about 13 million numbers.
_BARE_PMCID = re.compile(r"[1-9]\d{0,6}|1\d{7}", re.A)


def find_doi(text: str | None) -> str | None:
    """Give the normalised DOI that a text holds, or None."""
    if not text:
        return None
    if _TIDY_DOI.fullmatch(text):
        return text.lower()
    try:
        return normalise_doi(text)
    except InvalidIdentifier:
        return None


def find_pmcid(text: str | None) -> str | None:
    """Give the PMCID that a text is, with or without its ``PMC``, or None."""
    if not text:
        return None
    if _TIDY_PMCID.fullmatch(text):
        return text
    if _BARE_PMCID.fullmatch(text):
        return f"PMC{text}"
    try:
        return parse_pmcid(text)
    except InvalidIdentifier:
        return None


def find_pmid(text: str | None) -> int | None:
    """Give the PMID that a text is (one to nine digits, not all zero), or None."""
    digits = text.strip() if text else ""
    if len(digits) <= 9 and digits.isascii() and digits.isdigit():
        return int(digits) or None
    return None


def read_article_ids(id_list: _Element, record: dict[str, Any]) -> None:
    """Put the identifiers of an ArticleIdList that is the record's own into ``record``.

    The first good DOI and PMCID become ``doi`` and ``pmcid``; anything else, a malformed DOI included, is kept in
    ``other_ids`` as it came, except the PMID said again.
    """
    for item in id_list:
        text = read_text(item)
        if not text:
            continue
        kind = item.get("IdType") or "pubmed"  # the DTD's default
        if kind == "doi" and "doi" not in record and (doi := find_doi(text)):
            record["doi"] = doi
        elif kind in {"pmc", "pmcid"} and "pmcid" not in record and (pmcid := find_pmcid(text)):
            record["pmcid"] = pmcid
        elif kind != "pubmed" or find_pmid(text) != record.get("pmid"):
            entry = {"type": kind, "value": text}
            if entry not in record.setdefault("other_ids", []):
                record["other_ids"].append(entry)


def read_corrections(items: _Element, record: dict[str, Any]) -> None:
    """Read a CommentsCorrectionsList; entries of type ``Cites`` (files before 2019) are references, and go there."""
    corrections: list[dict[str, Any]] = []
    cited: list[dict[str, Any]] = []
    for item in items:
        fields: dict[str, Any] = {"citation": ""}
        for part in item:
            tag = part.tag
            if tag == "RefSource":
                fields["citation"] = read_text(part)
            elif tag == "PMID":
                if pmid := find_pmid(part.text):
                    fields["pmid"] = pmid
            elif tag == "Note" and (note := read_text(part)):
                fields["note"] = note
        kind = item.get("RefType") or ""
        if kind == "Cites":
            cited.append({"text": fields.pop("citation"), "pmid": fields.get("pmid")})
        else:
            fields["kind"] = kind
            corrections.append(fields)
    if corrections:
        record["corrections"] = corrections
    if cited:
        record["references"] = [{"position": place, **entry} for place, entry in enumerate(cited, 1)]


def read_references(reference_lists: list[_Element]) -> list[dict[str, Any]]:
    """Read a record's ReferenceLists, nested ones in document order, numbered through from 1.

    An identifier that cannot be read stays in the text, where it is added unless the citation already says it.
    """
    references: list[dict[str, Any]] = []
    for position, reference in enumerate(_walk(reference_lists), 1):
        fields: dict[str, Any] = {"position": position, "text": ""}
        unread: list[str] = []
        for part in reference:
            if part.tag == "Citation":
                fields["text"] = read_text(part)
            elif part.tag == "ArticleIdList":
                for item in part:
                    text = (item.text or "").strip()
                    if text and not _read_reference_id(item.get("IdType") or "pubmed", text, fields):
                        unread.append(text)
        for text in unread:
            if text not in fields["text"]:
                fields["text"] = f"{fields['text']} {' '.join(text.split())}".lstrip()
        if fields["text"] or len(fields) > 2:
            references.append(fields)
    return references


def _read_reference_id(kind: str, text: str, fields: dict[str, Any]) -> bool:
    value: str | int | None = None
    name = kind
    if kind == "pubmed":
        name, value = "pmid", find_pmid(text)
    elif kind == "doi":
        value = find_doi(text)
    elif kind in {"pmc", "pmcid"}:
        name, value = "pmcid", find_pmcid(text)
    if value is None or fields.get(name, value) != value:
        return False
    fields[name] = value
    return True


def _walk(reference_lists: list[_Element]) -> Iterator[_Element]:
    for reference_list in reference_lists:
        for child in reference_list:
            if child.tag == "Reference":
                yield child
            elif child.tag == "ReferenceList":
                yield from _walk([child])
