"""ClinicalTrials.gov's API v2: https://clinicaltrials.gov/data-api/api. Errors are plain text.

A number that a trial had before is taken for the trial's own in lists, and redirected from (301) where it is asked for
alone; both as observed in 2026.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from zlib import crc32

from tests.upstream.corpus import Corpus, words_of
from tests.upstream.message import Reply, Request, json_reply, text_reply, unspoken
from tests.upstream.paper import Trial

PAGE_LIMIT = 1_000
_KNOWN = {
    *("format", "filter.ids", "pageSize", "pageToken", "countTotal", "fields", "sort", "markupFormat"),
    *("query.term", "query.cond", "query.intr"),
}
_PAGING = {"pageSize", "pageToken", "countTotal"}
# NCT00000000 is no number: https://clinicaltrials.gov/data-api/api, parameter nctId
_NCT = re.compile(r"NCT(?!0{8})\d{8}", re.I)
_SECTIONS = {"ProtocolSection": "protocolSection", "DerivedSection": "derivedSection", "HasResults": "hasResults",
             "ResultsSection": "resultsSection"}  # fmt: skip
_TEXTS: Mapping[str, Callable[[Trial], str]] = {
    "query.term": lambda trial: trial.text,
    "query.cond": lambda trial: " ".join(trial.conditions),
    "query.intr": lambda trial: " ".join(trial.interventions),
}


def trials(request: Request, corpus: Corpus) -> Reply:
    """Answer ``version``, ``studies?filter.ids=``, ``studies?query...=`` and ``studies/{nctId}``."""
    folder, _, single = request.tail.strip("/").partition("/")
    if folder == "version" and not single:
        return json_reply({"apiVersion": "2.0.5", "dataTimestamp": corpus.registry_timestamp})
    if folder != "studies":
        return text_reply("Not found", 404)
    if refused := _refused(request):
        return text_reply(refused, 400)
    if single:
        return _single(request, corpus, single)
    queries = [name for name in _TEXTS if name in request.params]
    if "filter.ids" in request.params and not queries:
        asked = [part for part in re.split(r"[,|\s]+", ",".join(request.params["filter.ids"])) if part]
        if wrong := [text for text in asked if not _NCT.fullmatch(text)]:
            return text_reply(f"`filter.ids` parameter has incorrect value: {wrong[0]}", 400)
        found = list({trial.nct: trial for nct in asked if (trial := corpus.trial(nct))}.values())
    elif queries and "filter.ids" not in request.params:
        texts = {name: request.get(name) for name in queries}
        if any(re.search(r"\b(OR|NOT|AREA|RANGE)\b|[()\[\]]", text) for text in texts.values()):
            return unspoken("more of Essie's syntax than words")
        found = [trial for trial in corpus.trials.values() if _fits(trial, texts)]
    else:
        return unspoken("studies without filter.ids or a query, or with both")
    return _page(request, corpus, found)


def _single(request: Request, corpus: Corpus, number: str) -> Reply:
    if not _NCT.fullmatch(number):
        return text_reply("Parameter `nctId` has incorrect format", 400)
    trial = corpus.trial(number)
    if trial is None:
        return text_reply(f"NCT number {number} not found", 404)
    if trial.nct != number.upper():
        return replace(text_reply("", 301), headers={"Location": request.path.replace(number, trial.nct)})
    return json_reply(_cut(_study(trial, corpus), request))


def _page(request: Request, corpus: Corpus, found: list[Trial]) -> Reply:
    same = crc32(repr(sorted((n, v) for n, v in request.params.items() if n not in _PAGING)).encode())
    start = 0
    if token := request.get("pageToken"):
        place, _, mark = token[1:].partition("x")
        if mark != f"{same:08x}":
            return text_reply("`pageToken` parameter has incorrect value", 400)
        start = int(place)
    size = min(request.number("pageSize", 0) or 10, PAGE_LIMIT)
    studies = [_cut(_study(trial, corpus), request) for trial in found[start : start + size]]
    body: dict[str, object] = {}
    if request.get("countTotal") == "true" and not start:
        body["totalCount"] = len(found)
    body["studies"] = studies
    if start + size < len(found):
        body["nextPageToken"] = f"T{start + size}x{same:08x}"
    return json_reply(body)


def _fits(trial: Trial, texts: Mapping[str, str]) -> bool:
    return all(set(words_of(text)) <= set(words_of(_TEXTS[name](trial))) for name, text in texts.items())


def _refused(request: Request) -> str:
    if unknown := sorted(set(request.params) - _KNOWN):
        return f"`{unknown[0]}` is unknown parameter"
    if request.get("countTotal", "true") not in ("true", "false"):
        return "`countTotal` parameter has incorrect value: must be true or false"
    if request.get("format", "json") != "json":
        return "`format` parameter has incorrect value: only json is spoken here"
    if wrong := sorted(_fields(request) - {*_SECTIONS, "NCTId"}):
        return f"`fields` parameter has incorrect value: {wrong[0]}"
    if request.get("sort", "@relevance") != "@relevance":
        return "`sort` parameter has incorrect value"
    token = request.get("pageToken")
    if token and not re.fullmatch(r"T\d+x[0-9a-f]{8}", token):
        return "`pageToken` parameter has incorrect value"
    return ""


def _fields(request: Request) -> set[str]:
    return {part for part in re.split(r"[,|]", request.get("fields")) if part}


def _cut(study: dict[str, Any], request: Request) -> dict[str, Any]:
    """Leave of a study what ``fields`` asks for."""
    fields = _fields(request)
    if not fields:
        return study
    if fields == {"NCTId"}:
        number = study["protocolSection"]["identificationModule"]["nctId"]
        return {"protocolSection": {"identificationModule": {"nctId": number}}}
    sections = {_SECTIONS[name] for name in fields if name in _SECTIONS}
    return {name: part for name, part in study.items() if name in sections}


def _study(trial: Trial, corpus: Corpus) -> dict[str, Any]:
    design: dict[str, object] = {"studyType": "INTERVENTIONAL", "phases": list(trial.phases)}
    if trial.enrollment:
        count: object = "many" if trial.spoilt else trial.enrollment
        design["enrollmentInfo"] = {"count": count, "type": "ESTIMATED"}
    status: dict[str, object] = {"lastUpdatePostDateStruct": {"date": trial.updated, "type": "ACTUAL"}}
    if trial.status:
        status["overallStatus"] = trial.status
    if trial.why_stopped:
        status["whyStopped"] = trial.why_stopped
    if trial.start:
        status["startDateStruct"] = {"date": trial.start, "type": "ACTUAL"}
    identity: dict[str, object] = {"nctId": trial.nct, "briefTitle": trial.title}
    if trial.aliases:
        identity["nctIdAliases"] = list(trial.aliases)
    if trial.secondary:
        identity["secondaryIdInfos"] = [{"id": number} for number in trial.secondary]
    papers = [{"pmid": str(pmid), "type": "DERIVED"} for pmid in trial.reports]
    return {
        "protocolSection": {
            "identificationModule": identity,
            "statusModule": status,
            "sponsorCollaboratorsModule": {"leadSponsor": {"name": trial.sponsor, "class": "OTHER"}},
            "descriptionModule": {"briefSummary": trial.summary},
            "conditionsModule": {"conditions": list(trial.conditions)},
            "designModule": design,
            "armsInterventionsModule": {
                "interventions": [{"type": "BIOLOGICAL", "name": name} for name in trial.interventions]
            },
            **({"referencesModule": {"references": papers}} if papers else {}),
        },
        "resultsSection": {"limitationsAndCaveats": "a section that is large where it is real"},
        "derivedSection": {"miscInfoModule": {"versionHolder": corpus.registry_timestamp[:10]}},
        "hasResults": False,
    }
