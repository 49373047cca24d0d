"""One record as the facet rules read it: its document, and the mentions of every facet's words in it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from operator import itemgetter

from exokb.domain.annotation import Annotation, Assertion
from exokb.evidence.document import Document, Sentence
from exokb.evidence.matcher import Matches, Mention
from exokb.evidence.short_forms import find_short_forms

_DEPLETED = re.compile(
    r"\b(?:(?:exosome|ev|vesicle)s? (?:depleted|free)|(?:depleted|free) of (?:exosome|ev|vesicle)|gw4869)"
)
_DEPLETED_WORDS = ("depleted", "free", "gw4869")
"""Of which every match of `_DEPLETED` holds one."""

_PRONOUN = re.compile(r"\s*(?:[a-z]+, )?((?:they|it|these (?:particles|structures|carriers|messengers|"
                      r"nanoparticles|compartments|"
                      r"small structures|membranous structures|nano sized particles))\b)")  # fmt: skip


_ABILITY = re.compile(
    r"\s*(?:[a-z]+, |(?:due|owing|thanks) to )?((?:their|its) )"
    r"(?:[a-z]+ ){0,2}(?:abilit(?:y|ies)|capacity|capabilit(?:y|ies)|potential) (?:to|of|for)\b"
)


_START = itemgetter(0)
"""Where a mention or a span begins."""


class Reading:
    """Document and mentions, with what several facets ask of them."""

    def __init__(self, document: Document, matches: Matches) -> None:
        self.document = document
        self._mentions = dict(matches.mentions)
        self._phrases = matches.phrases
        self._defined: set[str] = set()

    def phrases(self, name: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
        """Give where phrases of a list (``design.animals``) stand, within a span of the document."""
        found = self._phrases.get(name, [])
        if not found or end is None:
            return found
        return [span for span in found if start <= span[0] and span[1] <= end]

    def mentions(self, facet: str) -> list[Mention]:
        """Give a facet's mentions by position, short forms that the record defines among them."""
        found = self._mentions.get(facet, [])
        if not found:
            return []
        if facet not in self._defined:
            self._defined.add(facet)
            if more := find_short_forms(self.document, found):
                known = {(m.start, m.rules.id) for m in found}
                found = [*found, *(m for m in more if (m.start, m.rules.id) not in known)]
                found.sort(key=lambda m: (m.start, -m.end, m.rules.id))
                self._mentions[facet] = found
        return found

    @cached_property
    def vesicles(self) -> list[tuple[int, int]]:
        """Spans of words for vesicles; "exosome-depleted serum" is none."""
        spans: list[tuple[int, int]] = []
        mentions = self.mentions("vesicle")
        if not any(m.kind in {"synonym", "mesh"} and m.rules.id != "secretome" for m in mentions) and not any(
            m.rules.id in {"msc", "stem"} for m in self.mentions("cell")
        ):
            # "EV" alone may be an enterovirus, an evaluation or an electron volt.
            return []
        text = self.document.text
        depleted = any(word in text for word in _DEPLETED_WORDS)
        for mention in mentions:
            if mention.rules.id == "secretome" or mention.kind == "mesh":
                continue
            if depleted and _DEPLETED.search(text, max(0, mention.start - 14), mention.end + 10):
                continue
            if spans and mention.start < spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], mention.end))
            else:
                spans.append((mention.start, mention.end))
        return spans

    def mentions_in(self, facet: str, sentence: Sentence) -> list[Mention]:
        """Give a facet's mentions that begin within one sentence."""
        found = self.mentions(facet)
        first = bisect_left(found, sentence.start, key=_START)
        return found[first : bisect_left(found, sentence.end, first, key=_START)]

    def vesicles_in(self, sentence: Sentence) -> list[tuple[int, int]]:
        """Give the vesicle words within one sentence."""
        first = bisect_left(self.vesicles, sentence.start, key=_START)
        return self.vesicles[first : bisect_left(self.vesicles, sentence.end, first, key=_START)]

    def is_vesicle(self, start: int, end: int) -> bool:
        """Say whether words lie within the words for vesicles."""
        index = bisect_right(self.vesicles, start, key=_START) - 1
        return index >= 0 and end <= self.vesicles[index][1]

    def stand_ins(self, sentence: Sentence) -> list[tuple[int, int]]:
        """Give words of a sentence that stand for vesicles: "they" behind a sentence on vesicles, bare "vesicles"."""
        found = [(m.start, m.end) for m in self.mentions_in("cell", sentence) if m.rules.id == "vesicle_word"]
        text = self.document.text
        match = _PRONOUN.match(text, sentence.start, sentence.end) or _ABILITY.match(text, sentence.start, sentence.end)
        if match:
            before = self.document.sentence_at(max(0, sentence.start - 2))
            if before.start < sentence.start and any(
                start - before.start < 90 for start, _ in self.vesicles_in(before)
            ):
                found.append(match.span(1))
        return found

    def annotation(
        self, facet: str, value: str, start: int, end: int, rule: str,
        assertion: Assertion = Assertion.AFFIRMED, score: float = 1.0,
    ) -> Annotation:  # fmt: skip
        """Make an annotation of document offsets."""
        field, offset = self.document.locate(start)
        return Annotation(facet, value, self.document.original[start:end], field, start - offset, end - offset, rule,
                          assertion, score)  # fmt: skip
