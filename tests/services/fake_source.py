"""A source of records in memory, for use cases that are about what a source does wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from exokb.domain.identifiers import Pmid
from exokb.domain.payload import Payload
from exokb.domain.record import Record
from exokb.errors import PayloadError, SourceUnavailable
from exokb.sources.interface import ParsedRecords

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class FakeSource:
    """Gives records 1..n as JSON. ``spoil`` may change what a request gives, or raise."""

    name = "pubmed"
    batch_size = 4

    def __init__(self, count: int, spoil: Callable[[list[int]], list[int]] = lambda pmids: pmids) -> None:
        self.count = count
        self.spoil = spoil
        self.asked: list[tuple[int, ...]] = []
        self._lock = threading.Lock()

    def fetch_records(self, pmids: Sequence[Pmid]) -> Payload:
        with self._lock:
            self.asked.append(tuple(pmids))
        given = self.spoil([pmid for pmid in pmids if pmid <= self.count])
        return Payload(self.name, "test", "application/json", json.dumps(given).encode(), NOW)

    def parse_records(self, body: bytes) -> ParsedRecords:
        try:
            pmids = json.loads(body)
        except ValueError as error:
            raise PayloadError("reply", "is not JSON") from error
        return ParsedRecords(tuple((n, Record(pmid=p, title=f"Paper {p}")) for n, p in enumerate(pmids, 1)))


def unavailable(partial: bytes | None = None) -> SourceUnavailable:
    error = SourceUnavailable("pubmed", "test", "down")
    error.partial = partial
    return error
