"""Find the words of all vocabularies in a document, in one pass."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

import ahocorasick

from exokb.evidence.document import Document
from exokb.evidence.folding import fold
from exokb.evidence.vocabulary import TermRules, Vocabulary

_SHORT_FORM = re.compile(r"[A-Za-z][A-Za-z0-9/+.-]*[A-Za-z0-9+]")
EXCLUDED = "exclude"
"""Kind of a mention that only keeps shorter ones within it from counting."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of one term in a document: ``document.text[start:end]``.

    Attributes:
        rules: the term.
        kind: how it was found: synonym, abbreviation, pattern, mesh or exclude.
    """

    start: int
    end: int
    rules: TermRules
    kind: str

    @property
    def rule(self) -> str:
        """Name of the rule that fired, as ``disease/kidney:synonym``."""
        return f"{self.rules.facet}/{self.rules.id}:{self.kind}"


class Matcher:
    """Every phrase, abbreviation and pattern of a vocabulary, compiled once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._automaton = ahocorasick.Automaton()
        self._short_forms: dict[str, list[TermRules]] = defaultdict(list)
        self._mesh: dict[str, list[TermRules]] = defaultdict(list)
        self._patterns: list[tuple[TermRules, re.Pattern[str]]] = []
        phrases: dict[str, list[tuple[TermRules, str]]] = defaultdict(list)
        triggers: dict[str, list[int]] = defaultdict(list)
        for _, facet in sorted(vocabulary.facets.items()):
            for _, rules in sorted(facet.rules.items()):
                for phrase in rules.synonyms:
                    phrases[phrase].append((rules, "synonym"))
                for phrase in rules.exclude:
                    phrases[phrase].append((rules, EXCLUDED))
                for short in rules.abbreviations:
                    self._short_forms[short].append(rules)
                for heading in rules.mesh:
                    self._mesh[fold(heading)].append(rules)
                for pattern in sorted(rules.patterns, key=lambda p: (p.match.pattern, p.when)):
                    for phrase in pattern.when:
                        triggers[phrase].append(len(self._patterns))
                    self._patterns.append((rules, pattern.match))
        for phrase in sorted({*phrases, *triggers}):
            self._automaton.add_word(
                phrase, (len(phrase), tuple(phrases.get(phrase, ())), tuple(triggers.get(phrase, ())))
            )
        self._automaton.make_automaton()

    def find_mentions(self, document: Document) -> dict[str, list[Mention]]:
        """Give the mentions of each facet, by position; one within a longer one of its facet is left out."""
        text = document.text
        found: dict[str, list[Mention]] = defaultdict(list)
        wanted: set[int] = set()
        size = len(text)
        for last, (length, terms, triggers) in self._automaton.iter(text):
            wanted.update(triggers)
            start = last + 1 - length
            if not terms or (start and text[start - 1].isalnum()):
                continue
            end = last + 1
            if end < size and text[end].isalnum():
                # A plural, "fractures" or "abscesses", is the same word.
                if text[end] == "s" and not (end + 1 < size and text[end + 1].isalnum()):
                    end += 1
                elif text.startswith("es", end) and not (end + 2 < size and text[end + 2].isalnum()):
                    end += 2
                else:
                    continue
            for rules, kind in terms:
                found[rules.facet].append(Mention(start, end, rules, kind))
        for index in sorted(wanted):
            rules, pattern = self._patterns[index]
            for match in pattern.finditer(text):
                found[rules.facet].append(Mention(match.start(), match.end(), rules, "pattern"))
        self._find_short_forms(document, found)
        self._find_headings(document, found)
        return {facet: self._fit(document, _longest(mentions)) for facet, mentions in found.items()}

    @staticmethod
    def _fit(document: Document, mentions: list[Mention]) -> list[Mention]:
        """Leave out mentions of terms that need company, where the record has none of it."""
        lonely = {m.rules.id for m in mentions if m.rules.needs
                  and not any(word in document.text for word in m.rules.needs)}  # fmt: skip
        return [m for m in mentions if m.rules.id not in lonely] if lonely else mentions

    def _find_short_forms(self, document: Document, found: dict[str, list[Mention]]) -> None:
        known = self._short_forms
        for match in _SHORT_FORM.finditer(document.original):
            word = match.group()
            hit = known.get(word)
            end = match.end()
            if hit is None and word[-1] == "s":
                hit = known.get(word[:-1])
            if hit is None and "-" in word:
                # "ARDS-induced" holds ARDS, "anti-VEGF" VEGF.
                self._find_parts(match.start(), word, found)
            for rules in hit or ():
                found[rules.facet].append(Mention(match.start(), end, rules, "abbreviation"))

    def _find_parts(self, start: int, word: str, found: dict[str, list[Mention]]) -> None:
        parts = word.split("-")
        for first in range(len(parts)):
            for last in range(len(parts), first, -1):
                part = "-".join(parts[first:last])
                if last - first < len(parts) and part in self._short_forms:
                    at = start + len("-".join(parts[:first])) + (1 if first else 0)
                    for rules in self._short_forms[part]:
                        found[rules.facet].append(Mention(at, at + len(part), rules, "abbreviation"))

    def _find_headings(self, document: Document, found: dict[str, list[Mention]]) -> None:
        start, end = document.field_span("mesh")
        if start == end:
            return
        at = start
        for item in document.text[start:end].split("; "):
            descriptor = item.split("/")[0]
            for rules in self._mesh.get(descriptor, ()):
                found[rules.facet].append(Mention(at, at + len(descriptor), rules, "mesh"))
            at += len(item) + 2


def _longest(mentions: list[Mention]) -> list[Mention]:
    """Drop mentions that lie within a longer one, then those that only excluded."""
    mentions.sort(key=lambda m: (m.start, -m.end, m.rules.id, m.kind))
    kept: list[Mention] = []
    reach_start = reach_end = -1
    for mention in mentions:
        if mention.end <= reach_end and (mention.start, mention.end) != (reach_start, reach_end):
            continue
        if mention.end > reach_end:
            reach_start, reach_end = mention.start, mention.end
        kept.append(mention)
    excluded = {(m.start, m.end) for m in kept if m.kind == EXCLUDED}
    unique = {(m.start, m.end, m.rules.id): m for m in reversed(kept)
              if m.kind != EXCLUDED and (m.start, m.end) not in excluded}  # fmt: skip
    return sorted(unique.values(), key=lambda m: (m.start, -m.end, m.rules.id))
