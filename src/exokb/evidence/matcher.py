"""Find the words of all vocabularies in a document, in one pass."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

import ahocorasick

from exokb.evidence.document import Document
from exokb.evidence.folding import blank, fold
from exokb.evidence.spelling import plurals
from exokb.evidence.vocabulary import TermRules, Vocabulary

EXCLUDED = "exclude"
"""Kind of a mention that only keeps shorter ones within it from counting."""


class Mention(NamedTuple):
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


@dataclass(frozen=True, slots=True)
class Matches:
    """What was found in one document.

    Attributes:
        mentions: by facet, by position.
        phrases: (start, end) of each phrase of a facet's lists, by list name (``design.animals``), by position.
    """

    mentions: dict[str, list[Mention]]
    phrases: dict[str, list[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one phrase stands for: terms, and lists it is in; ``open_lists`` take any letters behind it."""

    length: int
    terms: tuple[tuple[TermRules, str], ...]
    lists: tuple[str, ...]
    open_lists: tuple[str, ...]


class Matcher:
    """Every phrase, abbreviation and pattern of a vocabulary, compiled once.

    Phrases are looked up with the blank before them in a text whose punctuation is blanked, so that only whole words
    are met, and "ischaemia/reperfusion" and "ischaemia reperfusion" are one.
    """

    def __init__(self, vocabulary: Vocabulary, *, listed: tuple[str, ...] = ()) -> None:
        """Compile a vocabulary; phrases of the ``lists`` of the facets in ``listed`` are found too."""
        terms: dict[str, list[tuple[TermRules, str]]] = defaultdict(list)
        lists: dict[str, list[str]] = defaultdict(list)
        open_lists: dict[str, list[str]] = defaultdict(list)
        short: dict[str, list[TermRules]] = defaultdict(list)
        self._mesh: dict[str, list[TermRules]] = defaultdict(list)
        self._patterns: list[tuple[TermRules, re.Pattern[str]]] = []
        self._triggers: dict[str, list[int]] = defaultdict(list)
        for name, facet in sorted(vocabulary.facets.items()):
            for _, rules in sorted(facet.rules.items()):
                for phrases, kind in ((rules.synonyms, "synonym"), (rules.exclude, EXCLUDED)):
                    for form in {form for phrase in phrases for form in plurals(phrase)}:
                        terms[blank(form)].append((rules, kind))
                for form in rules.abbreviations:
                    short[form].append(rules)
                for heading in rules.mesh:
                    self._mesh[fold(heading)].append(rules)
                for pattern in sorted(rules.patterns, key=lambda p: (p.match.pattern, p.when)):
                    for word in pattern.when:
                        self._triggers[word].append(len(self._patterns))
                    self._patterns.append((rules, pattern.match))
            if name in listed:
                for key, phrases in sorted(facet.lists.items()):
                    for phrase in phrases:
                        into = open_lists if phrase.endswith("*") else lists
                        into[blank(fold(phrase.rstrip("*")))].append(f"{name}.{key}")
        self._automaton = ahocorasick.Automaton()
        for phrase in sorted({*terms, *lists, *open_lists}):
            entry = _Entry(len(phrase), tuple(terms.get(phrase, ())), tuple(lists.get(phrase, ())),
                           tuple(open_lists.get(phrase, ())))  # fmt: skip
            self._automaton.add_word(" " + phrase, entry)
        self._automaton.make_automaton()
        self._short_forms = ahocorasick.Automaton()
        for form in sorted(short):
            self._short_forms.add_word(form, (len(form), tuple(short[form])))
        self._short_forms.make_automaton()

    def match(self, document: Document) -> Matches:
        """Find everything in one document; a mention within a longer one of its facet is left out."""
        text = " " + blank(document.text) + "   "
        found: dict[str, list[Mention]] = defaultdict(list)
        phrases: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for last, entry in self._automaton.iter(text):
            # Offsets within `text` are the document's plus one.
            end = last
            start = end - entry.length
            for name in entry.open_lists:
                phrases[name].append((start, end))
            behind = text[last + 1]
            if behind != " ":
                # A plural, "fractures" or "abscesses", is the same word.
                if behind == "s" and text[last + 2] == " ":
                    end += 1
                elif behind == "e" and text[last + 2] == "s" and text[last + 3] == " ":
                    end += 2
                else:
                    continue
            else:
                for name in entry.lists:
                    phrases[name].append((start, end))
            for rules, kind in entry.terms:
                found[rules.facet].append(Mention(start, end, rules, kind))
        folded = document.text
        wanted = {index for word, indexes in self._triggers.items() if word in folded for index in indexes}
        for index in sorted(wanted):
            rules, pattern = self._patterns[index]
            for match in pattern.finditer(folded):
                found[rules.facet].append(Mention(match.start(), match.end(), rules, "pattern"))
        self._find_short_forms(document, found)
        self._find_headings(document, found)
        return Matches({facet: self._fit(document, _longest(mentions)) for facet, mentions in found.items()}, phrases)

    @staticmethod
    def _fit(document: Document, mentions: list[Mention]) -> list[Mention]:
        """Leave out mentions of terms that need company, where the record has none of it."""
        lonely = {m.rules.id for m in mentions if m.rules.needs
                  and not any(word in document.text for word in m.rules.needs)}  # fmt: skip
        return [m for m in mentions if m.rules.id not in lonely] if lonely else mentions

    def _find_short_forms(self, document: Document, found: dict[str, list[Mention]]) -> None:
        text = document.original
        size = len(text)
        for last, (length, terms) in self._short_forms.iter(text):
            start, end = last + 1 - length, last + 1
            if start and text[start - 1].isalnum():
                continue
            if end < size and text[end] == "s":
                end += 1
            if end < size and text[end].isalnum():
                continue
            for rules in terms:
                found[rules.facet].append(Mention(start, end, rules, "abbreviation"))

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
