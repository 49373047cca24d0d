"""Design: the one strongest kind of work that the record itself reports.

Publication types decide where they say enough; else the words for what was done, in this order: tellings of other
work (review, protocol), people who were treated, animals, people who were observed, cells. The words are in
``design.toml``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from exokb.domain.annotation import Annotation
from exokb.evidence.document import Document, Role
from exokb.evidence.reading import Reading
from exokb.evidence.vocabulary import Vocabulary, any_of

FACET = "design"
_OWN = frozenset({Role.TITLE, Role.AIM, Role.METHODS, Role.RESULTS, Role.CONCLUSION, Role.OTHER})
_TYPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    # NLM's publication types (https://www.nlm.nih.gov/mesh/pubtypes.html), in the order in which they decide.
    ("other", re.compile(r"\b(?:published erratum|retraction of publication|editorial|comment|news|biography|"
                         r"historical article|introductory journal article|expression of concern|personal narrative|"
                         r"interview|portrait|lecture|patient education handout|newspaper article|"
                         r"corrected and republished article|congress)\b")),
    ("protocol", re.compile(r"\b(?:clinical trial protocol|video audio media)\b")),
    ("systematic_review", re.compile(r"\b(?:systematic review|meta analysis)\b")),
    ("clinical_trial", re.compile(r"\b(?:randomized controlled trial|controlled clinical trial|clinical trial(?:, phase "
                                  r"[iv]+)?|pragmatic clinical trial|equivalence trial)\b(?! protocol|, veterinary)")),
    ("observational", re.compile(r"\b(?:observational study|case reports)\b(?!, veterinary)")),
    ("review", re.compile(r"\breview\b")),
)  # fmt: skip
_IN = re.compile(r"\bin\b")
_SEARCHED = re.compile(r"\b(?:pubmed|medline|embase|web of science|scopus|cochrane)\b[^.]{0,120}\bsearch|"
                       r"\bsearch[^.]{0,120}\b(?:pubmed|medline|embase|web of science|scopus|cochrane|databases)\b")  # fmt: skip
_TREATED = re.compile(
    r"\b(?:patients?|participants?|subjects?|volunteers?|women|men|children|infants|adults|eyes)\b(?! (?:serum|plasma|tissue))"
    r"[^.;]{0,110}?\b(?:(?:were|was) (?:then |all )?(?:treated with|given|administered|infused with|injected with|randomi[sz]ed|"
    r"randomly (?:assigned|allocated|divided))|received (?:a |an |one |two |three )?[^.;]{0,40}?(?:injection|infusion|dose|cells|treatment|therapy|mg|vaccin))"
    r"|\btreatment and \d+ weeks follow up for \d+ patients"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A design with the words that speak for it, as document offsets."""

    value: str
    start: int
    end: int
    rule: str
    score: float


class DesignAnnotator:
    """Decides designs with the phrases of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        lists = vocabulary.facets[FACET].lists
        self._phrases = {name: re.compile(rf"(?<!\w){any_of(lists[name])}(?!\w)") for name in lists}
        self._phrases["title_other"] = re.compile(rf"^\W*{any_of(lists['title_other'])}\b")

    def annotate(self, reading: Reading) -> list[Annotation]:
        """Give the one design that the record's words support best, or nothing."""
        finding = self.find(reading.document)
        if finding is None:
            return []
        return [reading.annotation(FACET, finding.value, finding.start, finding.end, finding.rule, score=finding.score)]

    def find(self, document: Document) -> Finding | None:
        """Decide the design of one record."""
        typed = _by_types(document)
        has_abstract = document.field_span("abstract")[1] > 0
        if typed and (typed.value in {"protocol", "systematic_review"} or (typed.value == "other" and not has_abstract)):
            return typed
        titled = self._in_title(document, "other")
        if titled and not (typed and typed.value == "clinical_trial"):
            return titled
        return (self._told(document, typed) or self._on_people(document, typed) or self._done(document)
                or typed or self._in_title(document, "review") or _leftover(document))  # fmt: skip

    def _told(self, document: Document, typed: Finding | None) -> Finding | None:
        """Reviews and protocols: texts that tell of other work, or of work to be done."""
        protocol = self._in_title(document, "protocol") or self._in_abstract(document, "protocol")
        if protocol and not (typed and typed.value in {"clinical_trial", "observational"}):
            return protocol
        systematic = self._in_title(document, "systematic", "systematic_review")
        if systematic:
            return systematic
        words = self._in_abstract(document, "review")
        is_review = typed is not None and typed.value == "review"
        if not is_review and typed:
            return None
        if is_review or (words and (self._in_title(document, "review") or not self._has_methods(document))):
            found = self._in_abstract(document, "systematic", "systematic_review")
            if found is None and (match := _search(_SEARCHED, document, "abstract")):
                found = Finding("systematic_review", *match, "design/systematic_review:searched", 0.7)
            return found or typed or words
        return None

    def _on_people(self, document: Document, typed: Finding | None) -> Finding | None:
        """Trials: people received the intervention, and no animals did."""
        if typed and typed.value == "clinical_trial":
            return typed
        animal = self._animal_work(document)
        trial = self._in_title(document, "trial", "clinical_trial") or self._in_abstract(
            document, "treated_people", "clinical_trial"
        )
        if trial is None and typed and typed.value == "observational":
            return typed
        if trial is None:
            start, end = document.field_span("abstract")
            for match in _TREATED.finditer(document.text, start, end):
                if document.sentence_at(match.start()).role in _OWN - {Role.CONCLUSION}:
                    trial = Finding("clinical_trial", match.start(), match.end(), "design/clinical_trial:treated", 0.7)
                    break
        return trial if trial and not animal else None

    def _done(self, document: Document) -> Finding | None:
        """Animals, people observed, cells: what the words for the record's own work speak of most."""
        physical = self._distinct(document, "physical")
        animal = self._animal_work(document)
        if len(physical) >= 2 and len(physical) > len(self._distinct(document, "cell_work")):
            return _finding("other", physical, "physical")
        if animal:
            return animal
        people, cells = self._distinct(document, "observed_people"), self._distinct(document, "cell_work")
        hints = self._distinct(document, "animal_hints")
        if len(hints) >= 2 and not people:
            return _finding("in_vivo", hints, "hints")
        if len(people) >= 2 and len(people) > len(cells):
            return _finding("observational", people, "people")
        if cells:
            return _finding("in_vitro", cells, "cells")
        biology = self._distinct(document, "biology")
        if len(biology) >= 2 and not physical:
            return _finding("in_vitro", biology, "biology")
        return _finding("observational", people, "people") if people else None

    def _animal_work(self, document: Document) -> Finding | None:
        """Find words for animal work that the record did itself, not what others did or ought to do."""
        text = document.text
        for name in ("abstract", "title"):
            start, end = document.field_span(name)
            for rule in ("animal_work", "animals", "routes"):
                if rule == "routes" and self._distinct(document, "observed_people"):
                    continue
                for match in self._phrases[rule].finditer(text, start, end):
                    sentence = document.sentence_at(match.start())
                    if sentence.role is Role.BACKGROUND:
                        continue
                    if self._phrases["not_done"].search(text, sentence.start, sentence.end) and match.group() == "in vivo":
                        continue
                    if name == "title" and not _IN.search(text, start, match.start()):
                        # "in rats" says that the work was on them; "of transgenic mice" may be cells from them.
                        continue
                    if rule == "animals" and self._phrases["taken_from"].search(text, max(sentence.start, match.start() - 50), match.start()):
                        continue
                    return Finding("in_vivo", match.start(), match.end(), f"design/in_vivo:{rule}", 0.8)
        return None

    def _distinct(self, document: Document, name: str) -> dict[str, tuple[int, int]]:
        """Give the different phrases of a list in the record's own sentences, each with its first place."""
        found: dict[str, tuple[int, int]] = {}
        for field in ("title", "abstract"):
            start, end = document.field_span(field)
            for match in self._phrases[name].finditer(document.text, start, end):
                if match.group() not in found and document.sentence_at(match.start()).role in _OWN:
                    found[match.group()] = match.span()
        return found

    def _in_title(self, document: Document, name: str, value: str = "") -> Finding | None:
        start, end = document.field_span("title")
        match = self._phrases[f"title_{name}"].search(document.text[start:end])
        if match is None:
            return None
        value = value or name
        return Finding(value, start + match.start(), start + match.end(), f"design/{value}:title", 0.9)

    def _in_abstract(self, document: Document, name: str, value: str = "") -> Finding | None:
        found = _search(self._phrases[name], document, "abstract")
        value = value or name
        return Finding(value, *found, f"design/{value}:words", 0.9) if found else None

    @staticmethod
    def _has_methods(document: Document) -> bool:
        return any(sentence.role is Role.METHODS for sentence in document.sentences)


def _finding(value: str, found: dict[str, tuple[int, int]], rule: str) -> Finding:
    start, end = min(found.values())
    return Finding(value, start, end, f"design/{value}:{rule}", 0.6)


def _search(pattern: re.Pattern[str], document: Document, field: str) -> tuple[int, int] | None:
    match = pattern.search(document.text, *document.field_span(field))
    return match.span() if match else None


def _by_types(document: Document) -> Finding | None:
    for value, pattern in _TYPES:
        found = _search(pattern, document, "types")
        if found:
            return Finding(value, *found, f"design/{value}:types", 1.0)
    return None


def _leftover(document: Document) -> Finding | None:
    """Nothing speaks for any design: an article that is no study this vocabulary knows."""
    start, end = document.field_span("types")
    if start == end:
        return None
    first = document.text[start:end].split("; ")[0]
    return Finding("other", start, start + len(first), "design/other:nothing_else", 0.4)
