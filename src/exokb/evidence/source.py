"""Source: the tissue of the stem or stromal cells whose vesicles (or medium, or selves) a record uses."""

from __future__ import annotations

import re
from collections import Counter

from exokb.domain.annotation import Annotation, Assertion
from exokb.evidence.document import Role
from exokb.evidence.matcher import Mention
from exokb.evidence.parentage import find_parentages, has_other_parents
from exokb.evidence.reading import Reading
from exokb.evidence.relevance import find_msc_vesicles, find_products
from exokb.evidence.vocabulary import Vocabulary

FACET = "source"
TISSUE = "tissue"
"""Name of the lists of tissues, and kind of a mention that was read from one."""
_LISTING = re.compile(r"\b(?:various|different|multiple|several|many|such as|including|e\.g|variety of|numerous|"
                      r"can be (?:isolated|obtained|derived|found|harvested)|sources?)\b")  # fmt: skip

# "MSCs were isolated from the human ...", "sources of MSC such as ...": what stands before the tissue.
_FROM_TISSUE = re.compile(
    # Progenitors made of pluripotent cells are no such cells; the group tells mesenchymal ones.
    r"\b((?:mesenchymal (?:\w+[ /]){0,2})?(?:stem|stromal|progenitor|mesenchymal) cells?|\w*scs?|svf)"
    # Vesicles of such cells may be what was isolated.
    r"(?: (?:derived )?(?:small |extracellular )*(?:exosomes?|exos?|vesicles?|s?evs?))?(?: ?\([^()]{1,40}\))?,?"
    r"(?: (?:that|which|were|was|are|is|been|had|have|being|can|could|be|successfully|first|originally|initially|"
    r"primarily|mainly|commonly|freshly|obtained|isolated|extracted|cultured|expanded|purified|and|then|all|also|"
    r"readily|"
    r"either|directly|derived|harvested|collected|generated|prepared|established|sourced|originating|originated|"
    r"found|residing|resident|separated|differentiated|produced))* (?:from|of)"
    r"(?: (?:the|a|an|human|rat|mouse|murine|rabbit|porcine|bovine|equine|canine|ovine|goat|sheep|healthy|adult|fetal|"
    r"neonatal|full|term|donors?|donor's|discarded|fresh|autologous|allogeneic|subcutaneous|normal|young|old|aged|both|"
    r"different|patients?|patient's|volunteers?|of|sd|wistar|sprague|dawley|rats?|mice|newborn|visceral|epididymal|"
    r"inguinal|abdominal|caesarean|cesarean|third|molar|permanent|premolar|exfoliated|impacted|femoral|iliac|"
    r"sections?|delivered|gestational|early|mature|postpartum|nasal|left|right|epicardial))* ?$"
)
_SOURCES = re.compile(r"\b(?:sources?|tissues?|origins?)(?: of [\w ]{1,25})?,? \(?(?:including|such as|e\.?g\.?,?|like|"
                      r"namely|i\.?e\.?,?) (?:the |human )*$")  # fmt: skip
_NEXT = re.compile(r"(?: tissues?)?[ ,/]*(?:and |or |as well as |versus |vs\.? |& )?(?:the |human |from )*")
_STEM_WORD = re.compile(r"\b(?:stem|stromal|\w*mscs?)\b")
_MESENCHYMAL = re.compile(r"mesenchym|msc")
# "The profiles of vesicles from adipose, marrow and cord MSC differ": such a list is what was compared.
_COMPARED = re.compile(r"\b(?:compar\w+|differ\w*|versus|vs|profiles?|head to head|respectively)\b")
_THAN = re.compile(r"\b(?:than|versus|vs\.?|relative to|compared (?:to|with)|superior to|comparison (?:of|with|to)|"
                   r"parallel cultures? of|comparable to|inferior to|equivalent to|similar to)"
                   r"(?: (?:the|those|that|of|from|by|human|rat|conventional|native|\w*mscs?|or|and|"
                   r",))* ?$")  # fmt: skip

# Cells in which something happens are those that the vesicles act on.
_RECEIVING = re.compile(r"\b(?:differentiation|proliferation|migration|osteogenesis|apoptosis|uptake|viability|"
                        r"function|"
                        r"senescence|homing|recruitment|activity|chondrogenesis|adipogenesis|potential|ability|"
                        r"capacity|"
                        r"internali[sz]ation|commitment) (?:of|in|by) (?:\w+ ){0,3}$")  # fmt: skip

_BESIDE_OTHERS = re.compile(r" co ?cultur")


class SourceAnnotator:
    """Finds sources with the words of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        rules = vocabulary.facets[FACET].rules
        self._tissues = [(f"{TISSUE}.{name}", rules[name]) for name in sorted(vocabulary.facets[TISSUE].lists)
                         if name in rules]  # fmt: skip
        self._linking = frozenset(vocabulary.phrases("cell", "linking"))

    def annotate(self, reading: Reading, *, review: bool) -> list[Annotation]:
        """Give the sources: those named as parents of the vesicles, else those of the cells the record is about."""
        mentions = [m for m in reading.mentions(FACET) if m.kind != "mesh"]
        taken = [(m.start, m.end) for m in mentions]
        mentions += [m for m in self._find_tissues(reading) if not any(a <= m.start < b for a, b in taken)]
        mentions.sort(key=lambda m: (m.start, -m.end, m.rules.id))
        return _annotate(reading, mentions, self._linking, review=review) if mentions else []

    def _find_tissues(self, reading: Reading) -> list[Mention]:
        """Give tissues that the text says stem or stromal cells come from."""
        if not any(m.rules.id in {"msc", "stem"} for m in reading.mentions("cell")):
            return []
        spans = [(start, end, rules) for name, rules in self._tissues for start, end in reading.phrases(name)]
        spans.sort(key=lambda span: (span[0], -span[1]))
        document = reading.document
        found: list[Mention] = []
        for start, end, rules in spans:
            if found and start < found[-1].end:
                continue
            sentence = document.sentence_at(start)
            before = document.text[max(sentence.start, start - 160) : start]
            if (
                (found and found[-1].start >= sentence.start and _NEXT.fullmatch(document.text, found[-1].end, start))
                or (
                    (match := _FROM_TISSUE.search(before))
                    and (rules.id != "pluripotent" or _MESENCHYMAL.search(match.group(1)))
                )
                or (_SOURCES.search(before) and _STEM_WORD.search(document.text, sentence.start, sentence.end))
            ):
                found.append(Mention(start, end, rules, TISSUE))
        return found


def _annotate(reading: Reading, mentions: list[Mention], linking: frozenset[str], *, review: bool) -> list[Annotation]:
    products = find_products(reading)
    links = find_parentages(reading, mentions, products, linking) if products else []
    # What an introduction tells of other cells' vesicles yields to what the record says of its own.
    links = [link for link in links if link.sentence.role is not Role.BACKGROUND] or links
    titled = {link.cell.rules.value for link in links if link.sentence.role is Role.TITLE}
    if titled:
        # Beside the title's tissue, another is one that the record comes back to.
        times = Counter(link.cell.rules.value for link in links)
        links = [link for link in links if link.cell.rules.value in titled or times[link.cell.rules.value] > 1]
    parents = {link.cell for link in links}
    compared = _find_compared(reading, mentions) if parents else set()
    own = [m for m in mentions if m in parents and _is_own(reading, m, mentions, review=review)]
    # No words make them parents: the record's cells are its source unless its vesicles are another cell's.
    if not own and (find_msc_vesicles(reading, linking) or not has_other_parents(reading, linking)):
        own = [m for m in mentions if _is_own(reading, m, mentions, review=review) and not _receives(reading, m)]
    own += [m for m in mentions if m.rules.value in compared and m not in parents]
    values = {m.rules.value for m in own}
    found = []
    for mention in mentions:
        assertion = Assertion.AFFIRMED if mention.rules.value in values else Assertion.BACKGROUND
        if assertion is Assertion.AFFIRMED and mention not in own:
            continue
        found.append(reading.annotation(FACET, mention.rules.value, mention.start, mention.end, mention.rule, assertion,
                                        1.0 if mention in parents else 0.6))  # fmt: skip
    return found


def _find_compared(reading: Reading, mentions: list[Mention]) -> set[str]:
    """Give tissues whose cells the record's own words set against those of its vesicles, more than once."""
    document = reading.document
    times: Counter[str] = Counter()
    for mention in mentions:
        sentence = document.sentence_at(mention.start)
        if sentence.role is not Role.BACKGROUND:
            times[mention.rules.value] += bool(
                _THAN.search(document.text, max(sentence.start, mention.start - 60), mention.start)
            )
    return {value for value, count in times.items() if count > 1}


def _receives(reading: Reading, mention: Mention) -> bool:
    """Say whether the words about a cell make it one that is acted on, or only kept beside others."""
    text = reading.document.text
    if _BESIDE_OTHERS.match(text, mention.end):
        return True
    return bool(reading.vesicles and _RECEIVING.search(text, max(0, mention.start - 60), mention.start))


def _is_own(reading: Reading, mention: Mention, mentions: list[Mention], *, review: bool) -> bool:
    """Tell the record's own cells from an enumeration of where such cells come from."""
    sentence = reading.document.sentence_at(mention.start)
    if sentence.role in {Role.TITLE, Role.KEYWORDS}:
        return True
    beside = {m.rules.value for m in mentions if sentence.start <= m.start < sentence.end}
    if (
        sentence.role is not Role.BACKGROUND
        and reading.vesicles_in(sentence)
        and _COMPARED.search(reading.document.text, sentence.start, sentence.end)
    ):
        return True
    if len(beside) >= 3 and _LISTING.search(reading.document.text, sentence.start, sentence.end):
        return False
    return not (review and len(beside) >= 3)
