"""The study card's facets that are mentions of a study's own: isolation, engineering, route and model."""

from __future__ import annotations

from exokb.domain.annotation import Annotation, Assertion
from exokb.evidence.context import read_assertion
from exokb.evidence.document import Role
from exokb.evidence.reading import Reading

FACETS = ("isolation", "engineering", "route", "model")


def annotate_mentioned(reading: Reading, *, review: bool) -> list[Annotation]:
    """Give each mention of these facets; what a study's introduction says of other work is background.

    A study's "in vitro" counts beside animals: the card tells both.
    """
    document = reading.document
    found = []
    for facet in FACETS:
        for mention in reading.mentions(facet):
            sentence = document.sentence_at(mention.start)
            assertion = Assertion.AFFIRMED
            if sentence.role not in {Role.KEYWORDS, Role.MESH}:
                assertion = read_assertion(document, sentence, mention.start, mention.end)
            if assertion is Assertion.AFFIRMED and sentence.role is Role.BACKGROUND and not review:
                assertion = Assertion.BACKGROUND
            start, end = mention.start, mention.end
            found.append(reading.annotation(facet, mention.rules.value, start, end, mention.rule, assertion, 0.8))
    return found
