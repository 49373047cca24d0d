"""efetch and epost: https://www.ncbi.nlm.nih.gov/books/NBK25499/#chapter4.EFetch."""

from __future__ import annotations

import re

from tests.upstream.corpus import Corpus
from tests.upstream.entrez.history import FETCHABLE, History
from tests.upstream.entrez.search import TOO_FAR
from tests.upstream.message import RecordXml, Reply, Request, text_reply, unspoken, xml_reply
from tests.upstream.paper import Paper
from tests.upstream.pubmedxml import HEAD, TAIL, record_xml

_FETCH_ERROR = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n'
    '<!DOCTYPE eEfetchResult PUBLIC "-//NLM//DTD efetch 20131226//EN"'
    ' "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20131226/efetch.dtd">\n'
    "<eFetchResult>\n\t<ERROR>{}</ERROR>\n</eFetchResult>\n"
)
_POST_RESULT = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n'
    '<!DOCTYPE ePostResult PUBLIC "-//NLM//DTD epost 20090526//EN"'
    ' "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20090526/epost.dtd"><ePostResult>\n{}</ePostResult>\n'
)
EXPIRED = "Unable to obtain query #1"


def digits(ids: list[str]) -> list[int]:
    """Read ids as NCBI does: the digits of each, whatever stands around them, each number once."""
    numbers = (int(match.group(0)) for text in ids if (match := re.search(r"\d+", text)))
    return list(dict.fromkeys(number for number in numbers if number))


def record_of(paper: Paper) -> RecordXml:
    """Give a paper as efetch shows it."""
    return RecordXml(paper.pmid, record_xml(paper).encode())


def efetch(request: Request, corpus: Corpus, history: History) -> Reply:
    """Give records by PMID, or a window of a kept set; unknown ids are silently missing."""
    retmode, rettype = request.get("retmode", "xml").lower(), request.get("rettype").lower()
    if retmode != "xml" and rettype != "uilist":
        return unspoken(f"retmode={retmode} with rettype={rettype}")
    if request.get("WebEnv"):
        kept = history.get(request.get("WebEnv"), request.get("query_key"))
        if kept is None:
            return xml_reply(_FETCH_ERROR.format(EXPIRED))
        window = _window(request, kept)
        if isinstance(window, Reply):
            return window
        pmids = window
    else:
        pmids = digits(request.ids())
        if not pmids:
            return xml_reply(_FETCH_ERROR.format("ID list is empty! Possibly it has no correct IDs."), 400)
    papers = [paper for pmid in pmids if (paper := corpus.by_pmid(pmid))]
    if rettype == "uilist":
        return text_reply("".join(f"{paper.pmid}\n" for paper in papers))
    return Reply(HEAD.encode(), records=tuple(map(record_of, papers)), tail=TAIL.encode())


def _window(request: Request, kept: list[int]) -> list[int] | Reply:
    """Cut a window out of a set: past PubMed's edge a 400, across it cut without a word."""
    start, wanted = request.number("retstart", 0), request.number("retmax", FETCHABLE)
    if start >= FETCHABLE:
        return xml_reply(_FETCH_ERROR.format(TOO_FAR), 400)
    if start >= len(kept):
        said = (
            f"Cannot retrieve history data: OUT OF RANGE. Parameter retstart={start} + 1 is greater than number of"
            f" records available in history. History includes {len(kept)} IDs."
        )
        return xml_reply(_FETCH_ERROR.format(said), 400)
    return kept[start : min(start + wanted, FETCHABLE)]


def epost(request: Request, history: History) -> Reply:
    """Keep ids as a set. There is no JSON form: retmode is ignored."""
    pmids = digits(request.ids())
    if not pmids:
        return xml_reply(_POST_RESULT.format("\t<ERROR>Empty ID list; Nothing to store</ERROR>\n"), 400)
    web_env, query_key = history.keep(pmids, request.get("WebEnv"))
    return xml_reply(_POST_RESULT.format(f"\t<QueryKey>{query_key}</QueryKey>\n\t<WebEnv>{web_env}</WebEnv>\n"))
