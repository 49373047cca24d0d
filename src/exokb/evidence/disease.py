"""Disease: which of the conditions that a record mentions it is about.

A title counts most, then keywords and headings, then what the record says of its own aim and findings. What stands in
a primary study's introduction alone is background. A review covers every area that its title or abstract names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from exokb.domain.annotation import Annotation, Assertion
from exokb.evidence.context import read_assertion
from exokb.evidence.document import Role
from exokb.evidence.matcher import Mention
from exokb.evidence.organs import OrganReader
from exokb.evidence.reading import Reading
from exokb.evidence.vocabulary import Vocabulary, any_of

FACET = "disease"
_HEADS = f"{FACET}.example_heads"
_WEIGHT = {
    Role.TITLE: 4.0, Role.KEYWORDS: 2.0, Role.MESH: 2.0, Role.AIM: 1.5, Role.CONCLUSION: 1.5, Role.METHODS: 1.0,
    Role.RESULTS: 1.0, Role.OTHER: 1.0, Role.BACKGROUND: 0.4,
}  # fmt: skip


# "Exosomes of U87 glioblastoma cells": a source of vesicles is not what the record is about, unless its title says so.
_CELL_LINE = re.compile(r" (?:cells?|cell lines?)\b")
_AS_PARENT = re.compile(r"\b(?:exosomes?|vesicles?|s?evs?|mvs?)\b[^.;]{0,60}\b(?:from|by|of)\b[^.;]{0,90}$")
_CELL_LINE_WEIGHT = 0.4
# A review's words of caution name no area that it covers.
_CAUTION = re.compile(r"\b(?:caution|careful|concern|double edged|dual (?:role|nature|effect|function)|controvers|"
                      r"side effects?|adverse)")  # fmt: skip

# What vesicles are praised for sparing the patient: "no ethical issues, immune rejection or tumorigenicity".
_SPARED = re.compile(r"\b(?:ethical|tumou?rigenic\w*|immunogenic\w*|teratoma\w*|avoid(?:s|ed|ing)?|circumvent\w*)\b")
_SPARED_AREAS = frozenset({"immune", "cancer", "infectious", "hematological", "cardiovascular", "respiratory"})
# "CCK-8, wound healing and Transwell assays" are of cells in a dish.
_ASSAYED = re.compile(r"[^.;:]{0,70}\b(?:assays?|tests? (?:was|were)|transwell|experiments? (?:was|were))\b")

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
        kin: starts of sentences with a condition that is of this area and of one in the title; own ones count twice.
    """

    weight: float = 0.0
    roles: set[Role] = field(default_factory=set)
    sentences: set[int] = field(default_factory=set)
    listed: bool = False
    beside: set[int] = field(default_factory=set)
    kin: set[tuple[int, bool]] = field(default_factory=set)

    @property
    def own(self) -> bool:
        """Whether the record's own work mentions the area, not only its introduction."""
        return bool(self.roles & _OWN)


class DiseaseAnnotator:
    """Decides areas with the terms and lists of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._facet = vocabulary.facets[FACET]
        self._organs = OrganReader(vocabulary)
        lists = self._facet.lists
        self._beside = frozenset(lists.get("beside_title", ()))
        self._at_large = frozenset(lists.get("nerves_at_large", ()))
        heads = any_of(lists.get("example_heads", ()))
        examples = any_of(lists.get("examples", ()))
        self._examples = re.compile(rf"(?<!\w){heads}(?!\w)[^.;]{{0,60}}?(?<!\w){examples}(?!\w)")
        self._areas = {term: self._find_areas(term) for term in self._facet.rules}

    def annotate(self, reading: Reading, *, review: bool) -> list[Annotation]:
        """Give the disease claims; mentions of an area that the record is not about are background."""
        document = reading.document
        mentions = self._find(reading)
        stated: list[tuple[Mention, Role, Assertion]] = []
        titled: set[str] = set()
        for mention in mentions:
            sentence = document.sentence_at(mention.start)
            assertion = (Assertion.AFFIRMED if sentence.role in {Role.KEYWORDS, Role.MESH}
                         else read_assertion(document, sentence, mention.start, mention.end))  # fmt: skip
            stated.append((mention, sentence.role, assertion))
            if assertion is Assertion.AFFIRMED and sentence.role is Role.TITLE:
                titled |= self._areas[mention.rules.id]
        cases: dict[str, _Case] = defaultdict(_Case)
        generic_title = True
        for mention, role, assertion in stated:
            if assertion is not Assertion.AFFIRMED:
                continue
            if role is Role.TITLE and mention.rules.id != "cancer":
                generic_title = False
            self._weigh(reading, mention, role, cases, titled, review=review)
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

    def _find(self, reading: Reading) -> list[Mention]:
        """Give the mentions of conditions, and of organs that share a word for harm with others."""
        mentions = reading.mentions(FACET)
        text = reading.document.text
        mentions = [m for m in mentions if m.rules.id != "wound" or not _ASSAYED.match(text, m.end)]
        organs = self._organs.read(reading)
        if organs:
            taken = [(m.start, m.end) for m in mentions]
            mentions = sorted([*mentions, *(o for o in organs if not any(a <= o.start < b for a, b in taken))],
                              key=lambda m: (m.start, -m.end, m.rules.id))  # fmt: skip
        if any(m.rules.id in self._at_large for m in mentions) and _is_on_eye(
            mentions, self._areas, self._at_large, reading.document.field_span("title")[1]
        ):
            # In a record on the eye, neurons and their protection are the retina's.
            mentions = [m for m in mentions if m.rules.id not in self._at_large]
        return mentions

    def _weigh(
        self, reading: Reading, mention: Mention, role: Role, cases: dict[str, _Case], titled: set[str], *, review: bool
    ) -> None:
        """Add one mention to the cases of its areas."""
        document = reading.document
        sentence = document.sentence_at(mention.start)
        areas = self._areas[mention.rules.id]
        weight = _WEIGHT[role]
        listed = bool(reading.phrases(_HEADS, sentence.start, mention.start)
                      and self._examples.search(document.text, sentence.start, mention.start))  # fmt: skip
        if (
            "cancer" in areas
            and not titled
            and _CELL_LINE.match(document.text, mention.end)
            and _AS_PARENT.search(document.text, sentence.start, mention.start)
        ):
            weight *= _CELL_LINE_WEIGHT
        if role is not Role.TITLE and role is not Role.KEYWORDS and role is not Role.MESH:
            if review and _CAUTION.search(document.text, sentence.start, sentence.end):
                weight, listed = weight * 0.4, False
            if areas & _SPARED_AREAS and _SPARED.search(document.text, sentence.start, sentence.end):
                weight, listed = weight * 0.2, False
        for area in areas:
            case = cases[area]
            case.weight += weight
            case.roles.add(role)
            case.sentences.add(sentence.start)
            case.listed = case.listed or listed
            if mention.rules.id in self._beside and role in _OWN:
                case.beside.add(sentence.start)
            if area not in titled and areas & titled:
                case.kin.add((sentence.start, role in _OWN))

    def _find_areas(self, term: str) -> frozenset[str]:
        areas = set()
        queue = [term]
        while queue:
            rules = self._facet.rules[queue.pop()]
            areas.add(self._facet.root(rules.id))
            queue.extend(rules.also)
        return frozenset(areas)


def _is_on_eye(
    mentions: list[Mention], areas: Mapping[str, frozenset[str]], at_large: frozenset[str], title_end: int
) -> bool:
    """Say whether the eye is spoken of more often than nerves and brain, words for nerves at large left aside."""
    of_eye = sum("eye" in areas[m.rules.id] for m in mentions)
    of_nerves = sum("neurological" in areas[m.rules.id] and m.rules.id not in at_large for m in mentions)
    titled = any("eye" in areas[m.rules.id] and m.start < title_end for m in mentions)
    return (titled or of_eye >= 3) and of_eye > of_nerves


def _is_kin(case: _Case) -> bool:
    """Say whether a kind of the title's disease that is of this area too runs through the record.

    The title says "demyelination", aim and conclusion say "multiple sclerosis": that is immune too.
    """
    own = sum(is_own for _, is_own in case.kin)
    return own >= 2 or (own == 1 and len(case.kin) >= 3)


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
                         if case.weight >= need or (case.listed and (not titled or case.own))
                         or any(is_own for _, is_own in case.kin)}  # fmt: skip
    if titled:
        # Beside the title's areas, another must be a thread of the whole record, or fill in what the title left open.
        return titled | {area for area, case in cases.items()
                         if (case.weight >= 5 and len(case.roles & _OWN) >= 3) or len(case.beside) >= 2
                         or _is_kin(case) or (generic_title and case.own and case.weight >= 1.5)}  # fmt: skip
    own = {area: case for area, case in cases.items() if case.own}
    if not own:
        # No words of the record's own: what an introduction comes back to is what the work is for.
        return {area for area, case in cases.items() if len(case.sentences) >= 2}
    best = max(case.weight for case in own.values())
    return {area for area, case in own.items() if case.weight >= 1.5 and case.weight >= best * 0.5}
