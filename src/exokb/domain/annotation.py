"""Annotations: a claim about a record that points at its words, and a person's decision about such a claim."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Assertion(StrEnum):
    """How the words state the claim. Only affirmed annotations count in search."""

    AFFIRMED = "affirmed"
    NEGATED = "negated"
    SPECULATIVE = "speculative"
    BACKGROUND = "background"


class Annotation(NamedTuple):
    """One claim: ``record.text(field)[start:end] == words`` supports ``facet: value``.

    Attributes:
        facet: such as ``disease``.
        value: an id of that facet's vocabulary (``acute_kidney_injury``), or a normalised name (``miR-21-5p``).
        words: the matched words, as they stand in the record.
        field: one of `exokb.domain.record.TEXT_FIELDS`.
        start, end: 0-based offsets in code points, end exclusive.
        rule: id of the rule that fired, as the vocabulary names it.
        assertion: affirmed, negated, speculative or background.
        score: 0 to 1, how sure the rule is.
    """

    facet: str
    value: str
    words: str
    field: str
    start: int
    end: int
    rule: str
    assertion: Assertion = Assertion.AFFIRMED
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Term:
    """One value of a facet: its id, how it is shown, and the broader term's id where it has one."""

    facet: str
    value: str
    label: str
    parent: str | None = None
