"""Reading queries."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exokb.errors import QuerySyntaxError
from exokb.query.fields import FIELDS
from exokb.query.syntax import find_lowercase_operators, parse_query
from exokb.query.tree import And, DateRange, IdTerm, Node, Not, Or, Term, join_and, join_or

A, B, C, D = (Term(letter) for letter in "abcd")


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("a", A),
        ("a b", And((A, B))),
        ("a b a AND b", And((A, B))),
        ("a OR a", A),
        ("a AND b", And((A, B))),
        ("a OR b AND c", And((Or((A, B)), C))),
        ("a AND b OR c", Or((And((A, B)), C))),
        ("a OR b c", Or((A, And((B, C))))),
        ("a NOT b OR c", Or((And((A, Not(B))), C))),
        ("a AND NOT b", And((A, Not(B)))),
        ("a OR NOT b", Or((A, Not(B)))),
        ("NOT a b", Not(And((A, B)))),
        ("a AND (b OR (c NOT d))", And((A, Or((B, And((C, Not(D)))))))),
        ("((a))", A),
        ("a and b", And((A, Term("and"), B))),
        ("exosom*", Term("exosom", prefix=True)),
        ('"extracellular vesicle*"', Term("extracellular vesicle", quoted=True, prefix=True)),
        ("“extracellular vesicles”[mh]", Term("extracellular vesicles", "mh", quoted=True)),
        ("extracellular vesicles [MeSH Terms]", Term("extracellular vesicles", "mh")),
        ("stem cell[ti] liver", And((Term("stem", "ti"), Term("cell", "ti"), Term("liver")))),
        ("exosomes[Title/Abstract]", Term("exosomes", "tiab")),
        ("yin k[au]", Term("yin k", "au")),
        ("kidney[mh:noexp]", Term("kidney", "mh:noexp")),
        ("Nature[ta]", Term("Nature", "ta")),
        ("2019[dp]", DateRange("2019", "2019")),
        ("2019:2021[dp]", DateRange("2019", "2021")),
        ("2019/3:2021/12/31[dp]", DateRange("2019-03", "2021-12-31")),
        ('"2019/01/01"[Date - Publication] : "3000"[dp]', DateRange("2019-01-01", "3000")),
        ("a b 2019[dp]", And((A, B, DateRange("2019", "2019")))),
        ("a 2019 : 2021[dp]", And((A, DateRange("2019", "2021")))),
        ("a 1 2[pmid]", And((A, Or((IdTerm("pmid", "1"), IdTerm("pmid", "2")))))),
        ("a english[la]", And((A, Term("english", "la")))),
        ("33857817[uid]", IdTerm("pmid", "33857817")),
        ("33857817 34096448,1[pmid]", Or(tuple(IdTerm("pmid", n) for n in ("33857817", "34096448", "1")))),
        ("10.1186/S40364-019-0159-X[doi]", IdTerm("doi", "10.1186/s40364-019-0159-x")),
        ("PMC7477653[pmcid]", IdTerm("pmcid", "PMC7477653")),
        ("poly(I:C)", Term("poly(I:C)")),
        ("CD63(+)", Term("CD63(+)")),
        ("a AND(b)", And((A, B))),
        ("MSC – derived + EV", And((Term("MSC"), Term("derived"), Term("EV")))),
        ("a *", A),
        ("MSC-derived", Term("MSC-derived")),
    ],
)  # fmt: skip
def test_queries_read_as_documented(query: str, tree: Node) -> None:
    assert parse_query(query) == tree


@pytest.mark.parametrize(
    ("query", "position", "reason"),
    [
        ("", 0, "empty"),
        ("   ", 0, "empty"),
        ("(a OR b", 0, "never closed"),
        ("a AND (b", 6, "never closed"),
        ("(", 0, "never closed"),
        ("a)", 1, "closes nothing"),
        ("a (b) c)", 7, "closes nothing"),
        (")", 0, "closes nothing"),
        ("()", 1, "missing"),
        ('kidney "stem cell', 7, "never closed"),
        ("kidney[ti", 6, "never closed"),
        ("kidney]", 6, "never opened"),
        ("AND", 0, "missing"),
        ("AND a", 0, "before AND"),
        ("a OR", 2, "after OR"),
        ("a NOT", 2, "after NOT"),
        ("a AND OR b", 6, "missing"),
        ("a NOT NOT b", 6, "missing"),
        ("(a AND) b", 3, "after AND"),
        ("kidney[tix]", 6, r"did you mean \[ti\]"),
        ("kidney[qqqqqq]", 6, "no field"),
        ('"a b"[tiab:~3]', 5, "proximity"),
        ("(a OR b)[ti]", 8, "after each term"),
        ("[ti] a", 0, "right after"),
        ("ex*some", 2, "only stand at the end"),
        ('"*"', 1, "no letter"),
        ("+", 0, "no letter"),
        ('a ""', 3, "no letter"),
        ("a | b", 2, "write OR"),
        ("2019:2021", 0, r"\[dp\]"),
        ("2021:2019[dp]", 0, "before it begins"),
        ("2019/13[dp]", 0, "month"),
        ("2019/02/30[dp]", 0, "day"),
        ("soon[dp]", 0, "no date"),
        ('"2019"[dp] : ', 11, "end of the range"),
        ('"2019"[dp] : "2020"', 13, r"needs \[dp\]"),
        ("abc[pmid]", 0, "PMID"),
        ("hello[doi]", 0, "DOI"),
    ],
)
def test_errors_point_at_the_place(query: str, position: int, reason: str) -> None:
    with pytest.raises(QuerySyntaxError, match=reason) as caught:
        parse_query(query)
    assert caught.value.position == position


@pytest.mark.parametrize(
    "query",
    [
        "(" * 1_000_000,
        "(" * 40_000,
        "(" * 100 + "a" + ")" * 100,
        "a OR " * 9_000 + "a",
        "a AND b OR " * 100 + "c",
        "NOT (" * 5_000,
        '"' * 10_001,
        "x[" * 20_000,
        "a-" * 20_000,
        '"' + "cell " * 201 + '"',
    ],
    ids=len,
)
def test_hostile_queries_are_refused(query: str) -> None:
    with pytest.raises(QuerySyntaxError):
        parse_query(query)


def test_lower_case_operators_are_noticed() -> None:
    assert find_lowercase_operators('friend or foe and "this or that" not') == ((7, "or"), (33, "not"))


def test_long_names_of_fields_are_unique() -> None:
    names = [name for field in FIELDS for name in (field.tag, *field.names)]
    assert len(names) == len(set(names))


WORDS = st.text(string.ascii_letters + string.digits + "-βé.'/+", min_size=1, max_size=8).filter(
    lambda word: any(char.isalnum() for char in word)
)
TEXT_TAGS = st.sampled_from([field.tag for field in FIELDS if field.style == "text" and field.tag != "pt"])
RUN_TAGS = st.sampled_from(["mh", "mh:noexp", "majr", "au", "1au", "ta", "pt", "la"])


@st.composite
def terms(draw: st.DrawFn) -> Node:
    kind = draw(st.sampled_from(["word", "phrase", "run", "date", "id"]))
    if kind == "date":
        first, last = sorted(draw(st.tuples(st.integers(1900, 2030), st.integers(1900, 2030))))
        return DateRange(f"{first}-0{draw(st.integers(1, 9))}" if first < last else f"{first}", f"{last}")
    if kind == "id":
        return IdTerm("pmid", str(draw(st.integers(1, 999_999_999))))
    count = 1 if kind == "word" else draw(st.integers(1, 3))
    words = " ".join(draw(WORDS) for _ in range(count))
    prefix = words[-1].isalnum() and draw(st.booleans())
    if kind == "run":
        tag = draw(RUN_TAGS)
        return Term(words.split()[-1] if tag == "la" else words, tag, prefix=prefix)
    return Term(words, draw(TEXT_TAGS), quoted=kind == "phrase", prefix=prefix)


def nodes() -> st.SearchStrategy[Node]:
    return st.recursive(
        terms(),
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=4).map(join_and),
            st.lists(inner, min_size=2, max_size=4).map(join_or),
            inner.map(Not),
        ),
        max_leaves=8,
    )


@given(nodes())
def test_a_tree_written_out_reads_as_itself(node: Node) -> None:
    assert parse_query(str(node)) == node


@given(st.text(string.printable + "“”β", max_size=60) | st.text(' "()[]*:ANDORTab12tidp', max_size=40))
def test_any_text_reads_or_is_refused_with_a_place(text: str) -> None:
    place = 0
    try:
        node = parse_query(text)
    except QuerySyntaxError as error:
        place = error.position
    else:
        assert parse_query(str(node)) == node
    assert 0 <= place <= len(text)
