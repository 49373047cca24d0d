"""A record's text as the matchers read it: one folded string, cut into fields and sentences.

Sentences know their part in the paper's argument (title, background, aim, methods, results, conclusion), from the
labels of a structured abstract or, where there are none, from the words that authors use to turn from one to the next.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import NamedTuple, Protocol

from exokb.domain.record import Record
from exokb.domain.trial import TRIAL_TEXT_FIELDS, Trial
from exokb.evidence.folding import fold

FIELDS = ("title", "abstract", "keywords", "mesh", "types", "databanks")


class Role(StrEnum):
    """What a sentence is in the paper's argument."""

    TITLE = "title"
    BACKGROUND = "background"
    AIM = "aim"
    METHODS = "methods"
    RESULTS = "results"
    CONCLUSION = "conclusion"
    KEYWORDS = "keywords"
    MESH = "mesh"
    OTHER = "other"


class HasTexts(Protocol):
    """What has texts by the name of a field: a record, a trial."""

    def text(self, field: str) -> str:
        """Give the plain text of a field; empty where there is none."""
        ...


class Sentence(NamedTuple):
    """A span of the document with its role."""

    start: int
    end: int
    role: Role


_LABELS: tuple[tuple[Role, tuple[str, ...]], ...] = (
    # Starts of section labels; NLM's categories (https://structuredabstracts.nlm.nih.gov/) are tried after the label.
    (Role.CONCLUSION, ("conclusion", "interpretation", "discussion", "significance", "expert opinion", "implication",
                       "clinical relevance", "summary", "impact")),
    (Role.AIM, ("aim", "objective", "purpose", "goal", "hypothes", "areas covered", "scope", "question")),
    (Role.METHODS, ("method", "material", "design", "patients", "setting", "participants", "experimental",
                    "study", "data sources", "interventions", "subjects", "search", "trial registration",
                    "registration", "main outcome", "measurements", "animals")),
    (Role.RESULTS, ("result", "finding", "outcome", "key results")),
    (Role.BACKGROUND, ("background", "introduction", "context", "rationale", "importance")),
)  # fmt: skip

_AIM = re.compile(
    r"\b(?:(?:in|for) (?:the|this|our|these) (?:present |current )?(?:study|work|paper|article|research|review|report|"
    r"investigation|experiment|context|regard|protocol|chapter|minireview|mini review)s?\b|herein\b|here,|here we\b|"
    r"(?:the|this|our) (?:present |current |systematic |narrative |mini ?|scoping |comprehensive )?"
    r"(?:study|work|paper|article|review|research|report|investigation|protocol|chapter|trial)s? "
    r"(?:\w+ ){0,3}?(?:aim|sought|focus|investigat|explor|examin|evaluat|design|describ|discuss|summari|present|"
    r"report|show|demonstrat|review|assess|determin|provid|intend|undertak|conduct|perform|address|highlight|overview|"
    r"compar|analy|attempt|outlin|was to|is to|reveal|test|elucidat|clarif|introduc|cover|deal|concern|"
    r"categori|classif|"
    r"propos|identif|develop)|"
    r"(?:the|our) (?:main |primary |overall |specific )?(?:aim|purpose|objective|goal|focus)s? "
    r"(?:of (?:the|this|our) [\w ]{0,40}?)?(?:was|is|were|are)\b|aim of (?:this|the)|"
    r"(?:was|were) (?:to (?:investigat|explor|examin|evaluat|determin|assess|clarif|elucidat)|performed|conducted|"
    r"enrolled|analy[sz]ed|recruited|isolated|collected|carried out|divided|randomi[sz]ed|randomly)|"
    # "we know", "we need" and "we previously showed" tell of the world or of earlier work.
    r"\bwe\b (?!know\b|need\b|live\b|(?:have )?previously|and others|are (?:now|still)))"
)
_INLINE_LABEL = re.compile(r"([a-z][a-z &/]{2,40}): ?")
_SETTING = re.compile(r"\b(?:is|are|remains?|has been|have been|plays?|can|may|exist)\b")
_DONE = re.compile(
    r"\b(?:was|were|showed|found|revealed|demonstrated|indicated|observed|confirmed|suggested|increased|decreased|"
    r"promoted|inhibited|reduced|improved|led to|resulted|exhibited|could|did)\b"
)
_CONCLUSION = re.compile(
    r"(?:in (?:conclusion|summary|brief)|(?:taken|all) together|altogether|collectively|conclusively|to conclude|"
    r"to sum up|overall|in all|all in all|thus,|therefore,|these (?:results|findings|data|observations)|"
    r"(?:our|the|this|these)(?: present| current)? (?:results?|findings?|data|study|work|studies)[\w ,]{0,40}?"
    r"(?:suggest|indicat|demonstrat|show|reveal|provid|support|highlight|conclud|confirm|impl|prove|uncover|"
    r"establish)|in the future|"
    r"it (?:can|could|may) be concluded|we conclude|finally, (?:these|our))"
)
_ABBREVIATED = re.compile(
    r"\b(?:e\.g|i\.e|vs|et al|etc|ca|cf|fig|figs|approx|resp|no|dr|st|sp|spp|var|i\.v|i\.p|s\.c|i\.m|b\.w|incl)\.$"
)
_BREAK = re.compile(r"[.!?\n](?:(?<=\n)|[\"')\]]*(?:\s+(?=\S)|(?=[A-Z][a-z]+ )))")


def _spans(text: str, folded: str, start: int) -> list[tuple[int, int]]:
    """Cut one field into sentences; offsets are the document's."""
    spans = []
    begin = 0
    for match in _BREAK.finditer(text):
        end = match.end()
        if end <= begin:
            continue
        if text[match.start()] == ".":
            if end == match.start() + 1 and not text[max(0, end - 4) : end - 1].islower():
                # Without a blank behind the stop, only words end a sentence: "was found.Here we", not "pH 7.Then".
                continue
            # "E. coli", "vs. control" and "i.v. Injection" go on; "in group B. Mice" does not.
            before = folded[max(0, match.start() - 8) : match.start() + 1]
            if text[end : end + 1].islower() or _ABBREVIATED.search(before):
                continue
        spans.append((start + begin, start + end))
        begin = end
    if begin < len(text):
        spans.append((start + begin, start + len(text)))
    return spans


class Document:
    """The folded text of a record's fields, one after another, and what lies where.

    Attributes:
        record: the record itself.
        original: the texts of all fields, joined by a blank line.
        text: `original`, folded; same length, same offsets.
    """

    fields: tuple[str, ...] = FIELDS

    def __init__(self, record: Record) -> None:
        self.record = record
        self._lay_out(record)

    def _lay_out(self, record: HasTexts) -> None:
        """Put the texts of all fields one after another."""
        self._starts: list[int] = []
        self._names: list[str] = []
        self._spans: dict[str, tuple[int, int]] = {}
        parts = []
        at = 0
        for name in self.fields:
            part = record.text(name)
            if part:
                self._starts.append(at)
                self._names.append(name)
                self._spans[name] = (at, at + len(part))
                parts.append(part)
                at += len(part) + 2
        self.original = "\n\n".join(parts)
        self.text = fold(self.original)

    def field_span(self, name: str) -> tuple[int, int]:
        """Give where a field lies in `text`; (0, 0) where the record has none."""
        return self._spans.get(name, (0, 0))

    def locate(self, start: int) -> tuple[str, int]:
        """Give the field a document offset lies in, and that field's own offset."""
        index = bisect_right(self._starts, start) - 1
        return self._names[index], self._starts[index]

    def field_of(self, start: int) -> str:
        """Name the field a document offset lies in."""
        return self._names[bisect_right(self._starts, start) - 1]

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences in order; keywords, headings and types count as one sentence each item."""
        found: list[Sentence] = []
        for name in self._names:
            start, end = self.field_span(name)
            if name == "title":
                found.extend(Sentence(a, b, Role.TITLE) for a, b in _spans(self.original[start:end],
                                                                           self.text[start:end], start))  # fmt: skip
            elif name == "abstract":
                found.extend(self._abstract_sentences(start))
            else:
                role = {"keywords": Role.KEYWORDS, "mesh": Role.MESH}.get(name, Role.OTHER)
                at = start
                for item in self.original[start:end].split("; "):
                    found.append(Sentence(at, at + len(item), role))
                    at += len(item) + 2
        return tuple(found)

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    def sentence_at(self, offset: int) -> Sentence:
        """Give the sentence an offset lies in."""
        index = bisect_right(self._sentence_starts, offset) - 1
        return self.sentences[index if index > 0 else 0]

    def _abstract_sentences(self, start: int) -> list[Sentence]:
        sections = [(part.label, part.category, len(f"{part.label}: {part.text}" if part.label else part.text))
                    for part in self.record.abstract]  # fmt: skip
        found: list[Sentence] = []
        at = start
        labelled = any(label for label, _, _ in sections)
        for label, category, length in sections:
            text, folded = self.original[at : at + length], self.text[at : at + length]
            role = _label_role(label, category)
            spans = _spans(text, folded, at)
            turn = len(spans)
            if labelled and role is Role.BACKGROUND:
                # A section called background often ends with the aim.
                turn = next((i for i, (a, b) in enumerate(spans) if _AIM.search(self.text, a, b)), turn)
            found.extend(Sentence(a, b, role or Role.OTHER) for a, b in spans[:turn])
            found.extend(Sentence(a, b, Role.AIM) for a, b in spans[turn:])
            at += length + 1
        if labelled:
            return found
        return self._inline_roles(found)

    def _inline_roles(self, sentences: list[Sentence]) -> list[Sentence]:
        """Give roles in an unlabelled abstract, by labels within the running text or by turns of phrase.

        What a sentence is depends on it and on those before it, never on how many follow.
        """
        text = self.text
        aim = next((i for i, (start, end, _) in enumerate(sentences) if _AIM.search(text, start, end)), None)
        if aim is None:
            # Nothing marks the aim: the record's own work begins where the text stops telling what is.
            aim = next((i for i, (start, end, _) in enumerate(sentences)
                        if _DONE.search(text, start, end) or not _SETTING.search(text, start, end)), 0)  # fmt: skip
        placed = []
        role = Role.BACKGROUND
        for index, (start, end, _) in enumerate(sentences):
            label = _INLINE_LABEL.match(text, start, end)
            named = _label_role(label.group(1), None) if label else None
            if named:
                role = named
            elif index and index > aim and _CONCLUSION.match(text, start, end):
                role = Role.CONCLUSION
            elif index == aim and role is Role.BACKGROUND:
                role = Role.AIM
            elif role is Role.AIM:
                role = Role.RESULTS
            placed.append(Sentence(start, end, role))
        return placed


@lru_cache(maxsize=512)
def _label_role(label: str | None, category: str | None) -> Role | None:
    for name in (label, category):
        if name:
            folded = fold(name).strip()
            for role, starts in _LABELS:
                if folded.startswith(starts) or any(f" {start}" in folded for start in starts if len(start) > 5):
                    return role
    return None


class TrialDocument(Document):
    """The texts of a registered trial, read as those of a record are.

    Titles are titles; all else is what the registry's entry itself says of the trial: nothing of it is background.
    """

    fields = TRIAL_TEXT_FIELDS

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self._lay_out(trial)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences in order."""
        return tuple(
            Sentence(a, b, Role.TITLE if name.endswith("title") else Role.OTHER)
            for name in self._names
            for start, end in [self.field_span(name)]
            for a, b in _spans(self.original[start:end], self.text[start:end], start)
        )
