"""Relevance: is a record about vesicles from mesenchymal stem or stromal cells."""

from __future__ import annotations

from exokb.domain.annotation import Annotation, Assertion
from exokb.evidence.document import Role
from exokb.evidence.parentage import Parentage, find_parentages
from exokb.evidence.reading import Reading

FACET = "relevance"
VALUE = "msc_ev"


def find_msc_vesicles(reading: Reading, linking: frozenset[str]) -> list[Parentage]:
    """Give the places where vesicles (or medium, in a vesicle record) are said to come from MSC."""
    cells = [mention for mention in reading.mentions("cell") if mention.rules.id == "msc"]
    if not cells or not reading.vesicles:
        return []
    mediums = [(m.start, m.end) for m in reading.mentions("vesicle") if m.rules.id == "secretome" and m.kind != "mesh"]
    return find_parentages(reading, cells, sorted([*reading.vesicles, *mediums]), linking)


def annotate_relevance(reading: Reading, links: list[Parentage], *, review: bool) -> list[Annotation]:
    """Give the relevance claims; those of an introduction alone are background."""
    found = []
    strong = [link for link in links if review or link.sentence.role is not Role.BACKGROUND]
    affirmed = bool(strong) or len(links) > 1
    for link in links:
        start, end = min(link.cell.start, link.product[0]), max(link.cell.end, link.product[1])
        assertion = Assertion.AFFIRMED if affirmed and (link in strong or not strong) else Assertion.BACKGROUND
        score = 1.0 if link.sentence.role is Role.TITLE else 0.8
        found.append(reading.annotation(FACET, VALUE, start, end, f"{FACET}/{VALUE}:parentage", assertion, score))
    return found
