"""Fetching records by the hundred: requests overlap, every reply is checked, good records are never lost.

A reply is held against what was asked: records that are missing, broken, doubled or never asked for end in one more
request or in a failure that names them. Nothing is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from itertools import islice

from exokb.app import App
from exokb.domain.identifiers import Pmid
from exokb.domain.payload import Payload
from exokb.domain.record import Record
from exokb.errors import ExokbError, PayloadError, SourceRejected, SourceUnavailable, UpstreamNotFound
from exokb.services.ingest import Ingest
from exokb.services.progress import NoProgress, Progress
from exokb.sources.interface import ParsedRecords, QuerySource, QueryWindow

WORKERS = 8
"""Requests under way at once. PubMed takes seconds to write out 200 records, so that three requests a second only
come about if several wait at the same time; the pace itself is kept by the transport."""
OUTAGE = 3
"""So many batches in a row that failed after all their retries, and the rest is not tried."""

Accept = Callable[[Record], str | None]
"""Says why a record is not the one that was looked for, or None if it is."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One item that could not be had: what was asked, and the error that says why."""

    asked: str
    error: ExokbError


@dataclass(frozen=True, slots=True)
class Batch:
    """PMIDs to ask for in one request, by number or as a window of a result set on the server."""

    pmids: tuple[Pmid, ...]
    window: QueryWindow | None = None
    start: int = 0
    repeated: bool = False


@dataclass
class RetrieveReport:
    """What came of it: records by PMID that were stored or refused, and what failed."""

    stored: dict[Pmid, Record] = field(default_factory=dict)
    refused: dict[Pmid, str] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def batches_of(pmids: Iterable[Pmid], size: int) -> Iterator[Batch]:
    """Cut PMIDs into batches of at most ``size``."""
    rest = iter(dict.fromkeys(pmids))
    while part := tuple(islice(rest, size)):
        yield Batch(part)


class Retriever:
    """Fetches batches from the record source of an application and stores them as they come."""

    def __init__(self, app: App, ingest: Ingest, progress: Progress | None = None) -> None:
        self._source = app.sources.records
        self._app = app
        self.ingest = ingest
        self._progress = progress or NoProgress()
        self._failed_in_a_row = 0

    def retrieve(
        self, batches: Sequence[Batch], *, label: str = "records", accept: Mapping[Pmid, Accept] | None = None
    ) -> RetrieveReport:
        """Fetch and store; ``accept`` holds, for PMIDs that are only a guess, the check their record must pass.

        Raises:
            StoreError: the library cannot be written. Batches stored before stay stored.
        """
        report = RetrieveReport()
        waiting = list(reversed(batches))
        self._progress.begin(label, sum(len(b.pmids) for b in batches))
        pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="exokb-fetch")
        running: dict[Future[Payload], Batch] = {}
        try:
            while waiting or running:
                while waiting and len(running) < WORKERS and self._failed_in_a_row < OUTAGE:
                    batch = waiting.pop()
                    running[pool.submit(self._fetch, batch)] = batch
                if not running:
                    self._give_up(waiting, report)
                    break
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    batch = running.pop(future)
                    waiting.extend(self._take(future, batch, accept or {}, report))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return report

    def _fetch(self, batch: Batch) -> Payload:
        if batch.window is not None and isinstance(self._source, QuerySource):
            try:
                return self._source.fetch_window(batch.window, batch.start, len(batch.pmids))
            except SourceRejected:
                # Result sets on the server expire; the numbers are known, so ask by number.
                return self._source.fetch_records(batch.pmids)
        return self._source.fetch_records(batch.pmids)

    def _take(
        self, future: Future[Payload], batch: Batch, accept: Mapping[Pmid, Accept], report: RetrieveReport
    ) -> list[Batch]:
        """Store what a finished request gave, and say what is to be asked again."""
        trouble: ExokbError | None = None
        try:
            payload = future.result()
            self._failed_in_a_row = 0
        except SourceUnavailable as error:
            self._failed_in_a_row += 1
            trouble = error
            partial = error.partial or b""
            payload = Payload(self._source.name, "cut-off reply", "application/xml", partial, self._app.clock())
        except (SourceRejected, UpstreamNotFound, PayloadError) as error:
            self._report_missing(batch.pmids, error, report)
            return []
        try:
            parsed = self._source.parse_records(payload.body)
        except PayloadError as error:
            parsed, trouble = ParsedRecords(complete=False), trouble or error
        missing = self._keep(payload, parsed, batch, accept, report)
        if not missing:
            return []
        # A source that is down stays down for a single record; many are worth asking for again in smaller pieces.
        hopeless = isinstance(trouble, SourceUnavailable) and (len(batch.pmids) == 1 or self._failed_in_a_row >= OUTAGE)
        if not batch.repeated and not hopeless:
            return [replace(b, repeated=True) for b in batches_of(missing, _half(batch, missing))]
        broken = "; ".join(str(f) for f in parsed.failures)
        for pmid in missing:
            about = next((f for f in parsed.failures if str(pmid) in f.element), None)
            reason: ExokbError = (
                about
                or trouble
                or UpstreamNotFound(
                    self._source.name,
                    f"PMID {pmid}",
                    f"not in the reply ({broken})" if broken else "no record has this PMID",
                )
            )
            self._report_missing([pmid], reason, report)
        return []

    def _keep(
        self,
        payload: Payload,
        parsed: ParsedRecords,
        batch: Batch,
        accept: Mapping[Pmid, Accept],
        report: RetrieveReport,
    ) -> list[Pmid]:
        asked = set(batch.pmids)
        good: list[tuple[int, Record]] = []
        for position, record in parsed.records:
            pmid = Pmid(record.pmid or 0)
            if pmid not in asked:
                report.notes.append(f"{self._source.name} sent PMID {pmid}, which was not asked for: not stored")
                continue
            reason = accept[pmid](record) if pmid in accept else None
            if reason:
                report.refused[pmid] = reason
                continue
            good.append((position, record))
        if good:
            self.ingest.store(payload, good)
        report.stored.update({Pmid(record.pmid or 0): record for _, record in good})
        answered = {Pmid(record.pmid or 0) for _, record in parsed.records}
        self._progress.advance(len(asked & answered))
        return [pmid for pmid in batch.pmids if pmid not in answered]

    def _report_missing(self, pmids: Sequence[Pmid], error: ExokbError, report: RetrieveReport) -> None:
        report.failures += [Failure(f"PMID {pmid}", error) for pmid in pmids]
        self._progress.advance(len(pmids))

    def _give_up(self, waiting: Sequence[Batch], report: RetrieveReport) -> None:
        name = self._source.name
        for batch in waiting:
            error = SourceUnavailable(
                name, f"{len(batch.pmids)} records", f"not tried: {name} failed {OUTAGE} times in a row"
            )
            self._report_missing(batch.pmids, error, report)


def _half(batch: Batch, missing: Sequence[Pmid]) -> int:
    """How many to ask for again at once: fewer than before, in case one record breaks every reply it is in."""
    return max(1, min(len(missing), (len(batch.pmids) + 1) // 2))
