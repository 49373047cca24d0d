"""What is skipped for speed would have found nothing: patterns tried at some places find what they find everywhere."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exokb.domain.record import Record
from exokb.errors import VocabularyError
from exokb.evidence.cargo_patterns import SIGNS, build_patterns
from exokb.evidence.document import Document
from exokb.evidence.matcher import Matcher
from exokb.evidence.vocabulary import Facet, Vocabulary
from exokb.evidence.vocabulary_files import build_vocabulary, load_vocabulary

VOCABULARY = load_vocabulary()
PATTERNS = build_patterns(VOCABULARY)


def _without_shortcuts(vocabulary: Vocabulary) -> Vocabulary:
    facets = {}
    for name, facet in vocabulary.facets.items():
        rules = {
            key: replace(term, patterns=tuple(replace(pattern, starts=(), ends=()) for pattern in term.patterns))
            for key, term in facet.rules.items()
        }
        facets[name] = Facet(facet.name, facet.label, rules, facet.lists, facet.internal)
    return Vocabulary(facets, vocabulary.version)


def _found(matcher: Matcher, text: str) -> list[tuple[str, int, int, str, str]]:
    mentions = matcher.match(Document(Record(pmid=990000001, title=text))).mentions
    return [(facet, m.start, m.end, m.rules.id, m.kind) for facet in sorted(mentions) for m in mentions[facet]]


MATCHER, THOROUGH = Matcher(VOCABULARY), Matcher(_without_shortcuts(VOCABULARY))
SHORT_FORMS = (
    "MSCs BMSC hBM-MSCs BM SCs BM-D-MSC rBMMSCs AD-MSCs hASCs ADSC AT-SCs ADRC hUC-MSC UCB MSCs WJ-MSCs hUCBlood h ucb "
    "blood MSCs cb P-MSC haMSCs AFSCs hAECs DPSCs PDLSC gMSCs SCAP SCAPs MenSCs MB-MSCs endMSC e iMSC ES-MSCs SMSCs SF "
    "USCs hUSC exo exos sEVs EVs MEVs mscexo mscexos MSCEVs miscs disc muscle (exo) derived) BMSCEXOS h i d"
)
TISSUES = (
    "bone_marrow/bone marrow/fat/adipose tissue/umbilical cord/cord blood/Wharton's jelly/placenta/placental/amnion/"
    "amniotic fluid/chorionic/dental pulp/periodontal ligament/gingiva/gingival/dental follicle/endometrial/synovium/"
    "menstrual blood/synovial/fatty/derived/and/or/versus/to/mesenchymal/stem cells/stem-cell/stromal cells/tissue"
)
texts = st.lists(
    st.tuples(
        st.one_of(st.sampled_from(SHORT_FORMS.split()), st.sampled_from(TISSUES.split("/"))),
        st.sampled_from([" ", " ", "-", ", ", "/", "_"]),
    ),
    max_size=24,
).map(lambda parts: "".join(word + gap for word, gap in parts).strip())


@given(texts)
@settings(max_examples=400, deadline=None)
def test_patterns_find_the_same_at_their_places_as_everywhere(text: str) -> None:
    assert _found(MATCHER, text) == _found(THOROUGH, text)


def test_short_forms_and_listed_tissues_are_found_at_all() -> None:
    # The property above says nothing of a pattern that never matches.
    text = "hUC-MSCs, BM-D-MSC, exos; umbilical cord or adipose tissue versus bone marrow mesenchymal stem cells (SCAP)"
    by_pattern = {(facet, term) for facet, _, _, term, kind in _found(MATCHER, text) if kind == "pattern"}
    assert {("cell", "msc"), ("source", "umbilical_cord"), ("source", "bone_marrow"), ("source", "adipose"),
            ("source", "dental")} <= by_pattern  # fmt: skip


WORDS = sorted({phrase.replace("*", "ing") for facet_list in VOCABULARY.facets["cargo"].lists.values()
                for phrase in facet_list})  # fmt: skip
sentences = st.lists(
    st.one_of(
        st.sampled_from(SIGNS),
        st.sampled_from(SIGNS),
        st.sampled_from(
            ["in", "by", "of", "and", "the", "via", "their", "cargo", "from", "was", "gene", "level", "cells"]
        ),
        st.sampled_from(WORDS),
    ),
    max_size=14,
).map(" ".join)


@given(sentences)
@settings(max_examples=600, deadline=None)
def test_a_cargo_pattern_matches_only_where_its_signs_stand(masked: str) -> None:
    signs = "".join(char for char in masked if char in SIGNS)
    for rule in PATTERNS:
        if rule.pattern.search(masked):
            assert re.search(rule.signs, signs), rule.name


@pytest.mark.parametrize("keys", ["starts = ['a'], ends = ['b']", "ends = 'b'", "end = ['b']"])
def test_a_pattern_says_how_it_starts_or_how_it_ends(keys: str) -> None:
    file = f"facet = 'cell'\n[[term]]\nid = 'x'\npatterns = [{{ when = ['a'], {keys}, match = 'a.*b' }}]\n"
    with pytest.raises(VocabularyError, match=r"with starts = .* or ends = "):
        build_vocabulary([("cell.toml", file)])
