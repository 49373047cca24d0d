"""What the parser says of bodies that are whole, broken, hostile or something else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exokb.errors import PayloadError
from exokb.sources.interface import ParsedRecords
from exokb.sources.pubmed.parse import parse_records
from tests.sources.pubmed.test_parse_golden import GOLDEN

HEAD = '<?xml version="1.0"?>\n<PubmedArticleSet>\n'
TAIL = "</PubmedArticleSet>\n"


def article(pmid: object, title: str = "T", more: str = "") -> str:
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID>\n'
        f"<Article><ArticleTitle>{title}</ArticleTitle></Article></MedlineCitation>{more}</PubmedArticle>\n"
    )


THREE = HEAD + article(990000001) + article(990000002) + article(990000003) + TAIL


def pmids(body: str | bytes) -> list[tuple[int, int | None]]:
    parsed = parse_records(body.encode() if isinstance(body, str) else body)
    return [(number, record.pmid) for number, record in parsed.records]


def test_a_set_without_records_is_an_empty_answer_and_no_failure() -> None:
    parsed = parse_records(b"<PubmedArticleSet></PubmedArticleSet>")
    assert (parsed.records, parsed.failures, parsed.complete) == ((), (), True)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b'<?xml version="1.0"?>\n', "empty"),
        (b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", "web page"),
        (b"<HTML><p>broken", "web page"),
        (b'{"error":"API key invalid","api-key":"0123456789abcdef0123456789abcdef0123"}', "JSON"),
        (b"<eFetchResult><ERROR>Cannot retrieve history data</ERROR></eFetchResult>", "Cannot retrieve history data"),
        (b"<SerialsSet></SerialsSet>", "'SerialsSet'"),
        (b"<PubmedArticleS", "breaks off"),
        (b"PMID- 990000001\nTI  - Invented.\n", "MEDLINE text"),
        (b"Service unavailable", "it is text"),
        (b'<?xml version="1.0" encoding="klingon"?><PubmedArticleSet/>', "encoding 'klingon'"),
        (b"\x00\x01\x02\xff", "text"),
    ],
)
def test_a_body_that_is_no_pubmed_set_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    with pytest.raises(PayloadError, match=reason):
        parse_records(body)


def test_an_error_that_quotes_a_key_or_an_address_does_not_pass_it_on() -> None:
    key = "0123456789abcdef0123456789abcdef0123"
    body = f"<eFetchResult><ERROR>bad key {key} of a@example.org</ERROR></eFetchResult>"
    with pytest.raises(PayloadError) as caught:
        parse_records(body.encode())
    assert key not in str(caught.value)
    assert "example.org" not in str(caught.value)
    assert "bad key" in str(caught.value)


def test_a_record_broken_in_itself_is_named_and_its_neighbours_kept() -> None:
    parsed = parse_records((HEAD + article(990000001) + article("x7") + article(990000003) + TAIL).encode())
    assert [(number, record.pmid) for number, record in parsed.records] == [(1, 990000001), (3, 990000003)]
    assert [str(failure) for failure in parsed.failures] == [
        "PubmedArticle 2 at line 5, column 1: PMID: 'x7' is no PMID"
    ]
    assert parsed.complete


def test_a_foreign_element_among_the_records_is_reported() -> None:
    parsed = parse_records((HEAD + "<ERROR>id 5 not found</ERROR>" + article(990000001) + TAIL).encode())
    assert len(parsed.records) == 1
    assert [failure.element for failure in parsed.failures] == ["ERROR"]
    assert "id 5 not found" in parsed.failures[0].reason


def test_malformed_xml_inside_one_record_costs_that_record() -> None:
    body = HEAD + article(990000001) + article(990000002, "a < b & c") + article(990000003) + TAIL
    parsed = parse_records(body.encode())
    assert [number for number, _ in parsed.records] == [1, 3]
    assert [failure.element for failure in parsed.failures] == ["PubmedArticle 2 (PMID 990000002)"]
    assert parsed.failures[0].position.startswith("line 6, column ")
    assert not parsed.complete


def test_a_file_position_is_given_where_the_body_is_a_piece_of_a_file() -> None:
    body = HEAD + article(990000001) + article("x7") + TAIL
    parsed = parse_records(body.encode(), first=201, offset=5000)
    assert [number for number, _ in parsed.records] == [201]
    assert parsed.failures[0].element == "PubmedArticle 202"
    assert parsed.failures[0].position == f"byte {5000 + len(article(990000001))}"


@pytest.mark.parametrize("cut", range(len(HEAD), len(THREE) - 1, 7))
def test_a_reply_cut_anywhere_keeps_the_records_before_and_says_so(cut: int) -> None:
    parsed = parse_records(THREE[:cut].encode())
    whole = THREE[:cut].count("</PubmedArticle>")
    assert [number for number, _ in parsed.records] == list(range(1, whole + 1))
    assert parsed.failures
    assert all(failure.position for failure in parsed.failures)
    assert parsed.complete is (cut >= len(THREE.rstrip()))


def test_only_the_missing_end_of_the_set_is_reported_too() -> None:
    parsed = parse_records(THREE.replace(TAIL, "").encode())
    assert len(parsed.records) == 3
    assert [failure.element for failure in parsed.failures] == ["PubmedArticleSet"]
    assert not parsed.complete


@pytest.mark.parametrize(
    "body",
    [
        THREE.encode("utf-16"),
        THREE.replace("?>", ' encoding="UTF-16"?>').encode("utf-16"),
        b"\xef\xbb\xbf" + THREE.encode(),
        b"\r\n" + THREE.replace("\n", "\r\n").encode(),
        THREE.replace('"1.0"', '"1.0" encoding="iso-8859-1"').encode("latin-1"),
        THREE.replace(HEAD, "").replace(TAIL, "").join(("<PubmedBookArticleSet>", "</PubmedBookArticleSet>")).encode(),
    ],
)
def test_encodings_marks_and_line_ends_make_no_difference(body: bytes) -> None:
    assert pmids(body) == [(1, 990000001), (2, 990000002), (3, 990000003)]


def test_text_in_a_declared_encoding_is_read_in_it() -> None:
    body = THREE.replace('"1.0"', '"1.0" encoding="windows-1252"').replace(">T<", ">Bläschen – β<", 1)
    parsed = parse_records(body.replace("β", "&#946;").encode("cp1252"))
    assert parsed.records[0][1].title == "Bläschen – β"


def test_bytes_that_are_no_utf8_cost_only_their_record() -> None:
    parsed = parse_records(THREE.encode().replace(b">T<", b">\xff\xfe<", 1))
    assert [number for number, _ in parsed.records] == [2, 3]
    assert [failure.element for failure in parsed.failures] == ["PubmedArticle 1 (PMID 990000001)"]


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY x SYSTEM "file:///etc/passwd">',
        '<!ENTITY x SYSTEM "http://127.0.0.1:9/x">',
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY x "&b;&b;&b;&b;&b;&b;&b;&b;">',
        '<!ENTITY % p SYSTEM "file:///etc/passwd"> %p; <!ENTITY x "y">',
        '<!ENTITY x "]>">',
    ],
)
def test_declared_entities_are_inert(declared: str) -> None:
    body = (
        f'<?xml version="1.0"?>\n<!DOCTYPE PubmedArticleSet [{declared}]>\n<PubmedArticleSet>'
        + article(990000001, "&x;")
        + article(990000002)
        + TAIL
    )
    parsed = parsed_or_refused(body.encode())
    assert parsed is not None
    shown = "".join(record.model_dump_json() for _, record in parsed.records) + "".join(map(str, parsed.failures))
    assert "root:" not in shown
    assert "aaaaaaaaaa" not in shown
    assert 990000002 in {record.pmid for _, record in parsed.records}


def test_a_very_deep_record_fails_alone() -> None:
    deep = "<b>" * 400 + "x" + "</b>" * 400
    parsed = parse_records((HEAD + article(990000001, deep) + article(990000002) + TAIL).encode())
    assert [record.pmid for _, record in parsed.records] == [990000002]
    assert "depth" in parsed.failures[0].reason


def test_comments_and_instructions_inside_text_lose_nothing() -> None:
    body = HEAD + article(990000001, "one<!-- not this --> two<?nor this?> <![CDATA[<three>]]>") + TAIL
    assert parse_records(body.encode()).records[0][1].title == "one two <three>"


def parsed_or_refused(body: bytes) -> ParsedRecords | None:
    try:
        return parse_records(body)
    except PayloadError:
        return None


SEED = b"".join(path.read_bytes() for path in sorted(GOLDEN.glob("*.xml"))[:1])
edits = st.lists(
    st.tuples(
        st.integers(0, len(SEED)),
        st.integers(0, 40),
        st.one_of(
            st.binary(max_size=6),
            st.sampled_from([b"<", b"&", b"</", b"<!--", b"]]>", b"<PMID>", b"\x00", b"99999999999", b"&x;", b"<i>"]),
        ),
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(edits)
def test_only_payload_errors_escape_from_mutated_input(changes: list[tuple[int, int, bytes]]) -> None:
    body = SEED
    for start, length, new in changes:
        body = body[:start] + new + body[start + length :]
    parsed = parsed_or_refused(body)
    assert parsed is None or parsed.records or parsed.failures


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=60), st.sampled_from([b"", b"<PubmedArticleSet>", b"\xff\xfe", b"<PubmedArticle>", b"<?xml "])
)
def test_only_payload_errors_escape_from_noise(noise: bytes, start: bytes) -> None:
    parsed = parsed_or_refused(start + noise)
    assert parsed is None or not parsed.records
    assert parsed is None or parsed.complete or parsed.failures
