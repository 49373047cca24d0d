"""ClinicalTrials.gov API v2 JSON to `Trial`. Pure.

The shape is that of the API's OpenAPI description (https://clinicaltrials.gov/data-api/api, schema ``Study``): every
field but the trial's number may be absent, and replies cut down with ``fields=`` are read like whole ones. Values of
enumerations are kept as they come, so that a status the registry adds later is neither lost nor an error. A field that
is there in another type than the schema's makes that study fail; its neighbours are not affected.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from exokb.domain.identifiers import parse_pmid
from exokb.domain.trial import Arm, Intervention, SecondaryId, Trial, TrialReference
from exokb.errors import InvalidIdentifier, PayloadError
from exokb.sources.interface import ParsedTrials

_NCT = re.compile(r"NCT\d{8}")
# schema PartialDate: yyyy, yyyy-MM or yyyy-MM-dd
_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_ANOTHER = re.compile(r"[\s,]*(?=\{)")
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_studies(body: bytes) -> ParsedTrials:
    """Read a reply or a file: one study, a list of studies, or a page (``{"studies": [...]}``).

    Raises:
        PayloadError: the bytes are no JSON, or JSON of another shape.
    """
    try:
        # a file saved by a Windows program may start with a byte order mark
        document = json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise PayloadError("studies", "the bytes are not UTF-8 text", position=str(error.start)) from error
    except json.JSONDecodeError as error:
        position = f"{error.lineno}:{error.colno}"
        raise PayloadError("studies", f"is not JSON: {error.msg}", position=position) from error
    except (ValueError, RecursionError) as error:
        # a number of thousands of digits, or nesting thousands deep: no study has either
        raise PayloadError("studies", f"is not JSON of studies: {error}") from error
    token = ""
    total: int | None = None
    if isinstance(document, dict) and "studies" in document:
        page = _Fields(document, "page")
        token = page.text("nextPageToken") or ""
        total = page.number("totalCount")
        document = document["studies"]
        if not isinstance(document, list):
            raise PayloadError("page/studies", "is not a list")
    elif isinstance(document, dict) and "protocolSection" in document:
        document = [document]
    elif not isinstance(document, list):
        raise PayloadError("studies", "holds neither a study nor a list of studies")
    trials: list[Trial] = []
    failures: list[PayloadError] = []
    for number, study in enumerate(document, 1):
        try:
            trials.append(parse_study(study, where=_place(number, study)))
        except PayloadError as failure:
            failures.append(failure)
    return ParsedTrials(tuple(trials), tuple(failures), token, total)


def parse_broken_page(body: bytes) -> ParsedTrials:
    """Read the whole studies at the start of a page that broke off; empty where there are none."""
    text = body.decode("utf-8", "replace")
    start = re.match(r'\s*\{\s*(?:"totalCount"\s*:\s*\d+\s*,\s*)?"studies"\s*:\s*\[', text)
    at = start.end() if start else len(text)
    decoder = json.JSONDecoder()
    trials: list[Trial] = []
    failures: list[PayloadError] = []
    while more := _ANOTHER.match(text, at):
        try:
            study, at = decoder.raw_decode(text, more.end())
            trials.append(parse_study(study, where=_place(len(trials) + len(failures) + 1, study)))
        except PayloadError as failure:
            failures.append(failure)
        except (ValueError, RecursionError):
            break
    return ParsedTrials(tuple(trials), tuple(failures))


def _place(number: int, study: object) -> str:
    """Name a study of a page by its place, and by its trial's number where that can be read."""
    node = study
    for name in ("protocolSection", "identificationModule", "nctId"):
        node = node.get(name) if isinstance(node, dict) else None
    known = f" {node.upper()}" if isinstance(node, str) and _NCT.fullmatch(node.upper()) else ""
    return f"studies[{number}]{known}"


def parse_study(study: object, *, where: str = "study") -> Trial:
    """Read one study object, as `json.loads` gives it.

    Args:
        study: the object, whole or cut down.
        where: how to name it in an error.

    Raises:
        PayloadError: it is no object, has no valid ``nctId``, or a field is of another type than the schema's.
    """
    document = _Fields(study, where)
    protocol = document.part("protocolSection")
    identity = protocol.part("identificationModule")
    status = protocol.part("statusModule")
    conditions = protocol.part("conditionsModule")
    design = protocol.part("designModule")
    sponsors = protocol.part("sponsorCollaboratorsModule")
    arms = protocol.part("armsInterventionsModule")
    enrollment = design.part("enrollmentInfo")
    start, primary, completion = (
        status.part(f"{name}DateStruct") for name in ("start", "primaryCompletion", "completion")
    )
    summary = protocol.part("descriptionModule").text("briefSummary")
    updated = status.part("lastUpdatePostDateStruct").date("date") or status.date("lastUpdateSubmitDate")
    return Trial(
        trial_id=_trial_id(identity),
        # The registry requires a status and a summary, and dates every posting: a reply without one was cut down.
        whole=bool(summary and updated and status.text("overallStatus")),
        aliases=identity.texts("nctIdAliases"),
        secondary_ids=_secondary_ids(identity),
        org_study_id=identity.part("orgStudyIdInfo").text("id"),
        title=identity.text("briefTitle") or "",
        official_title=identity.text("officialTitle"),
        acronym=identity.text("acronym"),
        status=status.text("overallStatus"),
        last_known_status=status.text("lastKnownStatus"),
        status_verified=status.date("statusVerifiedDate"),
        why_stopped=status.text("whyStopped"),
        study_type=design.text("studyType"),
        phases=design.texts("phases"),
        purpose=design.part("designInfo").text("primaryPurpose"),
        conditions=conditions.texts("conditions"),
        condition_mesh=_condition_mesh(document),
        keywords=conditions.texts("keywords"),
        interventions=tuple(
            Intervention(
                name=item.text("name") or "",
                type=item.text("type"),
                description=item.text("description"),
                other_names=item.texts("otherNames"),
            )
            for item in arms.parts("interventions")
        ),
        arms=tuple(
            Arm(
                label=arm.text("label") or "",
                type=arm.text("type"),
                description=arm.text("description"),
                interventions=arm.texts("interventionNames"),
            )
            for arm in arms.parts("armGroups")
        ),
        enrollment=enrollment.number("count"),
        enrollment_type=enrollment.text("type"),
        start_date=start.date("date"),
        start_date_type=start.text("type"),
        primary_completion_date=primary.date("date"),
        primary_completion_date_type=primary.text("type"),
        completion_date=completion.date("date"),
        completion_date_type=completion.text("type"),
        first_posted=status.part("studyFirstPostDateStruct").date("date") or status.date("studyFirstSubmitDate"),
        results_posted=status.part("resultsFirstPostDateStruct").date("date"),
        updated=updated,
        data_version=document.part("derivedSection").part("miscInfoModule").date("versionHolder"),
        sponsor=sponsors.part("leadSponsor").text("name"),
        collaborators=_each_once(party.text("name") for party in sponsors.parts("collaborators")),
        countries=_each_once(
            place.text("country") for place in protocol.part("contactsLocationsModule").parts("locations")
        ),
        has_results=document.flag("hasResults"),
        references=_references(protocol.part("referencesModule")),
        summary=summary,
    )


class _Fields:
    """One JSON object, read by name and type; ``where`` is its path in the payload."""

    def __init__(self, node: object, where: str) -> None:
        if not isinstance(node, dict):
            raise PayloadError(where, "is not a JSON object")
        self._node: dict[str, Any] = node
        self.where = where

    def _value(self, name: str, kind: type, called: str) -> Any:
        value = self._node.get(name)
        # bool is an int to Python, not to JSON
        if value is None or (isinstance(value, kind) and (kind is bool or not isinstance(value, bool))):
            return value
        raise PayloadError(f"{self.where}/{name}", f"is not {called}")

    def part(self, name: str) -> _Fields:
        """The object of that name; one without fields where it is absent."""
        return _Fields(self._value(name, dict, "an object") or {}, f"{self.where}/{name}")

    def parts(self, name: str) -> Iterator[_Fields]:
        """The objects of the list of that name."""
        for position, item in enumerate(self._value(name, list, "a list") or (), 1):
            yield _Fields(item, f"{self.where}/{name}[{position}]")

    def text(self, name: str) -> str | None:
        """The text without blanks around it, None where absent or blank."""
        return _clean(self._value(name, str, "a text") or "")

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of the list of that name, each once, in order."""
        items = self._value(name, list, "a list") or []
        if not all(isinstance(item, str) for item in items):
            raise PayloadError(f"{self.where}/{name}", "is not a list of texts")
        return _each_once(map(_clean, items))

    def number(self, name: str) -> int | None:
        """The whole number of that name."""
        value: int | None = self._value(name, int, "a whole number")
        return value

    def flag(self, name: str) -> bool:
        """The truth value of that name; False where absent."""
        return bool(self._value(name, bool, "true or false"))

    def date(self, name: str) -> str | None:
        """The date of that name, as precise as it is given."""
        text = self.text(name)
        if text is not None and not _DATE.fullmatch(text):
            raise PayloadError(f"{self.where}/{name}", f"{text[:40]!r} is no date")
        return text


def _clean(text: str) -> str | None:
    # JSON may escape half a surrogate pair, which no text file and no database can hold
    return _SURROGATE.sub("\ufffd", text).strip() or None


def _each_once(texts: Iterator[str | None] | map[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _trial_id(identity: _Fields) -> str:
    text = identity.text("nctId")
    if text is None:
        raise PayloadError(f"{identity.where}/nctId", "is missing")
    if not _NCT.fullmatch(text.upper()):
        raise PayloadError(f"{identity.where}/nctId", f"{text[:40]!r} is no NCT number")
    return text.upper()


def _condition_mesh(whole: _Fields) -> tuple[str, ...]:
    browse = whole.part("derivedSection").part("conditionBrowseModule")
    return _each_once(heading.text("term") for heading in browse.parts("meshes"))


def _secondary_ids(identity: _Fields) -> tuple[SecondaryId, ...]:
    given = identity.parts("secondaryIdInfos")
    read = ((info.text("id"), info.text("type"), info.text("domain")) for info in given)
    return tuple(SecondaryId(value=value, type=kind, domain=domain) for value, kind, domain in dict.fromkeys(read)
                 if value)  # fmt: skip


def _references(module: _Fields) -> tuple[TrialReference, ...]:
    found: dict[TrialReference, None] = {}
    for paper in module.parts("references"):
        text = paper.text("pmid")
        if text is None:
            continue
        try:
            found[TrialReference(pmid=parse_pmid(text), type=paper.text("type"))] = None
        except InvalidIdentifier as error:
            raise PayloadError(f"{paper.where}/pmid", f"{text[:40]!r} is no PMID") from error
    return tuple(found)
