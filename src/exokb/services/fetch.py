"""Fetching papers into the library: by identifier, by query, and along citations; and the trials named beside them.

What is stored is not fetched again. Identifiers other than PMIDs are resolved first, and the fetched record's own
DOI or PMCID is compared before it is believed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from exokb.app import App
from exokb.domain.identifiers import Doi, Identifier, Pmid, TrialId
from exokb.domain.record import Record
from exokb.errors import SourceError, SourceRejected, UpstreamNotFound
from exokb.services.ingest import Ingest, IngestReport
from exokb.services.links import LinkReport, follow_citing, follow_similar
from exokb.services.progress import NoProgress, Progress
from exokb.services.references import ReferencesReport, follow_references
from exokb.services.retrieve import Accept, Batch, Failure, Retriever, RetrieveReport, batches_of
from exokb.services.trials.fetch import (
    TrialFetchPlan,
    TrialFetchReport,
    TrialFetchRequest,
    fetch_trials,
    plan_trial_fetch,
)
from exokb.sources.interface import DoiRecordSource, IdentifierResolver, QueryAnswer, QuerySource
from exokb.store.mapping import SOURCE_RANK
from exokb.store.reading import find_record_id, find_stored_pmids, iter_records


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """What to fetch.

    Attributes:
        identifiers: papers and trials to fetch, each once.
        query: a PubMed query whose hits to fetch; empty for none.
        limit: at most so many hits of the query; None for all.
        references, cited_by: also fetch what the papers cite, and the papers that cite them. One level.
        similar: also fetch so many similar papers of each.
        refresh: fetch again what is stored, and say what changed.
    """

    identifiers: tuple[Identifier, ...] = ()
    query: str = ""
    limit: int | None = None
    references: bool = False
    cited_by: bool = False
    similar: int = 0
    refresh: bool = False


@dataclass
class FetchReport:
    """What a fetch did.

    Attributes:
        asked: how many different papers were asked for, hits of the query included.
        known: how many of them were stored already and were not fetched again.
        announced: how many hits the service announced for the query; None without a query.
        ingest: what storing changed.
        failures: what could not be had, item by item.
        warnings: what the services said on the side, such as words of a query that were ignored.
        references, citing, similar: what following citations found; None where that was not asked for.
        trials: what fetching the trials did; None where none was named.
    """

    asked: int = 0
    known: int = 0
    announced: int | None = None
    ingest: IngestReport = field(default_factory=IngestReport)
    failures: list[Failure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    references: ReferencesReport | None = None
    citing: LinkReport | None = None
    similar: LinkReport | None = None
    trials: TrialFetchReport | None = None

    def take(self, retrieved: RetrieveReport) -> None:
        """Add what a round of retrieval could not have."""
        self.failures += retrieved.failures
        self.warnings += retrieved.notes


@dataclass(frozen=True)
class FetchPlan:
    """What a fetch would do, made without fetching any record.

    Attributes:
        known: identifiers that are stored.
        pmids: PMIDs that would be fetched.
        unresolved: DOIs and PMCIDs whose PMID would have to be found first.
        requests: how many requests that takes at the least; what citations lead to is not known before.
        answer: the hits of the query, which has to be asked even for a plan.
        trials: what would be done about the trials; None where none was named.
    """

    known: tuple[Identifier, ...]
    pmids: tuple[Pmid, ...]
    unresolved: tuple[Identifier, ...]
    requests: int
    answer: QueryAnswer | None = None
    trials: TrialFetchPlan | None = None


@dataclass
class _Sorted:
    """The identifiers asked for, by what is to be done with each."""

    known: list[Identifier] = field(default_factory=list)
    pmids: list[Pmid] = field(default_factory=list)
    unresolved: list[Identifier] = field(default_factory=list)


def plan_fetch(app: App, request: FetchRequest) -> FetchPlan:
    """Say what `fetch` would do. Only a query is sent; nothing is stored.

    Raises:
        SourceError: the query could not be asked.
    """
    sorted_out = _sort_out(app, request)
    answer = _ask_query(app, request) if request.query else None
    hits = answer.pmids if answer else ()
    stored = find_settled(app, hits, refresh=request.refresh)
    pmids = tuple(dict.fromkeys([*sorted_out.pmids, *(p for p in hits if p not in stored)]))
    size = app.sources.records.batch_size
    unresolved = len(sorted_out.unresolved)
    requests = -(-len(pmids) // size) + (1 + -(-unresolved // size) if unresolved else 0)
    known = (*sorted_out.known, *(Identifier("pmid", str(p)) for p in hits if p in stored))
    trials = _trials_of(request)
    planned = plan_trial_fetch(app, trials) if trials else None
    return FetchPlan(known, pmids, tuple(sorted_out.unresolved), requests, answer, planned)


def fetch(app: App, request: FetchRequest, progress: Progress | None = None) -> FetchReport:
    """Fetch papers into the library.

    Raises:
        StoreError: the library cannot be used. What was stored before stays.
        SourceError: a query could not be asked, so that nothing is known of what was wanted.
    """
    progress = progress or NoProgress()
    ingest = Ingest(app)
    retriever = Retriever(app, ingest, progress)
    sorted_out = _sort_out(app, request)
    trials = _trials_of(request)
    papers = len(request.identifiers) - (len(trials.numbers) if trials else 0)
    report = FetchReport(asked=papers, known=len(sorted_out.known), ingest=ingest.report)
    size = app.sources.records.batch_size
    batches = list(batches_of(sorted_out.pmids, size))
    hits: tuple[Pmid, ...] = ()
    if request.query:
        answer = _ask_query(app, request)
        hits = answer.pmids
        stored = find_settled(app, hits, refresh=request.refresh)
        report.announced, report.asked = answer.announced, report.asked + len(hits)
        report.known += len(stored)
        report.warnings += answer.warnings
        batches += _query_batches(answer, stored, size)
    if batches:
        report.take(retriever.retrieve(batches))
    resolved = _fetch_unresolved(app, sorted_out.unresolved, retriever, report)
    if request.references or request.cited_by or request.similar:
        wanted = [*request.identifiers, *(Identifier("pmid", str(p)) for p in hits)]
        seeds = _find_seeds(app, wanted, resolved)
        if request.references:
            report.references = follow_references(app, seeds, ingest, progress, refresh=request.refresh)
            report.take(report.references.retrieved)
        if request.cited_by:
            report.citing = follow_citing(app, seeds, ingest, progress, refresh=request.refresh)
            report.take(report.citing.retrieved)
        if request.similar:
            report.similar = follow_similar(app, seeds, request.similar, ingest, progress, refresh=request.refresh)
            report.take(report.similar.retrieved)
    if trials:
        report.trials = fetch_trials(app, trials, progress)
    if papers or request.query:
        with app.library.transaction() as transaction:
            transaction.log.note("fetch", _log_entry(request, report))
    return report


def _trials_of(request: FetchRequest) -> TrialFetchRequest | None:
    numbers = tuple(TrialId(identifier.value) for identifier in request.identifiers if identifier.kind == "trial")
    return TrialFetchRequest(numbers, refresh=request.refresh) if numbers else None


def find_settled(app: App, pmids: Collection[Pmid], *, refresh: bool = False) -> set[Pmid]:
    """Those of the PMIDs that need no fetching: stored, from a source that is worth no less than the present one.

    With ``refresh`` nothing is settled.
    """
    if refresh or not app.library.exists:
        return set()
    worth = SOURCE_RANK.get(app.sources.records.name, 1)
    with app.library.reading() as connection:
        stored = find_stored_pmids(connection, pmids)
    return {Pmid(pmid) for pmid, source in stored.items() if SOURCE_RANK.get(source, 1) >= worth}


def _sort_out(app: App, request: FetchRequest) -> _Sorted:
    result = _Sorted()
    pmids = _stored_pmids(app, request.identifiers)
    settled = find_settled(app, [p for p in pmids.values() if p], refresh=request.refresh)
    for identifier in request.identifiers:
        pmid = pmids.get(identifier)
        if identifier.kind == "trial":
            continue
        if pmid and pmid in settled:
            result.known.append(identifier)
        elif pmid or identifier.kind == "pmid":
            result.pmids.append(pmid or identifier.pmid)
        else:
            # Not stored, or stored without a PMID: the source may know one by now.
            result.unresolved.append(identifier)
    return result


def _stored_pmids(app: App, identifiers: Iterable[Identifier]) -> dict[Identifier, Pmid | None]:
    """The PMID, if it has one, of each identifier's record that is stored."""
    if not app.library.exists:
        return {}
    with app.library.reading() as connection:
        ids = {i: find_record_id(connection, i) for i in identifiers if i.kind != "trial"}
        records = {r.id: r.pmid for r in iter_records(connection, sorted({at for at in ids.values() if at}))}
    return {i: Pmid(pmid) if (pmid := records[at]) else None for i, at in ids.items() if at}


def _ask_query(app: App, request: FetchRequest) -> QueryAnswer:
    source = app.sources.records
    if not isinstance(source, QuerySource):
        raise SourceRejected(source.name, request.query, "this source runs no queries")
    return source.find_by_query(request.query, limit=request.limit)


def _query_batches(answer: QueryAnswer, stored: Collection[Pmid], size: int) -> list[Batch]:
    """Windows of the server's result set where all of a stretch is new; numbers for what is left elsewhere."""
    batches: list[Batch] = []
    single: list[Pmid] = []
    for window in answer.windows:
        for start in range(0, len(window.pmids), size):
            part = window.pmids[start : start + size]
            new = [p for p in part if p not in stored]
            if window.web_env and len(new) == len(part):
                batches.append(Batch(part, window, start))
            else:
                single += new
    return [*batches, *batches_of(single, size)]


def _fetch_unresolved(
    app: App, identifiers: list[Identifier], retriever: Retriever, report: FetchReport
) -> dict[Identifier, Pmid]:
    """Resolve DOIs and PMCIDs, fetch what they seem to mean, and keep it where the record agrees."""
    if not identifiers:
        return {}
    source = app.sources.records
    try:
        if not isinstance(source, IdentifierResolver):
            raise SourceRejected(source.name, "DOIs and PMCIDs", "this source finds papers by PMID only")
        candidates = source.find_pmids(identifiers)
    except SourceError as error:
        report.failures += [Failure(str(identifier), error) for identifier in identifiers]
        return {}
    wanted: dict[Pmid, set[Identifier]] = {}
    for identifier, pmids in candidates.items():
        for pmid in pmids:
            wanted.setdefault(pmid, set()).add(identifier)
    settled = find_settled(app, wanted, refresh=False)
    checks: dict[Pmid, Accept] = {pmid: _agrees_with(names) for pmid, names in wanted.items()}
    pmids = [p for p in wanted if p not in settled]
    got = retriever.retrieve(list(batches_of(pmids, source.batch_size)), label="resolved", accept=checks)
    report.warnings += got.notes
    without_pmid = _fetch_without_pmid(app, [i for i in identifiers if i not in candidates], retriever)
    resolved: dict[Identifier, Pmid] = {}
    failed = {failure.asked: failure for failure in got.failures}
    for identifier in identifiers:
        if identifier in without_pmid:
            continue
        offered = candidates.get(identifier, ())
        own = [p for p in offered if p in got.stored and _names(got.stored[p], identifier)]
        own += [p for p in offered if p in settled]
        if own:
            resolved[identifier] = own[0]
            continue
        trouble = next((failed[f"PMID {p}"] for p in offered if f"PMID {p}" in failed), None)
        reason = "; ".join(got.refused[p] for p in offered if p in got.refused) or "no record has it"
        hint = "check it, or give the PMID" if identifier.kind == "doi" else "give the PMID, if the paper has one"
        not_found = UpstreamNotFound(source.name, str(identifier), reason, hint=hint)
        report.failures.append(Failure(str(identifier), trouble.error if trouble else not_found))
    return resolved


def _fetch_without_pmid(app: App, identifiers: list[Identifier], retriever: Retriever) -> set[Identifier]:
    """Take records that the source has under a DOI and no PMID; gives the identifiers that are served by them."""
    source = app.sources.records
    dois = [Doi(i.value) for i in identifiers if i.kind == "doi"]
    if not dois or not isinstance(source, DoiRecordSource):
        return set()
    payload = source.fetch_by_doi(dois)
    asked = set(dois)
    kept = [(at, record) for at, record in source.parse_records(payload.body).records if record.doi in asked]
    if kept:
        retriever.ingest.store(payload, kept)
    return {Identifier("doi", record.doi or "") for _, record in kept}


def _agrees_with(identifiers: Collection[Identifier]) -> Accept:
    def check(record: Record) -> str | None:
        if any(_names(record, identifier) for identifier in identifiers):
            return None
        own = ", ".join(filter(None, (record.doi, record.pmcid))) or "neither DOI nor PMCID"
        return f"PubMed offered PMID {record.pmid}, but that has {own}: not believed"

    return check


def _names(record: Record, identifier: Identifier) -> bool:
    """Whether the record itself carries the identifier; a PMCID it does not carry yet is taken on trust."""
    if identifier.kind == "doi":
        return record.doi == identifier.value
    return record.pmcid in (None, identifier.value)


def _find_seeds(app: App, wanted: Iterable[Identifier], resolved: Mapping[Identifier, Pmid]) -> list[int]:
    """Row ids of the papers asked for, as far as they are in the library now."""
    if not app.library.exists:
        return []
    with app.library.reading() as connection:
        found = []
        for identifier in wanted:
            if identifier.kind == "trial":
                continue
            at = find_record_id(connection, identifier)
            if at is None and identifier in resolved:
                at = find_record_id(connection, Identifier("pmid", str(resolved[identifier])))
            if at is not None:
                found.append(at)
    return list(dict.fromkeys(found))


def _log_entry(request: FetchRequest, report: FetchReport) -> dict[str, Any]:
    return {
        "identifiers": [str(i) for i in request.identifiers],
        "query": request.query,
        "references": request.references,
        "cited_by": request.cited_by,
        "similar": request.similar,
        "refresh": request.refresh,
        "announced": report.announced,
        "asked": report.asked,
        "known": report.known,
        "outcomes": dict(report.ingest.outcomes),
        "failed": [failure.asked for failure in report.failures],
        "sources": {name: vars(tally) for name, tally in report.references.tallies.items()}
        if report.references
        else {},
    }
