"""Europe PMC's REST service: https://europepmc.org/RestfulWebService.

Speaks references, citations and the search for one PMID; XML unless ``format=json`` is asked. A paper it does not
know and one without references both are a 404.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote

from tests.upstream.corpus import Corpus
from tests.upstream.message import Reply, Request, json_reply, unspoken, xml_reply
from tests.upstream.paper import Cited, Paper

PAGE_LIMIT = 1_000
_VERSION = "6.9"


def europepmc(request: Request, corpus: Corpus) -> Reply:
    """Answer ``MED/{pmid}/references``, ``MED/{pmid}/citations`` and ``search?query=EXT_ID:{pmid} AND SRC:MED``."""
    parts = unquote(request.tail).strip("/").split("/")
    if parts == ["search"]:
        return _search(request, corpus)
    if len(parts) != 3 or parts[0] != "MED" or parts[2] not in ("references", "citations"):
        return unspoken("/".join(parts))
    pmid = int(parts[1]) if parts[1].isdigit() else 0
    paper = corpus.by_pmid(pmid)
    entries: list[dict[str, object]] = []
    if paper and paper.in_europepmc:
        if parts[2] == "references":
            entries = [_reference(cited, n + 1, corpus) for n, cited in enumerate(paper.cited_in("europepmc"))]
        else:
            entries = [_citation(each, corpus) for each in corpus.cited_by(pmid, "europepmc") if each.in_europepmc]
    if not entries:
        return json_reply({"version": _VERSION, "errCode": 404, "errMsg": "No results found"}, 404)
    if request.get("format") != "json":
        return xml_reply(
            '<?xml version="1.0" encoding="UTF-8"?>\n<responseWrapper><version>'
            f"{_VERSION}</version><hitCount>{len(entries)}</hitCount></responseWrapper>"
        )
    return _page(request, entries, parts[2], pmid)


def _page(request: Request, entries: Sequence[dict[str, object]], kind: str, pmid: int) -> Reply:
    page, size = max(1, request.number("page", 1)), min(request.number("pageSize", 25), PAGE_LIMIT)
    shown = entries[(page - 1) * size : page * size]
    body: dict[str, object] = {
        "version": _VERSION,
        "hitCount": len(entries),
        "request": {"id": str(pmid), "source": "MED", "page": page, "pageSize": size},
    }
    if kind == "references":
        body["referenceList"] = {"reference": shown}
    else:
        body["citationList"] = {"citation": shown}
    return json_reply(body)


def _reference(cited: Cited, order: int, corpus: Corpus) -> dict[str, object]:
    meant = corpus.by_pmid(cited.pmid) if cited.pmid else None
    entry: dict[str, object] = {}
    if cited.forms["europepmc"] == "pmid" and cited.shown_pmid:
        entry = {"id": str(cited.shown_pmid), "source": "MED", "citationType": "JOURNAL ARTICLE"}
    if cited.unstructured:
        entry["unstructuredInformation"] = cited.unstructured
    else:
        entry |= {
            "title": meant.title if meant and entry else cited.title,
            "authorString": f"{cited.author}.",
            "journalAbbreviation": cited.journal,
            "pubYear": int(cited.year or 0),
            "volume": cited.volume,
            "pageInfo": cited.page,
        }
    entry |= {"citedOrder": order, "match": "Y" if "id" in entry else "N"}
    return {name: value for name, value in entry.items() if value != ""}


def _citation(paper: Paper, corpus: Corpus) -> dict[str, object]:
    return {
        "id": str(paper.pmid),
        "source": "MED",
        "citationType": "; ".join(paper.types).lower(),
        "title": paper.title,
        "authorString": _authors(paper),
        "journalAbbreviation": paper.journal.abbreviation,
        "pubYear": paper.year,
        "volume": paper.volume,
        "pageInfo": paper.pages,
        "citedByCount": len(corpus.cited_by(paper.pmid, "europepmc")),
    }


def _authors(paper: Paper) -> str:
    return ", ".join(author.name for author in paper.authors) + "." if paper.authors else ""


def _search(request: Request, corpus: Corpus) -> Reply:
    query = request.get("query")
    words = query.replace("(", " ").replace(")", " ").split()
    asked = [word.partition(":")[2].strip('"') for word in words if word.upper().startswith("EXT_ID:")]
    if len(asked) != 1 or request.get("format") != "json":
        return unspoken("Europe PMC searches other than EXT_ID in JSON")
    paper = corpus.by_pmid(int(asked[0])) if asked[0].isdigit() else None
    found = []
    if paper and paper.in_europepmc:
        result = {
            "id": str(paper.pmid),
            "source": "MED",
            "pmid": str(paper.pmid),
            "pmcid": paper.pmcid,
            "doi": paper.doi,
            "title": paper.title,
            "authorString": _authors(paper),
            "pubYear": str(paper.year),
            "hasReferences": "Y" if paper.cited_in("europepmc") else "N",
            "citedByCount": len(corpus.cited_by(paper.pmid, "europepmc")),
        }
        found = [{name: value for name, value in result.items() if value != ""}]
    echo = {"queryString": query, "resultType": "lite", "cursorMark": "*", "pageSize": request.number("pageSize", 25)}
    body = {"version": _VERSION, "hitCount": len(found), "request": echo, "resultList": {"result": found}}
    return json_reply(body)
