"""The small rules: dates, identifiers of people and papers, inline markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from exokb.domain.identifiers import normalise_doi
from exokb.errors import InvalidIdentifier
from exokb.sources.pubmed.dates import full_date, iso_date, parse_medline_date, read_issue_date
from exokb.sources.pubmed.linked import find_doi, find_pmcid, find_pmid
from exokb.sources.pubmed.markup import read_marked, read_text
from exokb.sources.pubmed.people import normalise_orcid

MML = 'xmlns:mml="http://www.w3.org/1998/Math/MathML"'


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("2019", "04", "04"), "2019-04-04"),
        (("2019", "Apr", "4"), "2019-04-04"),
        (("2019", "september"), "2019-09"),
        (("2019", "13", "1"), "2019"),
        (("2019", "2", "29"), "2019-02"),
        (("2020", "2", "29"), "2020-02-29"),
        (("2019", "Spring"), "2019"),
        (("2019", None, "4"), "2019"),
        (("19", "1"), None),
        (("0000", "1"), None),
        (("２０１９", "1"), None),
        ((None, "1"), None),
    ],
)
def test_dates_are_as_exact_as_they_can_be(parts: tuple[str | None, ...], expected: str | None) -> None:
    assert iso_date(*parts) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020 Nov-Dec", "2020-11"),
        ("1998 Dec-1999 Jan", "1998-12"),
        ("2007 Apr 12-18", "2007-04-12"),
        ("2000 Nov 30-Dec 3", "2000-11-30"),
        ("2021 3rd Quarter", "2021-07"),
        ("1999 Spring", "1999"),
        ("1947-1948", "1947"),
        ("Nov-Dec 2020", "2020-11"),
        ("2021 Apr-Jun 01", "2021-04"),
        ("2019 Feb 30-31", "2019-02"),
        ("undated", None),
        ("12345", None),
    ],
)
def test_medline_dates_give_their_beginning(text: str, expected: str | None) -> None:
    assert parse_medline_date(text) == expected


@given(st.text(max_size=30))
def test_no_words_break_the_medline_date(text: str) -> None:
    found = parse_medline_date(text)
    assert found is None or len(full_date(found)) == 10


def test_the_sort_date_is_the_earlier_one_filled_up() -> None:
    assert full_date("2020-01", "2019-12-03") == "2019-12-03"
    assert full_date("2020", None) == "2020-01-01"
    assert full_date(None, None) == ""


def test_a_vague_date_does_not_stand_before_the_one_that_says_it_precisely() -> None:
    assert full_date("2019", "2019-04-04") == "2019-04-04"
    assert full_date("2019-05", "2019-04-04") == "2019-04-04"
    assert full_date("2019", "2020-01-09") == "2019-01-01"


def test_a_season_is_kept_in_words() -> None:
    element = etree.fromstring("<PubDate><Year>2013</Year><Season>Spring</Season></PubDate>")
    assert read_issue_date(element) == ("2013", "2013 Spring")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("http://orcid.org/0000-0002-1825-009x", "0000-0002-1825-009X"),
        ("0000000218250097", "0000-0002-1825-0097"),
        (" 0000-0002-1825-0097 ", "0000-0002-1825-0097"),
        ("0000-0002-1825-009", None),
        ("0000-0002-1825-00977", None),
        ("none", None),
    ],
)
def test_orcid_forms(text: str, expected: str | None) -> None:
    assert normalise_orcid(text) == expected


@given(st.from_regex(r"10\.\d{4}/[A-Za-z0-9._/;() -]{1,12}", fullmatch=True))
def test_the_short_way_for_tidy_dois_agrees_with_the_normaliser(text: str) -> None:
    try:
        expected: str | None = normalise_doi(text)
    except InvalidIdentifier:
        expected = None
    assert find_doi(text) == expected


def test_identifiers_that_are_none() -> None:
    assert [find_pmid(text) for text in ("", None, "0", "12x", "1234567890", "²", " 77 ")] == [None] * 6 + [77]
    assert [find_pmcid(text) for text in ("PMC12", "pmc12.1", "12")] == ["PMC12"] * 3
    assert [find_pmcid(text) for text in ("25516063", "PM12", "", None)] == [None] * 4


@pytest.mark.parametrize(
    ("inside", "plain", "marked"),
    [
        ("H<sub>2</sub>O", "H2O", "H<sub>2</sub>O"),
        ("plain &lt; 5", "plain < 5", None),
        ("<b>a <i>b</i></b> &amp; c", "a b & c", "<b>a <i>b</i></b> &amp; c"),
        ("x <odd>y</odd> z", "x y z", None),
        ("x <odd><i>y</i></odd>", "x y", "x <i>y</i>"),
        (" a\n\t b  c ", "a b c", None),
        (f"<mml:math {MML}><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math>", "x2",
         '<math xmlns="http://www.w3.org/1998/Math/MathML"><msup><mi>x</mi><mn>2</mn></msup></math>'),
        (f'<mml:math {MML}><mml:mi href="javascript:x" onclick="y" mathvariant="bold">x</mml:mi></mml:math>', "x",
         '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi mathvariant="bold">x</mi></math>'),
        (f"<mml:math {MML}><mml:semantics><mml:mi>&#945;</mml:mi><mml:annotation>\\alpha</mml:annotation>"
         "</mml:semantics></mml:math>", "α",
         '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mi>α</mi><annotation>\\alpha</annotation>'
         "</semantics></math>"),
    ],
)  # fmt: skip
def test_inline_markup(inside: str, plain: str, marked: str | None) -> None:
    element = etree.fromstring(f"<ArticleTitle>{inside}</ArticleTitle>")
    assert read_text(element) == plain
    assert read_marked(element) == (plain, marked)


@pytest.mark.parametrize(
    ("inside", "plain"),
    [
        ("<mml:mfrac><mml:mn>1</mml:mn><mml:mrow><mml:mi>a</mml:mi><mml:mo>+</mml:mo><mml:mi>b</mml:mi></mml:mrow>"
         "</mml:mfrac>", "1/(a+b)"),
        ("<mml:mroot><mml:mi>x</mml:mi><mml:mn>3</mml:mn></mml:mroot>", "3√x"),
        ("<mml:mfenced><mml:mi>a</mml:mi><mml:mi>b</mml:mi></mml:mfenced>", "(a, b)"),
        ("<mml:mtable><mml:mtr><mml:mtd><mml:mn>1</mml:mn></mml:mtd><mml:mtd><mml:mn>2</mml:mn></mml:mtd></mml:mtr>"
         "<mml:mtr><mml:mtd><mml:mn>3</mml:mn></mml:mtd></mml:mtr></mml:mtable>", "1 2; 3"),
        ("<mml:mtext>if so</mml:mtext><mml:mspace/><mml:mi>y</mml:mi>", "if so y"),
        ("<mml:mphantom><mml:mi>q</mml:mi></mml:mphantom><mml:mi>y</mml:mi>", "y"),
    ],
)  # fmt: skip
def test_formulas_read_as_one_line(inside: str, plain: str) -> None:
    element = etree.fromstring(f"<ArticleTitle><mml:math {MML}>{inside}</mml:math></ArticleTitle>")
    assert read_text(element) == plain
