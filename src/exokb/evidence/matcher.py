"""Find the words of all vocabularies in a document, in one pass."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import ahocorasick

from exokb.evidence.document import Document
from exokb.evidence.folding import blank, fold
from exokb.evidence.spelling import plurals
from exokb.evidence.vocabulary import REACH, SEARCH_FACET, Pattern, TermRules, Vocabulary

_WORD_START = re.compile(r"\b\w")
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


@dataclass(frozen=True, slots=True)
class _Trigger:
    """Letters of a pattern's ``when``, wherever they stand, or of its ``ends``, where a word ends with them."""

    letters: str
    is_end: bool


class Matcher:
    """Every phrase, abbreviation and pattern of a vocabulary, compiled once.

    Phrases are looked up with the blank before them in a text whose punctuation is blanked, so that only whole words
    are met, and "ischaemia/reperfusion" and "ischaemia reperfusion" are one.
    """

    def __init__(self, vocabulary: Vocabulary, *, listed: tuple[str, ...] = ()) -> None:
        """Compile a vocabulary; phrases of the lists in ``listed`` (of ``facet``, or ``facet.list``) are found too."""
        terms: dict[str, list[tuple[TermRules, str]]] = defaultdict(list)
        lists: dict[str, list[str]] = defaultdict(list)
        open_lists: dict[str, list[str]] = defaultdict(list)
        short: dict[str, list[TermRules]] = defaultdict(list)
        self._mesh: dict[str, list[TermRules]] = defaultdict(list)
        self._patterns: list[tuple[TermRules, Pattern]] = []
        # For letters of ``when``, the patterns they call for, as indexes of `_patterns`.
        self._called: dict[str, list[int]] = defaultdict(list)
        for name, facet in sorted(vocabulary.facets.items()):
            if name == SEARCH_FACET:
                continue
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
                        self._called[word].append(len(self._patterns))
                    for word in pattern.starts:
                        open_lists[blank(word)].append(_at(word))
                    self._patterns.append((rules, pattern))
            for key, phrases in sorted(facet.lists.items()):
                if name in listed or f"{name}.{key}" in listed:
                    for phrase in phrases:
                        into = open_lists if phrase.endswith("*") else lists
                        into[blank(fold(phrase.rstrip("*")))].append(f"{name}.{key}")
        self._automaton = ahocorasick.Automaton()
        for phrase in sorted({*terms, *lists, *open_lists}):
            entry = _Entry(len(phrase), tuple(terms.get(phrase, ())), tuple(lists.get(phrase, ())),
                           tuple(open_lists.get(phrase, ())))  # fmt: skip
            self._automaton.add_word(" " + phrase, entry)
        for letters in self._called:
            self._automaton.add_word(blank(letters), _Trigger(letters, is_end=False))
        for letters in {end for _, pattern in self._patterns for end in pattern.ends}:
            self._automaton.add_word(blank(letters) + " ", _Trigger(letters, is_end=True))
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
        triggers: set[str] = set()
        ends: dict[str, list[int]] = defaultdict(list)
        for last, entry in self._automaton.iter(text):
            # Offsets within `text` are the document's plus one.
            if entry.__class__ is _Trigger:
                if entry.is_end:
                    ends[entry.letters].append(last - 1)
                else:
                    triggers.add(entry.letters)
                continue
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
        for rules, match in self._find_patterns(document.text, triggers, phrases, ends):
            found[rules.facet].append(Mention(match.start(), match.end(), rules, "pattern"))
        self._find_short_forms(document, found)
        self._find_headings(document, found)
        return Matches({facet: self._fit(document, _longest(mentions)) for facet, mentions in found.items()}, phrases)

    def _find_patterns(
        self, text: str, triggers: set[str], phrases: dict[str, list[tuple[int, int]]], ends: dict[str, list[int]]
    ) -> Iterator[tuple[TermRules, re.Match[str]]]:
        # The triggers were met in blanked text; "stem/cell" is no "stem cell" to a pattern.
        starts = _WordStarts(text)
        called = {index for letters in triggers if letters in text for index in self._called[letters]}
        for index in sorted(called):
            rules, pattern = self._patterns[index]
            if pattern.starts:
                places = sorted(start for word in pattern.starts for start, _ in phrases.get(_at(word), ()))
                matches = _matches_at(places, pattern.match, text)
            elif pattern.ends:
                places = sorted(place for end in pattern.ends for place in ends.get(end, ()))
                matches = _matches_before(places, pattern.match, text, starts)
            else:
                matches = pattern.match.finditer(text)
            for match in matches:
                yield rules, match

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


def _at(word: str) -> str:
    """Name the list of the places where a word of a pattern's ``starts`` begins."""
    return f"starts with {word}"


def _matches_at(places: list[int], pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Find what `re.Pattern.finditer` would, of a pattern whose matches start at some of the places."""
    at = 0
    for place in places:
        match = pattern.match(text, place) if place >= at else None
        if match:
            yield match
            at = match.end()


class _WordStarts(dict[int, list[int]]):
    """For a place in a text, where words begin in the `REACH` before it; filled as places are asked for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def __missing__(self, place: int) -> list[int]:
        found = [match.start() for match in _WORD_START.finditer(self._text, max(0, place - REACH), place)]
        self[place] = found
        return found


def _matches_before(
    places: list[int], pattern: re.Pattern[str], text: str, starts: Mapping[int, list[int]]
) -> Iterator[re.Match[str]]:
    """Find what `re.Pattern.finditer` would, of a pattern whose matches begin words and end at some of the places."""
    at = 0
    for place in places:
        if place <= at:
            continue
        for start in starts[place]:
            match = pattern.match(text, start) if start >= at else None
            if match:
                yield match
                at = match.end()
                break


def _longest(mentions: list[Mention]) -> list[Mention]:
    """Drop mentions that lie within a longer one, then those that only excluded."""
    mentions.sort(key=lambda m: (m.start, -m.end, m.rules.id, m.kind))
    kept: list[Mention] = []
    excluded: set[tuple[int, int]] = set()
    span = (-1, -1)
    last = ""
    for mention in mentions:
        start, end, rules, kind = mention
        if end <= span[1] and (start, end) != span:
            continue
        if (start, end) != span:
            span, last = (start, end), ""
        if kind == EXCLUDED:
            excluded.add(span)
        elif rules.id != last:
            # The same term by the same words is found once, however many kinds of its words match.
            last = rules.id
            kept.append(mention)
    return [m for m in kept if (m.start, m.end) not in excluded] if excluded else kept
