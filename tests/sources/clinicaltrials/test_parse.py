import copy
import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exokb.domain.trial import STATUSES, Intervention, SecondaryId, Trial, TrialReference
from exokb.errors import PayloadError
from exokb.sources.clinicaltrials.parse import parse_broken_page, parse_studies, parse_study

# An invented trial in the shape of the API's schema `Study`.
STUDY: dict[str, Any] = {
    "protocolSection": {
        "identificationModule": {
            "nctId": "NCT99000001",
            "nctIdAliases": ["NCT99000002"],
            "orgStudyIdInfo": {"id": "KITE-1"},
            "secondaryIdInfos": [{"id": "2019-009999-99", "type": "EUDRACT_NUMBER"}, {"id": "U1", "type": "OTHER"}],
            "briefTitle": " Vesicles for Kites ",
            "officialTitle": "A Trial of Vesicles in Kite Surgeons",
            "acronym": "KITE",
        },
        "statusModule": {
            "statusVerifiedDate": "2021-05",
            "overallStatus": "UNKNOWN",
            "lastKnownStatus": "RECRUITING",
            "whyStopped": "No wind",
            "startDateStruct": {"date": "2019-02-28", "type": "ACTUAL"},
            "primaryCompletionDateStruct": {"date": "2020-03"},
            "completionDateStruct": {"date": "2020"},
            "lastUpdateSubmitDate": "2021-05-03",
            "lastUpdatePostDateStruct": {"date": "2021-05-04", "type": "ACTUAL"},
        },
        "sponsorCollaboratorsModule": {
            "leadSponsor": {"name": "Institute of Kites", "class": "OTHER"},
            "collaborators": [{"name": "String Works"}, {"name": "String Works"}],
        },
        "conditionsModule": {"conditions": ["Kite Elbow", "Kite Elbow", ""], "keywords": ["exosome"]},
        "designModule": {
            "studyType": "INTERVENTIONAL",
            "phases": ["PHASE1", "PHASE2"],
            "enrollmentInfo": {"count": 12, "type": "ESTIMATED"},
        },
        "armsInterventionsModule": {
            "interventions": [{"type": "BIOLOGICAL", "name": "exosome"}, {"type": "DIAGNOSTIC_TEST", "name": "wind"}]
        },
        "contactsLocationsModule": {"locations": [{"country": "Chile"}, {"country": "Iran"}, {"country": "Chile"}]},
        "referencesModule": {
            "references": [
                {"pmid": "990000001", "type": "BACKGROUND"},
                {"pmid": "990000002", "type": "RESULT"},
                {"pmid": "990000003", "type": "DERIVED"},
                {"pmid": "990000002", "type": "DERIVED"},
                {"citation": "A paper without a number.", "type": "BACKGROUND"},
            ]
        },
    },
    "derivedSection": {"conditionBrowseModule": {"meshes": [{"id": "D000000", "term": "Tennis Elbow"}]}},
    "hasResults": True,
}


def test_reads_every_field_of_a_study() -> None:
    assert parse_study(STUDY) == Trial(
        trial_id="NCT99000001",
        aliases=("NCT99000002",),
        secondary_ids=(
            SecondaryId(value="2019-009999-99", type="EUDRACT_NUMBER"),
            SecondaryId(value="U1", type="OTHER"),
        ),
        org_study_id="KITE-1",
        title="Vesicles for Kites",
        official_title="A Trial of Vesicles in Kite Surgeons",
        acronym="KITE",
        status="UNKNOWN",
        last_known_status="RECRUITING",
        status_verified="2021-05",
        why_stopped="No wind",
        study_type="INTERVENTIONAL",
        phases=("PHASE1", "PHASE2"),
        conditions=("Kite Elbow",),
        condition_mesh=("Tennis Elbow",),
        keywords=("exosome",),
        interventions=(
            Intervention(type="BIOLOGICAL", name="exosome"),
            Intervention(type="DIAGNOSTIC_TEST", name="wind"),
        ),
        enrollment=12,
        enrollment_type="ESTIMATED",
        start_date="2019-02-28",
        start_date_type="ACTUAL",
        primary_completion_date="2020-03",
        completion_date="2020",
        updated="2021-05-04",
        sponsor="Institute of Kites",
        collaborators=("String Works",),
        countries=("Chile", "Iran"),
        has_results=True,
        references=(
            TrialReference(pmid=990000001, type="BACKGROUND"),
            TrialReference(pmid=990000002, type="RESULT"),
            TrialReference(pmid=990000003, type="DERIVED"),
            TrialReference(pmid=990000002, type="DERIVED"),
        ),
    )


def test_tells_papers_that_report_on_a_trial_from_its_background() -> None:
    trial = parse_study(STUDY)
    assert trial.pmids == (990000001, 990000002, 990000003)
    assert trial.result_pmids == (990000002, 990000003)


def test_a_study_with_summary_and_date_is_whole() -> None:
    study = copy.deepcopy(STUDY)
    study["protocolSection"]["descriptionModule"] = {"briefSummary": "Kites are flown."}
    assert parse_study(study).whole
    assert not parse_study(STUDY).whole
    del study["protocolSection"]["statusModule"]["overallStatus"]
    assert not parse_study(study).whole, "a whole one would say that it has no status any more"


def test_a_number_alone_is_a_trial() -> None:
    trial = parse_study({"protocolSection": {"identificationModule": {"nctId": "nct99000001"}}})
    assert trial == Trial(trial_id="NCT99000001")


def test_a_value_the_registry_adds_later_is_kept_as_it_came() -> None:
    study = copy.deepcopy(STUDY)
    study["protocolSection"]["statusModule"]["overallStatus"] = "PAUSED_BY_WIND"
    study["protocolSection"]["designModule"]["phases"] = ["PHASE5"]
    study["protocolSection"]["aNewModule"] = {"x": [1, 2]}
    trial = parse_study(study)
    assert (trial.status, trial.phases) == ("PAUSED_BY_WIND", ("PHASE5",))


@pytest.mark.parametrize(
    "body",
    [STUDY, [STUDY], {"studies": [STUDY]}],
    ids=["one study", "a list", "a page"],
)
def test_reads_one_study_a_list_and_a_page(body: object) -> None:
    parsed = parse_studies(json.dumps(body).encode())
    assert [trial.trial_id for trial in parsed.trials] == ["NCT99000001"]
    assert (parsed.failures, parsed.next_page_token, parsed.total) == ((), "", None)


def test_a_page_says_what_comes_next_and_how_many_there_are() -> None:
    parsed = parse_studies(b'\xef\xbb\xbf{"studies": [], "nextPageToken": "ZVNj", "totalCount": 1402}')
    assert (parsed.trials, parsed.next_page_token, parsed.total) == ((), "ZVNj", 1402)


def test_a_study_that_cannot_be_read_does_not_spoil_its_neighbours() -> None:
    nameless = copy.deepcopy(STUDY)
    del nameless["protocolSection"]["identificationModule"]["nctId"]
    parsed = parse_studies(json.dumps([nameless, STUDY, 7]).encode())
    assert [trial.trial_id for trial in parsed.trials] == ["NCT99000001"]
    assert [failure.element for failure in parsed.failures] == [
        "studies[1]/protocolSection/identificationModule/nctId",
        "studies[3]",
    ]
    assert parsed.failures[0].reason == "is missing"


def test_a_study_that_cannot_be_read_is_named_by_its_number() -> None:
    spoilt = copy.deepcopy(STUDY)
    spoilt["protocolSection"]["designModule"]["phases"] = "PHASE1"
    (failure,) = parse_studies(json.dumps([STUDY, spoilt]).encode()).failures
    assert failure.element == "studies[2] NCT99000001/protocolSection/designModule/phases"


@pytest.mark.parametrize("head", ['{"studies": [', '{"totalCount": 7,\n"studies":['])
def test_of_a_page_that_broke_off_the_whole_studies_are_read(head: str) -> None:
    spoilt = copy.deepcopy(STUDY)
    spoilt["protocolSection"]["designModule"]["phases"] = "PHASE1"
    body = head + ",\n".join(map(json.dumps, (STUDY, spoilt, STUDY)))
    for cut, trials in ((len(body), 2), (len(body) - 1, 1), (len(head), 0), (0, 0)):
        assert len(parse_broken_page(body[:cut].encode()).trials) == trials
    assert [failure.element[:24] for failure in parse_broken_page(body.encode()).failures] == [
        "studies[2] NCT99000001/p"
    ]


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"\xff", b'{"version": "6.9"}', b'{"studies": [7, {"a": 1}]', b"[" * 9_000]
)
def test_of_what_is_no_page_nothing_is_read(body: bytes) -> None:
    assert parse_broken_page(body).trials == ()


@pytest.mark.parametrize(
    ("module", "field", "value", "reason"),
    [
        ("identificationModule", "nctId", "ISRCTN123", "'ISRCTN123' is no NCT number"),
        ("identificationModule", "briefTitle", 5, "is not a text"),
        ("identificationModule", "nctIdAliases", [1], "is not a list of texts"),
        ("statusModule", "statusVerifiedDate", "May 2021", "'May 2021' is no date"),
        ("statusModule", "startDateStruct", [], "is not an object"),
        ("designModule", "enrollmentInfo", {"count": True}, "is not a whole number"),
        ("designModule", "phases", "PHASE1", "is not a list"),
        ("referencesModule", "references", [{"pmid": "12a"}], "'12a' is no PMID"),
    ],
)
def test_a_field_of_another_type_is_named(module: str, field: str, value: object, reason: str) -> None:
    study = copy.deepcopy(STUDY)
    study["protocolSection"][module][field] = value
    with pytest.raises(PayloadError) as caught:
        parse_study(study, where="studies[4]")
    assert caught.value.element.startswith(f"studies[4]/protocolSection/{module}/{field}")
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Too many requests",
        b'{"studies": [',
        b'{"studies": {}}',
        b'{"error": "x"}',
        b"7",
        b"\xff\xfe",
        b"[" * 100_000,
        b"[" + b"9" * 5000 + b"]",
    ],
)
def test_a_body_of_another_kind_is_an_error(body: bytes) -> None:
    with pytest.raises(PayloadError):
        parse_studies(body)


def test_half_a_surrogate_pair_becomes_the_replacement_character() -> None:
    body = b'{"protocolSection": {"identificationModule": {"nctId": "NCT99000001", "briefTitle": "a \\ud83d b"}}}'
    assert parse_studies(body).trials[0].title == "a \ufffd b"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def _mutated(draw: st.DrawFn) -> Any:
    """The study with one value somewhere in it replaced by anything."""
    study = copy.deepcopy(STUDY)
    node: Any = study
    while True:
        key = draw(st.sampled_from(list(node) if isinstance(node, dict) else range(len(node))))
        if not (isinstance(node[key], dict | list) and node[key]) or draw(st.booleans()):
            node[key] = draw(_json)
            return study
        node = node[key]


@given(_mutated())
@settings(deadline=None)
def test_whatever_is_in_a_field_its_study_alone_fails(study: Any) -> None:
    parsed = parse_studies(json.dumps([study, STUDY]).encode())
    assert len(parsed.trials) + len(parsed.failures) == 2
    assert parsed.trials[-1] == parse_study(STUDY)
    assert all(failure.element.startswith("studies[1]") for failure in parsed.failures)


@given(st.integers(0, len(json.dumps(STUDY)) - 1))
def test_a_truncated_body_is_an_error(length: int) -> None:
    with pytest.raises(PayloadError):
        parse_studies(json.dumps(STUDY).encode()[:length])


@pytest.mark.realdata
def test_every_real_study_is_read(real_data: Path) -> None:
    files = sorted((real_data / "ctgov" / "studies").glob("*.json"))
    assert len(files) == 132
    for file in files:
        parsed = parse_studies(file.read_bytes())
        assert parsed.failures == ()
        (trial,) = parsed.trials
        assert trial.trial_id == file.stem
        assert trial.title
        assert trial.status in STATUSES
        assert trial.updated


@pytest.mark.realdata
def test_genuine_replies_are_read_whole(real_data: Path) -> None:
    for file in sorted((real_data / "ctgov" / "recorded").glob("*.json")):
        body = file.read_bytes()
        reply = json.loads(body)
        parsed = parse_studies(body)
        assert parsed.failures == ()
        assert len(parsed.trials) == len(reply.get("studies", [reply]))
        assert parsed.next_page_token == reply.get("nextPageToken", "")
        assert parsed.total == reply.get("totalCount")


def _iso(text: str) -> str | None:
    """``April 17, 2019`` or ``April 2019``, as the site's table prints dates."""
    if not text:
        return None
    if "," in text:
        return datetime.strptime(text, "%B %d, %Y").replace(tzinfo=UTC).date().isoformat()
    return datetime.strptime(text, "%B %Y").replace(tzinfo=UTC).strftime("%Y-%m")


@pytest.mark.realdata
def test_studies_agree_with_the_sites_own_table(real_data: Path) -> None:
    """The registry's CSV download is another reading of the same studies."""
    with (real_data / "ctgov" / "export-exosome-2022-01.csv").open(encoding="utf-8-sig", newline="") as file:
        table = {row["NCT Number"]: row for row in csv.DictReader(file)}
    compared = 0
    for path in (real_data / "ctgov" / "studies").glob("*.json"):
        row = table.get(path.stem)
        if row is None:
            continue
        (trial,) = parse_studies(path.read_bytes()).trials
        compared += 1
        assert trial.title == row["Title"]
        assert (trial.acronym or "") == row["Acronym"]
        assert (trial.status or "").replace("_", "").lower() == (
            row["Status"].replace(" ", "").replace(",", "").replace("status", "").lower()
        )
        assert "|".join(trial.conditions) == row["Conditions"]
        assert str(trial.enrollment if trial.enrollment is not None else "") == row["Enrollment"]
        assert [item.name for item in trial.interventions] == [
            part.split(": ", 1)[1] for part in row["Interventions"].split("|") if part
        ]
        # the table's column also names a responsible investigator's employer
        assert {trial.sponsor, *trial.collaborators} <= set(row["Sponsor/Collaborators"].split("|"))
        assert trial.start_date == _iso(row["Start Date"])
        assert trial.updated == _iso(row["Last Update Posted"])
    assert compared > 50
