"""Vocabularies: what is packaged, how a user extends it, and how an error is told."""

from __future__ import annotations

import random
from importlib import resources
from pathlib import Path

import pytest

from exokb.errors import VocabularyError
from exokb.evidence.spelling import spellings
from exokb.evidence.vocabulary import any_of
from exokb.evidence.vocabulary_files import build_vocabulary, load_vocabulary

FACET = """
facet = "disease"
label = "Disease"

[[term]]
id = "kidney"
label = "Kidney"
combine = [[["renal", "kidney"], ["injury"]]]

[[term]]
id = "acute_kidney_injury"
parent = "kidney"
abbreviations = ["AKI"]
"""


def broken(text: str) -> VocabularyError:
    with pytest.raises(VocabularyError) as caught:
        build_vocabulary([("mine.toml", text)])
    return caught.value


def test_packaged_vocabularies_load_and_hold_the_guideline() -> None:
    vocabulary = load_vocabulary()
    areas = {term.value for term in vocabulary.terms if term.facet == "disease" and term.parent is None}
    assert areas == {
        "kidney",
        "liver",
        "cardiovascular",
        "neurological",
        "respiratory",
        "skin",
        "musculoskeletal",
        "metabolic",
        "eye",
        "cancer",
        "immune",
        "gastrointestinal",
        "reproductive",
        "infectious",
        "oral",
        "hematological",
    }
    assert {term.value for term in vocabulary.terms if term.facet == "source"} == {
        "bone_marrow",
        "adipose",
        "umbilical_cord",
        "placenta",
        "dental",
        "endometrium",
        "pluripotent",
        "synovium",
        "urine",
        "other_tissue",
    }
    assert "msc" not in {term.value for term in vocabulary.terms if term.facet == "cell"}


def test_combined_words_become_synonyms_in_every_spelling() -> None:
    rules = build_vocabulary([("disease.toml", FACET)]).facets["disease"].rules["kidney"]
    assert set(rules.synonyms) == {"renal injury", "kidney injury"}


def test_a_user_adds_words_and_terms() -> None:
    mine = 'facet = "disease"\n[[term]]\nid = "kidney"\nsynonyms = ["Nephrosis"]\n'
    mine += '[[term]]\nid = "voice"\nlabel = "Voice"\n'
    facet = build_vocabulary([("disease.toml", FACET), ("mine.toml", mine)]).facets["disease"]
    assert "nephrosis" in facet.rules["kidney"].synonyms
    assert "renal injury" in facet.rules["kidney"].synonyms
    assert facet.rules["kidney"].label == "Kidney"
    assert facet.rules["voice"].label == "Voice"


def test_a_user_drops_words_and_replaces_terms() -> None:
    drop = 'facet = "disease"\n[[term]]\nid = "kidney"\ndrop = ["renal injury"]\n'
    facet = build_vocabulary([("disease.toml", FACET), ("mine.toml", drop)]).facets["disease"]
    assert facet.rules["kidney"].synonyms == ("kidney injury",)
    anew = 'facet = "disease"\n[[term]]\nid = "kidney"\nreplace = true\nsynonyms = ["nephron"]\n'
    facet = build_vocabulary([("disease.toml", FACET), ("mine.toml", anew)]).facets["disease"]
    assert facet.rules["kidney"].synonyms == ("nephron",)


def test_user_files_are_read_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "disease.toml").write_text(
        'facet = "disease"\n[[term]]\nid = "voice"\nsynonyms = ["vocal fold"]\n', "utf-8"
    )
    with_mine, packaged = load_vocabulary(tmp_path), load_vocabulary()
    assert "voice" in with_mine.facets["disease"].rules
    assert with_mine.version != packaged.version
    assert load_vocabulary(tmp_path / "absent").version == packaged.version


def test_a_user_can_only_add_to_facets_that_there_are(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('# mine\nfacet = "diseas"\n', "utf-8")
    with pytest.raises(VocabularyError, match="'diseas'; did you mean disease") as caught:
        load_vocabulary(tmp_path)
    assert caught.value.line == 2
    (tmp_path / "mine.toml").write_text('facet = "weather"\n', "utf-8")
    with pytest.raises(VocabularyError, match="there are cargo, design, disease"):
        load_vocabulary(tmp_path)


def test_a_file_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    text = 'facet = "disease"\n[[term]]\nid = "sjogren"\nsynonyms = ["Sjögren-Gougerot"]\n'
    mine = tmp_path / "mine.toml"
    mine.write_bytes(text.encode("cp1252"))
    with pytest.raises(VocabularyError, match="UTF-8") as caught:
        load_vocabulary(tmp_path)
    assert (caught.value.file, caught.value.line) == (str(mine), 4)
    mine.write_bytes(text.encode("utf-8-sig"))
    assert "sjogren gougerot" in load_vocabulary(tmp_path).facets["disease"].rules["sjogren"].synonyms


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(VocabularyError, match="cannot be read"):
        load_vocabulary(tmp_path)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('facet = "disease"\n\n[[term]\n', 3, "not TOML"),
        ('facet = "Disease"\n', 1, "lower case"),
        ('facet = "disease"\ncolour = "red"\n', 2, "colour"),
        ('facet = "disease"\n[[term]]\nlabel = "Kidney"\n', 2, "`id`"),
        ('facet = "disease"\n[[term]]\nid = "kidney"\n[[term]]\nid = "liver"\nsynonims = ["x"]\n', 6, "synonims"),
        ('facet = "disease"\n[[term]]\nid = "kidney"\nsynonyms = "renal"\n', 4, "synonyms"),
        ('facet = "disease"\n[[term]]\nid = "kidney"\nsynonyms = [" renal"]\n', 4, "synonyms"),
        ('facet = "disease"\n[[term]]\nid = "kidney"\n[[term]]\nid = "kidney"\n', 5, "twice"),
        ('facet = "disease"\n[[term]]\nid = "kidney"\ncombine = ["renal"]\n', 4, "combine"),
        ('facet = "disease"\n[[term]]\nid = "a"\npatterns = [{ when = ["x"], match = "(" }]\n', 4, "pattern"),
        ('facet = "disease"\n[[term]]\nid = "a"\npatterns = [{ when = ["x"], match = "x*" }]\n', 4, "nothing"),
        ('facet = "disease"\n[[term]]\nid = "a"\nparent = "b"\n', 2, "'b'"),
        ('facet = "disease"\n[[term]]\nid = "a"\nalso = ["b"]\n', 2, "'b'"),
        ('facet = "disease"\n[[term]]\nid = "a"\nparent = "b"\n[[term]]\nid = "b"\nparent = "a"\n', 2, "ancestor"),
        ('facet = "disease"\n[[term]]\nid = "a"\nsynonyms = ["b", "…"]\n', 4, "holds no letter"),
        ('facet = "disease"\n[[term]]\nid = "a"\nexclude = [""]\n', 4, "holds no letter"),
        ('facet = "disease"\n[[term]]\nid = "a"\ncombine = [[["a", ""], ["", "b"]]]\n', 4, "holds no letter"),
        ('facet = "disease"\n[[term]]\nid = "a"\npatterns = [{ when = ["-"], match = "x" }]\n', 4, "no letter"),
        ('facet = "disease"\n[lists]\nexamples = ["such as", 3]\n', 3, "examples"),
    ],
)
def test_errors_name_file_line_and_reason(text: str, line: int, reason: str) -> None:
    error = broken(text)
    assert (error.file, error.line) == ("mine.toml", line)
    assert reason in error.reason


def test_the_order_of_entries_changes_nothing() -> None:
    blocks = FACET.split("[[term]]")
    turned = "[[term]]".join([blocks[0], blocks[2], blocks[1]]).replace('["renal", "kidney"]', '["kidney", "renal"]')
    assert build_vocabulary([("a", FACET)]).version == build_vocabulary([("a", turned)]).version


def test_the_order_of_files_changes_nothing() -> None:
    files = [
        (f.name, f.read_text("utf-8"))
        for f in resources.files("exokb.evidence.facets").iterdir()
        if f.name.endswith("toml")
    ]
    random.Random(1).shuffle(files)
    assert build_vocabulary(files).version == load_vocabulary().version


def test_a_missing_list_is_named() -> None:
    with pytest.raises(VocabularyError, match="'carry'"):
        build_vocabulary([("disease.toml", FACET)]).phrases("disease", "carry")


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("Leukaemia", {"leukaemia", "leukemia"}),
        ("ischemia", {"ischemia", "ischaemia"}),
        ("TGF-β", {"tgf β", "tgf beta"}),
        ("TNF alpha", {"tnf alpha", "tnf α"}),
        ("tumour", {"tumour", "tumor"}),
        ("chemical", {"chemical"}),
    ],
)
def test_spellings_meet(phrase: str, expected: set[str]) -> None:
    assert spellings(phrase) == expected


def test_any_of_prefers_the_longest_and_reads_stars() -> None:
    assert any_of(["carry", "carry on", "load*"]) == r"(?:carry\ on|carry|load\w*)"
