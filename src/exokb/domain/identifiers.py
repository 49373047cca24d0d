"""Identifiers of papers and trials: how each is written, recognised and normalised.

Sources of the forms: PMID and PMCID, https://www.ncbi.nlm.nih.gov/books/NBK3827/; DOI, the DOI Handbook
(https://doi.org/10.1000/182) and Crossref's pattern; NCT numbers, https://clinicaltrials.gov.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NewType
from urllib.parse import unquote

from exokb.errors import InvalidIdentifier

Pmid = NewType("Pmid", int)
Doi = NewType("Doi", str)
Pmcid = NewType("Pmcid", str)
TrialId = NewType("TrialId", str)

IdentifierKind = Literal["pmid", "doi", "pmcid", "trial"]

MAX_PMID = 999_999_999


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """One normalised identifier: ``Identifier("doi", "10.1186/s40364-019-0159-x")``."""

    kind: IdentifierKind
    value: str

    def __str__(self) -> str:
        return f"PMID:{self.value}" if self.kind == "pmid" else self.value

    @property
    def pmid(self) -> Pmid:
        """The number of a PMID identifier."""
        return Pmid(int(self.value))


_PMID = re.compile(r"(?:pmid\s*:?\s*|pubmed\s*:\s*)?0*([1-9]\d{0,8})", re.I)
_PMCID = re.compile(r"(?:pmcid\s*:?\s*)?pmc\s?0*([1-9]\d{0,8})(?:\.\d+)?", re.I)
_DOI = re.compile(r"(?:doi\s*:?\s*)?(10\.\d{4,9}(?:\.\d+)*/\S+)", re.I)
_TRIAL = re.compile(r"NCT\s?-?(\d{8})", re.I)
_URL = re.compile(r"(?:https?://)?(?:www\.|dx\.|m\.)?([a-z0-9.-]+\.[a-z]{2,})(?::\d+)?/(.*)", re.I | re.S)
_URL_SHAPES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    # a link's host, and the pattern its path must hold: group 1 is the identifier
    (re.compile(r"doi\.org$"), re.compile(r"(10\.\d{4,9}/[^?#\s]+)")),
    (re.compile(r"pubmed\.ncbi\.nlm\.nih\.gov$"), re.compile(r"^(\d+)(?:[/?#]|$)")),
    (re.compile(r"pmc\.ncbi\.nlm\.nih\.gov$"), re.compile(r"articles/(PMC\d+)", re.I)),
    (
        re.compile(r"ncbi\.nlm\.nih\.gov$"),
        re.compile(r"(?:pubmed/(?:\?term=)?(\d+)|articles/(PMC\d+))", re.I),
    ),
    (re.compile(r"europepmc\.org$"), re.compile(r"(?:article|abstract)/(?:MED/(\d+)|PMC/(PMC\d+))", re.I)),
    (re.compile(r"clinicaltrials\.gov$"), re.compile(r"(NCT\d{8})", re.I)),
    (re.compile(r""), re.compile(r"(10\.\d{4,9}/[^?#\s]+)")),
)
# A DOI may end in almost any character; these are punctuation of the sentence around it when they come last.
_TRAILING = ".,;:'\"”’»"


def normalise_doi(text: str) -> Doi:
    """Give the lower-case DOI without prefix, link, blanks or trailing punctuation.

    DOIs compare without regard to case (DOI Handbook 2.4), and PubMed holds some with blanks inside.

    Raises:
        InvalidIdentifier: the text holds no DOI.
    """
    squeezed = re.sub(r"\s+", "", unquote(text))
    match = re.search(r"10\.\d{4,9}(?:\.\d+)*/\S+", squeezed)
    if not match:
        raise InvalidIdentifier(text, "a DOI looks like 10.1186/s40364-019-0159-x")
    doi = match.group(0).rstrip(_TRAILING)
    for opening, closing in ("()", "[]", "<>", "{}"):
        while doi.endswith(closing) and doi.count(closing) > doi.count(opening):
            doi = doi[:-1].rstrip(_TRAILING)
    return Doi(doi.lower())


def parse_pmid(text: str) -> Pmid:
    """Read a PMID, bare or as ``PMID: 33857817``.

    Raises:
        InvalidIdentifier: it is none. Digits are never picked out of other words (``ABC123``).
    """
    match = _PMID.fullmatch(text.strip())
    if not match:
        raise InvalidIdentifier(text, "a PMID is a number of at most nine digits")
    return Pmid(int(match.group(1)))


def parse_pmcid(text: str) -> Pmcid:
    """Read a PMCID, with or without a version (``PMC7477653.1``).

    Raises:
        InvalidIdentifier: it is none.
    """
    match = _PMCID.fullmatch(text.strip())
    if not match:
        raise InvalidIdentifier(text, "a PMCID looks like PMC7477653")
    return Pmcid(f"PMC{match.group(1)}")


def parse_identifier(text: str) -> Identifier:
    """Recognise one identifier in any form a person may paste: bare, prefixed, or a link.

    Raises:
        InvalidIdentifier: the text is none of a PMID, DOI, PMCID, NCT number or a link to one.
    """
    asked = text.strip().strip("<>\"'“”‘’").rstrip(",;")
    if not asked:
        raise InvalidIdentifier(text, "it is empty")
    if match := _TRIAL.fullmatch(asked):
        return Identifier("trial", f"NCT{match.group(1)}")
    if match := _PMCID.fullmatch(asked):
        return Identifier("pmcid", f"PMC{match.group(1)}")
    if match := _PMID.fullmatch(asked):
        return Identifier("pmid", match.group(1))
    if _DOI.fullmatch(asked):
        return Identifier("doi", normalise_doi(asked))
    if match := _URL.fullmatch(asked):
        return _from_link(asked, match.group(1).lower(), unquote(match.group(2)))
    if re.fullmatch(r"(?:pmid\s*:?\s*)?\d{10,}", asked, re.I):
        raise InvalidIdentifier(text, "a PMID has at most nine digits")
    raise InvalidIdentifier(text, "it is neither a PMID, a DOI, a PMCID, an NCT number nor a link to one")


def _from_link(asked: str, host: str, path: str) -> Identifier:
    for host_pattern, path_pattern in _URL_SHAPES:
        if host_pattern.search(host) and (found := path_pattern.search(path)):
            value = next(group for group in found.groups() if group)
            if value.startswith("10."):
                return Identifier("doi", normalise_doi(value))
            return parse_identifier(value)
    raise InvalidIdentifier(asked, "the link holds no PMID, PMCID, DOI or NCT number")


def split_identifiers(text: str) -> Iterator[str]:
    """Split pasted text into candidate identifiers: any blank, comma, semicolon or pipe separates.

    A semicolon stays where an old DOI has one (``...3.0.CO;2-X``).
    ``PMID: 123`` and ``PMC 123`` stay together; a line's part from ``#`` on is a comment.
    """
    for line in text.splitlines():
        line = re.sub(r"(?:^|\s)#.*$", "", line.lstrip("\ufeff"))
        line = re.sub(r"\b(pmid|pmcid|doi|pubmed)\s*:?\s+(?=\S)", r"\1:", line, flags=re.I)
        line = re.sub(r"\b(pmc|nct)\s+(?=\d)", r"\1", line, flags=re.I)
        yield from (
            part
            for part in re.split(r"[\s|]+|;(?!\d-\w(?:\s|$))|,(?=\s|$|\d|PM|NCT|10\.|https?:)", line, flags=re.I)
            if part
        )
