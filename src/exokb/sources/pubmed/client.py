"""`PubMedClient`: records, queries, identifiers, neighbours, citing papers and citation matching from NCBI."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from exokb.domain.identifiers import Identifier, Pmid
from exokb.domain.payload import Payload
from exokb.errors import SourceRejected
from exokb.settings import Settings
from exokb.sources.interface import (
    CitationKey,
    CitationMatch,
    PaperKey,
    ParsedRecords,
    QueryAnswer,
    QueryWindow,
    SimilarPaper,
)
from exokb.sources.pubmed.eutils import Eutils
from exokb.sources.pubmed.replies import (
    SearchReply,
    UpstreamSaysError,
    check_records,
    parse_citation_matches,
    parse_links,
    parse_search,
)
from exokb.sources.pubmed.resolver import Resolver
from exokb.sources.pubmed.search import DateRange, run_query
from exokb.transport import BrokenReply, PoliteClient, Reply

# An <ERROR> about the request itself: repeating it is no use. Other errors of the search back end pass.
_PERMANENT = re.compile(r"empty term|cannot be larger than|invalid (db|uid|id)|out of acceptable range", re.I)


class PubMedClient:
    """PubMed, by way of the E-utilities. May be shared by threads.

    A PubMed record carries its own reference list, so this is no `ReferenceSource`: the list is read with the record.
    """

    name = "pubmed"
    batch_size = 200
    """Records in one efetch: what NCBI recommends, and about 3 MB."""
    match_batch_size = 100

    def __init__(self, transport: PoliteClient, settings: Settings) -> None:
        self._transport = transport
        self._eutils = Eutils(transport, settings)
        self._resolver = Resolver(self._eutils, transport, settings)

    def fetch_records(self, pmids: Sequence[Pmid]) -> Payload:
        """Fetch up to ``batch_size`` records; see `RecordSource.fetch_records`.

        Raises:
            ValueError: no id was given, or too many.
            SourceUnavailable: every attempt failed; ``partial`` holds what there was of the last broken reply.
            SourceRejected: NCBI will not answer this request.
        """
        if not 0 < len(pmids) <= self.batch_size:
            raise ValueError(f"one request takes 1 to {self.batch_size} PMIDs, not {len(pmids)}")
        key = describe_pmids(pmids)
        params = {"db": "pubmed", "id": ",".join(map(str, pmids)), "retmode": "xml"}
        return self._eutils.ask("efetch.fcgi", params, lambda reply: _take_records(reply, key), key=key)

    def parse_records(self, body: bytes) -> ParsedRecords:
        """Read a payload of records."""
        from exokb.sources.pubmed.parse import parse_records

        return parse_records(body)

    def find_pmids(self, identifiers: Sequence[Identifier]) -> Mapping[Identifier, Sequence[Pmid]]:
        """Find PMIDs of DOIs and PMCIDs; see `Resolver.find_pmids`."""
        return self._resolver.find_pmids(identifiers)

    def find_by_query(self, query: str, *, limit: int | None = None) -> QueryAnswer:
        """Find the ids of a PubMed query; see `run_query`.

        Raises:
            SourceUnavailable: every attempt failed.
            SourceRejected: PubMed will not run this query.
        """
        if not query.strip():
            raise SourceRejected("pubmed", "query", "the query is empty")
        if limit is not None and limit < 1:
            raise ValueError("a limit is at least 1")

        def search(days: DateRange | None, retmax: int) -> SearchReply:
            params: dict[str, str | int] = {"db": "pubmed", "term": query, "usehistory": "y", "retmode": "xml"}
            params["retmax"] = retmax
            key = f"query {query}"
            if days is not None:
                first, last = f"{days.first:%Y/%m/%d}", f"{days.last:%Y/%m/%d}"
                params |= {"datetype": "pdat", "mindate": first, "maxdate": last}
                key += f" ({first} to {last})"
            return self._eutils.ask("esearch.fcgi", params, lambda reply: _take_search(reply, key), key=key)

        return run_query(search, self._today(), limit)

    def fetch_window(self, window: QueryWindow, start: int, count: int) -> Payload:
        """Fetch ``count`` records from 0-based ``start`` of a window, from the history server.

        Raises:
            SourceRejected: the history server keeps the window no longer (it does so for some hours), or never did:
                fetch ``window.pmids[start : start + count]`` by id instead.
            SourceUnavailable: every attempt failed; ``partial`` holds what there was of the last broken reply.
        """
        count = min(count, len(window.pmids) - start)
        key = f"query records {start + 1} to {start + count}"
        if start < 0 or count < 1:
            raise ValueError(f"the window has {len(window.pmids)} records, none from {start}")
        if not window.web_env:
            raise SourceRejected("pubmed", key, "the history server does not hold this query")
        params: dict[str, str | int] = {
            "db": "pubmed",
            "WebEnv": window.web_env,
            "query_key": window.query_key,
            "retstart": start,
            "retmax": count,
            "retmode": "xml",
        }

        def read(reply: Reply) -> Payload:
            try:
                return _take_records(reply, key)
            except UpstreamSaysError as error:
                # An expired WebEnv comes as <ERROR> with status 200, in several wordings.
                raise SourceRejected("pubmed", key, f"the history server says: {error.reason}") from None

        return self._eutils.ask("efetch.fcgi", params, read, key=key)

    def fetch_similar(self, pmid: Pmid, limit: int) -> Sequence[SimilarPaper]:
        """Give PubMed's similar articles, nearest first, without the paper itself.

        Raises:
            SourceUnavailable: every attempt failed.
        """
        links = self._links(pmid, "pubmed_pubmed", "neighbor_score", f"papers similar to PMID {pmid}")
        papers = [SimilarPaper(other, score) for other, score in links if other != pmid]
        return tuple(sorted(papers, key=lambda paper: -paper.score)[:limit])

    def fetch_citing(self, paper: PaperKey) -> Sequence[Pmid]:
        """Give the papers in PMC that cite it; empty without a PMID, by which PubMed keeps them.

        Raises:
            SourceUnavailable: every attempt failed.
        """
        if paper.pmid is None:
            return ()
        what = f"papers citing PMID {paper.pmid}"
        return tuple(pmid for pmid, _ in self._links(paper.pmid, "pubmed_pubmed_citedin", "neighbor", what))

    def match_citations(self, keys: Sequence[CitationKey]) -> Sequence[CitationMatch]:
        """Ask ECitMatch for each citation, ``match_batch_size`` at a time.

        Raises:
            SourceUnavailable: every attempt failed.
        """
        # ECitMatch stops at a line without a journal that it does not find; such lines go last, and what it did not
        # reach is asked again. A line it stops at first is not found.
        pending = sorted(range(len(keys)), key=lambda i: not keys[i].journal.strip())
        answers: dict[int, str] = {}
        while pending:
            batch, pending = pending[: self.match_batch_size], pending[self.match_batch_size :]
            found = self._match({i: keys[i] for i in batch})
            answers |= found
            left = [i for i in batch if i not in found]
            if left and not found:
                answers[left.pop(0)] = "NOT_FOUND"
            pending = left + pending
        return tuple(_citation_match(key.key, answers[i]) for i, key in enumerate(keys))

    def _match(self, keys: Mapping[int, CitationKey]) -> dict[int, str]:
        what = f"{len(keys)} citations to match"
        needs_answer = any(key.journal.strip() for key in keys.values())

        def read(reply: Reply) -> dict[int, str]:
            if needs_answer and not reply.body.strip():
                raise BrokenReply("it is empty")
            found = parse_citation_matches(reply.body)
            return {i: found[f"x{i}"] for i in keys if f"x{i}" in found}

        lines = "\r".join(_citation_line(key, f"x{i}") for i, key in keys.items())
        params = {"db": "pubmed", "retmode": "xml", "bdata": lines}
        return self._eutils.ask("ecitmatch.cgi", params, read, key=what, post=True, ecitmatch=True)

    def _links(self, pmid: Pmid, link_name: str, command: str, key: str) -> tuple[tuple[Pmid, int], ...]:
        params = {"dbfrom": "pubmed", "db": "pubmed", "id": [str(pmid)], "linkname": link_name, "cmd": command}
        return self._eutils.ask("elink.fcgi", params, lambda reply: parse_links(reply.body, link_name), key=key)

    def _today(self) -> date:
        return self._transport.clock().date()


def describe_pmids(pmids: Sequence[Pmid]) -> str:
    """Name a request for records in a few words: all ids of a short list, the first ones of a long one."""
    shown = ", ".join(map(str, pmids[:5]))
    return f"PMID {shown}" if len(pmids) <= 5 else f"PMID {shown} and {len(pmids) - 5} more"


def _take_records(reply: Reply, key: str) -> Payload:
    check_records(reply.body)
    return Payload("pubmed", key, reply.media_type or "application/xml", reply.body, reply.observed_at)


def _take_search(reply: Reply, key: str) -> SearchReply:
    try:
        found = parse_search(reply.body)
    except UpstreamSaysError as error:
        if _PERMANENT.search(error.reason):
            raise SourceRejected("pubmed", key, f"PubMed says: {error.reason}") from None
        raise
    if found.count and not found.pmids:
        raise BrokenReply(f"it announces {found.count:,} hits and lists none")
    return found


def _citation_line(key: CitationKey, name: str) -> str:
    """``journal|year|volume|first page|author|key|``, without what would end a field or a line."""
    parts = (key.journal, key.year, key.volume, key.first_page, key.author)
    return "|".join([*(" ".join(re.sub(r"[|\r\n]", " ", part).split()) for part in parts), name, ""])


def _citation_match(key: str, answer: str) -> CitationMatch:
    if answer.isascii() and answer.isdigit():
        return CitationMatch(key, Pmid(int(answer)))
    return CitationMatch(key, None, answer or "NOT_FOUND")
