"""Disease: which of the conditions that a record mentions it is about.

A title counts most, then keywords and headings, then what the record says of its own aim and findings. What stands in
a primary study's introduction alone is background. A review covers every area that its title or abstract names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from exokb.domain.annotation import Annotation, Assertion
from exokb.evidence.context import read_assertion
from exokb.evidence.document import Role
from exokb.evidence.matcher import Mention
from exokb.evidence.reading import Reading
from exokb.evidence.vocabulary import Facet, any_of

FACET = "disease"
_HEADS = f"{FACET}.example_heads"
_WEIGHT = {
    Role.TITLE: 4.0, Role.KEYWORDS: 2.0, Role.MESH: 2.0, Role.AIM: 1.5, Role.CONCLUSION: 1.5, Role.METHODS: 1.0,
    Role.RESULTS: 1.0, Role.OTHER: 1.0, Role.BACKGROUND: 0.4,
}  # fmt: skip


_OWN = frozenset({Role.AIM, Role.METHODS, Role.RESULTS, Role.CONCLUSION, Role.KEYWORDS, Role.MESH, Role.OTHER})


@dataclass(slots=True)
class _Case:
    """What speaks for one area.

    Attributes:
        weight: sum over its mentions of how much their places count.
        roles: where its mentions stand.
        sentences: starts of the sentences that hold them.
        listed: one of them stands in a list of examples.
        beside: starts of own sentences with one that counts beside the title's disease.
    """

    weight: float = 0.0
    roles: set[Role] = field(default_factory=set)
    sentences: set[int] = field(default_factory=set)
    listed: bool = False
    beside: set[int] = field(default_factory=set)

    @property
    def own(self) -> bool:
        """Whether the record's own work mentions the area, not only its introduction."""
        return bool(self.roles & _OWN)


class DiseaseAnnotator:
    """Decides areas with the terms and lists of one vocabulary."""

    def __init__(self, facet: Facet) -> None:
        self._facet = facet
        self._beside = frozenset(facet.lists.get("beside_title", ()))
        heads = any_of(facet.lists.get("example_heads", ()))
        examples = any_of(facet.lists.get("examples", ()))
        self._examples = re.compile(rf"(?<!\w){heads}(?!\w)[^.;]{{0,60}}?(?<!\w){examples}(?!\w)")
        self._areas = {term: self._find_areas(term) for term in facet.rules}

    def annotate(self, reading: Reading, *, review: bool) -> list[Annotation]:
        """Give the disease claims; mentions of an area that the record is not about are background."""
        mentions = reading.mentions(FACET)
        if not mentions:
            return []
        document = reading.document
        stated: list[tuple[Mention, Role, Assertion]] = []
        cases: dict[str, _Case] = defaultdict(_Case)
        generic_title = True
        for mention in mentions:
            sentence = document.sentence_at(mention.start)
            assertion = (Assertion.AFFIRMED if sentence.role in {Role.KEYWORDS, Role.MESH}
                         else read_assertion(document, sentence, mention.start, mention.end))  # fmt: skip
            stated.append((mention, sentence.role, assertion))
            if assertion is not Assertion.AFFIRMED:
                continue
            if sentence.role is Role.TITLE and mention.rules.id != "cancer":
                generic_title = False
            listed = bool(reading.phrases(_HEADS, sentence.start, mention.start)
                          and self._examples.search(document.text, sentence.start, mention.start))  # fmt: skip
            for area in self._areas[mention.rules.id]:
                case = cases[area]
                case.weight += _WEIGHT[sentence.role]
                case.roles.add(sentence.role)
                case.sentences.add(sentence.start)
                case.listed = case.listed or listed
                if mention.rules.id in self._beside and sentence.role in _OWN:
                    case.beside.add(sentence.start)
        about = _decide(cases, review=review, generic_title=generic_title)
        found = []
        for mention, role, assertion in stated:
            for value in (mention.rules.value, *mention.rules.also):
                stand = assertion
                if assertion is Assertion.AFFIRMED and self._facet.root(value) not in about:
                    stand = Assertion.BACKGROUND
                found.append(reading.annotation(FACET, value, mention.start, mention.end, mention.rule, stand,
                                                min(1.0, _WEIGHT[role] / 4 + 0.3)))  # fmt: skip
        return found

    def _find_areas(self, term: str) -> frozenset[str]:
        areas = set()
        queue = [term]
        while queue:
            rules = self._facet.rules[queue.pop()]
            areas.add(self._facet.root(rules.id))
            queue.extend(rules.also)
        return frozenset(areas)


def _decide(cases: dict[str, _Case], *, review: bool, generic_title: bool) -> set[str]:
    """Say which areas the record is about.

    Args:
        cases: what speaks for each area.
        review: the record covers areas rather than studying one.
        generic_title: the title names no disease, or cancer without its kind.
    """
    titled = {area for area, case in cases.items() if Role.TITLE in case.roles}
    if review:
        need = 1.9 if titled and not generic_title else 1.0
        return titled | {area for area, case in cases.items()
                         if case.weight >= need or (case.listed and (not titled or case.own))}  # fmt: skip
    if titled:
        # Beside the title's areas, another must be a thread of the whole record, or fill in what the title left open.
        return titled | {area for area, case in cases.items()
                         if (case.weight >= 5 and len(case.roles & _OWN) >= 3) or len(case.beside) >= 2
                         or (generic_title and case.own and case.weight >= 1.5)}  # fmt: skip
    own = {area: case for area, case in cases.items() if case.own}
    if not own:
        # No words of the record's own: what an introduction comes back to is what the work is for.
        return {area for area, case in cases.items() if len(case.sentences) >= 2}
    best = max(case.weight for case in own.values())
    return {area for area, case in own.items() if case.weight >= 1.5 and case.weight >= best * 0.5}
