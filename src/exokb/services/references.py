"""Following references one level: what papers cite, by every source that says so.

The reference lists of all sources are united, each edge with who said so. What has no PMID is looked for by the
records that are here, then by DOI, then by citation matching; a guess is believed only when the record it leads to
agrees. What stays unresolved is kept as text and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from exokb.app import App
from exokb.domain.citation import CitedWork, as_cited, is_same_work, restate, unite
from exokb.domain.identifiers import Doi, Identifier, Pmid
from exokb.domain.record import Record
from exokb.errors import SourceError
from exokb.services.ingest import Ingest
from exokb.services.progress import NoProgress, Progress
from exokb.services.retrieve import Accept, Retriever, RetrieveReport, batches_of
from exokb.sources.interface import (
    CitationKey,
    CitationMatch,
    CitationMatcher,
    IdentifierResolver,
    PaperKey,
    ReferenceSource,
)  # fmt: skip
from exokb.store.mapping import iso, load_record
from exokb.store.reading import StoredRecord, find_documents, find_stored_pmids, iter_records

_MOST_CANDIDATES = 10
"""An ambiguous answer that offers more papers than that is not looked into."""


@dataclass
class SourceTally:
    """What one source said of the reference lists asked for, in works, and in papers.

    ``found`` = ``resolved`` + ``unresolved``: works it lists, those with a PMID in the end, those kept as text.
    ``fetched``: works it lists whose record this run fetched. ``none_deposited``, ``not_indexed``, ``failed``: papers.
    """

    found: int = 0
    resolved: int = 0
    fetched: int = 0
    unresolved: int = 0
    none_deposited: int = 0
    not_indexed: int = 0
    failed: int = 0
    reason: str = ""


@dataclass
class ReferencesReport:
    """What following references found: a tally per source in the order asked, and for all sources united."""

    papers: int = 0
    tallies: dict[str, SourceTally] = field(default_factory=dict)
    united: SourceTally = field(default_factory=SourceTally)
    retrieved: RetrieveReport = field(default_factory=RetrieveReport)


@dataclass
class _Seed:
    """A paper whose references are followed."""

    record_id: int
    key: PaperKey
    works: list[CitedWork] = field(default_factory=list)
    checks: dict[str, tuple[str, int]] = field(default_factory=dict)


def follow_references(
    app: App, record_ids: Sequence[int], ingest: Ingest, progress: Progress | None = None, *, refresh: bool = False
) -> ReferencesReport:
    """Ask every source what the papers cite, resolve it and fetch it.

    A source that answered for a paper before is not asked again, unless it failed or ``refresh`` is set.
    """
    report = ReferencesReport(papers=len(record_ids))
    if not record_ids:
        return report
    follower = _Follower(app, ingest, progress or NoProgress(), report, refresh=refresh)
    follower.load(record_ids)
    follower.ask_sources()
    follower.fetch_known()
    follower.recognise()
    follower.resolve_identifiers()
    follower.match_citations()
    follower.save()
    follower.count()
    return report


class _Follower:
    def __init__(
        self, app: App, ingest: Ingest, progress: Progress, report: ReferencesReport, *, refresh: bool
    ) -> None:
        self._app = app
        self._progress = progress
        self._retriever = Retriever(app, ingest, progress)
        self._report = report
        self._refresh = refresh
        self._seeds: list[_Seed] = []
        self._fetched: dict[Pmid, Record] = {}
        self._in_vain: set[tuple[str | None, ...]] = set()

    def load(self, record_ids: Sequence[int]) -> None:
        with self._app.library.reading() as connection:
            stored = list(iter_records(connection, record_ids))
        with self._app.library.transaction() as transaction:
            for record in stored:
                works = transaction.references.get_works(record.id)
                checks = transaction.references.get_checks(record.id)
                self._seeds.append(_Seed(record.id, paper_key(record), works, checks))
        if not self._refresh:
            self._in_vain = {_essence(work) for work in self._all_works() if work.attempted}

    def ask_sources(self) -> None:
        """Ask each source about the papers it has not answered for; the others' answers count as they stand."""
        asked = {source.name for source in self._app.sources.references}
        for seed in self._seeds:
            for name, (outcome, _) in seed.checks.items():
                if name not in asked or not (self._refresh or outcome == "failed"):
                    self._note(name, outcome)
        for source in self._app.sources.references:
            waiting = [
                s for s in self._seeds if self._refresh or s.checks.get(source.name, ("failed", 0))[0] == "failed"
            ]
            self._progress.begin(f"references, {source.name}", len(waiting))
            for start in range(0, len(waiting), source.references_batch_size):
                part = waiting[start : start + source.references_batch_size]
                self._ask(source, part)
                self._progress.advance(len(part))

    def _ask(self, source: ReferenceSource, seeds: Sequence[_Seed]) -> None:
        now = iso(self._app.clock())
        checks: list[tuple[int, str, str, int, str]] = []
        try:
            answers = source.fetch_references([seed.key for seed in seeds])
        except SourceError as error:
            checks = [(seed.record_id, source.name, "failed", 0, str(error)) for seed in seeds]
            for _ in seeds:
                self._note(source.name, "failed", str(error))
        else:
            for seed in seeds:
                answer = answers[seed.key]
                stated = as_cited(source.name, answer.references, now)
                seed.works = restate(seed.works, source.name, stated)
                checks.append((seed.record_id, source.name, answer.outcome, len(stated), ""))
                self._note(source.name, answer.outcome)
        with self._app.library.transaction() as transaction:
            transaction.references.note_checks(checks)
            for seed in seeds:
                transaction.references.put_works(seed.record_id, seed.works)

    def _note(self, source: str, outcome: str, reason: str = "") -> None:
        tally = self._report.tallies.setdefault(source, SourceTally())
        if outcome == "none deposited":
            tally.none_deposited += 1
        elif outcome == "not indexed":
            tally.not_indexed += 1
        elif outcome == "failed":
            tally.failed += 1
            tally.reason = reason

    def fetch_known(self) -> None:
        """Fetch what has a PMID and is not stored."""
        self._retrieve({Pmid(w.pmid) for w in self._all_works() if w.pmid}, {}, "cited papers")

    def _retrieve(self, pmids: set[Pmid], accept: dict[Pmid, Accept], label: str) -> RetrieveReport:
        with self._app.library.reading() as connection:
            stored = find_stored_pmids(connection, pmids)
        batches = list(batches_of(sorted(pmids - stored.keys()), self._app.sources.records.batch_size))
        got = self._retriever.retrieve(batches, label=label, accept=accept) if batches else RetrieveReport()
        self._fetched.update(got.stored)
        total = self._report.retrieved
        total.failures += got.failures
        total.notes += got.notes
        return got

    def recognise(self) -> None:
        """Join entries without a PMID to those whose record is here: sources name the same work differently."""
        self._take_recognised()
        for seed in self._seeds:
            loose = [w for w in seed.works if not w.pmid]
            if not loose:
                continue
            records = self._load_records(w.pmid for w in seed.works if w.pmid)
            for at, work in enumerate(seed.works):
                if work.pmid is None and (match := next((r for r in records if is_same_work(work, r)), None)):
                    seed.works[at] = replace(work, pmid=match.pmid, resolved_by="record", attempted=None)
            seed.works = unite(seed.works)

    def _load_records(self, pmids: Iterable[int | None]) -> list[Record]:
        with self._app.library.reading() as connection:
            return [load_record(text) for text in find_documents(connection, [p for p in pmids if p])]

    def resolve_identifiers(self) -> None:
        """Find PMIDs for DOIs and PMCIDs; believe those whose record agrees."""
        source = self._app.sources.records
        named = [(work, name) for work in self._loose() if (name := _identifier_of(work))]
        if not named or not isinstance(source, IdentifierResolver):
            return
        self._progress.begin("cited papers without a PMID", None)
        try:
            candidates = source.find_pmids(list(dict.fromkeys(name for _, name in named)))
        except SourceError as error:
            self._report.retrieved.notes.append(f"cited DOIs could not be resolved: {error}")
            return
        self._settle(
            [
                (work, list(candidates.get(name, ())), f"{name.kind.upper()} not found in PubMed")
                for work, name in named
            ],
            "doi",
        )

    def match_citations(self) -> None:
        """Ask the citation matcher about what is left and says enough; verify by title or first page."""
        source = self._app.sources.records
        placed = [work for work in self._loose() if _says_enough(work)]
        if not placed or not isinstance(source, CitationMatcher):
            return
        self._progress.begin("citations matched", len(placed))
        try:
            answers = source.match_citations([_citation_key(f"c{n}", work) for n, work in enumerate(placed)])
        except SourceError as error:
            self._report.retrieved.notes.append(f"citations could not be matched: {error}")
            return
        self._settle(
            [
                (work, _candidates(answer), f"citation match: {answer.reason or 'no answer'}")
                for work, answer in zip(placed, answers, strict=True)
            ],
            "citation match",
        )

    def _settle(self, offers: Sequence[tuple[CitedWork, list[Pmid], str]], how: str) -> None:
        """Fetch the papers on offer for unresolved works, and take a work's PMID from the record that agrees.

        ``offers``: the work, the PMIDs on offer, and what to note where there are none.
        """
        by_pmid: dict[Pmid, list[CitedWork]] = {}
        for work, pmids, _ in offers:
            for pmid in pmids:
                by_pmid.setdefault(pmid, []).append(work)

        def check(works: list[CitedWork]) -> Accept:
            return lambda record: None if any(is_same_work(w, record) for w in works) else "it is another paper"

        self._retrieve(set(by_pmid), {p: check(works) for p, works in by_pmid.items()}, "cited papers, resolved")
        records = {r.pmid: r for r in self._load_records(by_pmid)}
        settled: dict[int, CitedWork] = {}
        for work, pmids, why_not in offers:
            match = next((p for p in pmids if p in records and is_same_work(work, records[p])), None)
            if match:
                settled[id(work)] = replace(work, pmid=match, resolved_by=how, attempted=None)
                continue
            reason = f"{how}: PMID {pmids[0]} is another paper" if pmids else why_not
            settled[id(work)] = replace(work, attempted="; ".join(filter(None, (work.attempted, reason))))
        for seed in self._seeds:
            seed.works = unite([settled.get(id(work), work) for work in seed.works])

    def _all_works(self) -> list[CitedWork]:
        return [work for seed in self._seeds for work in seed.works]

    def _loose(self) -> list[CitedWork]:
        """Unresolved works that are worth asking for: those that were not tried in vain in an earlier run."""
        return [w for w in self._all_works() if not w.pmid and _essence(w) not in self._in_vain]

    def _take_recognised(self) -> None:
        """Take over what storing a record found out: whose unresolved reference it is, of whichever paper."""
        with self._app.library.transaction() as transaction:
            for seed in self._seeds:
                known = {_essence(w): w for w in transaction.references.get_works(seed.record_id) if w.pmid}
                seed.works = [w if w.pmid else known.get(_essence(w), w) for w in seed.works]

    def save(self) -> None:
        """Store what was found; a reference that storing records recognised in the meantime stays so."""
        self._take_recognised()
        with self._app.library.transaction() as transaction:
            for seed in self._seeds:
                transaction.references.put_works(seed.record_id, seed.works)

    def count(self) -> None:
        """Tally what each source listed, and all of them together."""
        for work in self._all_works():
            tallies = [self._report.tallies.setdefault(s.source, SourceTally()) for s in work.statements]
            for tally in (*tallies, self._report.united):
                tally.found += 1
                tally.resolved += bool(work.pmid)
                tally.unresolved += not work.pmid
                tally.fetched += work.pmid in self._fetched


def paper_key(record: StoredRecord) -> PaperKey:
    """The identifiers by which sources may know a stored record."""
    doi = record.document.get("doi")
    return PaperKey(Pmid(record.pmid) if record.pmid else None, Doi(doi) if doi else None)


def _identifier_of(work: CitedWork) -> Identifier | None:
    if work.doi:
        return Identifier("doi", work.doi)
    return Identifier("pmcid", work.pmcid) if work.pmcid else None


def _essence(work: CitedWork) -> tuple[str | None, ...]:
    return work.doi, work.pmcid, work.text


def _candidates(answer: CitationMatch) -> list[Pmid]:
    """The PMIDs an answer offers: one, or the few between which the matcher could not choose."""
    if answer.pmid:
        return [answer.pmid]
    few = [Pmid(int(number)) for number in re.findall(r"\b\d{5,9}\b", answer.reason)]
    return few if len(few) <= _MOST_CANDIDATES else []


def _says_enough(work: CitedWork) -> bool:
    """Whether the matcher has a chance: it answers AMBIGUOUS to anything less."""
    parts = work.known_page_parts
    return bool(parts.year and (parts.first_page or (parts.journal and parts.author)))


def _citation_key(key: str, work: CitedWork) -> CitationKey:
    parts = work.known_page_parts
    return CitationKey(
        key=key,
        journal=parts.journal or "",
        year=str(parts.year or ""),
        volume=parts.volume or "",
        first_page=parts.first_page or "",
        author=parts.author or "",
    )
