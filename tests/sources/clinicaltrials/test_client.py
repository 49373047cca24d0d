from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from exokb.domain.identifiers import TrialId
from exokb.errors import SourceRejected, SourceUnavailable
from exokb.settings import load_settings
from exokb.sources.clinicaltrials.client import ClinicalTrials
from exokb.sources.interface import DataVersion, TrialQuery
from exokb.transport import PoliteClient
from tests.service_double import EMAIL, KEY, NOW, Answer, Desk, FakeTime, Say, Service, make_settings
from tests.upstream import Corpus, Fault, Upstream, bulk_trials

A, B, C = (TrialId(f"NCT9900000{n}") for n in (1, 2, 3))


def open_trials(home: Path, *answers: Answer) -> tuple[ClinicalTrials, Service]:
    service = Service(list(answers))
    desk = Desk(service, make_settings(home, key=KEY, email=EMAIL))
    return ClinicalTrials(desk.client, desk.settings), service


def study(number: str, **module: Any) -> dict[str, Any]:
    return {"protocolSection": {"identificationModule": {"nctId": number, **module}}}


def page(*numbers: str, total: int | None = None, token: str = "") -> Say:
    body: dict[str, Any] = {"studies": [study(number) for number in numbers]}
    if total is not None:
        body["totalCount"] = total
    if token:
        body["nextPageToken"] = token
    return Say.json(body)


def numbers_of(source: ClinicalTrials, asked: list[TrialId]) -> list[str]:
    payloads = list(source.fetch_trials(asked))
    return [trial.trial_id for payload in payloads for trial in source.parse_trials(payload.body).trials]


def test_asks_for_trials_by_number_without_their_results(tmp_path: Path) -> None:
    source, service = open_trials(tmp_path, page(A, B, total=2))
    (payload,) = source.fetch_trials([A, B])
    assert service.form() == {
        "filter.ids": [f"{A},{B}"],
        "fields": ["ProtocolSection|DerivedSection|HasResults"],
        "pageSize": ["100"],
        "countTotal": ["true"],
    }
    assert str(service.requests[0].url).startswith("https://clinicaltrials.gov/api/v2/studies?")
    assert (payload.source, payload.key, payload.observed_at) == ("clinicaltrials", f"{A} and 1 more", NOW)


def test_says_nothing_of_the_person_who_asks(tmp_path: Path) -> None:
    source, service = open_trials(tmp_path, page(A, total=1))
    list(source.fetch_trials([A]))
    sent = str(service.requests[0].url) + str(service.requests[0].headers)
    assert EMAIL not in sent
    assert KEY not in sent


def test_a_hundred_numbers_fit_a_url_and_more_are_a_mistake_of_the_caller(tmp_path: Path) -> None:
    numbers = [TrialId(f"NCT{99100000 + n}") for n in range(101)]
    source, service = open_trials(tmp_path, page(*numbers[:100], total=100))
    assert numbers_of(source, numbers[:100]) == numbers[:100]
    assert len(str(service.requests[0].url)) < 2_000
    with pytest.raises(ValueError, match="100 numbers"):
        list(source.fetch_trials(numbers))
    assert list(source.fetch_trials([])) == []
    assert len(service.requests) == 1


def test_keeps_to_the_pace_that_people_report(tmp_path: Path) -> None:
    source, service = open_trials(tmp_path, page(A, total=1))
    for _ in range(61):
        list(source.fetch_trials([A]))
    assert service.asked_at[50] - service.asked_at[0] > 60


def test_follows_pages_of_a_registry_that_gives_smaller_ones(tmp_path: Path) -> None:
    source, service = open_trials(tmp_path, page(A, B, total=3, token="two"), page(C))
    assert numbers_of(source, [A, B, C]) == [A, B, C]
    first, second = service.form(0), service.form(1)
    assert second.pop("pageToken") == ["two"]
    assert first.pop("countTotal") == ["true"]
    assert first == second, "the registry demands the same parameters for each page"


def test_studies_are_counted_against_what_was_announced(tmp_path: Path) -> None:
    source, service = open_trials(tmp_path, page(A, total=2), page(A, B, total=2))
    assert numbers_of(source, [A, B]) == [A, B]
    assert len(service.requests) == 2
    source, _ = open_trials(tmp_path, page(A, total=2))
    with pytest.raises(SourceUnavailable, match="2 studies were announced, and 1 came") as caught:
        numbers_of(source, [A, B])
    assert [trial.trial_id for trial in source.parse_broken(caught.value.partial or b"").trials] == [A]


def test_a_page_that_is_not_counted_is_broken(tmp_path: Path) -> None:
    source, _ = open_trials(tmp_path, page(A))
    with pytest.raises(SourceUnavailable, match="totalCount"):
        numbers_of(source, [A])


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_refusal_is_told_in_the_registrys_words(tmp_path: Path, status: int) -> None:
    source, service = open_trials(tmp_path, Say(status, b"`fields` parameter has incorrect value", {}))
    with pytest.raises(SourceRejected, match="`fields` parameter has incorrect value"):
        numbers_of(source, [A])
    assert len(service.requests) == 1


def test_a_pause_that_is_asked_for_is_made(tmp_path: Path) -> None:
    source, service = open_trials(tmp_path, Say(429, b"Too Many Requests", {"Retry-After": "30"}), page(A, total=1))
    assert numbers_of(source, [A]) == [A]
    assert service.asked_at[1] - service.asked_at[0] >= 30


def test_one_trial_and_a_number_that_nobody_has(tmp_path: Path) -> None:
    source, service = open_trials(tmp_path, Say.json(study(A)), Say(404, b"NCT number NCT99000002 not found"))
    payload = source.fetch_trial(A)
    assert payload is not None
    assert source.parse_trials(payload.body).trials[0].trial_id == A
    assert service.requests[0].url.path == f"/api/v2/studies/{A}"
    assert source.fetch_trial(B) is None


def test_a_404_of_something_else_is_not_taken_for_a_missing_trial(tmp_path: Path) -> None:
    source, _ = open_trials(tmp_path, Say(404, b"<html>no such page</html>"))
    with pytest.raises(SourceRejected, match="404"):
        source.fetch_trial(A)


def test_follows_a_former_number_to_the_trial(tmp_path: Path) -> None:
    moved = Say(301, b"", {"Location": f"/api/v2/studies/{B}"})
    source, service = open_trials(tmp_path, moved, Say.json(study(B, nctIdAliases=[A])))
    payload = source.fetch_trial(A)
    assert payload is not None
    (trial,) = source.parse_trials(payload.body).trials
    assert (trial.trial_id, trial.aliases) == (B, (A,))
    assert service.requests[1].url.path == f"/api/v2/studies/{B}"


def test_a_query_lists_numbers_page_by_page(tmp_path: Path) -> None:
    source, service = open_trials(tmp_path, page(A, B, total=3, token="two"), page(C))
    answer = source.find_trials(TrialQuery("exosome", "lung disease", "MSC"))
    assert (answer.announced, answer.numbers, answer.warnings, answer.broken_off) == (3, (A, B, C), (), None)
    assert service.form(0) == {
        "query.term": ["exosome"], "query.cond": ["lung disease"], "query.intr": ["MSC"], "fields": ["NCTId"],
        "pageSize": ["1000"], "countTotal": ["true"],
    }  # fmt: skip


def test_a_limit_takes_the_best_matches(tmp_path: Path) -> None:
    source, service = open_trials(tmp_path, page(A, B, total=300, token="two"))
    answer = source.find_trials(TrialQuery("exosome"), limit=2)
    assert (answer.announced, answer.numbers, answer.warnings) == (300, (A, B), ())
    assert len(service.requests) == 1
    assert service.form()["sort"] == ["@relevance"]
    assert service.form()["pageSize"] == ["2"]


@pytest.mark.parametrize(
    ("second", "warning"),
    [
        (page(), "announced 3 trials and listed 2"),
        (page(C, "NCT99000004"), "announced 3 trials and listed 4"),
        (page(B, C), "1 trials came twice"),
    ],
)
def test_a_result_that_changes_between_pages_is_told(tmp_path: Path, second: Say, warning: str) -> None:
    source, _ = open_trials(tmp_path, page(A, B, total=3, token="two"), second)
    answer = source.find_trials(TrialQuery("exosome"))
    assert any(warning in text for text in answer.warnings), answer.warnings


def test_an_empty_result_is_an_answer(tmp_path: Path) -> None:
    source, _ = open_trials(tmp_path, page(total=0))
    assert source.find_trials(TrialQuery("no such word")).numbers == ()


def test_a_list_that_breaks_off_keeps_its_first_pages(tmp_path: Path) -> None:
    source, _ = open_trials(tmp_path, page(A, B, total=3, token="two"), Say(500))
    answer = source.find_trials(TrialQuery("exosome"))
    assert answer.numbers == (A, B)
    assert "HTTP 500" in str(answer.broken_off)
    source, _ = open_trials(tmp_path, Say(500))
    with pytest.raises(SourceUnavailable, match="exosome"):
        source.find_trials(TrialQuery("exosome"))


def test_pages_that_go_in_a_circle_end(tmp_path: Path) -> None:
    source, service = open_trials(tmp_path, page(A, B, total=9, token="round"))
    assert "lead back" in str(source.find_trials(TrialQuery("exosome")).broken_off)
    assert len(service.requests) == 2


@pytest.mark.parametrize(
    ("said", "version"),
    [
        (Say.json({"apiVersion": "2.0.5", "dataTimestamp": "2026-05-01T09:00:05"}), DataVersion("2026-05-01T09:00:05")),
        (Say.json({"apiVersion": "2.0.5"}), None),
        (Say.json({"apiVersion": "2.0.5", "dataTimestamp": "yesterday"}), None),
        (Say(404, b"Not found"), None),
    ],
)
def test_the_version_of_the_data(tmp_path: Path, said: Say, version: DataVersion | None) -> None:
    source, service = open_trials(tmp_path, said)
    assert source.fetch_version() == version
    assert service.requests[0].url.path == "/api/v2/version"


def test_a_day_of_the_data_is_a_day() -> None:
    assert DataVersion("2026-05-01T09:00:05").day == "2026-05-01"


def open_upstream(upstream: Upstream, home: Path, attempts: int = 3) -> ClinicalTrials:
    """A client in front of the local server, whose pauses take no time."""
    given = {**upstream.environment(), "EXOKB_READ_TIMEOUT": "4", "EXOKB_ATTEMPTS": str(attempts)}
    settings = load_settings(environment=given, home=home)
    client = PoliteClient(settings, clock=lambda: NOW, notice=print, timing=FakeTime().timing())
    return ClinicalTrials(client, settings)


def test_the_registry_understands_every_question(upstream: Upstream, tmp_path: Path) -> None:
    source = open_upstream(upstream, tmp_path)
    assert numbers_of(source, [C, A, TrialId("NCT99009999")]) == [C, A]
    (payload,) = source.fetch_trials([A])
    assert b"resultsSection" not in payload.body
    (trial,) = source.parse_trials(payload.body).trials
    assert trial.whole
    assert trial.data_version == "2026-03-02"
    assert source.fetch_trial(TrialId("NCT99009999")) is None
    assert source.find_trials(TrialQuery("exosomes", condition="amyotrophic")).numbers == ("NCT99000004", "NCT99000005")
    assert source.find_trials(TrialQuery(intervention="placebo")).numbers == (C,)
    assert source.fetch_version() == DataVersion("2026-03-02T09:00:05")


@pytest.mark.parametrize(
    "fault",
    [
        Fault.TOO_MANY, Fault.SERVER_ERROR, Fault.BAD_GATEWAY, Fault.UNAVAILABLE, Fault.HTML, Fault.EMPTY,
        Fault.ERROR_ELEMENT, Fault.STUB, Fault.HANG, Fault.DISCONNECT, Fault.RESET, Fault.TRUNCATED, Fault.SHORT,
        Fault.FALSE_GZIP, Fault.BAD_BYTES,
    ],
)  # fmt: skip
def test_a_passing_fault_costs_one_more_request(upstream: Upstream, tmp_path: Path, fault: Fault) -> None:
    source = open_upstream(upstream, tmp_path)
    upstream.faults.add("trials", fault, seconds=5.0)
    assert numbers_of(source, [A, B, C]) == [A, B, C]
    assert upstream.requests.count("trials") == 2


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.TRUNCATED, Fault.SHORT])
def test_a_lasting_break_hands_over_the_studies_before_it(tmp_path: Path, fault: Fault) -> None:
    numbers = [TrialId(trial.nct) for trial in bulk_trials(60)]
    with Upstream(Corpus((), bulk_trials(60))) as upstream:
        source = open_upstream(upstream, tmp_path, attempts=2)
        upstream.faults.always("trials", fault)
        with pytest.raises(SourceUnavailable) as caught:
            numbers_of(source, numbers)
    kept = [trial.trial_id for trial in source.parse_broken(caught.value.partial or b"").trials]
    assert 3 < len(kept) < 60
    assert kept == numbers[: len(kept)]


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["search_phelan_limit50", "search_nsclc_egfr_l858r"])
def test_a_genuine_reply_is_a_whole_result(real_data: Path, tmp_path: Path, name: str) -> None:
    (file,) = (real_data / "ctgov" / "recorded").glob(f"{name}_*.json")
    source, _ = open_trials(tmp_path, Say(200, file.read_bytes()))
    answer = source.find_trials(TrialQuery("recorded"))
    assert answer.announced == len(answer.numbers) == len(json.loads(file.read_bytes())["studies"])
    assert answer.warnings == ()


@pytest.mark.realdata
def test_genuine_pages_follow_each_other(real_data: Path, tmp_path: Path) -> None:
    folder = real_data / "ctgov" / "recorded"
    (first,) = folder.glob("search_phelan_limit5_*.json")
    (second,) = folder.glob("search_phelan_next_*.json")
    token = json.loads(first.read_bytes())["nextPageToken"]
    source, service = open_trials(tmp_path, Say(200, first.read_bytes()), Say(200, second.read_bytes()))
    answer = source.find_trials(TrialQuery("recorded"), limit=8)
    assert service.form(1)["pageToken"] == [token]
    assert len(answer.numbers) > 5


@pytest.mark.realdata
def test_a_genuine_study_broken_off_anywhere_gives_what_came_before(real_data: Path, tmp_path: Path) -> None:
    (file,) = (real_data / "ctgov" / "recorded").glob("search_phelan_limit5_*.json")
    source, _ = open_trials(tmp_path, Say(500))
    body = file.read_bytes()
    whole = source.parse_trials(body).trials
    counts = [len(source.parse_broken(body[:length]).trials) for length in range(0, len(body), 97)]
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (0, len(whole))
    assert source.parse_broken(body[:-40]).trials == whole
