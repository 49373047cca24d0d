"""What of a record goes into which column of the text index, as folded tokens.

Works on a record's document (the mapping its JSON holds, without defaults), so that nothing needs to be validated to
be searched, and indexing, removing and matching in memory cannot differ.

===============  =====================================================================================
title            title, vernacular title, title of the book
abstract         abstract and other abstracts, with their labels
keywords         keywords
mesh             headings with qualifiers, and supplementary concepts
mesh_major       headings whose descriptor or qualifier is a major topic
substances       chemicals with registry numbers, supplementary concepts
identifiers      PMID, PMCID, DOI, accession numbers with their data bank
types            publication types
authors          authors as ``last initials``, ``last fore``, ``fore last``; groups
journal          title, ISO and NLM abbreviation, ISSNs
affiliations     affiliations of authors
languages        language codes
===============  =====================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from exokb.query.fields import COLUMNS
from exokb.query.fold import SEPARATOR, fold_name, fold_text

# Signs that no text folds to (private use area); they mark where an entry begins and ends, so that a query can ask
# for whole entries.
ENTRY = "\ue001"
ENTRY_END = "\ue002"
QUALIFIER_END = "\ue003"
SPOKEN_NAME = "\ue004"
FIRST_AUTHOR = "\ue005"

Document = Mapping[str, Any]


def fold_document(document: Document, columns: Collection[str] = COLUMNS) -> dict[str, str]:
    """Give the folded tokens of each column, with a blank between tokens; empty where the record has nothing."""
    return {column: _COLUMNS[column](document) for column in COLUMNS if column in columns}


def _list(document: Document, key: str) -> Iterable[Any]:
    return document.get(key) or ()


def _texts(values: Iterable[str | None]) -> str:
    return fold_text(*(value for value in values if value))


def _title(document: Document) -> str:
    book = document.get("book") or {}
    return _texts((document.get("title"), document.get("vernacular_title"), book.get("title")))


def _abstract(document: Document) -> str:
    groups = (_list(document, "abstract"), *(_list(other, "sections") for other in _list(document, "other_abstracts")))
    return _texts(
        f"{part['label']}: {part['text']}" if part.get("label") else part["text"] for group in groups for part in group
    )


def _entries(texts: Iterable[str | None]) -> str:
    return " ".join(f"{ENTRY} {folded} {ENTRY_END}" for text in texts if text and (folded := fold_text(text)))


def _headings(document: Document, major_only: bool) -> Iterator[str]:
    for heading in _list(document, "mesh"):
        descriptor = fold_text(heading["descriptor"])
        qualifiers = _list(heading, "qualifiers")
        if major_only:
            qualifiers = [qualifier for qualifier in qualifiers if heading.get("major") or qualifier.get("major")]
            if not heading.get("major") and not qualifiers:
                continue
        start = f"{ENTRY} {descriptor} {ENTRY_END}"
        if not qualifiers:
            yield start
        for qualifier in qualifiers:
            yield f"{start} {fold_text(qualifier['name'])} {QUALIFIER_END}"


def _mesh(document: Document) -> str:
    supplementary = _entries(concept["name"] for concept in _list(document, "supplementary_mesh"))
    return " ".join(filter(None, [*_headings(document, False), supplementary]))


def _substances(document: Document) -> str:
    return _entries(
        text
        for substance in (*_list(document, "chemicals"), *_list(document, "supplementary_mesh"))
        for text in (substance["name"], substance.get("registry_number"))
        if text != "0"
    )


def _identifiers(document: Document) -> str:
    numbers = [
        f"{bank['name']} {accession}"
        for bank in _list(document, "data_banks")
        for accession in bank.get("accessions") or ("",)
    ]
    pmid = document.get("pmid")
    return _entries([str(pmid) if pmid else None, document.get("pmcid"), document.get("doi"), *numbers])


def _names(author: Document) -> Iterator[tuple[str, str]]:
    """Give (start sign, name) for each way a name is written."""
    if group := author.get("collective"):
        yield ENTRY, group
        return
    last, fore, initials = author.get("last") or "", author.get("fore") or "", author.get("initials") or ""
    yield ENTRY, f"{last} {initials}"
    if fore and fore != initials:
        yield ENTRY, f"{last} {fore}"
        yield SPOKEN_NAME, f"{fore} {last}"


def _authors(document: Document) -> str:
    written = []
    for place, author in enumerate(_list(document, "authors")):
        first = f"{FIRST_AUTHOR} " if place == 0 else ""
        for sign, name in _names(author):
            written += [
                f"{first if sign == ENTRY else ''}{sign} {' '.join(pattern.tokens)} {ENTRY_END}"
                for pattern in fold_name(name)
            ]
    return " ".join(written)


def _journal(document: Document) -> str:
    journal = document.get("journal") or {}
    names = ("title", "iso", "medline_ta", "issn", "issn_linking")
    return _entries(dict.fromkeys(journal.get(name) for name in names))


def _affiliations(document: Document) -> str:
    # Authors of one institute share its address word for word: each is folded once.
    places = dict.fromkeys(place for author in _list(document, "authors") for place in author.get("affiliations") or ())
    return f" {SEPARATOR} ".join(dict.fromkeys(map(fold_text, places)))


_COLUMNS: dict[str, Callable[[Document], str]] = {
    "title": _title,
    "abstract": _abstract,
    "keywords": lambda document: _texts(_list(document, "keywords")),
    "mesh": _mesh,
    "mesh_major": lambda document: " ".join(_headings(document, True)),
    "substances": _substances,
    "identifiers": _identifiers,
    "types": lambda document: _entries(_list(document, "publication_types")),
    "authors": _authors,
    "journal": _journal,
    "affiliations": _affiliations,
    "languages": lambda document: _entries(_list(document, "languages")),
}
