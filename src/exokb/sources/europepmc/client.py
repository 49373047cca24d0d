"""`EuropePMC`: reference lists and citing papers by PMID, also for papers whose publisher gives NCBI no list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from urllib.parse import urljoin

from exokb.domain.identifiers import Pmid
from exokb.domain.record import Reference
from exokb.settings import Settings
from exokb.sources.europepmc.parse import (
    SOURCE,
    CitingPage,
    ReferencePage,
    parse_citing,
    parse_hit_count,
    parse_references,
)
from exokb.sources.interface import PaperKey, ReferenceAnswer
from exokb.transport import BrokenReply, Call, PoliteClient, Reply

Page = TypeVar("Page", ReferencePage, CitingPage)

PER_SECOND = 5.0
"""Half of the 10 requests a second per address that Europe PMC is reported to allow."""

PAGE_SIZE = 1_000
"""The most it gives a page."""


class EuropePMC:
    """Europe PMC by PMID. May be shared by threads."""

    name = SOURCE
    references_batch_size = 1

    def __init__(self, transport: PoliteClient, settings: Settings) -> None:
        self._transport = transport
        self._base = settings.europepmc_url

    def fetch_references(self, papers: Sequence[PaperKey]) -> Mapping[PaperKey, ReferenceAnswer]:
        """Give one answer for each paper; one without a PMID, or that Europe PMC does not hold, is "not indexed".

        Raises:
            SourceUnavailable: every attempt failed.
            SourceRejected: Europe PMC will not answer this request.
        """
        return {paper: self._references(paper.pmid) for paper in papers}

    def fetch_citing(self, paper: PaperKey) -> Sequence[Pmid]:
        """Give the PubMed papers that cite it; empty without a PMID.

        Raises:
            SourceUnavailable: every attempt failed.
            SourceRejected: Europe PMC will not answer this request.
        """
        if paper.pmid is None:
            return ()
        found: list[Pmid] = []
        entries, page, hit_count = 0, 1, 1
        while entries < hit_count:
            answer = self._page(paper.pmid, "citations", page, parse_citing, CitingPage(0, 0, ()))
            found += answer.pmids
            entries, page, hit_count = entries + answer.entries, page + 1, answer.hit_count
            if not answer.entries:
                break
        self._say_if_short(f"papers citing PMID {paper.pmid}", hit_count, entries)
        return tuple(dict.fromkeys(found))

    def _references(self, pmid: Pmid | None) -> ReferenceAnswer:
        if pmid is None:
            return ReferenceAnswer(SOURCE, "not indexed")
        found: list[Reference] = []
        page, hit_count = 1, 1
        while len(found) < hit_count:
            first = len(found) + 1

            def parse(body: bytes, first: int = first) -> ReferencePage:
                return parse_references(body, first)

            answer = self._page(pmid, "references", page, parse, ReferencePage(0, ()))
            found += answer.references
            page, hit_count = page + 1, answer.hit_count
            if not answer.entries:
                break
        self._say_if_short(f"references of PMID {pmid}", hit_count, len(found))
        if found:
            return ReferenceAnswer(SOURCE, "listed", tuple(found))
        return ReferenceAnswer(SOURCE, "none deposited" if self._knows(pmid) else "not indexed")

    def _page(self, pmid: Pmid, what: str, page: int, parse: Callable[[bytes], Page], none: Page) -> Page:
        """Read one page; 404 on the first means there is nothing."""

        def read(reply: Reply) -> Page:
            if reply.status == 404:
                return none
            answer = parse(reply.body)
            if not answer.entries and (page - 1) * PAGE_SIZE < answer.hit_count:
                raise BrokenReply(f"page {page} of {answer.hit_count} {what} is empty")
            return answer

        call = Call(
            SOURCE,
            f"{what} of PMID {pmid}",
            urljoin(self._base, f"MED/{pmid}/{what}"),
            PER_SECOND,
            params={"format": "json", "page": str(page), "pageSize": str(PAGE_SIZE)},
            accept=frozenset({404}) if page == 1 else frozenset(),
        )
        return self._transport.request(call, read)

    def _say_if_short(self, what: str, announced: int, listed: int) -> None:
        if listed < announced:
            self._transport.notice(f"{SOURCE}: {what}: announced {announced:,}, listed {listed:,}")

    def _knows(self, pmid: Pmid) -> bool:
        """Whether the paper itself is there: an empty list and an unknown paper look the same in the list."""
        call = Call(
            SOURCE,
            f"PMID {pmid}",
            urljoin(self._base, "search"),
            PER_SECOND,
            params={"query": f"EXT_ID:{pmid} AND SRC:MED", "format": "json", "pageSize": "1"},
            accept=frozenset({404}),
        )
        return self._transport.request(call, lambda reply: reply.status != 404 and parse_hit_count(reply.body) > 0)
