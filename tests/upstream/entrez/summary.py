"""esummary, version 2.0 (and JSON, which is always of that version).

https://www.ncbi.nlm.nih.gov/books/NBK25499/#chapter4.ESummary; the element names as in recorded replies.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from tests.upstream.corpus import Corpus
from tests.upstream.entrez.fetch import EXPIRED, digits
from tests.upstream.entrez.history import FETCHABLE, History
from tests.upstream.message import Reply, Request, json_reply, unspoken, xml_reply
from tests.upstream.paper import MONTHS, Paper

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n'
    '<!DOCTYPE eSummaryResult PUBLIC "-//NLM//DTD esummary pubmed 20160808//EN"'
    ' "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20160808/esummary_pubmed.dtd">\n'
)
JSON_LIMIT = 500


def esummary(request: Request, corpus: Corpus, history: History) -> Reply:
    """Give summaries by PMID or of a kept set."""
    as_json = request.get("retmode").lower() == "json"
    if not as_json and request.get("version") != "2.0":
        return unspoken("esummary XML other than version=2.0")
    if request.get("WebEnv"):
        kept = history.get(request.get("WebEnv"), request.get("query_key"))
        if kept is None:
            return _error(EXPIRED, as_json)
        start = request.number("retstart", 0)
        pmids = kept[start : min(start + request.number("retmax", FETCHABLE), FETCHABLE)]
    else:
        pmids = digits(request.ids())
    if not pmids:
        return _error("Empty id list - nothing todo", as_json)
    if as_json:
        if len(pmids) > JSON_LIMIT:
            return _error("Too many UIDs in request. Maximum number of UIDs is 500 for JSON format output.", True)
        known = {str(pmid): _summary(corpus.by_pmid(pmid), pmid) for pmid in pmids}
        body = {"header": {"type": "esummary", "version": "0.3"}, "result": {"uids": list(known), **known}}
        return json_reply(body)
    documents = "".join(_document(corpus.by_pmid(pmid), pmid) for pmid in pmids)
    return xml_reply(
        f'{_HEAD}<eSummaryResult>\n<DocumentSummarySet status="OK">\n<DbBuild>Build-test</DbBuild>\n{documents}'
        "</DocumentSummarySet>\n</eSummaryResult>\n"
    )


def _error(text: str, as_json: bool) -> Reply:
    if as_json:
        return json_reply({"header": {"type": "esummary", "version": "0.3"}, "esummaryresult": [text]})
    return xml_reply(f"{_HEAD}<eSummaryResult>\n\t<ERROR>{escape(text)}</ERROR>\n</eSummaryResult>\n")


def _summary(paper: Paper | None, pmid: int) -> dict[str, object]:
    if paper is None:
        return {"uid": str(pmid), "error": "cannot get document summary"}
    ids = (("pubmed", str(paper.pmid)), ("doi", paper.doi), ("pmc", paper.pmcid))
    return {
        "uid": str(pmid),
        "pubdate": _printed_date(paper),
        "epubdate": "",
        "source": paper.journal.abbreviation,
        "authors": [{"name": author.name, "authtype": "Author", "clusterid": ""} for author in paper.authors],
        "lastauthor": paper.authors[-1].name if paper.authors else "",
        "title": paper.title,
        "sortpubdate": f"{paper.date} 00:00",
        "volume": paper.volume,
        "issue": paper.issue,
        "pages": paper.pages,
        "pubtype": list(paper.types),
        "articleids": [{"idtype": kind, "idtypen": 1, "value": value} for kind, value in ids if value],
        "history": [{"pubstatus": "entrez", "date": f"{paper.date} 06:00"}],
        "fulljournalname": paper.journal.title,
        "pmcrefcount": "",
    }


def _document(paper: Paper | None, pmid: int) -> str:
    if paper is None:
        return f'<DocumentSummary uid="{pmid}">\n\t<error>cannot get document summary</error>\n</DocumentSummary>\n'
    authors = "".join(
        f"<Author><Name>{escape(author.name)}</Name><AuthType>Author</AuthType></Author>" for author in paper.authors
    )
    return (
        f'<DocumentSummary uid="{pmid}">\n\t<PubDate>{_printed_date(paper)}</PubDate>\n'
        f"\t<Source>{escape(paper.journal.abbreviation)}</Source>\n\t<Authors>{authors}</Authors>\n"
        f"\t<Title>{escape(paper.title)}</Title>\n\t<Volume>{paper.volume}</Volume>\n\t<Pages>{paper.pages}</Pages>\n"
        f"\t<FullJournalName>{escape(paper.journal.title)}</FullJournalName>\n</DocumentSummary>\n"
    )


def _printed_date(paper: Paper) -> str:
    return paper.medline_date or f"{paper.year} {MONTHS[paper.month - 1]} {paper.day}"
