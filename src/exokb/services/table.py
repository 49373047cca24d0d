"""The evidence table: what is known of each study, with the words that prove it, and nothing that is not proved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from exokb.app import App
from exokb.domain.annotation import Assertion
from exokb.evidence.finding import find_finding
from exokb.formats.columns import ExportRow
from exokb.formats.evidence_table import ABSTRACT, EvidenceRow, EvidenceTable, Fact, Proof
from exokb.query.criteria import Criteria
from exokb.services.export import abstract_text, author_name
from exokb.store.connection import Reader
from exokb.store.evidence import StoredDecision, StoredTerm, get_claims, get_decisions, get_facet_names, get_facet_terms
from exokb.store.reading import StoredAnnotation, StoredRecord, chunked, iter_records
from exokb.store.search.sqlite import find_ids

FACET_ORDER = (
    "disease", "source", "vesicle", "isolation", "engineering", "cargo", "molecules", "model", "route", "dose",
    "design",
)  # fmt: skip
"""The order of the columns, of those that the library's vocabulary has; facets of a user's own come after them."""
NO_COLUMN = frozenset({"relevance", "trial", "type"})
_AUTHORS = 3


def get_columns(app: App) -> tuple[str, ...]:
    """The facets that make columns: those that the library's vocabulary has, in the order of reviews."""
    with app.library.reading() as connection:
        return _columns(connection)


def _columns(connection: Reader) -> tuple[str, ...]:
    known = [name for name in get_facet_names(connection) if name not in NO_COLUMN]
    return (*(name for name in FACET_ORDER if name in known), *(name for name in known if name not in FACET_ORDER))


def build_table(
    app: App, criteria: Criteria, *, sort: str = "-date", limit: int | None = None, offset: int = 0
) -> EvidenceTable:
    """Give the table of what meets the criteria; its rows are read when they are asked for.

    Raises:
        QuerySyntaxError, UnknownTerm, NotInLibrary: as `exokb.services.search.search_library` does.
    """
    with app.library.reading() as connection:
        facets = _columns(connection)
        ids = find_ids(connection, criteria, sort=sort, limit=limit, offset=offset)
    return EvidenceTable(facets, _iter_rows(app, facets, ids))


def _iter_rows(app: App, facets: Sequence[str], ids: Sequence[int]) -> Iterator[EvidenceRow]:
    with app.library.reading() as connection:
        terms = {facet: get_facet_terms(connection, facet) for facet in facets}
        for part in chunked(ids):
            claims = get_claims(connection, part, facets)
            decisions = get_decisions(connection, part)
            for record in iter_records(connection, part):
                facts = find_facts(claims.get(record.id, []), decisions.get(record.id, []), terms)
                yield _row(record, facts)


def find_facts(
    claims: Sequence[StoredAnnotation],
    decisions: Sequence[StoredDecision],
    terms: Mapping[str, Mapping[str, StoredTerm]],
) -> dict[str, tuple[Fact, ...]]:
    """Give what is proved of one record, by facet: affirmed and not rejected, or confirmed by a person.

    A broader value is left out where a narrower one says it already, which "lung cancer" does of lungs and of cancer.
    ``claims`` come with the best words first.
    """
    latest = {(d.facet, d.value): d for d in decisions if d.latest}
    confirmed = {key: d for key, d in latest.items() if d.verdict == "confirm" and key[0] in terms}
    rejected = {key for key, d in latest.items() if d.verdict == "reject"}
    found: dict[tuple[str, str], Fact] = {}
    for claim in sorted(claims, key=lambda c: c.assertion != Assertion.AFFIRMED):
        key = (claim.facet, claim.value)
        if key in found or key in rejected or (claim.assertion != Assertion.AFFIRMED and key not in confirmed):
            continue
        decided = confirmed.get(key)
        proof = Proof(
            claim.words, claim.field, claim.start, claim.end, claim.rule,
            decided=decided.decided_at[:10] if decided else None, note=decided.note if decided else "",
        )  # fmt: skip
        found[key] = Fact(claim.value, claim.label, proof)
    for key, decision in confirmed.items():
        proof = Proof(decided=decision.decided_at[:10], note=decision.note)
        found.setdefault(key, Fact(decision.value, decision.label, proof))
    broader = {(facet, above) for facet, value in found for above in _above(terms[facet], value)}
    broader |= _also_said(claims, found)
    by_facet: dict[str, list[Fact]] = {}
    for (facet, value), fact in sorted(found.items()):
        if (facet, value) not in broader:
            by_facet.setdefault(facet, []).append(fact)
    return {facet: tuple(facts) for facet, facts in by_facet.items()}


def _above(terms: Mapping[str, StoredTerm], value: str) -> Iterator[str]:
    seen = {value}
    at = terms[value].parent if value in terms else None
    while at is not None and at not in seen:
        seen.add(at)
        yield at
        at = terms[at].parent if at in terms else None


def _also_said(claims: Sequence[StoredAnnotation], found: Mapping[tuple[str, str], Fact]) -> set[tuple[str, str]]:
    """The values that the words of another value found here support, too, as a vocabulary's ``also`` has it.

    A rule's name tells the term whose words they are: ``disease/lung_cancer:synonym``. Two values that support each
    other both stay.
    """
    pairs = set()
    for claim in claims:
        own = claim.rule.removeprefix(f"{claim.facet}/").partition(":")[0]
        if claim.assertion == Assertion.AFFIRMED and own != claim.value and (claim.facet, own) in found:
            pairs.add((claim.facet, claim.value, own))
    return {(facet, value) for facet, value, own in pairs if (facet, own, value) not in pairs}


def _row(record: StoredRecord, facts: Mapping[str, tuple[Fact, ...]]) -> EvidenceRow:
    document = record.document
    pmid, doi = record.pmid, document.get("doi")
    return EvidenceRow(
        study=f"{_first_author(document)} {_cited_year(document)}".strip(),
        reference=_reference(document, pmid),
        pmid=pmid,
        doi=doi,
        url=ExportRow("", pmid=pmid, doi=doi).url,
        facts=facts,
        finding=_finding(document),
        notices=record.notices + (("withdrawn from PubMed",) if record.withdrawn_at else ()),
    )


def _finding(document: Mapping[str, Any]) -> Proof | None:
    sections = document.get("abstract", ())
    text = abstract_text(dict(document))
    span = find_finding(text, [section.get("label") for section in sections]) if text else None
    return Proof(text[span.start : span.end], ABSTRACT, span.start, span.end, f"finding:{span.rule}") if span else None


def _first_author(document: Mapping[str, Any]) -> str:
    authors = document.get("authors", ())
    return str(authors[0].get("last") or author_name(authors[0])) if authors else "no author"


def _cited_year(document: Mapping[str, Any]) -> str:
    """The year of the issue, where the paper is in one: reference lists have it beside the volume.

    The year of the first publication, which searches go by, may be the one before.
    """
    dates = document.get("dates", {})
    issue = dates.get("print") if document.get("volume") or document.get("issue") else None
    return str(issue or dates.get("sort", ""))[:4]


def _reference(document: Mapping[str, Any], pmid: int | None) -> str:
    authors = [author_name(author) for author in document.get("authors", ())]
    names = ", ".join(authors[:_AUTHORS]) + (", et al" if len(authors) > _AUTHORS else "")
    journal, book = document.get("journal", {}), document.get("book", {})
    title = document.get("title") or document.get("vernacular_title") or book.get("title", "")
    where = journal.get("iso") or journal.get("medline_ta") or journal.get("title") or book.get("title") or ""
    year = _cited_year(document)
    issue = f"({document['issue']})" if document.get("issue") else ""
    pages = f":{document['pages']}" if document.get("pages") else ""
    numbers = f"{document.get('volume', '')}{issue}"
    place = f"{year};{numbers}{pages}" if numbers else f"{year}{pages}"
    name = f"PMID {pmid}" if pmid else f"doi:{document['doi']}" if document.get("doi") else ""
    return ". ".join(part.rstrip(".") for part in (names, title, where, place, name) if part)
