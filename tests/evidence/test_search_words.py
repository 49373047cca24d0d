"""What a search makes of the vocabularies, and that the vocabularies themselves know these words."""

from __future__ import annotations

import pytest

from exokb.domain.record import AbstractSection, Record
from exokb.evidence.annotator import Annotator
from exokb.evidence.search_words import long_forms_of, make_search_words
from exokb.evidence.vocabulary import SEARCH_FACET
from exokb.evidence.vocabulary_files import build_vocabulary, load_vocabulary
from exokb.query.fold import fold_query

VOCABULARY = load_vocabulary()
ANNOTATOR = Annotator(VOCABULARY)
WORDS = ANNOTATOR.search_words
SOURCES = {
    "bone_marrow_msc": "bone_marrow", "adipose_msc": "adipose", "umbilical_cord_msc": "umbilical_cord",
    "whartons_jelly_msc": "umbilical_cord", "cord_blood_msc": "umbilical_cord", "placental_msc": "placenta",
    "amniotic_msc": "placenta", "dental_pulp_sc": "dental", "periodontal_ligament_sc": "dental",
    "gingival_msc": "dental", "endometrial_msc": "endometrium", "synovial_msc": "synovium",
}  # fmt: skip


def finds(asked: str) -> set[tuple[str, ...]]:
    """Folded phrases that a search for something also finds."""
    groups = WORDS.synonyms.find(fold_query(asked)[0].tokens)
    return {fold_query(word)[0].tokens for group in groups for word in (*group.words, *group.narrower)}


def is_found(asked: str, text: str) -> bool:
    """Whether a search for something finds a text, by its own words or by synonyms."""
    held = f" {' '.join(fold_query(text)[0].tokens)} "
    return any(f" {' '.join(phrase)} " in held for phrase in finds(asked) | {fold_query(asked)[0].tokens})


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("ADSC", "human adipose-derived stem cells"),
        ("ADSC", "adipose tissue-derived mesenchymal stromal cells"),
        ("ADSC", "AD-MSCs"),
        ("ASC", "adipose stem cells"),
        ("adipose-derived mesenchymal stem cell", "hADSCs"),
        ("AD-MSC", "ADSC"),
        ("BMSC", "bone marrow-derived mesenchymal stem cells"),
        ("BM-MSC", "rBMSCs"),
        ("bone marrow stromal cells", "BMMSC"),
        ("hUC-MSC", "umbilical cord-derived mesenchymal stem cells"),
        ("hUC-MSC", "Wharton's jelly mesenchymal stem cells"),
        ("UC-MSC", "hUCMSCs"),
        ("WJ-MSC", "Wharton’s jelly-derived mesenchymal stromal cells"),
        ("MSC", "mesenchymal stem/stromal cells"),
        ("MSC", "adipose-derived stem cells"),
        ("MSC", "DPSCs"),
        ("mesenchymal stromal cell", "MSC"),
        ("SHED", "stem cells of human exfoliated deciduous teeth"),
        ("EV", "exosomal"),
        ("EVs", "microvesicles"),
        ("extracellular vesicles", "small EVs"),
        ("exosome", "small extracellular vesicles"),
        ("sEV", "exosomes"),
        ("AKI", "acute kidney injuries"),
        ("HCC", "hepatocellular carcinoma"),
        ("graft-versus-host disease", "GVHD"),
        ("NAFLD", "nonalcoholic fatty liver disease"),
        ("TFF", "tangential flow filtration"),
        ("VEGF", "vascular endothelial growth factor"),
        ("interleukin 10", "IL-10"),
        ("TGFB1", "transforming growth factor-β1"),
        ("miRNA", "microRNA"),
        ("lncRNA", "long non-coding RNAs"),
    ],
)  # fmt: skip
def test_words_of_the_field_stand_for_one_another(asked: str, text: str) -> None:
    assert is_found(asked, text)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("WJ-MSC", "umbilical cord mesenchymal stem cells"),
        ("UC-MSC", "umbilical cord blood mesenchymal stem cells"),
        ("ADSC", "mesenchymal stem cells"),
        ("BMSC", "MSC"),
        ("exosome", "extracellular vesicles"),
        ("exosome", "microvesicles"),
        ("microvesicle", "exosomes"),
        # short forms that mostly mean something else are asked for, not found
        ("adipose-derived stem cell", "ASC"),
        ("extracellular vesicle", "EV"),
        ("size exclusion chromatography", "SEC"),
        ("acute kidney injury", "AKI"),
        ("HCC", "liver cancer"),
        ("PCOS", "placental complications"),
        ("VEGF-C", "VEGF-A"),
        ("RNA", "microRNA"),
    ],
)
def test_narrower_and_other_words_do_not(asked: str, text: str) -> None:
    assert not is_found(asked, text)


@pytest.mark.parametrize("term", sorted(SOURCES))
def test_names_of_cells_mean_the_same_to_the_matchers(term: str) -> None:
    """The words of a search and the vocabulary of sources must not drift apart: what both know, they read alike."""
    label = VOCABULARY.facets[SEARCH_FACET].rules[term].label
    (group,) = (group for group in WORDS.synonyms.groups if group.label == label)
    read = {
        words: sources_of(f"{words}s" if words.endswith(("cell", "sc")) else f"{words} cells") for words in group.words
    }
    assert {words: found for words, found in read.items() if found - {SOURCES[term]}} == {}
    assert sum(bool(found) for found in read.values()) >= len(read) / 3


def sources_of(cells: str) -> set[str]:
    record = Record(title=f"Exosomes of {cells} heal wounds", abstract=(AbstractSection(text=f"{cells} were used."),))
    return {a.value for a in ANNOTATOR.annotate(record) if a.facet == "source"}


def test_every_kind_of_vesicle_is_found_by_the_word_for_all() -> None:
    for rules in VOCABULARY.facets["vesicle"].rules.values():
        if rules.parent == "extracellular_vesicle":
            assert is_found("EV", rules.label), rules.label


def test_a_group_holds_no_phrase_that_another_finds() -> None:
    for group in WORDS.synonyms.groups:
        for place, words in enumerate(group.words):
            for other in (*group.words[:place], *group.words[place + 1 :]):
                mine, its = (f" {' '.join(fold_query(text)[0].tokens)} " for text in (words, other))
                assert its not in mine, (group.label, words, other)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("AKI", "acute kidney injury"),
        ("HCC", "hepatocellular carcinoma"),
        ("GVHD", "graft-versus-host disease"),
        ("ONFH", "osteonecrosis of the femoral head"),
        ("ADSCs", "adipose derived stem cell"),
        ("T2DM", "type 2 diabetes mellitus"),
    ],
)
def test_short_forms_are_read_out_of_long_ones(short: str, long: str) -> None:
    assert long_forms_of(short, [long]) == [long]


def test_other_words_are_no_long_form() -> None:
    assert long_forms_of("HCC", ["liver cancer", "cancer", "", "h c"]) == []
    assert long_forms_of("PCOS", ["pregnancy complication", "polycystic ovary syndrome"]) == [
        "polycystic ovary syndrome"
    ]
    assert long_forms_of("", ["anything"]) == []


def test_a_user_adds_synonyms_and_names() -> None:
    mine = """
    facet = "search"
    [[term]]
    id = "adipose_msc"
    synonyms = ["lipo cell"]
    [[term]]
    id = "spore"
    label = "spore"
    parent = "extracellular_vesicle"
    synonyms = ["vesicospore"]
    """
    disease = """
    facet = "disease"
    [[term]]
    id = "acute_kidney_injury"
    abbreviations = ["AKRIN"]
    synonyms = ["acute kidney rinsing"]
    """
    files = [
        (f"{name}.toml", f'facet = "{name}"\nlabel = "{name}"\n') for name in ("source", "cell")
    ]  # fmt: skip
    base = [
        ("search.toml", 'facet = "search"\nlabel = "x"\ninternal = true\n[[term]]\nid = "extracellular_vesicle"\n'
         'label = "vesicle"\nsynonyms = ["extracellular vesicle"]\nabbreviations = ["EV"]\n'
         '[[term]]\nid = "adipose_msc"\nsynonyms = ["ADSC"]\n'),
        ("disease.toml", 'facet = "disease"\nlabel = "x"\n[[term]]\nid = "acute_kidney_injury"\n'),
    ]  # fmt: skip
    words = make_search_words(build_vocabulary([*files, *base, ("mine.toml", mine), ("disease.toml", disease)]))
    found = words.synonyms.find(("adsc",))
    assert [group.words for group in found] == [("adsc", "lipo cell")]
    (vesicle,) = words.synonyms.find(("ev",))
    assert vesicle.narrower == ("vesicospore",)
    assert vesicle.kinds == ("spore",)
    (kidney,) = words.synonyms.find(("akrin",))
    assert "acute kidney rinsing" in kidney.words
    assert words.names.hints["disease"]["akrin"] == "acute_kidney_injury"


def test_the_order_of_entries_does_not_change_what_is_found() -> None:
    one = '[[term]]\nid = "a"\nlabel = "A"\nsynonyms = ["alpha cell"]\n'
    two = '[[term]]\nid = "b"\nlabel = "B"\nparent = "a"\nsynonyms = ["beta cell", "bc"]\n'
    head = 'facet = "search"\nlabel = "x"\ninternal = true\n'
    made = [
        make_search_words(build_vocabulary([("search.toml", head + first + second)]))
        for first, second in ((one, two), (two, one))
    ]
    for asked in (("alpha", "cell"), ("bc",)):
        assert made[0].synonyms.find(asked) == made[1].synonyms.find(asked)


def test_names_mean_a_value_or_hint_at_one() -> None:
    exact, hints = WORDS.names.exact, WORDS.names.hints
    assert exact["molecules"]["vascular_endothelial_growth_factor"] == "VEGF"
    assert exact["disease"]["aki"] == "acute_kidney_injury"
    assert exact["isolation"]["tff"] == "tangential_flow_filtration"
    assert "rcc" not in exact["disease"], "a narrower thing than the value must not stand for it in silence"
    assert hints["disease"]["rcc"] == "kidney_cancer"
    assert hints["isolation"]["exoquick"] == "precipitation"
    assert hints["source"]["wharton_jelly"] == "umbilical_cord"
