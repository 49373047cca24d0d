"""`ICite`: who cites whom among PubMed's papers, from the NIH Open Citation Collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from urllib.parse import urljoin

from exokb.domain.identifiers import Pmid
from exokb.settings import Settings
from exokb.sources.icite.parse import SOURCE, parse_citing, parse_references
from exokb.sources.interface import PaperKey, ReferenceAnswer
from exokb.transport import Call, PoliteClient, Reply

T = TypeVar("T")

PER_SECOND = 3.0
"""iCite publishes no limit; NCBI's general one is what another NIH service can be expected to stand."""


class ICite:
    """iCite by PMID. May be shared by threads."""

    name = SOURCE
    references_batch_size = 200
    """The service takes 1,000, as a URL of more than 8 kB; 200 stay well below what proxies pass on."""

    def __init__(self, transport: PoliteClient, settings: Settings) -> None:
        self._transport = transport
        self._url = urljoin(settings.icite_url, "pubs")

    def fetch_references(self, papers: Sequence[PaperKey]) -> Mapping[PaperKey, ReferenceAnswer]:
        """Give one answer for each paper; one without a PMID, or that iCite does not hold, is "not indexed".

        Raises:
            ValueError: too many papers for one request.
            SourceUnavailable: every attempt failed.
            SourceRejected: iCite will not answer this request.
        """
        if len(papers) > self.references_batch_size:
            raise ValueError(f"one request takes {self.references_batch_size} papers, not {len(papers)}")
        pmids = list(dict.fromkeys(paper.pmid for paper in papers if paper.pmid is not None))
        found: Mapping[Pmid, ReferenceAnswer] = {}
        if pmids:
            key = f"references of PMID {pmids[0]}" + (f" and {len(pmids) - 1} more" if len(pmids) > 1 else "")
            found = self._ask(pmids, key, parse_references, {})
        unknown = ReferenceAnswer(SOURCE, "not indexed")
        return {paper: found.get(paper.pmid, unknown) if paper.pmid else unknown for paper in papers}

    def fetch_citing(self, paper: PaperKey) -> Sequence[Pmid]:
        """Give the papers that cite it; empty without a PMID, by which iCite keeps them.

        Raises:
            SourceUnavailable: every attempt failed.
            SourceRejected: iCite will not answer this request.
        """
        pmid = paper.pmid
        if pmid is None:
            return ()
        return self._ask([pmid], f"papers citing PMID {pmid}", lambda body: parse_citing(body, pmid), ())

    def _ask(self, pmids: Sequence[Pmid], key: str, parse: Callable[[bytes], T], none: T) -> T:
        def read(reply: Reply) -> T:
            return none if reply.status == 404 else parse(reply.body)

        params = {"pmids": ",".join(map(str, pmids))}
        # 404 is how it answers for papers it does not hold when none of those asked is there.
        call = Call(SOURCE, key, self._url, PER_SECOND, params=params, accept=frozenset({404}))
        return self._transport.request(call, read)
