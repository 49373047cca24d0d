"""Which cells the vesicles (or the conditioned medium) of a record come from: the grammar of "MSC-derived exosomes"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from exokb.evidence.document import Sentence
from exokb.evidence.matcher import Mention
from exokb.evidence.reading import Reading

_WORD = re.compile(r"[a-z0-9]+")
_MARKER = re.compile(r"cd\d+[a-z]?|pkh\d+|gfp|di[dilr]")
_MOLECULE_BEFORE = re.compile(
    r"[\w ./]{1,24} (?:loaded|enriched|overexpressing|containing|carrying|modified|primed|engineered|"
    r"pretreated|encapsulated) ?"
)
_RECIPIENT_LINK = re.compile(
    r"\b(?:on|to|into|induc\w+|promot\w+|enhanc\w+|inhibit\w+|suppress\w+|treated? with|differentiation|"
    r"uptake|taken up|"
    r"internali[sz]\w+|increas\w+|decreas\w+|regulat\w+|stimulat\w+|recruit\w+|activat\w+|education|targets?|affect\w*|"
    r"co ?cultured?|incubated|toward|effects? (?:of|on)|migration|proliferation|osteogen\w+|fibroblasts?|chondrocytes?|"
    r"tumou?r|cancer|macrophages?|platelets?|endothelial|neurons?|serum|plasma|milk|urine|unlike|than)\b"
)


# "Hypoxia of MSCs increases exosome secretion": the cells make what is secreted.
_RAISES = re.compile(
    r"[ ,]*(?:\w+ ){0,3}(?:increas|enhanc|promot|boost|improv|stimulat|rais|elevat|reduc|decreas|inhibit|"
    r"affect|facilitat)\w*(?: \w+){0,3} "
)
_MAKING = re.compile(r" (?:secretion|release|production|yield|biogenesis|output|quantity)\b")
# "MSCs ease fibrosis via extracellular vesicles": what opens the sentence acts through its own vesicles.
_ACTS_THROUGH = re.compile(
    r"[^.;:]{5,90}\b(?:via|through|by) (?:(?:their|the|secreting|releasing|delivering|secreted|small|an?) )*"
)
_SECRETES = re.compile(r"s? (?:can |also )?(?:secret|releas|produc|generat|shed)\w* (?:\w+ ){0,4}")
_BESIDE = re.compile(r"[ ,]*(?:and|or|versus|vs\.?|compared (?:with|to)|as well as|/|,)[ ,]*(?:the |human )*"
                     r"(?:adipose |marrow |cord |derived |mesenchymal |stem |cells? )*")  # fmt: skip
_FROM = re.compile(r"\b(?:from|by|of)\b")


def _links(gap: str, linking: frozenset[str]) -> bool:
    """Say whether the words between a cell and vesicles make the cell their parent."""
    if any(mark in gap for mark in ".;:"):
        return False
    return all(
        word in linking or word.isdigit() or _MARKER.fullmatch(word)
        for word in _WORD.findall(_MOLECULE_BEFORE.sub(" ", gap))
    )


@dataclass(frozen=True, slots=True)
class Parentage:
    """Words that name a cell as the parent of vesicles, and the vesicles they belong to."""

    cell: Mention
    product: tuple[int, int]
    sentence: Sentence


def find_parentages(
    reading: Reading, cells: list[Mention], products: list[tuple[int, int]], linking: frozenset[str]
) -> list[Parentage]:
    """Pair each cell mention with vesicles that the sentence says come from it.

    Args:
        reading: the record.
        cells: mentions of cells, by position.
        products: spans of words for vesicles or conditioned medium, by position.
        linking: words that may stand between a cell and its vesicles ("MSCs *and their small* exosomes").
    """
    found = []
    for cell in cells:
        if cell.kind != "mesh":
            sentence = reading.document.sentence_at(cell.start)
            product = _find_product(reading.document.text, sentence, cell, products, linking)
            if product:
                found.append(Parentage(cell, product, sentence))
    return [*found, *_find_partners(reading, cells, found)]


def _find_product(
    text: str, sentence: Sentence, cell: Mention, products: list[tuple[int, int]], linking: frozenset[str]
) -> tuple[int, int] | None:
    """Give the vesicles of a sentence that come from a cell, if any do."""
    for product in products:
        if product[1] <= sentence.start:
            continue
        if product[0] >= sentence.end:
            return None
        if product[0] < cell.end and cell.start < product[1]:
            return product
        if cell.end <= product[0]:
            gap = text[cell.end : product[0]]
            if len(gap) > 110:
                return None
            raised = len(gap) <= 60 and _RAISES.fullmatch(gap) and _MAKING.match(text, product[1])
            acting = cell.start - sentence.start <= 40 and _ACTS_THROUGH.fullmatch(gap)
            if raised or acting or _SECRETES.fullmatch(gap) or _links(gap, linking):
                return product
        else:
            gap = text[product[1] : cell.start].replace("induced pluripotent", "pluripotent")
            if len(gap) <= 120 and _FROM.search(gap) and not _RECIPIENT_LINK.search(gap):
                return product
    return None


def _find_partners(reading: Reading, cells: list[Mention], links: list[Parentage]) -> list[Parentage]:
    """Let a cell that is named beside a parent be a parent too: "exosomes from BMSCs and ADSCs"."""
    text = reading.document.text
    parents = {link.cell: link for link in links}
    found = []
    for first, second in pairwise(cells):
        if (first in parents) != (second in parents) and _BESIDE.fullmatch(text[first.end : second.start]):
            link = parents[first] if first in parents else parents[second]
            other = second if first in parents else first
            found.append(Parentage(other, link.product, link.sentence))
    return found
