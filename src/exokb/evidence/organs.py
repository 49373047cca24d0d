"""Organs that share a word for harm or repair: "cardiac, renal and hepatic diseases", "repair of bone and cartilage".

A vocabulary of conditions cannot list every way in which organs are strung together; this reads the string.
"""

from __future__ import annotations

import re

from exokb.evidence.folding import fold
from exokb.evidence.matcher import Mention
from exokb.evidence.reading import Reading
from exokb.evidence.vocabulary import Facet, Vocabulary, any_of

FACET = "organ"
KIND = "organ"
"""Kind of a mention of a disease area that was read from an organ's name."""

_SMALL = (r"(?!(?:of|in|to|with|from|by|for|that|which|was|were|is|are|be|on|at|can|may|have|has|had|we|through|via|"
          r"after|during|into|than|not|cells?|derived|exosomes?|vesicles?|evs?)\b)")  # fmt: skip
_HARMED = re.compile(
    r"\b(?:damaged|injured|isch(?:a)?emic|fibrotic|infarcted|diseased|failing|inflamed|degenerat(?:ed|ing)|wounded|"
    r"traumati[sz]ed|arthritic|(?:protect|rescu|sav|shield|heal|repair|regenerat|rebuild|reconstruct)(?:s|e|es|ed|ing)?)"
    r"(?: (?:the|against|injured|damaged|human|rats?|mouse|murine|pig|porcine|rabbit|canine|donor|adult|neonatal|aged|"
    r"diabetic|peripheral|native|primary|cultured)){0,2} $"
)
_CELLS = re.compile(
    r"[ /](?:derived|marrow|marrow derived|mesenchymal|stem|stromal|progenitor|tissue derived|cells?|mscs?)\b"
)
_JOINED = (",", "/", " and", " or", " as well as")


class OrganReader:
    """Finds what lists of organs say of disease areas, with the words of ``organ.toml``."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        disease: Facet = vocabulary.facets["disease"]
        self._areas = [(f"{FACET}.{name}", disease.rules[name]) for name in sorted(vocabulary.facets[FACET].lists)
                       if name in disease.rules]  # fmt: skip
        self._no_organs = frozenset(fold(word) for word in vocabulary.phrases(FACET, "no_organs"))
        harms = any_of(vocabulary.phrases(FACET, "harms"))
        nouns = any_of(vocabulary.phrases(FACET, "harm_nouns"))
        between = any_of(vocabulary.phrases(FACET, "between"))
        self._near = re.compile(rf" {between} {harms}(?!\w)")
        word = rf"{_SMALL}[\w'()]+"
        # "..., renal, and lung diseases": words that only go on with the list, then what all of it shares.
        self._tail = re.compile(
            rf"(?:,? (?:and/or|and|or|as well as) |, (?:and |or )?|/)(?:{word}[ ,/]+){{0,14}}?{harms}(?!\w)"
        )
        self._lead = re.compile(rf"\b{nouns} (?:of|in|to) (?:{word}[ ,/]+){{0,8}}$")

    def read(self, reading: Reading) -> list[Mention]:
        """Give mentions of disease areas by their organs, by position."""
        text = reading.document.text
        found = []
        for name, rules in self._areas:
            for start, end in reading.phrases(name):
                if self._near.match(text, end) or (
                    not _CELLS.match(text, end)
                    and (
                        (text.startswith(_JOINED, end) and self._tail.match(text, end))
                        or (text[start:end] not in self._no_organs and self._is_led(text, start))
                    )
                ):
                    found.append(Mention(start, end, rules, KIND))
        return sorted(found, key=lambda mention: mention.start)

    def _is_led(self, text: str, start: int) -> bool:
        if _HARMED.search(text, max(0, start - 45), start):
            return True
        before = text[max(0, start - 80) : start]
        return (" of " in before or " in " in before or " to " in before) and bool(self._lead.search(before))
