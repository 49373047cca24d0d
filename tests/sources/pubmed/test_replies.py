from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exokb.domain.identifiers import Identifier
from exokb.errors import PayloadError
from exokb.sources.pubmed.replies import (
    UpstreamSaysError,
    check_records,
    parse_citation_matches,
    parse_links,
    parse_search,
    parse_summary_ids,
)
from tests.sources.pubmed.replies import links_xml, search_xml

HEAD = (
    b'<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    b'"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)
WHOLE = HEAD + b"<PubmedArticleSet><PubmedArticle/></PubmedArticleSet>\n"

NO_XML = [
    (b"", "empty"),
    (b" \n ", "empty"),
    (b"\xef\xbb\xbf", "empty"),
    (b"<!DOCTYPE html>\n<html><body>Sorry</body></html>", "HTML page"),
    (b"<HTML>busy</HTML>", "HTML page"),
    (b'{"error":"API rate limit exceeded"}', "not XML"),
    (b"Error: 502", "not XML"),
    (b"\x1f\x8b\x08\x00 compressed", "compressed"),
]


@pytest.mark.parametrize(
    "body",
    [
        WHOLE,
        HEAD + b"<PubmedArticleSet></PubmedArticleSet>",
        HEAD + b"<PubmedArticleSet/>",
        b"\xef\xbb\xbf" + WHOLE,
        b"<!-- <served> by 3 -->" + WHOLE.partition(b"\n")[2],
    ],
)
def test_whole_replies_of_records_pass(body: bytes) -> None:
    check_records(body)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        *NO_XML,
        (WHOLE[:-5], "breaks off"),
        (HEAD, "not XML"),
        (HEAD + b"<PubmedArticleSet>", "breaks off"),
        (b"<eSummaryResult></eSummaryResult>", "<eSummaryResult>"),
    ],
)
def test_what_is_no_whole_reply_of_records_is_named(body: bytes, reason: str) -> None:
    with pytest.raises(PayloadError, match=reason):
        check_records(body)


@given(st.integers(1, len(WHOLE) - 2))
def test_records_cut_anywhere_do_not_pass(cut: int) -> None:
    with pytest.raises(PayloadError):
        check_records(WHOLE[:cut])


def test_an_error_element_is_quoted() -> None:
    body = b"<?xml version='1.0'?><eFetchResult>\n\t<ERROR>Cannot  retrieve\nhistory data</ERROR></eFetchResult>"
    with pytest.raises(UpstreamSaysError, match="Cannot retrieve history data"):
        check_records(body)


def test_a_search() -> None:
    reply = parse_search(search_xml([990000002, 990000001], count=7, web_env="MCID_1", translation='"a"[tiab]'))
    assert (reply.count, reply.pmids, reply.web_env, reply.query_key) == (7, (990000002, 990000001), "MCID_1", "1")
    assert (reply.translation, reply.warnings, reply.not_found) == ('"a"[tiab]', (), ())


def test_everything_pubmed_changed_about_a_query_is_a_warning() -> None:
    lists = (
        "<ErrorList><PhraseNotFound>exosomez</PhraseNotFound><FieldNotFound>xx</FieldNotFound></ErrorList>"
        '<WarningList><PhraseIgnored>the</PhraseIgnored><QuotedPhraseNotFound>"a b"</QuotedPhraseNotFound>'
        "<OutputMessage>Restrictions achieved. start and count adjusted to 0, 9999</OutputMessage>"
        "<SomethingNew>odd</SomethingNew></WarningList>"
    )
    reply = parse_search(search_xml([1], lists=lists))
    assert reply.warnings == (
        "PubMed does not know 'exosomez' and left it out of the query",
        "PubMed does not know the field 'xx'",
        "PubMed ignored 'the'",
        "PubMed does not know the phrase '\"a b\"' and searched its words apart",
        "PubMed says: Restrictions achieved. start and count adjusted to 0, 9999",
        "SomethingNew: odd",
    )
    assert reply.not_found == ("exosomez", '"a b"')


@pytest.mark.parametrize(("body", "reason"), NO_XML)
def test_a_search_that_is_none_is_named(body: bytes, reason: str) -> None:
    with pytest.raises(PayloadError, match=reason):
        parse_search(body)


@pytest.mark.parametrize(
    "body",
    [search_xml([1])[:-9], b"<eSearchResult/>", b"<eLinkResult/>", search_xml([1]).replace(b"<Id>1", b"<Id>one")],
)
def test_a_search_without_count_ids_or_end_is_an_error(body: bytes) -> None:
    with pytest.raises(PayloadError):
        parse_search(body)


def test_entities_are_not_expanded_and_nothing_is_loaded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("4711")
    body = (
        f'<?xml version="1.0"?><!DOCTYPE eSearchResult [<!ENTITY x SYSTEM "file://{secret}">]>'
        "<eSearchResult><Count>0</Count><IdList/><QueryTranslation>&x;</QueryTranslation></eSearchResult>"
    ).encode()
    assert "4711" not in parse_search(body).translation


def test_links_of_one_name_with_their_scores() -> None:
    body = links_xml(5, {"pubmed_pubmed": [(5, 99), (7, 40), (6, 50), (7, 1)], "pubmed_pubmed_five": [(8, 1)]})
    assert parse_links(body, "pubmed_pubmed") == ((5, 99), (7, 40), (6, 50))
    assert parse_links(body, "pubmed_pubmed_citedin") == ()
    assert parse_links(links_xml(5, {}), "pubmed_pubmed") == ()


def test_a_link_reply_without_a_set_or_with_an_error_is_an_error() -> None:
    with pytest.raises(PayloadError, match="no LinkSet"):
        parse_links(b"<eLinkResult></eLinkResult>", "pubmed_pubmed")
    with pytest.raises(UpstreamSaysError, match="NCBI C"):
        parse_links(b"<eLinkResult><LinkSet><ERROR>NCBI C++ Exception</ERROR></LinkSet></eLinkResult>", "pubmed_pubmed")


def test_summaries_give_each_papers_own_identifiers() -> None:
    own = [
        {"idtype": "pubmed", "value": "5"},
        {"idtype": "doi", "value": "10.1000/A"},
        {"idtype": "pmc", "value": "PMC12"},
    ]
    result = {
        "uids": ["5", "6", "7", "8"],
        "5": {"articleids": own},
        "6": {"error": "cannot get document summary"},
        "7": {"articleids": [{"idtype": "doi", "value": "none"}], "elocationid": "doi: 10.1000/c. pii: 4"},
    }
    assert parse_summary_ids(json.dumps({"result": result}).encode()) == {
        5: {Identifier("doi", "10.1000/a"), Identifier("pmcid", "PMC12")},
        7: {Identifier("doi", "10.1000/c")},
    }
    with pytest.raises(PayloadError, match="'uids'"):
        parse_summary_ids(b'{"esummaryresult": ["Empty id list"]}')


def test_citation_answers_are_found_by_their_key() -> None:
    body = (
        b"j|1991|88|3248|mann bj|x0|2014248\n"
        b"j|1991|88|99|x1|NOT_FOUND;INVALID_JOURNAL\r\n"
        b"j|2015|31||a|x2|AMBIGUOUS 990000001,990000002\n"
        b"j|2015|31||a|x3|AMBIGUOUS (783 citations)\n"
        b"j|2015|31|1|a|x4|\n\n"
    )
    assert parse_citation_matches(body) == {
        "x0": "2014248",
        "x1": "NOT_FOUND;INVALID_JOURNAL",
        "x2": "AMBIGUOUS 990000001,990000002",
        "x3": "AMBIGUOUS (783 citations)",
        "x4": "",
    }
    assert parse_citation_matches(b"") == {}


@pytest.mark.parametrize("body", [b"<html>", b'{"error": "x"}', b"Error occurred: no database"])
def test_a_page_is_no_citation_answer(body: bytes) -> None:
    with pytest.raises(PayloadError, match="ecitmatch"):
        parse_citation_matches(body)


@given(st.binary(max_size=300), st.sampled_from([b"", b"<eSearchResult>", b"<eLinkResult><LinkSet>", b'{"result": ']))
def test_only_payload_error_escapes(junk: bytes, start: bytes) -> None:
    for parse in (parse_search, check_records, parse_summary_ids, parse_citation_matches):
        with suppress(PayloadError):
            parse(start + junk)
    with suppress(PayloadError):
        parse_links(start + junk, "pubmed_pubmed")


@pytest.mark.realdata
def test_recorded_searches_and_links_are_read(real_data: Path) -> None:
    recorded = real_data / "entrez"
    counts = {name: parse_search((recorded / name).read_bytes()).count for name in ("esearch1.xml", "esearch2.xml")}
    assert counts == {"esearch1.xml": 63, "esearch2.xml": 42249}
    history = parse_search((recorded / "esearch2.xml").read_bytes())
    assert (len(history.pmids), history.web_env[:5], history.query_key) == (100, "MCID_", "1")
    nothing = parse_search((recorded / "esearch8.xml").read_bytes())
    assert (nothing.count, nothing.not_found) == (0, ("abcXYZ",))
    assert nothing.warnings[-1] == "PubMed says: No items found."
    similar = parse_links((recorded / "elink1.xml").read_bytes(), "pubmed_pubmed")
    assert similar[0] == (9298984, 0)
    assert len(similar) > 50


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["epost2.xml", "epost3.xml", "esummary8.xml"])
def test_recorded_errors_are_errors_wherever_they_come(real_data: Path, name: str) -> None:
    body = (real_data / "entrez" / name).read_bytes()
    for parse in (parse_search, check_records):
        with pytest.raises(UpstreamSaysError):
            parse(body)


@pytest.mark.realdata
def test_recorded_records_are_whole_until_they_are_cut(real_data: Path) -> None:
    recorded = [real_data / "entrez" / f"pubmed{n}.xml" for n in (1, 2, 4, 5, 6, 7)]
    recorded.append(real_data / "api" / "pubmed" / "efetch_citation_22663011.xml")
    checked = 0
    for path in recorded:
        body = path.read_bytes()
        if b"<PubmedArticleSet" not in body[:2000]:
            continue
        checked += 1
        check_records(body)
        with pytest.raises(PayloadError):
            check_records(body[: len(body) // 2])
    assert checked >= 4
