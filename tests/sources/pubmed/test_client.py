from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from exokb.domain.identifiers import Doi, Pmid
from exokb.errors import SourceRejected, SourceUnavailable
from exokb.sources.interface import CitationKey, CitationMatch, PaperKey, ParsedRecords, QueryWindow, SimilarPaper
from exokb.sources.pubmed.client import PubMedClient, describe_pmids
from tests.service_double import EMAIL, KEY, NOW, Answer, Desk, Handler, Say, Service, everything_said, make_settings
from tests.sources.pubmed.replies import links_xml, records_xml, search_xml

A, B, C = Pmid(990000001), Pmid(990000002), Pmid(990000003)


def open_pubmed(
    tmp_path: Path, answers: list[Answer] | Handler, *, key: str | None = KEY, email: str | None = EMAIL
) -> tuple[PubMedClient, Service, Desk]:
    service = Service(answers)
    desk = Desk(service, make_settings(tmp_path, key=key, email=email))
    return PubMedClient(desk.client, desk.settings), service, desk


def assert_no_secret(error: BaseException) -> None:
    assert not any(
        secret in text for text in everything_said(error) for secret in (KEY, EMAIL, EMAIL.replace("+", "%2B"))
    )


# -- how requests are built -----------------------------------------------------------------------------------------


def test_a_request_says_who_asks(tmp_path: Path) -> None:
    pubmed, service, _ = open_pubmed(tmp_path, [Say(content=records_xml([A, B]))])
    pubmed.fetch_records([A, B])
    assert service.form() == {
        "db": ["pubmed"],
        "id": [f"{A},{B}"],
        "retmode": ["xml"],
        "tool": ["exokb"],
        "email": [EMAIL],
        "api_key": [KEY],
    }
    request = service.requests[0]
    assert (request.method, str(request.url).partition("?")[0]) == (
        "GET",
        "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/efetch.fcgi",
    )


def test_without_key_and_address_neither_is_sent_and_biopython_is_not_asked_for_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from Bio import Entrez

    monkeypatch.setattr(Entrez, "email", "somebody-else@example.org")
    monkeypatch.setattr(Entrez, "api_key", "another key")
    pubmed, service, _ = open_pubmed(tmp_path, [Say(content=records_xml([A]))], key=None, email=None)
    pubmed.fetch_records([A])
    assert {"email", "api_key"}.isdisjoint(service.form())


@pytest.mark.parametrize(("count", "method"), [(2, "GET"), (100, "POST"), (200, "POST")])
def test_long_requests_are_posted(tmp_path: Path, count: int, method: str) -> None:
    pubmed, service, _ = open_pubmed(tmp_path, [Say(content=records_xml([A]))])
    pubmed.fetch_records([Pmid(A + i) for i in range(count)])
    request = service.requests[0]
    assert request.method == method
    assert len(service.form()["id"][0].split(",")) == count
    if method == "POST":
        assert request.url.query == b""
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(("key", "pace"), [(None, 3.0), (KEY, 10.0)])
def test_the_rate_depends_on_the_key(tmp_path: Path, key: str | None, pace: float) -> None:
    pubmed, service, _ = open_pubmed(tmp_path, [Say(content=records_xml([A]))], key=key)
    for _ in range(4):
        pubmed.fetch_records([A])
    assert service.asked_at[-1] - service.asked_at[0] == pytest.approx(3 * 1.1 / pace)


def test_a_refused_key_is_left_out_from_then_on_and_said_once(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> Answer:
        if KEY in str(request.url):
            return Say.json({"error": "API key invalid", "api-key": KEY, "type": "invalid"}, status=400)
        return Say(content=records_xml([A]))

    pubmed, service, desk = open_pubmed(tmp_path, answer)
    pubmed.fetch_records([A])
    pubmed.fetch_records([B])
    assert len(service.requests) == 3
    assert len(desk.notices) == 1
    assert "does not accept the API key" in desk.notices[0]
    assert KEY not in desk.notices[0]


def test_another_400_is_a_refusal(tmp_path: Path) -> None:
    pubmed, service, desk = open_pubmed(tmp_path, [Say(400, b"ID list is empty! " + KEY.encode())])
    with pytest.raises(SourceRejected, match="ID list is empty") as caught:
        pubmed.fetch_records([A])
    assert_no_secret(caught.value)
    assert (len(service.requests), desk.notices) == (1, [])


# -- records --------------------------------------------------------------------------------------------------------


def test_records_come_as_a_payload(tmp_path: Path) -> None:
    pubmed, _, _ = open_pubmed(
        tmp_path, [Say(content=records_xml([A]), headers={"Content-Type": "text/xml; charset=UTF-8"})]
    )
    payload = pubmed.fetch_records([A])
    assert (payload.source, payload.key, payload.media_type, payload.observed_at) == (
        "pubmed",
        f"PMID {A}",
        "text/xml",
        NOW,
    )
    assert payload.body == records_xml([A])


BROKEN: list[Say] = [
    Say(200, b""),
    Say(200, b"<!DOCTYPE html><html><body>busy</body></html>"),
    Say(200, b'{"error":"API rate limit exceeded","count":"11"}'),
    Say(200, b"<?xml version='1.0'?><eFetchResult><ERROR>Search Backend failed</ERROR></eFetchResult>"),
    Say(200, records_xml([A, B])[:-40]),
    Say(200, b"<PubmedArticleSet/>", {"Content-Encoding": "gzip"}),
]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda say: str(say.content[:20]))
def test_a_broken_reply_of_records_is_asked_again(tmp_path: Path, broken: Say) -> None:
    pubmed, service, _ = open_pubmed(tmp_path, [broken, Say(content=records_xml([A]))])
    assert pubmed.fetch_records([A]).body == records_xml([A])
    assert len(service.requests) == 2


@pytest.mark.parametrize("broken", BROKEN[1:5], ids=lambda say: str(say.content[:20]))
def test_a_reply_that_stays_broken_is_handed_over_with_the_error(tmp_path: Path, broken: Say) -> None:
    pubmed, _, _ = open_pubmed(tmp_path, [broken])
    with pytest.raises(SourceUnavailable, match="PMID 990000001: broken reply") as caught:
        pubmed.fetch_records([A])
    assert caught.value.partial == broken.content
    assert_no_secret(caught.value)


def test_an_empty_set_is_an_answer(tmp_path: Path) -> None:
    pubmed, _, _ = open_pubmed(tmp_path, [Say(content=records_xml([]))])
    assert pubmed.fetch_records([A]).body == records_xml([])


@pytest.mark.parametrize("count", [0, 201])
def test_no_id_or_too_many_are_a_mistake_of_the_caller(tmp_path: Path, count: int) -> None:
    pubmed, service, _ = open_pubmed(tmp_path, [Say(500)])
    with pytest.raises(ValueError, match="1 to 200 PMIDs"):
        pubmed.fetch_records([Pmid(i) for i in range(1, count + 1)])
    assert service.requests == []


def test_a_long_list_of_ids_is_named_by_its_first_ones() -> None:
    assert describe_pmids([Pmid(i) for i in range(1, 201)]) == "PMID 1, 2, 3, 4, 5 and 195 more"


def test_payloads_are_read_by_the_parser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parser = ModuleType("exokb.sources.pubmed.parse")
    parser.parse_records = lambda body: ParsedRecords(complete=body == b"whole")  # type: ignore[attr-defined]  # a stand-in
    monkeypatch.setitem(sys.modules, parser.__name__, parser)
    pubmed, _, _ = open_pubmed(tmp_path, [Say(500)])
    assert pubmed.parse_records(b"whole") == ParsedRecords(complete=True)


# -- queries --------------------------------------------------------------------------------------------------------


def test_a_query_keeps_its_history_and_what_pubmed_says_of_it(tmp_path: Path) -> None:
    lists = "<ErrorList><PhraseNotFound>exosomez</PhraseNotFound></ErrorList>"
    reply = search_xml([A, B], web_env="MCID_1", translation="as read", lists=lists)
    pubmed, service, _ = open_pubmed(tmp_path, [Say(content=reply)])
    answer = pubmed.find_by_query("exosomez AND msc[tiab]", limit=50)
    assert answer.windows == (QueryWindow((A, B), "MCID_1", "1"),)
    assert answer.warnings == ("PubMed does not know 'exosomez' and left it out of the query",)
    form = service.form()
    assert (form["term"], form["usehistory"], form["retmax"], form["retmode"]) == (
        ["exosomez AND msc[tiab]"],
        ["y"],
        ["50"],
        ["xml"],
    )
    assert "mindate" not in form


def test_a_large_query_is_split_by_publication_date(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> Answer:
        asked = request.url.params
        if "mindate" not in asked:
            return Say(content=search_xml(range(1, 10_000), count=10_001, web_env="MCID_0"))
        assert (asked["datetype"], asked["retmax"]) == ("pdat", "9999")
        found = range(1, 5_001) if asked["maxdate"] == "2031/12/31" else range(5_001, 10_002)
        whole = asked["mindate"] == "1700/01/01" and asked["maxdate"] == "2031/12/31"
        return Say(
            content=search_xml(range(1, 10_000) if whole else found, count=10_001 if whole else None, web_env="MCID_1")
        )

    pubmed, _, _ = open_pubmed(tmp_path, answer)
    answered = pubmed.find_by_query("vesicles")
    assert (answered.announced, len(answered.pmids), answered.warnings) == (10_001, 10_001, ())
    assert [(len(window.pmids), window.web_env) for window in answered.windows] == [
        (5_000, "MCID_1"),
        (5_001, "MCID_1"),
    ]


def test_hits_without_ids_are_a_broken_reply(tmp_path: Path) -> None:
    pubmed, _, _ = open_pubmed(tmp_path, [Say(content=search_xml([], count=12))])
    with pytest.raises(SourceUnavailable, match="announces 12 hits and lists none"):
        pubmed.find_by_query("x")


@pytest.mark.parametrize(
    ("words", "error", "requests"),
    [
        ("Empty term and query_key - nothing todo", SourceRejected, 1),
        ("Search Backend failed: Exception: 'retstart' cannot be larger than 9998", SourceRejected, 1),
        ("Search Backend failed: timeout", SourceUnavailable, 3),
    ],
)
def test_an_error_about_the_query_is_not_repeated(
    tmp_path: Path, words: str, error: type[Exception], requests: int
) -> None:
    body = f"<eSearchResult><ERROR>{words}</ERROR></eSearchResult>".encode()
    pubmed, service, _ = open_pubmed(tmp_path, [Say(content=body)])
    with pytest.raises(error, match="query"):
        pubmed.find_by_query("x")
    assert len(service.requests) == requests


def test_an_empty_query_and_a_limit_of_none_are_not_asked(tmp_path: Path) -> None:
    pubmed, service, _ = open_pubmed(tmp_path, [Say(500)])
    with pytest.raises(SourceRejected, match="empty"):
        pubmed.find_by_query("  ")
    with pytest.raises(ValueError, match="at least 1"):
        pubmed.find_by_query("x", limit=0)
    assert service.requests == []


def test_a_window_is_fetched_from_the_history(tmp_path: Path) -> None:
    pubmed, service, _ = open_pubmed(tmp_path, [Say(content=records_xml([B, C]))])
    payload = pubmed.fetch_window(QueryWindow((A, B, C), "MCID_1", "2"), 1, 200)
    assert payload.key == "query records 2 to 3"
    form = service.form()
    assert (form["WebEnv"], form["query_key"], form["retstart"], form["retmax"]) == (["MCID_1"], ["2"], ["1"], ["2"])


@pytest.mark.parametrize(
    "gone",
    [
        Say(200, b"<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>"),
        Say(400, b"<eFetchResult><ERROR>Cannot retrieve history data</ERROR></eFetchResult>"),
    ],
)
def test_a_window_that_has_expired_is_refused_at_once(tmp_path: Path, gone: Say) -> None:
    pubmed, service, _ = open_pubmed(tmp_path, [gone])
    with pytest.raises(SourceRejected, match=r"history|obtain"):
        pubmed.fetch_window(QueryWindow((A,), "MCID_1", "1"), 0, 200)
    assert len(service.requests) == 1


def test_a_window_without_a_history_or_beyond_its_end_is_not_asked(tmp_path: Path) -> None:
    pubmed, service, _ = open_pubmed(tmp_path, [Say(500)])
    with pytest.raises(SourceRejected, match="does not hold"):
        pubmed.fetch_window(QueryWindow((A,)), 0, 200)
    with pytest.raises(ValueError, match="none from 1"):
        pubmed.fetch_window(QueryWindow((A,), "MCID_1", "1"), 1, 200)
    assert service.requests == []


# -- neighbours and citing papers -----------------------------------------------------------------------------------


def test_similar_papers_are_nearest_first_without_the_paper_itself(tmp_path: Path) -> None:
    body = links_xml(A, {"pubmed_pubmed": [(A, 90_000), (B, 400), (C, 500)], "pubmed_pubmed_five": [(7, 1)]})
    pubmed, service, _ = open_pubmed(tmp_path, [Say(content=body)])
    assert pubmed.fetch_similar(A, 10) == (SimilarPaper(C, 500), SimilarPaper(B, 400))
    assert pubmed.fetch_similar(A, 1) == (SimilarPaper(C, 500),)
    form = service.form()
    assert (form["cmd"], form["linkname"], form["id"]) == (["neighbor_score"], ["pubmed_pubmed"], [str(A)])


def test_citing_papers(tmp_path: Path) -> None:
    body = links_xml(A, {"pubmed_pubmed_citedin": [(B, 0), (C, 0)]})
    pubmed, service, _ = open_pubmed(tmp_path, [Say(content=body), Say(content=links_xml(A, {}))])
    assert pubmed.fetch_citing(PaperKey(A)) == (B, C)
    assert pubmed.fetch_citing(PaperKey(A)) == ()
    assert pubmed.fetch_citing(PaperKey(doi=Doi("10.1000/x"))) == ()
    assert len(service.requests) == 2


# -- citation matching ----------------------------------------------------------------------------------------------


def matcher(request: httpx.Request) -> Answer:
    """ECitMatch as it is observed: it stops at a line without a journal that it does not find."""
    lines = httpx.QueryParams(request.content.decode())["bdata"].split("\r")
    answers: list[str] = []
    for line in lines:
        journal, _, _, page, _, key, end = line.split("|")
        assert (key[:1], end) == ("x", "")
        if page == "8":
            answers.append(line + str(A))
        elif not journal:
            break
        else:
            answers.append(f"{journal}|||{page}|{key}|NOT_FOUND;INVALID_JOURNAL")
    return Say(content="\n".join(answers).encode())


def test_citations_are_answered_in_the_order_asked(tmp_path: Path) -> None:
    pubmed, service, _ = open_pubmed(tmp_path, matcher)
    keys = [
        CitationKey("lost", first_page="1"),
        CitationKey("hit", "Biomark Res", "2019", "7", "8", "Yin K"),
        CitationKey("lost too", year="2001"),
        CitationKey("hit without journal", first_page="8"),
        CitationKey("miss|\rodd", "No | such\njournal", "2019"),
    ]
    assert pubmed.match_citations(keys) == (
        CitationMatch("lost", None, "NOT_FOUND"),
        CitationMatch("hit", A),
        CitationMatch("lost too", None, "NOT_FOUND"),
        CitationMatch("hit without journal", A),
        CitationMatch("miss|\rodd", None, "NOT_FOUND;INVALID_JOURNAL"),
    )
    assert {request.method for request in service.requests} == {"POST"}
    assert b"bdata=Biomark+Res|2019|7|8|Yin+K|x1|%0D" in service.requests[0].content


def test_citations_go_a_hundred_at_a_time(tmp_path: Path) -> None:
    pubmed, service, _ = open_pubmed(tmp_path, matcher)
    keys = [CitationKey(str(i), "J", first_page="8") for i in range(250)]
    assert all(match.pmid == A for match in pubmed.match_citations(keys))
    assert len(service.requests) == 3
    assert pubmed.match_citations([]) == ()


@pytest.mark.parametrize("broken", [Say(200, b""), Say(200, b"<html>busy</html>")])
def test_no_answer_is_not_a_citation_that_was_not_found(tmp_path: Path, broken: Say) -> None:
    pubmed, _, _ = open_pubmed(tmp_path, [broken])
    with pytest.raises(SourceUnavailable, match="1 citations to match"):
        pubmed.match_citations([CitationKey("k", "J", "2019")])


def test_an_ambiguous_citation_keeps_its_candidates(tmp_path: Path) -> None:
    pubmed, _, _ = open_pubmed(tmp_path, [Say(content=b"J|2019||||x0|AMBIGUOUS 990000001,990000002\n")])
    assert pubmed.match_citations([CitationKey("k", "J", "2019")]) == (
        CitationMatch("k", None, "AMBIGUOUS 990000001,990000002"),
    )
