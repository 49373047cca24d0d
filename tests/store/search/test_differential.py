"""SQL and the matcher in memory find the same records, whatever is asked."""

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exokb.query.criteria import Criteria
from exokb.query.match import Matcher
from exokb.query.synonyms import Synonyms
from exokb.query.tree import And, DateRange, IdTerm, Node, Not, Term, iter_leaves, join_and, join_or
from exokb.store.search.sqlite import count, explain, find_ids, search

Library = Any

WORDS = st.sampled_from((
    "exosome", "Exosomes", "vesicle", "micro-vesicle", "microvesicle", "extracellular", "stem", "stem-cell", "cell",
    "co-culture", "coculture", "miR-21", "mir21", "let-7", "TGF-β", "TGFbeta1", "il10", "CD63", "ischaemia", "ischemic",
    "tumour", "oedema", "kidney", "renal", "fibros", "fiber", "therapies", "analysis", "signaling", "Williams", "Young",
    "AIM", "7c", "NCT99000001", "990000005", "metabolism",
))  # fmt: skip
FIELDS = st.sampled_from(["", "", "", "ti", "tiab", "ab", "ot", "tw", "all", "mh", "majr", "pt", "si"])
ENTRIES = st.sampled_from(
    [
        Term("stem cells", "mh"), Term("stem cells", "mh:noexp"), Term("kidney", "mh:noexp"), Term("kidney", "majr"),
        Term("kidney/injuries", "mh"), Term("kidney/injuries", "majr:noexp"), Term("stem ce", "mh:noexp", prefix=True),
        Term("extracellular ves", "mh", prefix=True), Term("stem cells", "ta", prefix=True),
        Term("stem cells", "ta"), Term("stem cell", "ta", prefix=True), Term("1066-5099", "ta"), Term("chinese", "la"),
        Term("review", "pt"), Term("systematic review", "pt"), Term("yin", "au"), Term("yin k", "au"),
        Term("yin k", "au", quoted=True), Term("ada muller", "au"), Term("obrien", "au"), Term("kwonlee", "au"),
        Term("van der berg", "1au"), Term("long", "au"),
    ]
)  # fmt: skip


@st.composite
def leaves(draw: st.DrawFn) -> Node:
    kind = draw(st.sampled_from(["text", "text", "text", "entry", "date", "id"]))
    if kind == "entry":
        return draw(ENTRIES)
    if kind == "date":
        first, last = sorted(draw(st.tuples(st.integers(2016, 2022), st.integers(2016, 2022))))
        return DateRange(f"{first}-0{draw(st.integers(1, 9))}", f"{last}-1{draw(st.integers(0, 2))}")
    if kind == "id":
        number = draw(st.integers(0, 110))
        return IdTerm(
            *draw(st.sampled_from([("pmid", f"{990000001 + number}"), ("doi", f"10.5555/invented.{number}")]))
        )
    words = " ".join(draw(st.lists(WORDS, min_size=1, max_size=3)))
    return Term(words, draw(FIELDS), quoted=" " in words, prefix=draw(st.booleans()))


TREES = st.recursive(
    leaves(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(join_and),
        st.lists(inner, min_size=2, max_size=3).map(join_or),
        inner.map(Not),
    ),
    max_leaves=8,
)
# Words side by side, hyphenated words and capitals: what is expanded, and what stands beside it.
PLAIN = st.lists(
    WORDS | st.sampled_from(("EV", "EVs", "MSC", "SC-derived", "MSC-EVs", "AKI", "neoplasm", "injury of", "exo-EV")),
    min_size=1,
    max_size=4,
).map(" ".join)
TEXTS = st.one_of(
    TREES.map(str),
    PLAIN,
    st.tuples(PLAIN, st.sampled_from(["AND", "OR", "NOT"]), TREES.map(str) | PLAIN).map(
        lambda t: f"({t[0]}) {t[1]} ({t[2]})"
    ),
)
CRITERIA = st.builds(
    Criteria,
    text=TEXTS | st.just(""),
    expand=st.booleans(),
    years=st.none() | st.tuples(st.none() | st.integers(2016, 2022), st.none() | st.integers(2016, 2022)),
    types=st.lists(st.sampled_from(["review", "Systematic Review", "journal_article"]), max_size=2).map(tuple),
    authors=st.lists(st.sampled_from(["Yin", "yin k", "Young A", "Muller"]), max_size=2).map(tuple),
    journals=st.lists(st.sampled_from(["stem cells", "J Invent Vesicles", "stem*"]), max_size=1).map(tuple),
    retracted=st.sampled_from([None, None, True, False]),
    ids=st.lists(st.integers(990000001, 990000110), max_size=60).map(tuple),
)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(criteria=CRITERIA, tree=TREES)
def test_both_find_the_same(invented: Library, synonyms: Synonyms, criteria: Criteria, tree: Node) -> None:
    for asked in (criteria, Criteria(text=str(tree))):
        matcher = Matcher(asked, synonyms)
        expected = {record_id for record_id, record in invented.records.items() if matcher.matches(record)}
        assert set(find_ids(invented.connection, asked)) == expected
        assert count(invented.connection, asked) == len(expected)
        page = search(invented.connection, asked, limit=5)
        assert page.total == len(expected)
        assert [hit.record_id for hit in page.hits] == find_ids(invented.connection, asked, limit=5)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(text=TEXTS)
def test_synonyms_only_add(invented: Library, text: str) -> None:
    plain = find_ids(invented.connection, Criteria(text=text, expand=False))
    assert set(plain) <= set(find_ids(invented.connection, Criteria(text=text)))


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(tree=TREES)
def test_what_says_exactly_what_it_means_is_left_alone(invented: Library, tree: Node) -> None:
    quoted = And(tuple(_as_written(leaf) for leaf, _ in iter_leaves(tree)))
    assert explain(invented.connection, Criteria(text=str(quoted))) == ()
    assert explain(invented.connection, Criteria(text=f"NOT ({tree})")) == ()


def _as_written(leaf: Term | DateRange | IdTerm) -> Node:
    return replace(leaf, quoted=True) if isinstance(leaf, Term) and not leaf.field and not leaf.prefix else leaf
