"""Records as rows to export: what PubMed says, and what the library knows beyond it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from exokb.app import App
from exokb.formats.columns import ExportRow, TrialMention
from exokb.query.criteria import Criteria
from exokb.store.connection import Reader
from exokb.store.evidence import StoredDecision, get_decisions
from exokb.store.reading import (
    REGISTRY,
    StoredRecord,
    StoredTrial,
    chunked,
    count_citations,
    get_terms,
    get_trials,
    iter_records,
)
from exokb.store.search.sqlite import find_ids

_SAID = {"confirm": "confirmed", "reject": "rejected"}


def export_rows(
    app: App, criteria: Criteria, *, sort: str = "relevance", limit: int | None = None, offset: int = 0
) -> Iterator[ExportRow]:
    """Give a row for every record that meets the criteria.

    Raises:
        QuerySyntaxError, UnknownTerm, NotInLibrary: as `exokb.services.search.search_library` does.
    """
    with app.library.reading() as connection:
        yield from iter_export_rows(connection, find_ids(connection, criteria, sort=sort, limit=limit, offset=offset))


def iter_export_rows(connection: Reader, ids: Sequence[int]) -> Iterator[ExportRow]:
    """Give the rows of records, in the order asked."""
    for part in chunked(ids):
        terms = get_terms(connection, part)
        trials = get_trials(connection, part)
        citations = count_citations(connection, part)
        decisions = get_decisions(connection, part)
        for record in iter_records(connection, part):
            own = terms.get(record.id, {})
            decided = decisions.get(record.id, [])
            yield _export_row(record, own, trials.get(record.id, []), citations[record.id], decided)


def _export_row(
    record: StoredRecord,
    terms: dict[str, list[str]],
    trials: list[StoredTrial],
    citations: tuple[int, int],
    decisions: list[StoredDecision],
) -> ExportRow:
    document = record.document
    dates = document.get("dates", {})
    journal = document.get("journal", {})
    book = document.get("book", {})
    sort_date = dates.get("sort", "")
    notices = record.notices + (("withdrawn from PubMed",) if record.withdrawn_at else ())
    return ExportRow(
        title=document.get("title") or document.get("vernacular_title") or book.get("title", ""),
        pmid=record.pmid,
        doi=document.get("doi"),
        pmcid=document.get("pmcid"),
        authors=tuple(author_name(author) for author in document.get("authors", ())),
        journal=journal.get("iso") or journal.get("medline_ta") or journal.get("title") or book.get("title"),
        year=int(sort_date[:4]) if sort_date else None,
        date=_earliest(dates),
        volume=document.get("volume"),
        issue=document.get("issue"),
        pages=document.get("pages"),
        publication_types=tuple(document.get("publication_types", ())),
        notices=notices,
        disease=tuple(terms.get("disease", ())),
        cargo=tuple(terms.get("cargo", ())),
        molecules=tuple(terms.get("molecules", ())),
        source=tuple(terms.get("source", ())),
        design=tuple(terms.get("design", ())),
        relevance=tuple(terms.get("relevance", ())),
        trials=tuple(_mention(trial) for trial in trials),
        keywords=tuple(document.get("keywords", ())),
        mesh=tuple(_heading(heading) for heading in document.get("mesh", ())),
        abstract=abstract_text(document),
        cites_in_library=citations[0],
        cited_by_in_library=citations[1],
        decisions=tuple(_told(d) for d in decisions if d.latest and d.verdict in _SAID),
    )


def _mention(trial: StoredTrial) -> TrialMention:
    named = trial.field != REGISTRY
    return TrialMention(trial.trial_id, trial.status, trial.updated, trial.registered_as, named)


def _told(decision: StoredDecision) -> str:
    why = f": {decision.note}" if decision.note else ""
    return f"{decision.facet}:{decision.value} {_SAID[decision.verdict]} ({decision.decided_at[:10]}{why})"


def author_name(author: dict[str, Any]) -> str:
    """A stored author as printed: ``Yin K``; see `exokb.domain.record.Author.name`."""
    if collective := author.get("collective"):
        return str(collective)
    parts = (author.get("last"), author.get("initials") or author.get("fore"), author.get("suffix"))
    return " ".join(part for part in parts if part)


def abstract_text(document: dict[str, Any]) -> str:
    """A stored abstract as `exokb.domain.record.Record.text` gives it: what annotations point into."""
    sections = document.get("abstract", ())
    return "\n".join(f"{s['label']}: {s['text']}" if s.get("label") else s["text"] for s in sections)


def _earliest(dates: dict[str, Any]) -> str | None:
    """The first publication as precisely as it was given: the sort date, without what was made up to fill it."""
    given = [date for date in (dates.get("electronic"), dates.get("print")) if date]
    filled = dates.get("sort", "")
    return next((date for date in given if filled.startswith(date)), filled or None)


def _heading(heading: dict[str, Any]) -> str:
    return "/".join((heading["descriptor"], *(q["name"] for q in heading.get("qualifiers", ()))))
