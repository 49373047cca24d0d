"""Source: the tissue of the stem or stromal cells whose vesicles (or medium, or selves) a record uses."""

from __future__ import annotations

import re
from collections import Counter

from exokb.domain.annotation import Annotation, Assertion
from exokb.evidence.document import Role
from exokb.evidence.matcher import Mention
from exokb.evidence.parentage import find_parentages
from exokb.evidence.reading import Reading

FACET = "source"
_LISTING = re.compile(r"\b(?:various|different|multiple|several|many|such as|including|e\.g|variety of|numerous|"
                      r"can be (?:isolated|obtained|derived|found|harvested)|sources?)\b")  # fmt: skip

_FROM_CELLS = re.compile(r"(?: \([^)]{1,15}\))? (?:derived|isolated|secreted|released|purified|obtained|"
                         r"produced)? ?(?:from|by) "
                         r"([\w/ ]{2,45}?) cells?\b")  # fmt: skip
_CELLS_FIRST = re.compile(r"((?:\w+ ){1,3})cells? (?:derived|secreted|released) (?:small )?$")
_STEM = re.compile(r"\b(?:stem|stromal|progenitor|\w*mscs?|cardiosphere)\b")


def annotate_source(reading: Reading, linking: frozenset[str], *, review: bool) -> list[Annotation]:
    """Give the sources: those named as parents of the vesicles, else those of the cells the record is about."""
    mentions = [m for m in reading.mentions(FACET) if m.kind != "mesh"]
    if not mentions:
        return []
    products = sorted([*reading.vesicles, *((m.start, m.end) for m in reading.mentions("vesicle")
                                            if m.rules.id == "secretome" and m.kind != "mesh")])  # fmt: skip
    links = find_parentages(reading, mentions, products, linking) if products else []
    # What an introduction tells of other cells' vesicles yields to what the record says of its own.
    links = [link for link in links if link.sentence.role is not Role.BACKGROUND] or links
    titled = {link.cell.rules.value for link in links if link.sentence.role is Role.TITLE}
    if titled:
        # Beside the title's tissue, another is one that the record comes back to.
        times = Counter(link.cell.rules.value for link in links)
        links = [link for link in links if link.cell.rules.value in titled or times[link.cell.rules.value] > 1]
    parents = {link.cell for link in links}
    own = [m for m in mentions if m in parents and _is_own(reading, m, mentions, review=review)]
    # No words make them parents: the record's cells are its source unless its vesicles are another cell's.
    if not own and not _has_other_parents(reading, linking):
        own = [m for m in mentions if _is_own(reading, m, mentions, review=review)]
    values = {m.rules.value for m in own}
    found = []
    for mention in mentions:
        assertion = Assertion.AFFIRMED if mention.rules.value in values else Assertion.BACKGROUND
        if assertion is Assertion.AFFIRMED and mention not in own:
            continue
        found.append(reading.annotation(FACET, mention.rules.value, mention.start, mention.end, mention.rule, assertion,
                                        1.0 if mention in parents else 0.6))  # fmt: skip
    return found


def _has_other_parents(reading: Reading, linking: frozenset[str]) -> bool:
    """Say whether the vesicles come from cells that are no stem or stromal cells ("exosomes from tumour cells")."""
    others = [m for m in reading.mentions("cell") if m.rules.id == "other"]
    if find_parentages(reading, others, reading.vesicles, linking):
        return True
    text = reading.document.text
    for start, end in reading.vesicles:
        for match in (_FROM_CELLS.match(text, end), _CELLS_FIRST.search(text[max(0, start - 60) : start])):
            if match and not _STEM.search(match.group(1)):
                return True
    return False


def _is_own(reading: Reading, mention: Mention, mentions: list[Mention], *, review: bool) -> bool:
    """Tell the record's own cells from an enumeration of where such cells come from."""
    sentence = reading.document.sentence_at(mention.start)
    if sentence.role in {Role.TITLE, Role.KEYWORDS}:
        return True
    beside = {m.rules.value for m in mentions if sentence.start <= m.start < sentence.end}
    if len(beside) >= 3 and _LISTING.search(reading.document.text, sentence.start, sentence.end):
        return False
    return not (review and len(beside) >= 3)
