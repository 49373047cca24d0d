"""The PMC ID converter: https://pmc.ncbi.nlm.nih.gov/tools/id-converter-api/.

It knows only papers that are in PMC, takes one kind of id per request and 200 ids at most.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import quoteattr

from tests.upstream.corpus import Corpus
from tests.upstream.message import Reply, Request, json_reply, xml_reply
from tests.upstream.paper import Paper

LIMIT = 200
_NOT_IN_PMC = "Identifier not found in PMC"


def idconv(request: Request, corpus: Corpus) -> Reply:
    """Convert ids of one kind."""
    ids = request.ids("ids")
    as_json = request.get("format", "xml") == "json"
    if not ids:
        return _refusal("Missing parameter: ids", as_json)
    if len(ids) > LIMIT:
        return _refusal(f"Too many ids: {len(ids)}; at most {LIMIT} are converted in one request", as_json)
    kinds = {request.get("idtype") or _kind(text) for text in ids}
    if len(kinds) > 1:
        return _refusal("All ids of a request must be of the same type", as_json)
    kind = kinds.pop()
    records = [_record(text, _find(text, kind, corpus)) for text in ids]
    if as_json:
        warnings = [f"query param `{name}` is missing." for name in ("email", "tool") if not request.get(name)]
        echo = {"warnings": warnings, "format": "json", "idtype": kind, "ids": ids, "versions": "no", "showaiid": "no"}
        body = {"status": "ok", "response-date": "2026-06-16 14:17:07", "request": echo, "records": records}
        return json_reply(body)
    listed = "".join(
        "<record" + "".join(f" {name}={quoteattr(str(value))}" for name, value in record.items()) + "/>"
        for record in records
    )
    return xml_reply(f'<?xml version="1.0" encoding="UTF-8"?>\n<pmcids status="ok">{listed}</pmcids>\n')


def _kind(text: str) -> str:
    if re.fullmatch(r"\d+", text):
        return "pmid"
    return "doi" if text.startswith("10.") else "pmcid"


def _find(text: str, kind: str, corpus: Corpus) -> Paper | None:
    if kind == "pmid":
        paper = corpus.by_pmid(int(text)) if text.isdigit() else None
    elif kind == "doi":
        paper = corpus.by_doi(text)
    else:
        paper = corpus.by_pmcid(text if text.upper().startswith("PMC") else f"PMC{text}")
    return paper if paper and paper.pmcid else None


def _record(text: str, paper: Paper | None) -> dict[str, str | int]:
    if paper is None:
        return {"requested-id": text, "status": "error", "errmsg": _NOT_IN_PMC}
    record: dict[str, str | int] = {"pmcid": paper.pmcid, "pmid": paper.pmid, "doi": paper.doi, "requested-id": text}
    return {name: value for name, value in record.items() if value}


def _refusal(text: str, as_json: bool) -> Reply:
    if as_json:
        return json_reply({"status": "error", "message": text}, 400)
    return xml_reply(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<pmcids status="error" message={quoteattr(text)}/>\n', 400
    )
