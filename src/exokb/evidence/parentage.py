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
# "MSC-derived IMTP-exosomes", "MSC-derived, folate-tagged vesicles": names of what was done to them, but no other cell.
_NAMED_BETWEEN = re.compile(
    r"s?(?: \([^()]{1,30}\))? (?:derived|secreted|released|originated|sourced),? (?:(?!(?:\w*cells?|\w*cytes?|"
    r"\w*blasts?|\w*mscs?|"
    r"neurons?|organoids?|macrophages?|conditioned|factors?|islets?|mitochondria|by|on|in|to|of|from|with|for|the|"
    r"their|into|as|than|can|may|that|which|is|are|was|were|via|through|after)\b)[\w+/]+[ ,]+){1,4}"
)
# "Vesicles isolated from osteogenically induced, serum-starved MSCs": straight from the one to the other.
_STRAIGHT = re.compile(
    r"(?: ?\([^()]{1,30}\))?,?(?: (?:that|which|were|was|are|is|being|derived|isolated|secreted|released|obtained|"
    r"collected|"
    r"purified|extracted|harvested|generated|produced|shed|originating|originated|prepared|and|then|first|"
    r"successfully|originally)){1,4} (?:from|by) "
    r"(?:(?!(?:\w*cells?|\w*cytes?|\w*blasts?|\w*phages?|neurons?|platelets?|plasma|serum(?! ?(?:free|starved|"
    r"deprived))|"
    r"milk|urine|on|to|into|in|with|than|unlike|toward|for|promot\w*|induc(?:es?|ing)|enhanc(?:es?|ing)|inhibit(?:s|"
    r"ing)?|"
    r"regulat(?:es?|ing)|affect\w*|increas(?:es?|ing)|tissue|ultracentrifugation)\b)[^\s.;:]+ ){0,7}"
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
# "Grown without serum, and exosomes were isolated": two things, not a fluid and its vesicles.
_JUST_BESIDE = re.compile(r"s?,? (?:and|or|then)(?: (?:the|their|these|then))? ")
# "MSCs from gastric cancer tissue shed exosomes": the cells are the parents, not where they lived.
_STEM_FROM = re.compile(
    r"(?:\b\w*mscs?|stem cells?|stromal cells?),? (?:isolated |derived |obtained |residing )?(?:from|of|"
    r"in) [^,.;]{0,30}$"
)
_FROM = re.compile(r"\b(?:from|by|of)\b")

_FROM_CELLS = re.compile(r"(?: \([^)]{1,15}\))? (?:derived|isolated|secreted|released|purified|obtained|"
                         r"produced)? ?(?:from|by) "
                         r"([\w/ ]{2,45}?) cells?\b")  # fmt: skip
_CELLS_FIRST = re.compile(r"((?:\w+ ){1,3})cells? (?:derived|secreted|released) (?:small )?$")
_STEM = re.compile(r"\b(?:stem|stromal|progenitor|\w*mscs?|cardiosphere)\b")


def _links(gap: str, linking: frozenset[str]) -> bool:
    """Say whether the words between a cell and vesicles make the cell their parent."""
    if "." in gap:
        gap = gap.replace("e.g.", "eg").replace("i.e.", "ie")
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
            if raised or acting or _SECRETES.fullmatch(gap) or _NAMED_BETWEEN.fullmatch(gap) or _links(gap, linking):
                return product
        else:
            gap = text[product[1] : cell.start].replace("induced pluripotent", "pluripotent")
            if len(gap) <= 120 and (
                (_FROM.search(gap) and not _RECIPIENT_LINK.search(gap)) or _STRAIGHT.fullmatch(gap)
            ):
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


def has_other_parents(reading: Reading, linking: frozenset[str]) -> bool:
    """Say whether the vesicles come from cells that are no stem or stromal cells ("exosomes from tumour cells")."""
    others = [m for m in reading.mentions("cell") if m.rules.id == "other"]
    text = reading.document.text
    for link in find_parentages(reading, others, reading.vesicles, linking):
        if not (
            _JUST_BESIDE.fullmatch(text, link.cell.end, max(link.cell.end, link.product[0]))
            or _STEM_FROM.search(text, max(link.sentence.start, link.cell.start - 60), link.cell.start)
        ):
            return True
    for start, end in reading.vesicles:
        for match in (_FROM_CELLS.match(text, end), _CELLS_FIRST.search(text[max(0, start - 60) : start])):
            if match and not _STEM.search(match.group(1)):
                return True
    return False
