"""Design: the one strongest kind of work that the record itself reports.

Publication types decide where they say enough; else the words for what was done, in this order: tellings of other
work (review, protocol), people who were treated, animals, people who were observed, cells. The words are in
``design.toml``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from exokb.domain.annotation import Annotation
from exokb.evidence.document import Document, Role
from exokb.evidence.reading import Reading

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
    ("clinical_trial", re.compile(r"\b(?:randomized controlled trial|controlled clinical trial|"
                                  r"clinical trial(?:, phase "
                                  r"[iv]+)?|pragmatic clinical trial|equivalence trial)\b(?! protocol|, veterinary)")),
    ("observational", re.compile(r"\b(?:observational study|case reports)\b(?!, veterinary)")),
    ("review", re.compile(r"\breview\b")),
)  # fmt: skip
_IN = re.compile(r"\bin\b")
# What an introduction's tense shows to be this record's own: "in vivo and in vitro assays were used to ...".
_WAS_DONE = re.compile(r"\b(?:was|were) (?:\w+ly )?(?:then |also |further )?(?:used|applied|employed|utili[sz]ed|"
                       r"performed|conducted|"
                       r"established|constructed|injected|treated|administered|given|assessed|measured|evaluated|"
                       r"detected|"
                       r"verified|determined|examined|explored|investigated|carried out|analy[sz]ed|induced|"
                       r"randomi[sz]ed|"
                       r"divided|assigned|transplanted|implanted|adopted|subjected|created|generated)\b")  # fmt: skip
_EARLIER = re.compile(r"\b(?:(?:we|our group|our (?:laborator\w+|lab|team)|authors) (?:have |had |has )?(?:recently|"
                      r"previously|earlier)|"
                      r"(?:recently|previously),? (?:we|our)|(?:our|in a?n?) (?:previous|earlier|prior)|"
                      r"previous (?:work|study|studies|reports?|data|findings))\b")  # fmt: skip
# "Rat hearts", "a mouse PD model", but not "rat cardiomyocytes" or "mouse monoclonal antibody".
_ANIMAL_THING = re.compile(
    r" (?:(?!(?:cells?|derived|primary|\w*cytes?|\w*mscs?|lines?|anti\w*|and|or|in|of|with|from|by|to|"
    r"that)\b)[\w/()']+ ){0,5}?"
    r"(?:(?:models?|defects?|wounds?|hearts?|brains?|knees?|colitis|injury|infarct\w*|ischa?emia|sepsis|tibiae?|"
    r"femurs?|"
    r"calvariae?|retinae?|kidneys?|livers?|lungs?|embryos?|pups?|fractures?|stroke|arthritis|diabetes|asthma|"
    r"encephalomyelitis|skin wounds?|hindlimbs?|spinal cords?|tendons?|offspring|recipients?|experiments?|corneas?|"
    r"eyes?|skin|muscles?|limbs?|joints?|ovar(?:y|ies)|uterus|testes|"
    r"colon|intestines?|bladder|cartilage|bones?|nerves?|arter(?:y|ies)|aortas?|veins?)\b)"
    r"(?! (?:derived|cells?|mesench|stem|stromal|tissue|fibroblast|cortical|slices?|homogenat|extracts?|lysates?))"
)
_IN_DISH = re.compile(r"\b(?:in vitro|cell|cellular|culture|cultured|organoid|spheroid|3d|ogd|oxygen|glucose|"
                      r"hypoxi\w*|h/r|lps|"
                      r"il 1|h2o2|tnf|cells|explants?|slices?|ex vivo|silico|computational|mathematical|regression|"
                      r"statistical|"
                      r"prediction|linear|theoretical|predictive|mixed|learning|effects)\b")  # fmt: skip
_IN_MODEL = re.compile(r"\b(?:in|using|with|establish(?:ed|ing)|of) (?:[\w/()'+-]+ ){1,9}$")
_SEARCHED = re.compile(r"\b(?:pubmed|medline|embase|web of science|scopus|cochrane)\b[^.]{0,120}\bsearch|"
                       r"\bsearch[^.]{0,120}\b(?:pubmed|medline|embase|web of science|scopus|cochrane|"
                       r"databases)\b")  # fmt: skip
_TREATED = re.compile(
    r"\b(?:patients?|participants?|subjects?|volunteers?|women|men|children|infants|adults|"
    r"eyes)\b(?! (?:serum|plasma|tissue))"
    r"[^.;]{0,110}?\b(?:(?:were|was) (?:then |all )?(?:treated with|given|administered|infused with|"
    r"injected with|randomi[sz]ed|"
    r"randomly (?:assigned|allocated|divided))|received (?:a |an |one |two |"
    r"three )?[^.;]{0,40}?(?:injection|infusion|dose|cells|exosomes?|vesicles?|treatment|therapy|mg|vaccin))"
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
    """Decides designs by the phrases that were matched."""

    def annotate(self, reading: Reading) -> list[Annotation]:
        """Give the one design that the record's words support best, or nothing."""
        finding = self.find(reading)
        if finding is None:
            return []
        return [reading.annotation(FACET, finding.value, finding.start, finding.end, finding.rule, score=finding.score)]

    def find(self, reading: Reading) -> Finding | None:
        """Decide the design of one record."""
        document = reading.document
        typed = _by_types(document)
        has_abstract = document.field_span("abstract")[1] > 0
        if typed and typed.value == "systematic_review" and has_abstract and not self._is_systematic(reading):
            # "We systematically review ..." makes indexers call it one; without a search it is a review.
            return Finding("review", typed.start, typed.end, "design/review:types", 0.8)
        if typed and (
            typed.value in {"protocol", "systematic_review"} or (typed.value == "other" and not has_abstract)
        ):
            return typed
        titled = self._in_title(reading, "other")
        if titled and not (typed and typed.value == "clinical_trial"):
            return titled
        return (self._told(reading, typed) or self._on_people(reading, typed) or self._done(reading)
                or typed or self._in_title(reading, "review") or _leftover(document))  # fmt: skip

    def _is_systematic(self, reading: Reading) -> bool:
        return bool(
            self._in_title(reading, "systematic")
            or self._in_abstract(reading, "systematic")
            or _search(_SEARCHED, reading.document, "abstract")
        )

    def _told(self, reading: Reading, typed: Finding | None) -> Finding | None:
        """Reviews and protocols: texts that tell of other work, or of work to be done."""
        document = reading.document
        protocol = self._in_title(reading, "protocol") or self._in_abstract(reading, "protocol")
        if protocol and not (typed and typed.value in {"clinical_trial", "observational"}):
            return protocol
        systematic = self._in_title(reading, "systematic", "systematic_review")
        if systematic:
            return systematic
        words = self._in_abstract(reading, "review")
        is_review = typed is not None and typed.value == "review"
        if not is_review and typed:
            return None
        if is_review or (words and (self._in_title(reading, "review") or not self._has_methods(document))):
            found = self._in_abstract(reading, "systematic", "systematic_review")
            if found is None and (match := _search(_SEARCHED, document, "abstract")):
                found = Finding("systematic_review", *match, "design/systematic_review:searched", 0.7)
            return found or typed or words
        return None

    def _on_people(self, reading: Reading, typed: Finding | None) -> Finding | None:
        """Trials: people received the intervention, and no animals did."""
        if typed and typed.value == "clinical_trial":
            return typed
        document = reading.document
        animal = self._animal_work(reading)
        trial = self._in_title(reading, "trial", "clinical_trial") or self._in_abstract(
            reading, "treated_people", "clinical_trial"
        )
        if trial is None and typed and typed.value == "observational":
            return typed
        if trial is None and reading.phrases("design.observed_people"):
            start, end = document.field_span("abstract")
            for match in _TREATED.finditer(document.text, start, end):
                if document.sentence_at(match.start()).role in _OWN - {Role.CONCLUSION}:
                    trial = Finding("clinical_trial", match.start(), match.end(), "design/clinical_trial:treated", 0.7)
                    break
        return trial if trial and not animal else None

    def _done(self, reading: Reading) -> Finding | None:
        """Animals, people observed, cells: what the words for the record's own work speak of most."""
        physical = self._distinct(reading, "physical")
        animal = self._animal_work(reading)
        if len(physical) >= 2 and len(physical) > len(self._distinct(reading, "cell_work")):
            return _finding("other", physical, "physical")
        if animal:
            return animal
        people, cells = self._distinct(reading, "observed_people"), self._distinct(reading, "cell_work")
        if any(words.startswith("patients ") for words in people):
            people.pop("patients", None)
        hints = self._distinct(reading, "animal_hints")
        signs = self._distinct(reading, "animal_signs") | self._models(reading)
        if (len(hints) + len(signs) >= 2 and not people) or (signs and len(signs | hints) >= 2 + len(people)):
            return _finding("in_vivo", hints | signs, "hints")
        if len(people) >= 2 and len(people) > len(cells):
            return _finding("observational", people, "people")
        if cells:
            return _finding("in_vitro", cells, "cells")
        biology = self._distinct(reading, "biology")
        if (len(biology) >= 2 or (biology and reading.vesicles and len(people) < 2)) and not physical:
            return _finding("in_vitro", biology, "biology")
        if people:
            return _finding("observational", people, "people")
        start, end = reading.document.field_span("abstract")
        worked_on = [span for span in reading.vesicles if start <= span[0] < end]
        if worked_on and not physical:
            return Finding("in_vitro", *worked_on[0], "design/in_vitro:vesicles", 0.4)
        return None

    def _animal_work(self, reading: Reading) -> Finding | None:
        """Find words for animal work that the record did itself, not what others did or ought to do."""
        document = reading.document
        text = document.text
        for name in ("abstract", "title"):
            start, end = document.field_span(name)
            for rule in ("animal_work", "animals", "species", "routes"):
                if rule == "routes" and self._distinct(reading, "observed_people"):
                    continue
                for span in reading.phrases(f"design.{rule}", start, end):
                    sentence = document.sentence_at(span[0])
                    if sentence.role is Role.BACKGROUND and not _WAS_DONE.search(text, sentence.start, sentence.end):
                        continue
                    if _EARLIER.search(text, sentence.start, sentence.end):
                        continue
                    undone = reading.phrases("design.not_done", sentence.start, sentence.end)
                    if undone and text[span[0] : span[1]] == "in vivo":
                        continue
                    if name == "title" and not _IN.search(text, start, span[0]):
                        # "in rats" says that the work was on them; "of transgenic mice" may be cells from them.
                        continue
                    before = max(sentence.start, span[0] - 50)
                    if rule == "species" and not _ANIMAL_THING.match(text, span[1], sentence.end):
                        continue
                    if rule in {"animals", "species"} and reading.phrases("design.taken_from", before, span[0]):
                        continue
                    return Finding("in_vivo", *span, f"design/in_vivo:{rule}", 0.8)
        return None

    def _models(self, reading: Reading) -> dict[str, tuple[int, int]]:
        """Give the disease models, not of cells, that the record's own sentences name."""
        document = reading.document
        found: dict[str, tuple[int, int]] = {}
        for span in reading.phrases("design.model_words", 0, document.field_span("abstract")[1]):
            sentence = document.sentence_at(span[0])
            if sentence.role not in _OWN:
                continue
            window = _IN_MODEL.search(document.text, max(sentence.start, span[0] - 90), span[0])
            if (
                window
                and not _IN_DISH.search(document.text, window.start(), sentence.end)
                and any(window.start() <= m.start < span[1] for m in reading.mentions("disease"))
            ):
                found.setdefault("model", (window.start(), span[1]))
        return found

    def _distinct(self, reading: Reading, name: str) -> dict[str, tuple[int, int]]:
        """Give the different phrases of a list in the record's own sentences, each with its first place."""
        document = reading.document
        last = document.field_span("abstract")[1] or document.field_span("title")[1]
        found: dict[str, tuple[int, int]] = {}
        for span in reading.phrases(f"design.{name}", 0, last):
            words = document.text[span[0] : span[1]]
            if words not in found and document.sentence_at(span[0]).role in _OWN:
                found[words] = span
        return found

    def _in_title(self, reading: Reading, name: str, value: str = "") -> Finding | None:
        start, end = reading.document.field_span("title")
        found = reading.phrases(f"design.title_{name}", start, end)
        if not found or (name == "other" and found[0][0] > start + 1):
            return None
        value = value or name
        return Finding(value, *found[0], f"design/{value}:title", 0.9)

    def _in_abstract(self, reading: Reading, name: str, value: str = "") -> Finding | None:
        start, end = reading.document.field_span("abstract")
        found = reading.phrases(f"design.{name}", start, end) if end else []
        value = value or name
        return Finding(value, *found[0], f"design/{value}:words", 0.9) if found else None

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
    start, end = document.field_span("types")
    found = _read_types(document.text[start:end])
    if found is None:
        return None
    value, first, last = found
    return Finding(value, start + first, start + last, f"design/{value}:types", 1.0)


@lru_cache(maxsize=1024)
def _read_types(types: str) -> tuple[str, int, int] | None:
    """Give the design that publication types name, and where; the same few stand in most records."""
    for value, pattern in _TYPES:
        if match := pattern.search(types):
            return value, *match.span()
    return None


def _leftover(document: Document) -> Finding | None:
    """Nothing speaks for any design: an article that is no study this vocabulary knows."""
    start, end = document.field_span("types")
    if start == end:
        return None
    first = document.text[start:end].split("; ")[0]
    return Finding("other", start, start + len(first), "design/other:nothing_else", 0.4)
