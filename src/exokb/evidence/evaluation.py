"""Score annotations against labelled records: precision, recall and F1 by facet and by value, with every error.

A gold record is a mapping with ``id`` (PMID), and any of ``disease``, ``cargo``, ``molecules``, ``source`` (lists of
values), ``design`` (one value) and ``is_msc_ev`` (true or false), as ``docs/evidence.md`` describes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from exokb.domain.annotation import Annotation, Assertion
from exokb.evidence.vocabulary import Vocabulary

SCORED = ("disease", "cargo", "molecules", "source", "design", "relevance")
_LIST_FACETS = ("disease", "cargo", "molecules", "source")


@dataclass(slots=True)
class Counts:
    """True positives, false positives and false negatives."""

    true_positive: int = 0
    false_positive: int = 0
    false_negative: int = 0

    @property
    def precision(self) -> float:
        """Share of what was found that is right; 1 where nothing was found."""
        found = self.true_positive + self.false_positive
        return self.true_positive / found if found else 1.0

    @property
    def recall(self) -> float:
        """Share of what is right that was found; 1 where there is nothing to find."""
        right = self.true_positive + self.false_negative
        return self.true_positive / right if right else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 1 where there was nothing to find and nothing was found."""
        total = 2 * self.true_positive + self.false_positive + self.false_negative
        return 2 * self.true_positive / total if total else 1.0


@dataclass(frozen=True, slots=True)
class Mistake:
    """One error: a value found that is not in the gold labels (``extra``), or the other way round (``missing``)."""

    record: str
    facet: str
    value: str
    kind: str


@dataclass(slots=True)
class Score:
    """The result for one facet."""

    facet: str
    micro: Counts = field(default_factory=Counts)
    values: dict[str, Counts] = field(default_factory=dict)

    @property
    def macro_f1(self) -> float:
        """Mean F1 over the values that occur in gold labels or findings."""
        return sum(counts.f1 for counts in self.values.values()) / len(self.values) if self.values else 1.0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores by facet, in the order of `SCORED`, and all errors."""

    records: int
    scores: Mapping[str, Score]
    mistakes: tuple[Mistake, ...]


def find_values(annotations: Iterable[Annotation], vocabulary: Vocabulary) -> dict[str, set[str]]:
    """Give what a record's affirmed annotations say, by scored facet, at the level of gold labels.

    Conditions count as their area. Relevance is ``{"yes"}`` or ``{"no"}``.
    """
    found: dict[str, set[str]] = {facet: set() for facet in SCORED}
    roots = {rules.value: facet.rules[facet.root(rules.id)].value
             for facet in (vocabulary.facets["disease"], vocabulary.facets["source"], vocabulary.facets["cargo"])
             for rules in facet.rules.values()}  # fmt: skip
    for annotation in annotations:
        if annotation.assertion is Assertion.AFFIRMED and annotation.facet in found:
            value = annotation.value
            if annotation.facet in {"disease", "source", "cargo"}:
                value = roots.get(value, value)
            found[annotation.facet].add("yes" if annotation.facet == "relevance" else value)
    found["relevance"] = found["relevance"] or {"no"}
    return found


def gold_values(gold: Mapping[str, Any]) -> dict[str, set[str]]:
    """Read one gold record; facets that it does not hold are not scored.

    Raises:
        ValueError: a facet's labels have the wrong shape; the message names record and facet.
    """
    values: dict[str, set[str]] = {}
    for facet in _LIST_FACETS:
        if facet in gold:
            labels = gold[facet]
            if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
                raise ValueError(f"record {gold.get('id')}: {facet!r} must be a list of texts")
            values[facet] = set(labels)
    if gold.get("design") is not None:
        values["design"] = {str(gold["design"])}
    if "is_msc_ev" in gold:
        if not isinstance(gold["is_msc_ev"], bool):
            raise ValueError(f"record {gold.get('id')}: 'is_msc_ev' must be true or false")
        values["relevance"] = {"yes" if gold["is_msc_ev"] else "no"}
    return values


def score_records(
    pairs: Iterable[tuple[Mapping[str, Any], Iterable[Annotation]]], vocabulary: Vocabulary
) -> Evaluation:
    """Score pairs of (gold record, its annotations).

    Molecule names compare without regard to case, hyphens and blanks.

    Raises:
        ValueError: see `gold_values`.
    """
    scores = {facet: Score(facet) for facet in SCORED}
    mistakes: list[Mistake] = []
    number = 0
    for gold, found_annotations in pairs:
        number += 1
        found = find_values(found_annotations, vocabulary)
        for facet, labels in gold_values(gold).items():
            right = {_comparable(facet, label): label for label in labels}
            seen = {_comparable(facet, value): value for value in found[facet]}
            for key in sorted(right.keys() | seen.keys()):
                value = right.get(key, seen.get(key, key))
                per_value = scores[facet].values.setdefault(value, Counts())
                for counts in (scores[facet].micro, per_value):
                    counts.true_positive += key in right and key in seen
                    counts.false_positive += key not in right
                    counts.false_negative += key not in seen
                if key not in seen or key not in right:
                    kind = "missing" if key in right else "extra"
                    mistakes.append(Mistake(str(gold.get("id")), facet, value, kind))
    return Evaluation(number, scores, tuple(mistakes))


def _comparable(facet: str, value: str) -> str:
    if facet != "molecules":
        return value
    return "".join(char for char in value.casefold() if char.isalnum() or char == "*")
