"""Text to annotations: every facet's claims about a record, each pointing at its words."""

from __future__ import annotations

from functools import cached_property

from exokb.domain.annotation import Annotation, Assertion
from exokb.domain.record import Record
from exokb.domain.trial import Trial
from exokb.evidence.cargo import CargoAnnotator
from exokb.evidence.design import DesignAnnotator
from exokb.evidence.disease import DiseaseAnnotator
from exokb.evidence.document import Document, TrialDocument
from exokb.evidence.dose import annotate_dose
from exokb.evidence.matcher import Matcher
from exokb.evidence.mentioned import annotate_mentioned
from exokb.evidence.reading import Reading
from exokb.evidence.registry_numbers import find_registry_numbers
from exokb.evidence.relevance import annotate_relevance
from exokb.evidence.search_words import SearchWords, make_search_words
from exokb.evidence.source import SourceAnnotator
from exokb.evidence.trials import THERAPIES, TrialReading, read_trial
from exokb.evidence.vocabulary import Vocabulary

_TRIAL_FIELDS = ("title", "abstract", "databanks")
_REVIEWS = frozenset({"review", "systematic_review"})


class Annotator:
    """Annotates records with one vocabulary. Makes no change to itself: one may serve any number of threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._matcher = Matcher(vocabulary, listed=("design", "organ", "tissue", "trial", "disease.example_heads"))
        self._disease = DiseaseAnnotator(vocabulary)
        self._source = SourceAnnotator(vocabulary)
        self._design = DesignAnnotator()
        self._linking = frozenset(vocabulary.phrases("cell", "linking"))
        self._cargo = CargoAnnotator(vocabulary)

    @cached_property
    def search_words(self) -> SearchWords:
        """What a library keeps of the vocabulary for searching it."""
        return make_search_words(self.vocabulary)

    def annotate(self, record: Record) -> tuple[Annotation, ...]:
        """Give all claims about a record, sorted by facet, field and place; the same record gives the same claims.

        For each annotation ``record.text(a.field)[a.start:a.end] == a.words``. Only those with the assertion
        ``affirmed`` say what the record is about; the others show what was seen and not counted.
        """
        document = Document(record)
        if not document.text:
            return ()
        reading = Reading(document, self._matcher.match(document))
        found = self._design.annotate(reading)
        review = bool(found) and found[0].value in _REVIEWS
        found += self._disease.annotate(reading, review=review)
        found += self._source.annotate(reading, review=review)
        if reading.vesicles:
            found += annotate_relevance(reading, self._linking, review=review)
            found += self._cargo.annotate(reading, review=review)
            found += annotate_mentioned(reading, review=review)
            found += annotate_dose(reading)
        found += _annotate_vesicles(reading)
        if reading.phrases("trial.signs"):
            found += _annotate_trials(document)
        return tuple(sorted(set(found), key=_order))

    def annotate_trial(self, trial: Trial) -> TrialReading:
        """Say what vesicles have to do with a registered trial, and give all claims about it, sorted.

        For each annotation ``trial.text(a.field)[a.start:a.end] == a.words``.
        """
        document = TrialDocument(trial)
        reading = Reading(document, self._matcher.match(document))
        kind, found = read_trial(reading, trial, self._linking)
        if kind in THERAPIES:
            found += self._cargo.annotate(reading, review=False)
        return TrialReading(kind, tuple(sorted(set(found), key=_order)))


def _order(annotation: Annotation) -> tuple[str, str, int, int, str, str]:
    return (annotation.facet, annotation.field, annotation.start, annotation.end, annotation.value, annotation.rule)


def _annotate_vesicles(reading: Reading) -> list[Annotation]:
    """Give the kinds of vesicle; what is no vesicle of this record ("exosome-depleted serum") is background."""
    found = []
    for m in reading.mentions("vesicle"):
        counts = m.kind == "mesh" or m.rules.id == "secretome" or reading.is_vesicle(m.start, m.end)
        assertion = Assertion.AFFIRMED if counts else Assertion.BACKGROUND
        found.append(reading.annotation("vesicle", m.rules.value, m.start, m.end, m.rule, assertion))
    return found


def _annotate_trials(document: Document) -> list[Annotation]:
    found = []
    for field in _TRIAL_FIELDS:
        start, end = document.field_span(field)
        text = document.original[start:end]
        for number in find_registry_numbers(text):
            found.append(
                Annotation("trial", number.value, text[number.start : number.end], field, number.start, number.end,
                           f"trial/{number.registry}")
            )  # fmt: skip
    return found
