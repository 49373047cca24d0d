"""The sentence in which an abstract says what was found: its conclusion, as a span of the text.

Works on plain text, so that a table of many records needs no models: an abstract as `exokb.domain.record.Record.text`
gives it (sections one a line, each after ``LABEL: `` where it has one), and the labels.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# After structured abstracts' own labels (https://structuredabstracts.nlm.nih.gov/): those that mean the conclusion.
_CONCLUDING = re.compile(
    r"(?:\w+ (?:and|&) )?(?:conclusions?|interpretation|discussion|significance|summary|impact)\b", re.I
)
_LABEL_IN_TEXT = re.compile(r"(?<![^\s.;])conclusions?(?: and \w+)?\s?[:.]\s+(?=\S)", re.I)
# A label that the text of a labelled section says again.
_LABEL_AGAIN = re.compile(r"\W*(?:and )?conclusions?(?: and \w+)?\s?:\s*(?=\S)", re.I)
_OPENINGS = re.compile(
    r"(?:in (?:conclusion|summary|brief|short)\b|(?:taken|all|put) together\b|"
    r"altogether\b|collectively\b|conclusively\b|"
    r"to (?:conclude|sum up|summari[sz]e)\b|overall,|we (?:therefore |thus |hereby )?conclude\b|"
    r"it (?:can|could|may|was|is) (?:be )?concluded\b|(?:thus|therefore|hence|consequently|accordingly),? )",
    re.I,
)
_RESULTS_SAY = re.compile(
    r"\b(?:(?:our|the|these|this|present|current) (?:\w+ ){0,3}?"
    r"(?:results?|findings?|data|stud(?:y|ies)|observations?|evidence|work|experiments?|analys[ei]s)|we)\b"
    r"(?: \w+){0,3}? (?:suggest|indicat|demonstrat|show|reveal|support|confirm|highlight|establish|prov|impl|"
    r"conclud|identif|uncover|report|found|find)",
    re.I,
)
# Sentences after the conclusion that speak of something else.
_OUTLOOK = re.compile(
    r"\b(?:further|future|additional|larger|more) (?:\w+ ){0,2}?"
    r"(?:stud(?:y|ies)|research|work|investigations?|trials?)\b|"
    r"\b(?:trial|clinical trials?|systematic review) regist|\bregistered (?:at|with|in|on)\b|"
    r"\bcopyright\b|©|\bNCT\d{8}|"
    r"\b(?:funded|supported|paid for) by\b",
    re.I,
)
_BREAK = re.compile(r"[.!?][\"')\]’”]*\s+(?=[\"'(\[‘“]*(?:[A-Z0-9Α-Ω]|mi[Rr]-?\d|let-\d))|\n+")
# A full stop after these ends no sentence.
_ABBREVIATED = re.compile(
    r"(?:(?:^|[\s(\[])(?:e\.g|i\.e|vs|et al|etc|cf|ca|figs?|approx|resp|no|dr|st|spp?|var|i\.[vpm]|s\.c|[A-Z]))\.$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Span:
    """``text[start:end]`` of the text it was found in, and why: ``label``, ``words`` or ``place``."""

    start: int
    end: int
    rule: str


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Give (start, end) of the sentences of a text, blanks around them left out."""
    spans: list[tuple[int, int]] = []
    begin = 0
    for match in _BREAK.finditer(text):
        if text[match.start()] == "." and _ABBREVIATED.search(text[max(begin, match.start() - 8) : match.start() + 1]):
            continue
        _add(spans, text, begin, match.end())
        begin = match.end()
    _add(spans, text, begin, len(text))
    return spans


def _add(spans: list[tuple[int, int]], text: str, begin: int, end: int) -> None:
    part = text[begin:end]
    start = begin + len(part) - len(part.lstrip())
    stop = begin + len(part.rstrip())
    if stop > start:
        spans.append((start, stop))


def sentence_at(text: str, offset: int) -> tuple[int, int]:
    """Give (start, end) of the sentence that holds an offset; the whole text where none does."""
    return next(((start, end) for start, end in split_sentences(text) if start <= offset < end), (0, len(text)))


def find_finding(abstract: str, labels: Sequence[str | None]) -> Span | None:
    """Give the sentence that says what was found, or None where no sentence says so: never a guess.

    In this order: the sentence of a section labelled as conclusion (one that turns to the results or opens as
    conclusions do, else its first); in an abstract without labels what follows ``Conclusions:`` in the text; the last
    sentence that opens as conclusions do; the last that says what the results show.

    Args:
        abstract: its text, one section a line.
        labels: the label of each section, in order; None for a section without.
    """
    lines = _sections(abstract, labels)
    for start, end, label in reversed(lines):
        if label and _CONCLUDING.match(label):
            again = _LABEL_AGAIN.match(abstract, start, end)
            start = again.end() if again else start
            return _best(abstract, [(start + a, start + b) for a, b in split_sentences(abstract[start:end])], "label")
    if inline := list(_LABEL_IN_TEXT.finditer(abstract)):
        at = inline[-1].end()
        return _best(abstract, [(at + a, at + b) for a, b in split_sentences(abstract[at:])], "label")
    sentences = [(s + a, s + b) for s, e, _ in lines for a, b in split_sentences(abstract[s:e])]
    later = [(a, b) for a, b in sentences[1:] if not _OUTLOOK.search(abstract, a, b)]
    opening = [(a, b) for a, b in later if _OPENINGS.match(abstract, a, b)]
    telling = [(a, b) for a, b in later if _RESULTS_SAY.search(abstract, a, b)]
    chosen = opening or telling
    return Span(*chosen[-1], "words") if chosen else None


def _best(abstract: str, sentences: Sequence[tuple[int, int]], rule: str) -> Span | None:
    """Choose among the sentences of a conclusion."""
    own = [(a, b) for a, b in sentences if not _OUTLOOK.search(abstract, a, b)]
    for pattern in (_OPENINGS.match, _RESULTS_SAY.search):
        for start, end in own:
            if pattern(abstract, start, end):
                return Span(start, end, rule)
    return Span(*own[0], rule) if own else None


def _sections(abstract: str, labels: Sequence[str | None]) -> list[tuple[int, int, str | None]]:
    """Give (start, end, label) of the sections' texts; where lines and labels disagree, the whole as one."""
    lines = abstract.split("\n")
    if len(lines) != len(labels):
        return [(0, len(abstract), None)]
    found = []
    at = 0
    for line, label in zip(lines, labels, strict=True):
        skip = len(label) + 2 if label else 0
        found.append((at + skip, at + len(line), label))
        at += len(line) + 1
    return found
