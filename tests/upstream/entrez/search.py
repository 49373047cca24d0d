"""esearch: https://www.ncbi.nlm.nih.gov/books/NBK25499/#chapter4.ESearch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from tests.upstream.corpus import Corpus
from tests.upstream.entrez.history import FETCHABLE, History
from tests.upstream.entrez.query import Found, dated, find
from tests.upstream.message import Reply, Request, json_reply, unspoken, xml_reply

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n'
    '<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN"'
    ' "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
)
# The break in the middle is the service's own; in JSON it is not escaped.
TOO_FAR = (
    "Search Backend failed: Exception:\n'retstart' cannot be larger than 9998. For PubMed, ESearch can only retrieve"
    " the first 9,999 records matching the query. To obtain more than 9,999 PubMed records, consider using EDirect."
)


@dataclass(frozen=True, slots=True)
class _Answer:
    found: Found
    count: int
    start: int
    shown: Sequence[int]
    messages: Sequence[str]
    web_env: str
    query_key: str


def esearch(request: Request, corpus: Corpus, history: History) -> Reply:
    """Find PMIDs by a query."""
    as_json = request.get("retmode").lower() == "json"
    if request.get("reldate"):
        return unspoken("reldate")
    term = request.get("term").strip()
    if not term:
        return _error("Empty term and query_key - nothing todo", as_json)
    found = find(corpus, term)
    if request.get("mindate") and request.get("maxdate"):
        found.pmids &= dated(corpus, request.get("mindate"), request.get("maxdate"))
    pmids = sorted(found.pmids, reverse=True)
    start, wanted = request.number("retstart", 0), request.number("retmax", 20)
    if start >= FETCHABLE and len(pmids) > FETCHABLE:
        return _error(TOO_FAR, as_json)
    if request.get("rettype") == "count":
        return _count(len(pmids), as_json)
    messages = []
    if start + wanted > FETCHABLE:
        wanted = max(0, FETCHABLE - start)
        messages.append(f"Restrictions achieved. start and count adjusted to {start}, {wanted}")
    if not pmids:
        messages.append("No items found.")
    web_env = query_key = ""
    if request.get("usehistory") == "y":
        web_env, query_key = history.keep(pmids, request.get("WebEnv"))
    answer = _Answer(found, len(pmids), start, pmids[start : start + wanted], messages, web_env, query_key)
    return _as_json(answer) if as_json else _as_xml(answer)


def _error(text: str, as_json: bool) -> Reply:
    if as_json:
        return Reply(
            f'{{"header":{{"type":"esearch","version":"0.3"}},"esearchresult":{{"ERROR":"{text}"}}}}'.encode(),
            media_type="application/json; charset=UTF-8",
        )
    return xml_reply(f"{_HEAD}<eSearchResult><ERROR>{escape(text)}</ERROR></eSearchResult>")


def _count(number: int, as_json: bool) -> Reply:
    if as_json:
        return json_reply({"header": {"type": "esearch", "version": "0.3"}, "esearchresult": {"count": str(number)}})
    return xml_reply(f"{_HEAD}<eSearchResult><Count>{number}</Count></eSearchResult>")


def _as_json(answer: _Answer) -> Reply:
    found = answer.found
    result: dict[str, object] = {
        "count": str(answer.count),
        "retmax": str(len(answer.shown)),
        "retstart": str(answer.start),
    }
    if answer.web_env:
        result |= {"querykey": answer.query_key, "webenv": answer.web_env}
    result |= {
        "idlist": [str(pmid) for pmid in answer.shown],
        "translationset": [],
        "querytranslation": found.translation,
    }
    if found.phrases_not_found or found.fields_not_found:
        result["errorlist"] = {
            "phrasesnotfound": found.phrases_not_found,
            "fieldsnotfound": found.fields_not_found,
        }
    if answer.messages or found.quoted_not_found:
        result["warninglist"] = {
            "phrasesignored": [],
            "quotedphrasesnotfound": found.quoted_not_found,
            "outputmessages": list(answer.messages),
        }
    return json_reply({"header": {"type": "esearch", "version": "0.3"}, "esearchresult": result})


def _as_xml(answer: _Answer) -> Reply:
    found = answer.found
    kept = ""
    if answer.web_env:
        kept = f"<QueryKey>{answer.query_key}</QueryKey><WebEnv>{answer.web_env}</WebEnv>"
    ids = "".join(f"<Id>{pmid}</Id>\n" for pmid in answer.shown)
    errors = _elements("PhraseNotFound", found.phrases_not_found) + _elements("FieldNotFound", found.fields_not_found)
    warnings = _elements("QuotedPhraseNotFound", found.quoted_not_found) + _elements("OutputMessage", answer.messages)
    return xml_reply(
        f"{_HEAD}<eSearchResult><Count>{answer.count}</Count><RetMax>{len(answer.shown)}</RetMax>"
        f"<RetStart>{answer.start}</RetStart>{kept}"
        + (f"<IdList>\n{ids}</IdList>" if ids else "<IdList/>")
        + f"<TranslationSet/><QueryTranslation>{escape(found.translation)}</QueryTranslation>"
        + (f"<ErrorList>{errors}</ErrorList>" if errors else "")
        + (f"<WarningList>{warnings}</WarningList>" if warnings else "")
        + "</eSearchResult>"
    )


def _elements(name: str, texts: Sequence[str]) -> str:
    return "".join(f"<{name}>{escape(text)}</{name}>" for text in texts)
