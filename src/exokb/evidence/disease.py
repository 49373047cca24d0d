"""Disease: which of the conditions that a record mentions it is about.

A title counts most, then keywords and headings, then what the record says of its own aim and findings. What stands in
a primary study's introduction alone is background. A review covers every area that its title or abstract names.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from exokb.domain.annotation import Annotation, Assertion
from exokb.evidence.context import read_assertion
from exokb.evidence.document import Role
from exokb.evidence.matcher import Mention
from exokb.evidence.reading import Reading
from exokb.evidence.vocabulary import Facet

FACET = "disease"
_WEIGHT = {
    Role.TITLE: 4.0, Role.KEYWORDS: 2.0, Role.MESH: 2.0, Role.AIM: 1.5, Role.CONCLUSION: 1.5, Role.METHODS: 1.0,
    Role.RESULTS: 1.0, Role.OTHER: 1.0, Role.BACKGROUND: 0.4,
}  # fmt: skip


@dataclass(slots=True)
class _Case:
    """What speaks for one area: its mentions, and their weight."""

    weight: float = 0.0
    title: bool = False
    roles: set[Role] | None = None
    count: int = 0


def annotate_disease(reading: Reading, facet: Facet, *, review: bool) -> list[Annotation]:
    """Give the disease claims; mentions of an area that the record is not about are background."""
    mentions = reading.mentions(FACET)
    if not mentions:
        return []
    document = reading.document
    stated: list[tuple[Mention, Role, Assertion]] = []
    cases: dict[str, _Case] = defaultdict(_Case)
    for mention in mentions:
        sentence = document.sentence_at(mention.start)
        assertion = (Assertion.AFFIRMED if sentence.role in {Role.KEYWORDS, Role.MESH}
                     else read_assertion(document, sentence, mention.start, mention.end))  # fmt: skip
        stated.append((mention, sentence.role, assertion))
        if assertion is not Assertion.AFFIRMED:
            continue
        for area in _areas(facet, mention):
            case = cases[area]
            case.weight += _WEIGHT[sentence.role]
            case.title = case.title or sentence.role is Role.TITLE
            case.roles = (case.roles or set()) | {sentence.role}
            case.count += 1
    about = _about(cases, review=review)
    found = []
    for mention, role, assertion in stated:
        for value in (mention.rules.value, *mention.rules.also):
            stand = assertion
            if assertion is Assertion.AFFIRMED and facet.root(value) not in about:
                stand = Assertion.BACKGROUND
            found.append(reading.annotation(FACET, value, mention.start, mention.end, mention.rule, stand,
                                            min(1.0, _WEIGHT[role] / 4 + 0.3)))  # fmt: skip
    return found


def _areas(facet: Facet, mention: Mention) -> set[str]:
    areas = set()
    queue = [mention.rules.id]
    while queue:
        rules = facet.rules[queue.pop()]
        areas.add(facet.root(rules.id))
        queue.extend(rules.also)
    return areas


def _about(cases: dict[str, _Case], *, review: bool) -> set[str]:
    if not cases:
        return set()
    titled = {area for area, case in cases.items() if case.title}
    if review:
        return titled | {area for area, case in cases.items() if case.weight >= (0.4 if not titled else 1.9)}
    if titled:
        # Beside the title's areas, another must be a thread of the whole record.
        return titled | {area for area, case in cases.items()
                         if case.weight >= 5 and case.roles and len(case.roles - {Role.BACKGROUND}) >= 3}  # fmt: skip
    own = {area: case for area, case in cases.items() if case.roles and case.roles - {Role.BACKGROUND}}
    if not own:
        return set()
    best = max(case.weight for case in own.values())
    return {area for area, case in own.items() if case.weight >= 1.5 and case.weight >= best * 0.5}
