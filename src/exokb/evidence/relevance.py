"""Relevance: is a record about vesicles from mesenchymal stem or stromal cells."""

from __future__ import annotations

import re

from exokb.domain.annotation import Annotation, Assertion
from exokb.evidence.document import Role
from exokb.evidence.matcher import Mention
from exokb.evidence.parentage import Parentage, find_parentages, has_other_parents
from exokb.evidence.reading import Reading

FACET = "relevance"
VALUE = "msc_ev"
# "Exosomes mediate the benefit of MSCs": what the cells do, their vesicles do.
_ACTOR = re.compile(r"\b(?:effects?|efficacy|benefits?|actions?|therap(?:y|ies)|functions?|potential|potency|roles?|"
                    r"properties|propert(?:y|ies)|paracrine|protection|immunomodulation|crosstalk|communication|"
                    r"transplantation|administration|activit(?:y|ies)) (?:of|by|from|with) (?:\w+ ){0,5}$")  # fmt: skip
# In "MSCs take up exosomes" the cells are none's parents.
_TAKES = re.compile(
    r"\b(?:uptake|internali|respon|educat|treated|exposed|stimulated|induced by|recruit|taking up|"
    r"take up|differentiat|osteogen|chondrogen|adipogen|toward|fate|by)\b|^[^.;]{0,60}\b(?:tumou?r|cancer|"
    r"plasma|serum|macrophage|platelet|milk|endothelial|neuronal|osteoclast|osteoblast|osteocyte)"
)
# A study of cells that ends in "this may be due to their exosomes" is not about these.
_OUTLOOK = re.compile(r"\b(?:may|might|could|possibly|probably|presumably|likely|perhaps|future|further (?:stud|"
                      r"research|work)|"
                      r"should|remains? to be|whether|hypothes\w+|speculat\w+)\b")  # fmt: skip
_MAYBE = re.compile(r"\b(?:may|might|possibly|probably|presumably|perhaps|speculat\w+|remains? to be|whether)\b")
_THEIR = re.compile(r"\W*(?:their|its|these|such|the resulting|the isolated|the|both)(?: \w+){0,2} $")
_ISOLATED = re.compile(
    r"[^.;:]{0,60}\b(?:isolated|collected|extracted|harvested|purified|obtained|prepared|separated|enriched|"
    r"concentrated|compared|"
    r"characteri[sz]ed|analy[sz]ed|profiled|quantified)\b"
    r"(?! from (?!(?:the |their |its |cells? |cultured? |conditioned |collected |resulting |this |these )*"
    r"(?:supernatants?|medi(?:um|a)|cells|cultures?|secretome)\b))"
)


def find_products(reading: Reading) -> list[tuple[int, int]]:
    """Give the words for what cells release, by position: vesicles, plain "vesicles" of such a record, and medium."""
    found = list(reading.vesicles)
    if found:
        found += [(m.start, m.end) for m in reading.mentions("cell") if m.rules.id == "vesicle_word"
                  and not any(a <= m.start < b for a, b in reading.vesicles)]  # fmt: skip
    found += [(m.start, m.end) for m in reading.mentions("vesicle") if m.rules.id == "secretome" and m.kind != "mesh"]
    return sorted(found)


def find_msc_vesicles(reading: Reading, linking: frozenset[str]) -> list[Parentage]:
    """Give the places where vesicles (or medium, in a vesicle record) are said to come from MSC."""
    cells = [mention for mention in reading.mentions("cell") if mention.rules.id == "msc"]
    if not cells or not reading.vesicles:
        return []
    return find_parentages(reading, cells, find_products(reading), linking)


def find_implied_links(reading: Reading, linking: frozenset[str], *, review: bool) -> list[Parentage]:
    """Give the places from which MSC vesicles follow though no words join cells and vesicles.

    These are a title on both, a review of MSC that names vesicles as one of their means, and vesicles "isolated from
    the culture medium" behind a sentence on MSC; none where the vesicles of the record come from other cells.
    """
    document = reading.document
    cells = [m for m in reading.mentions("cell") if m.rules.id == "msc" and m.kind != "mesh"]
    if not cells or not reading.vesicles or has_other_parents(reading, linking):
        return []
    titled = any(document.sentence_at(cell.start).role is Role.TITLE for cell in cells)
    found = []
    for product in reading.vesicles:
        sentence = document.sentence_at(product[0])
        if sentence.role in {Role.BACKGROUND, Role.KEYWORDS, Role.MESH}:
            continue
        beside = [cell for cell in cells if sentence.start <= cell.start < sentence.end]
        if sentence.role is Role.TITLE or (review and titled):
            found += [Parentage(cell, product, sentence) for cell in beside if _implies(reading, cell, product)]
        elif not review and (
            _ISOLATED.match(document.text, product[1], sentence.end)
            or _THEIR.fullmatch(document.text, sentence.start, product[0])
        ):
            before = document.sentence_at(max(0, sentence.start - 2))
            near = [cell for cell in cells if before.start <= cell.start < product[0]]
            if near and before.role is not Role.TITLE:
                found.append(Parentage(near[-1], product, document.sentence_at(near[-1].start)))
    return found


def _implies(reading: Reading, cell: Mention, product: tuple[int, int]) -> bool:
    """Say whether a sentence on a cell and on vesicles, not joined by words, still makes the cell their parent."""
    text = reading.document.text
    if cell.end <= product[0]:
        return not _TAKES.search(text[cell.end : product[0]])
    return bool(_ACTOR.search(text[product[1] : cell.start]))


def annotate_relevance(reading: Reading, linking: frozenset[str], *, review: bool) -> list[Annotation]:
    """Give the relevance claims; those of an introduction alone are background."""
    found = []
    links, rule = find_msc_vesicles(reading, linking), "parentage"
    if not any(link.sentence.role is not Role.BACKGROUND for link in links):
        implied = find_implied_links(reading, linking, review=review)
        links, rule = (implied, "implied") if implied else (links, rule)
    text = reading.document.text
    strong = [link for link in links if review or not (
        link.sentence.role is Role.BACKGROUND
        or (link.sentence.role is Role.CONCLUSION and _OUTLOOK.search(text, *link.sentence[:2]))
        or (link.sentence.role in {Role.RESULTS, Role.OTHER} and _MAYBE.search(text, *link.sentence[:2]))
    )]  # fmt: skip
    affirmed = bool(strong) or len(links) > 1
    for link in links:
        start, end = min(link.cell.start, link.product[0]), max(link.cell.end, link.product[1])
        assertion = Assertion.AFFIRMED if affirmed and (link in strong or not strong) else Assertion.BACKGROUND
        score = 1.0 if link.sentence.role is Role.TITLE else 0.8
        found.append(reading.annotation(FACET, VALUE, start, end, f"{FACET}/{VALUE}:{rule}", assertion, score))
    return found
