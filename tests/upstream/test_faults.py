import gzip
import http.client
import time
from xml.etree import ElementTree

import pytest

from tests.upstream import Fault, FaultPlan, Upstream
from tests.upstream.asking import ask, eutil, fetched

IDS = "990000002,990000003,990000004"


def test_status_faults(upstream: Upstream) -> None:
    faults = (Fault.TOO_MANY, Fault.SERVER_ERROR, Fault.BAD_GATEWAY, Fault.UNAVAILABLE)
    upstream.faults.add("efetch", *faults, retry_after=1)
    answers = [eutil(upstream, "efetch", id=IDS) for _ in range(5)]
    assert [answer.status for answer in answers] == [429, 500, 502, 503, 200]
    assert answers[0].json()["error"] == "API rate limit exceeded"
    assert answers[0].headers["Retry-After"] == answers[3].headers["Retry-After"] == "1"
    assert answers[2].body.startswith(b"<!DOCTYPE html>")
    assert upstream.faults.pending == 0


@pytest.mark.parametrize(
    ("fault", "start"),
    [(Fault.HTML, b"<!DOCTYPE html>"), (Fault.EMPTY, b""), (Fault.ERROR_ELEMENT, b"<?xml"), (Fault.STUB, b"{")],
)
def test_bodies_at_200_that_are_no_answer(upstream: Upstream, fault: Fault, start: bytes) -> None:
    upstream.faults.add("efetch", fault)
    answer = eutil(upstream, "efetch", id=IDS)
    assert answer.status == 200
    assert answer.body.startswith(start)
    assert b"PubmedArticle>" not in answer.body


def test_error_element_has_the_root_of_its_utility(upstream: Upstream) -> None:
    upstream.faults.always("*", Fault.ERROR_ELEMENT)
    assert eutil(upstream, "efetch", id=IDS).xml().tag == "eFetchResult"
    assert eutil(upstream, "elink", id=IDS).xml().tag == "eLinkResult"
    assert "ERROR" in eutil(upstream, "esearch", term="sepsis", retmode="json").json()["esearchresult"]


def test_broken_off_body_with_agreeing_length(upstream: Upstream) -> None:
    upstream.faults.add("efetch", Fault.TRUNCATED)
    answer = eutil(upstream, "efetch", id=IDS)
    assert answer.body.count(b"</PubmedArticle>") == 2
    with pytest.raises(ElementTree.ParseError):
        answer.xml()


def test_broken_off_body_with_promised_length(upstream: Upstream) -> None:
    upstream.faults.add("efetch", Fault.SHORT)
    with pytest.raises(http.client.IncompleteRead):
        eutil(upstream, "efetch", id=IDS)


def test_resets(upstream: Upstream) -> None:
    upstream.faults.add("efetch", Fault.DISCONNECT, Fault.RESET)
    for _ in range(2):
        with pytest.raises((ConnectionResetError, http.client.IncompleteRead, OSError)):
            eutil(upstream, "efetch", id=IDS)
    assert len(fetched(eutil(upstream, "efetch", id=IDS))) == 3


def test_hang_lasts_until_the_client_gives_up(upstream: Upstream) -> None:
    upstream.faults.add("efetch", Fault.HANG)
    with pytest.raises(TimeoutError):
        eutil(upstream, "efetch", id=IDS, timeout=0.2)


def test_closing_ends_what_hangs() -> None:
    began = time.monotonic()
    with Upstream() as upstream:
        upstream.faults.add("efetch", Fault.HANG, seconds=60)
        with pytest.raises(TimeoutError):
            eutil(upstream, "efetch", id=IDS, timeout=0.1)
    assert time.monotonic() - began < 10


def test_plain_bytes_declared_as_gzip(upstream: Upstream) -> None:
    upstream.faults.add("efetch", Fault.FALSE_GZIP)
    answer = eutil(upstream, "efetch", id=IDS)
    assert answer.headers["Content-Encoding"] == "gzip"
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(answer.body)


def test_bytes_that_are_not_utf8(upstream: Upstream) -> None:
    upstream.faults.add("efetch", Fault.BAD_BYTES)
    with pytest.raises(UnicodeDecodeError):
        eutil(upstream, "efetch", id=IDS).body.decode()


def test_trickle_is_slow_and_whole(upstream: Upstream) -> None:
    upstream.faults.add("efetch", Fault.TRICKLE, seconds=0.4)
    began = time.monotonic()
    assert len(fetched(eutil(upstream, "efetch", id=IDS))) == 3
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize(
    ("fault", "pmids"),
    [
        (Fault.MISSING, ["990000002", "990000004"]),
        (Fault.DUPLICATED, ["990000002", "990000003", "990000003", "990000004"]),
        (Fault.REORDERED, ["990000003", "990000004", "990000002"]),
        (Fault.FOREIGN, ["990000002", "990000003", "990000004", "990000001"]),
    ],
)
def test_faults_of_records(upstream: Upstream, fault: Fault, pmids: list[str]) -> None:
    upstream.faults.add("efetch", fault)
    assert fetched(eutil(upstream, "efetch", id=IDS)) == pmids
    assert fetched(eutil(upstream, "efetch", id=IDS)) == IDS.split(",")


def test_record_fault_can_name_its_record(upstream: Upstream) -> None:
    upstream.faults.always("efetch", Fault.MISSING, pmid=990000004)
    assert fetched(eutil(upstream, "efetch", id=IDS)) == ["990000002", "990000003"]
    assert fetched(eutil(upstream, "efetch", id="990000002")) == ["990000002"]


def test_record_without_pmid_keeps_the_rest(upstream: Upstream) -> None:
    upstream.faults.add("efetch", Fault.WITHOUT_PMID)
    records = list(eutil(upstream, "efetch", id=IDS).xml())
    assert [record.find("MedlineCitation/PMID") is None for record in records] == [False, True, False]
    assert records[1].findtext(".//ArticleTitle") == upstream.corpus.papers[990000003].title
    assert b"990000003" not in ElementTree.tostring(records[1])


def test_malformed_record_breaks_the_document(upstream: Upstream) -> None:
    upstream.faults.add("efetch", Fault.MALFORMED_RECORD)
    answer = eutil(upstream, "efetch", id=IDS)
    with pytest.raises(ElementTree.ParseError):
        answer.xml()
    assert answer.body.count(b"</PubmedArticle>") == 3


def test_plan_counts_and_matches(upstream: Upstream) -> None:
    plan = upstream.faults
    plan.add("esearch", Fault.EMPTY, times=2, after=1, when=lambda request: "sepsis" in request.get("term"))

    def empty(term: str) -> bool:
        return eutil(upstream, "esearch", term=term).body == b""

    assert [empty(term) for term in ("sepsis", "stroke", "sepsis", "stroke", "sepsis", "sepsis")] == [
        False,
        False,
        True,
        False,
        True,
        False,
    ]


def test_what_one_plan_lets_pass_another_may_hit(upstream: Upstream) -> None:
    upstream.faults.add("efetch", Fault.UNAVAILABLE, after=1)
    upstream.faults.add("efetch", Fault.BAD_GATEWAY)
    assert [eutil(upstream, "efetch", id=IDS).status for _ in range(3)] == [502, 503, 200]


def test_always_until_cleared(upstream: Upstream) -> None:
    upstream.faults.always("icite", Fault.UNAVAILABLE)
    assert [ask(upstream, "icite", "pubs", {"pmids": "1"}).status for _ in range(3)] == [503] * 3
    upstream.faults.clear()
    assert ask(upstream, "icite", "pubs", {"pmids": "1"}).status == 200


def test_plan_refuses_what_cannot_be() -> None:
    plan = FaultPlan()
    with pytest.raises(ValueError, match="no endpoint"):
        plan.add("efetsch", Fault.EMPTY)
    with pytest.raises(ValueError, match="efetch alone"):
        plan.add("esearch", Fault.MISSING)


def test_latency(upstream: Upstream) -> None:
    upstream.faults.latency = 0.2
    began = time.monotonic()
    eutil(upstream, "efetch", id=IDS)
    assert time.monotonic() - began >= 0.2
