"""How the JSON sources' reference entries become `Reference` fields: years, DOIs, first pages, first authors."""

from __future__ import annotations

import re

from exokb.domain.identifiers import Doi, normalise_doi
from exokb.errors import InvalidIdentifier


def read_year(text: str) -> int | None:
    """Give the year of ``2005a`` or ``c2005``; None where there is none."""
    match = re.search(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)", text)
    return int(match.group(1)) if match else None


def read_doi(raw: str, text: str) -> tuple[Doi | None, str]:
    """Give the normalised DOI and the citation text; a DOI that is none is kept in the text instead."""
    if not raw:
        return None, text
    try:
        return normalise_doi(raw), text
    except InvalidIdentifier:
        return None, text if raw in text else f"{text} doi:{raw}".strip()


def read_first_page(pages: str) -> str | None:
    """Give ``107`` of ``107-114`` or ``107–14``; an article number as it is."""
    first = re.split(r"[-–—,]", pages.strip(), maxsplit=1)[0].strip()
    return first or None


def read_first_author(authors: str) -> str | None:
    """Give ``Yin K`` of ``Yin K, Wang S, Zhao RC.``."""
    first = re.split(r"[,;]", authors, maxsplit=1)[0].strip().rstrip(".")
    return first or None
