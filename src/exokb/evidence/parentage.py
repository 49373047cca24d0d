"""Which cells the vesicles (or the conditioned medium) of a record come from: the grammar of "MSC-derived exosomes"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from exokb.evidence.document import Role, Sentence
from exokb.evidence.matcher import Mention
from exokb.evidence.reading import Reading

_WORD = re.compile(r"[a-z0-9]+")
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
_FROM = re.compile(r"\b(?:from|by|of)\b")


def _links(gap: str, linking: frozenset[str]) -> bool:
    """Say whether the words between a cell and vesicles make the cell their parent."""
    if any(mark in gap for mark in ".;:"):
        return False
    return all(word in linking or word.isdigit() for word in _WORD.findall(_MOLECULE_BEFORE.sub(" ", gap)))


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
    document = reading.document
    text = document.text
    found: list[Parentage] = []
    for cell in cells:
        if cell.kind == "mesh":
            continue
        sentence = document.sentence_at(cell.start)
        for product in products:
            if product[1] <= sentence.start:
                continue
            if product[0] >= sentence.end:
                break
            if product[0] < cell.end and cell.start < product[1]:
                found.append(Parentage(cell, product, sentence))
                break
            if cell.end <= product[0]:
                gap = text[cell.end : product[0]]
                making = len(gap) <= 60 and _RAISES.fullmatch(gap) and _MAKING.match(text, product[1])
                if (len(gap) <= 110 and _links(gap, linking)) or making:
                    found.append(Parentage(cell, product, sentence))
                    break
                if len(gap) > 110:
                    break
            else:
                gap = text[product[1] : cell.start]
                if len(gap) <= 120 and _FROM.search(gap) and not _RECIPIENT_LINK.search(gap):
                    found.append(Parentage(cell, product, sentence))
                    break
    return found


def is_claim(parentage: Parentage, *, review: bool) -> bool:
    """Say whether a pairing speaks of the record's own vesicles: anywhere in a review, past the introduction else."""
    return review or parentage.sentence.role is not Role.BACKGROUND
