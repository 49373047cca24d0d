"""Following other links one level: who cites a paper, and what is similar to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from exokb.app import App
from exokb.domain.citation import CitedWork, Statement, unite
from exokb.domain.identifiers import Pmid
from exokb.errors import SourceError
from exokb.services.ingest import Ingest
from exokb.services.progress import NoProgress, Progress
from exokb.services.references import paper_key
from exokb.services.retrieve import Retriever, RetrieveReport, batches_of
from exokb.sources.interface import SimilarSource
from exokb.store.mapping import iso
from exokb.store.reading import find_stored_pmids, iter_records


@dataclass
class LinkReport:
    """What following citing or similar papers found: how many each source named, and how many were stored already."""

    named: dict[str, int] = field(default_factory=dict)
    found: int = 0
    known: int = 0
    reasons: list[str] = field(default_factory=list)
    retrieved: RetrieveReport = field(default_factory=RetrieveReport)


def follow_citing(
    app: App, record_ids: Sequence[int], ingest: Ingest, progress: Progress | None = None, *, refresh: bool = False
) -> LinkReport:
    """Fetch the papers that cite the given ones, and note on each who says that it does."""
    progress = progress or NoProgress()
    report = LinkReport()
    with app.library.reading() as connection:
        seeds = {r.id: paper_key(r) for r in iter_records(connection, record_ids)}
    said: dict[Pmid, dict[Pmid, set[str]]] = {}
    for source in app.sources.citing:
        progress.begin(f"citing papers, {source.name}", len(seeds))
        for key in seeds.values():
            try:
                citing = source.fetch_citing(key)
            except SourceError as error:
                report.reasons.append(str(error))
                citing = []
            report.named[source.name] = report.named.get(source.name, 0) + len(citing)
            for pmid in citing if key.pmid else ():
                said.setdefault(pmid, {}).setdefault(Pmid(key.pmid or 0), set()).add(source.name)
            progress.advance()
    _fetch_named(app, list(said), report, ingest, progress, "citing papers", refresh=refresh)
    now = iso(app.clock())
    with app.library.transaction() as transaction:
        ids = transaction.records.get_ids(said)
        for citing_pmid, record_id in ids.items():
            stated = [
                CitedWork(pmid=cited, statements=tuple(Statement(name, None, now) for name in sorted(sources)))
                for cited, sources in said[Pmid(citing_pmid)].items()
            ]
            works = transaction.references.get_works(record_id)
            transaction.references.put_works(record_id, unite([*works, *stated]))
    return report


def follow_similar(
    app: App,
    record_ids: Sequence[int],
    count: int,
    ingest: Ingest,
    progress: Progress | None = None,
    *,
    refresh: bool = False,
) -> LinkReport:
    """Fetch the papers most similar to each of the given ones, by PubMed's own computation."""
    progress = progress or NoProgress()
    report = LinkReport()
    source = app.sources.records
    if not isinstance(source, SimilarSource):
        report.reasons.append(f"{source.name} knows no similar papers")
        return report
    with app.library.reading() as connection:
        pmids = [Pmid(r.pmid) for r in iter_records(connection, record_ids) if r.pmid]
    similar: list[Pmid] = []
    progress.begin("similar papers", len(pmids))
    for pmid in pmids:
        try:
            similar += [neighbour.pmid for neighbour in source.fetch_similar(pmid, count)]
        except SourceError as error:
            report.reasons.append(str(error))
        progress.advance()
    report.named[source.name] = len(similar)
    _fetch_named(app, similar, report, ingest, progress, "similar papers", refresh=refresh)
    return report


def _fetch_named(
    app: App,
    named: Sequence[Pmid],
    report: LinkReport,
    ingest: Ingest,
    progress: Progress,
    label: str,
    *,
    refresh: bool,
) -> None:
    pmids = list(dict.fromkeys(named))
    report.found = len(pmids)
    with app.library.reading() as connection:
        stored = set() if refresh else set(find_stored_pmids(connection, pmids))
    report.known = len(stored)
    batches = list(batches_of([p for p in pmids if p not in stored], app.sources.records.batch_size))
    if batches:
        report.retrieved = Retriever(app, ingest, progress).retrieve(batches, label=label)
