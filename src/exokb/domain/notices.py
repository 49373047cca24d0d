"""Retractions, expressions of concern and errata: which of a record's corrections a reader must be told of."""

from __future__ import annotations

from exokb.domain.record import Record

RETRACTED = "retracted"
CONCERN = "expression of concern"
ERRATUM = "erratum"
RETRACTION_NOTICE = "retraction notice"
REPUBLISHED = "republished"
WITHDRAWN = "withdrawn from PubMed"

# RefType values: https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html#commentscorrections
_BY_CORRECTION = {
    "RetractionIn": RETRACTED,
    "PartialRetractionIn": RETRACTED,
    "ExpressionOfConcernIn": CONCERN,
    "ErratumIn": ERRATUM,
    "CorrectedandRepublishedIn": REPUBLISHED,
    "RetractedandRepublishedIn": RETRACTED,
    "RetractionOf": RETRACTION_NOTICE,
    "PartialRetractionOf": RETRACTION_NOTICE,
}
_BY_TYPE = {
    "Retracted Publication": RETRACTED,
    "Retraction of Publication": RETRACTION_NOTICE,
    "Retraction Notice": RETRACTION_NOTICE,
    "Expression of Concern": "notice of concern",
    "Published Erratum": "erratum notice",
}


def find_notices(record: Record) -> tuple[str, ...]:
    """Name what a reader must be told of the record, gravest first, each once; empty for most records.

    A record is retracted when it says so itself, by publication type or by RetractionIn: either may come first.
    """
    found = {_BY_CORRECTION[c.kind] for c in record.corrections if c.kind in _BY_CORRECTION}
    found |= {_BY_TYPE[kind] for kind in record.publication_types if kind in _BY_TYPE}
    return tuple(sorted(found, key=lambda name: (name != RETRACTED, name != CONCERN, name)))
