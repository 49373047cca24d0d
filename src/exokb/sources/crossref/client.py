"""`Crossref`: the reference lists that publishers deposit, by DOI."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from urllib.parse import quote, urljoin

from exokb.domain.identifiers import Doi
from exokb.settings import Settings
from exokb.sources.crossref.parse import SOURCE, parse_work
from exokb.sources.interface import PaperKey, ReferenceAnswer
from exokb.transport import Call, PoliteClient, Reply

# Since 1 December 2025 single records are given 5 times a second, one at a time, and 10 times a second, three at a
# time, to who gives a mail address: https://doi.org/10.64000/wadve-3tj60
RATE_PUBLIC, AT_ONCE_PUBLIC = 5.0, 1
RATE_POLITE, AT_ONCE_POLITE = 10.0, 3


class Crossref:
    """Crossref by DOI. May be shared by threads."""

    name = SOURCE
    references_batch_size = 1

    def __init__(self, transport: PoliteClient, settings: Settings) -> None:
        self._transport = transport
        self._base = settings.crossref_url
        self._per_second = RATE_POLITE if settings.email else RATE_PUBLIC
        self._at_once = threading.Semaphore(AT_ONCE_POLITE if settings.email else AT_ONCE_PUBLIC)

    def fetch_references(self, papers: Sequence[PaperKey]) -> Mapping[PaperKey, ReferenceAnswer]:
        """Give one answer for each paper; one without a DOI, or that Crossref does not hold, is "not indexed".

        Raises:
            SourceUnavailable: every attempt failed.
            SourceRejected: Crossref will not answer this request.
        """
        return {paper: self._references(paper.doi) for paper in papers}

    def _references(self, doi: Doi | None) -> ReferenceAnswer:
        if doi is None:
            return ReferenceAnswer(SOURCE, "not indexed")

        def read(reply: Reply) -> ReferenceAnswer:
            return ReferenceAnswer(SOURCE, "not indexed") if reply.status == 404 else parse_work(reply.body)

        call = Call(
            SOURCE,
            f"references of {doi}",
            urljoin(self._base, f"works/{quote(doi, safe='')}"),
            self._per_second,
            accept=frozenset({404}),
            contact=True,
        )
        with self._at_once:
            return self._transport.request(call, read)
