"""Crossref's REST API, single works: https://api.crossref.org/swagger-ui/index.html."""

from __future__ import annotations

from urllib.parse import unquote

from tests.upstream.corpus import Corpus
from tests.upstream.message import Reply, Request, json_reply, text_reply, unspoken
from tests.upstream.paper import Cited


def crossref(request: Request, corpus: Corpus) -> Reply:
    """Answer ``works/{doi}``; a work whose publisher deposited no references has no ``reference`` at all."""
    folder, _, doi = unquote(request.tail).strip("/").partition("/")
    if folder != "works" or not doi:
        return unspoken("Crossref other than works/{doi}")
    paper = corpus.by_doi(doi)
    if paper is None or not paper.in_crossref:
        return text_reply("Resource not found.", 404)
    references = [_reference(cited, n + 1) for n, cited in enumerate(paper.cited_in("crossref"))]
    message: dict[str, object] = {
        "DOI": paper.doi.lower(),
        "type": "journal-article",
        "title": [paper.title],
        "container-title": [paper.journal.title],
        "issued": {"date-parts": [[paper.year, paper.month, paper.day]]},
        "reference-count": len(references),
        "references-count": len(references),
        "is-referenced-by-count": len(corpus.cited_by(paper.pmid, "crossref")),
    }
    if references:
        message["reference"] = references
    body = {"status": "ok", "message-type": "work", "message-version": "1.0.0", "message": message}
    return json_reply(body)


def _reference(cited: Cited, order: int) -> dict[str, str]:
    key = {"key": f"ref{order}"}
    if cited.forms["crossref"] == "doi":
        return key | {"doi-asserted-by": "publisher", "DOI": cited.doi}
    if cited.forms["crossref"] == "text":
        return key | {"unstructured": cited.text}
    fields = {
        "article-title": cited.title,
        "author": cited.author.rpartition(" ")[0] or cited.author,
        "journal-title": cited.journal,
        "year": cited.year,
        "volume": cited.volume,
        "first-page": cited.page,
    }
    return key | {name: value for name, value in fields.items() if value}
