"""Walking through evidence that a person should look at, the least certain first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from exokb.app import App
from exokb.domain.annotation import Assertion
from exokb.evidence.finding import sentence_at
from exokb.query.criteria import Criteria
from exokb.services.export import abstract_text
from exokb.store.evidence import get_claims, get_facet_terms
from exokb.store.reading import StoredAnnotation, StoredRecord, chunked, iter_records
from exokb.store.search.sqlite import find_ids

BOUND = 0.5
"""A rule that scores less is more likely wrong than right: claims near it are the least certain."""
_NOT_COUNTED = {Assertion.SPECULATIVE.value: 0.05, Assertion.BACKGROUND.value: 0.1, Assertion.NEGATED.value: 0.25}
"""How far from certain doubt a claim is that was seen and not counted."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One value of one record to decide on, with the words of its best proof.

    Attributes:
        affirmed: whether it counts as it stands; else it was seen and left out, as ``assertion`` says.
        doubt: 0 to 0.5; the least certain claims have the most.
        mentions: how many places in the record speak of it.
    """

    record_id: int
    facet: str
    value: str
    label: str
    affirmed: bool
    assertion: str
    score: float
    rule: str
    doubt: float
    mentions: int


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim as it is shown: the paper, and (field, sentence, marks) of each sentence that speaks of the value."""

    claim: Claim
    name: str
    title: str
    study: str
    sentences: tuple[tuple[str, str, tuple[tuple[int, int], ...]], ...]


def find_claims(
    app: App, facet: str, criteria: Criteria | None = None, *, uncertain: bool = True, limit: int | None = None
) -> list[Claim]:
    """Give the claims of a facet that nobody has decided on.

    Args:
        app: the application.
        facet: such as ``cargo``.
        criteria: narrows the records.
        uncertain: the least certain first; else the newest papers first.
        limit: at most so many.

    Raises:
        UnknownTerm: there is no such facet.
        QuerySyntaxError, NotInLibrary: as `exokb.services.search.search_library` does.
    """
    with app.library.reading() as connection:
        get_facet_terms(connection, facet)
        ids = find_ids(connection, criteria or Criteria())
        claims = [
            claim
            for part in chunked(ids)
            for record_id, found in _in_order(get_claims(connection, part, [facet]), part)
            for claim in _undecided(record_id, found)
        ]
    if uncertain:
        # of two that are as doubtful, the one that fewer words support
        claims.sort(key=lambda claim: (-claim.doubt, claim.mentions))
    return claims[:limit]


def _in_order(
    found: dict[int, list[StoredAnnotation]], ids: Sequence[int]
) -> Iterator[tuple[int, list[StoredAnnotation]]]:
    return ((record_id, found[record_id]) for record_id in ids if record_id in found)


def _undecided(record_id: int, annotations: Sequence[StoredAnnotation]) -> Iterator[Claim]:
    by_value: dict[str, list[StoredAnnotation]] = {}
    for annotation in annotations:
        if annotation.verdict in (None, "withdraw"):
            by_value.setdefault(annotation.value, []).append(annotation)
    for value, mentions in sorted(by_value.items()):
        affirmed = [m for m in mentions if m.assertion == Assertion.AFFIRMED]
        if affirmed:
            best = max(affirmed, key=lambda m: m.score)
            distance = abs(best.score - BOUND)
        else:
            best = min(mentions, key=lambda m: _NOT_COUNTED.get(m.assertion, BOUND))
            distance = _NOT_COUNTED.get(best.assertion, BOUND)
        yield Claim(
            record_id, best.facet, value, best.label, bool(affirmed), best.assertion, best.score, best.rule,
            max(0.0, BOUND - distance), len(mentions),
        )  # fmt: skip


def view_claim(app: App, claim: Claim) -> ClaimView:
    """Read what a person needs to see to decide: the sentences that speak of the value, those that count first.

    Raises:
        NotInLibrary: there is no library any more.
    """
    with app.library.reading() as connection:
        record = next(iter_records(connection, [claim.record_id]))
        found = get_claims(connection, [claim.record_id], [claim.facet]).get(claim.record_id, [])
    places: dict[tuple[str, int, int], list[tuple[int, int]]] = {}
    for annotation in sorted(found, key=lambda a: a.assertion != Assertion.AFFIRMED):
        if annotation.value == claim.value:
            start, end = sentence_at(_text(record, annotation.field), annotation.start)
            places.setdefault((annotation.field, start, max(end, annotation.end)), []).append(
                (annotation.start - start, annotation.end - start)
            )
    sentences = tuple(
        (field, _text(record, field)[start:end], tuple(sorted(marks))) for (field, start, end), marks in places.items()
    )
    document = record.document
    authors = document.get("authors") or [{}]
    who = authors[0].get("last") or authors[0].get("collective") or ""
    study = f"{who} {document.get('dates', {}).get('sort', '')[:4]}".strip()
    name = f"PMID:{record.pmid}" if record.pmid else document.get("doi") or "no identifier"
    return ClaimView(claim, name, document.get("title", ""), study, sentences)


def _text(record: StoredRecord, field: str) -> str:
    """A field's text as `exokb.domain.record.Record.text` gives it."""
    document = record.document
    if field == "abstract":
        return abstract_text(document)
    if field == "mesh":
        return "; ".join(
            "/".join((h["descriptor"], *(q["name"] for q in h.get("qualifiers", ())))) for h in document.get("mesh", ())
        )
    if field == "databanks":
        return "; ".join(number for bank in document.get("data_banks", ()) for number in bank.get("accessions", ()))
    if field in ("keywords", "types"):
        return "; ".join(document.get("keywords" if field == "keywords" else "publication_types", ()))
    return str(document.get("title", ""))


def decide_claim(app: App, claim: Claim, verdict: str) -> None:
    """Keep the decision on a claim at once: ``confirm``, ``reject``, or ``withdraw`` to undo either.

    Raises:
        StoreError: the library cannot be written.
    """
    with app.library.transaction() as transaction:
        transaction.terms.decide(claim.record_id, claim.facet, claim.value, verdict=verdict, note="")
        transaction.log.note(
            "review", {"record": claim.record_id, "decision": f"{claim.facet}:{claim.value} {verdict}"}
        )
