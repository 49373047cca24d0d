"""Which cells the vesicles (or the conditioned medium) of a record come from: the grammar of "MSC-derived exosomes"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from exokb.evidence.document import Role, Sentence
from exokb.evidence.matcher import Mention
from exokb.evidence.reading import Reading

_WORD = re.compile(r"[a-z0-9]+")
# Words that may stand between a cell and its vesicles: "MSC-derived small EVs", "MSCs and their exosomes",
# "MSCs secrete exosomes", "MSC-based cell-free products such as exosomes".
_CELL_FIRST = frozenset(
    [
        "s",
        "cell",
        "cells",
        "derived",
        "secreted",
        "released",
        "generated",
        "produced",
        "sourced",
        "origin",
        "originated",
        "isolated",
        "conditioned",
        "human",
        "small",
        "large",
        "extracellular",
        "native",
        "functional",
        "purified",
        "engineered",
        "modified",
        "hypoxia",
        "hypoxic",
        "mimetic",
        "free",
        "loaded",
        "enriched",
        "overexpressing",
        "containing",
        "carrying",
        "primed",
        "pretreated",
        "encapsulated",
        "and",
        "or",
        "via",
        "their",
        "its",
        "the",
        "these",
        "as",
        "well",
        "together",
        "along",
        "by",
        "through",
        "of",
        "from",
        "such",
        "including",
        "secrete",
        "secretes",
        "secreting",
        "secretion",
        "secretome",
        "release",
        "releases",
        "releasing",
        "produce",
        "produces",
        "producing",
        "production",
        "generate",
        "generates",
        "generating",
        "shed",
        "sheds",
        "shedding",
        "based",
        "msc",
        "mscs",
        "bmsc",
        "bmscs",
        "adsc",
        "adscs",
        "hucmsc",
        "hucmscs",
        "exo",
        "exos",
        "ev",
        "evs",
        "sev",
        "sevs",
        "cm",
        "uc",
        "bm",
        "ad",
        "h",
        "hu",
        "particular",
        "particularly",
        "especially",
        "namely",
        "mainly",
        "3d",
        "2d",
        "paracrine",
        "factor",
        "factors",
        "product",
        "products",
        "derivative",
        "derivatives",
        "bioactive",
        "therapeutic",
        "potential",
        "cargo",
        "soluble",
        "a",
        "an",
        "in",
        "are",
        "is",
        "can",
        "could",
        "may",
        "exert",
        "effect",
        "effects",
        "also",
        "amounts",
        "number",
        "numbers",
        "abundant",
        "quantity",
        "quantities",
        "high",
        "form",
        "mostly",
        "mediated",
        "partly",
        "primarily",
        "called",
        "termed",
        "known",
        "isolation",
        "use",
        "role",
        "application",
        "content",
        "fraction",
        "culture",
        "cultured",
        "supernatant",
        "medium",
        "media",
        "stem",
        "stromal",
        "mesenchymal",
        "nano",
        "sized",
        "membrane",
        "normoxic",
        "mir",
        "preconditioned",
        "stimulated",
        "untreated",
        "autologous",
        "allogeneic",
        "rat",
        "mouse",
        "murine",
        "clinical",
        "grade",
        "microvesicles",
        "conditioning",
        "microrna",
    ]
)
_MOLECULE_BEFORE = re.compile(
    r"[\w ./]{1,24} (?:loaded|enriched|overexpressing|containing|carrying|modified|primed|engineered|pretreated|encapsulated) ?"
)
_RECIPIENT_LINK = re.compile(
    r"\b(?:on|to|into|induc\w+|promot\w+|enhanc\w+|inhibit\w+|suppress\w+|treated? with|differentiation|uptake|taken up|"
    r"internali[sz]\w+|increas\w+|decreas\w+|regulat\w+|stimulat\w+|recruit\w+|activat\w+|education|targets?|affect\w*|"
    r"co ?cultured?|incubated|toward|effects? (?:of|on)|migration|proliferation|osteogen\w+|fibroblasts?|chondrocytes?|"
    r"tumou?r|cancer|macrophages?|platelets?|endothelial|neurons?|serum|plasma|milk|urine|unlike|than)\b"
)


# "Hypoxia of MSCs increases exosome secretion": the cells make what is secreted.
_RAISES = re.compile(
    r"[ ,]*(?:\w+ ){0,3}(?:increas|enhanc|promot|boost|improv|stimulat|rais|elevat|reduc|decreas|inhibit|affect|facilitat)\w*(?: \w+){0,3} "
)
_MAKING = re.compile(r" (?:secretion|release|production|yield|biogenesis|output|quantity)\b")
_FROM = re.compile(r"\b(?:from|by|of)\b")


def _links(gap: str) -> bool:
    """Say whether the words between a cell and vesicles make the cell their parent."""
    if any(mark in gap for mark in ".;:"):
        return False
    return all(word in _CELL_FIRST or word.isdigit() for word in _WORD.findall(_MOLECULE_BEFORE.sub(" ", gap)))


@dataclass(frozen=True, slots=True)
class Parentage:
    """Words that name a cell as the parent of vesicles, and the vesicles they belong to."""

    cell: Mention
    product: tuple[int, int]
    sentence: Sentence


def find_parentages(reading: Reading, cells: list[Mention], products: list[tuple[int, int]]) -> list[Parentage]:
    """Pair each cell mention with vesicles that the sentence says come from it.

    Args:
        reading: the record.
        cells: mentions of cells, by position.
        products: spans of words for vesicles or conditioned medium, by position.
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
                if (len(gap) <= 110 and _links(gap)) or making:
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
