"""ClinicalTrials.gov's API v2: https://clinicaltrials.gov/data-api/api. Errors are plain text."""

from __future__ import annotations

import re

from tests.upstream.corpus import Corpus
from tests.upstream.message import Reply, Request, json_reply, text_reply, unspoken
from tests.upstream.paper import Trial

PAGE_LIMIT = 1_000
_KNOWN = {"format", "filter.ids", "pageSize", "pageToken", "countTotal", "fields", "sort", "markupFormat"}
_NCT = re.compile(r"NCT\d{8}", re.I)


def trials(request: Request, corpus: Corpus) -> Reply:
    """Answer ``studies?filter.ids=`` and ``studies/{nctId}``."""
    folder, _, single = request.tail.strip("/").partition("/")
    if folder != "studies":
        return text_reply("Not found", 404)
    if single:
        if not _NCT.fullmatch(single):
            return text_reply(f"Incorrect format: `{single}` is not an NCT number", 400)
        trial = corpus.trials.get(single.upper())
        return json_reply(_study(trial)) if trial else text_reply(f"NCT number {single} not found", 404)
    if refused := _refused(request):
        return text_reply(refused, 400)
    if "filter.ids" not in request.params:
        return unspoken("studies without filter.ids")
    asked = [part for part in re.split(r"[,|\s]+", ",".join(request.params["filter.ids"])) if part]
    if wrong := [text for text in asked if not _NCT.fullmatch(text)]:
        return text_reply(f"`filter.ids` parameter has incorrect value: {wrong[0]}", 400)
    found = [trial for nct in dict.fromkeys(map(str.upper, asked)) if (trial := corpus.trials.get(nct))]
    size = min(request.number("pageSize", 0) or 10, PAGE_LIMIT)
    start = int(request.get("pageToken")[1:]) if request.get("pageToken") else 0
    body: dict[str, object] = {"studies": [_study(trial) for trial in found[start : start + size]]}
    if start + size < len(found):
        body["nextPageToken"] = f"T{start + size}"
    if request.get("countTotal") == "true" and not start:
        body["totalCount"] = len(found)
    return json_reply(body)


def _refused(request: Request) -> str:
    if unknown := sorted(set(request.params) - _KNOWN):
        return f"`{unknown[0]}` is unknown parameter"
    if request.get("countTotal", "true") not in ("true", "false"):
        return "`countTotal` parameter has incorrect value: must be true or false"
    if request.get("format", "json") != "json":
        return "`format` parameter has incorrect value: only json is spoken here"
    token = request.get("pageToken")
    if token and not re.fullmatch(r"T\d+", token):
        return "`pageToken` parameter has incorrect value"
    return ""


def _study(trial: Trial) -> dict[str, object]:
    design: dict[str, object] = {"studyType": "INTERVENTIONAL", "phases": list(trial.phases)}
    if trial.enrollment:
        design["enrollmentInfo"] = {"count": trial.enrollment, "type": "ESTIMATED"}
    status: dict[str, object] = {
        "overallStatus": trial.status,
        "lastUpdatePostDateStruct": {"date": trial.updated, "type": "ACTUAL"},
    }
    if trial.start:
        status["startDateStruct"] = {"date": trial.start, "type": "ACTUAL"}
    return {
        "protocolSection": {
            "identificationModule": {"nctId": trial.nct, "briefTitle": trial.title},
            "statusModule": status,
            "sponsorCollaboratorsModule": {"leadSponsor": {"name": trial.sponsor, "class": "OTHER"}},
            "conditionsModule": {"conditions": list(trial.conditions)},
            "designModule": design,
            "armsInterventionsModule": {
                "interventions": [{"type": "BIOLOGICAL", "name": name} for name in trial.interventions]
            },
        },
        "derivedSection": {"miscInfoModule": {"versionHolder": trial.updated}},
        "hasResults": False,
    }
