"""Which words are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exokb.query.fold import SEPARATOR, Pattern, fold_name, fold_query, fold_spans, fold_text

SAME = [
    ("miR-21", "miR21", "miR 21", "MIR‑21", "mir–21"),
    ("TGF-β1", "TGFβ1", "TGF beta 1", "TGF-beta1", "tgf–Β1", "TGF-\u03d01"),
    ("H₂O", "H2O", "h 2 o"),
    ("CD63⁺", "CD63+", "CD 63"),
    ("10⁹", "10^9", "10(9)"),
    ("ischaemia", "Ischemia"),
    ("ischaemic", "ischemic"),
    ("tumour", "tumors", "Tumours"),
    ("oedema", "edema"),
    ("lymphoedema", "lymphedema"),
    ("haematopoietic", "hematopoietic"),
    ("leukaemia", "leukemias"),
    ("anaesthetised", "anesthetized"),
    ("characterisation", "characterization", "characterizations"),
    ("analyse", "analyze"),
    ("analysis", "analyses"),
    ("diagnosis", "diagnoses"),
    ("fibre", "fibers", "fiber"),
    ("centre", "Centers"),
    ("centred", "centered"),
    ("multicentre", "multicenter"),
    ("paediatric", "pediatric"),
    ("behaviour", "behaviors"),
    ("foetal", "fetal"),
    ("oesophageal", "esophageal"),
    ("oestrogen", "estrogens"),
    ("sulphate", "sulfate"),
    ("signalling", "signaling"),
    ("labelled", "labeled"),
    ("diarrhoea", "diarrhea"),
    ("leucocytes", "leukocyte"),
    ("ageing", "aging"),
    ("titre", "titers"),
    ("catalogue", "catalogs"),
    ("neurone", "neurons"),
    ("EVs", "ev"),
    ("therapies", "therapy"),
    ("viruses", "virus"),
    ("niches", "niche"),
    ("approaches", "approach"),
    ("mitochondria", "mitochondrion"),
    ("mice", "mouse"),
    ("conditioned media", "conditioned medium"),
    ("thesis", "theses"),
    ("Alzheimer's", "Alzheimer’s", "alzheimers", "Alzheimer"),
    ("Sjögren", "Sjo\u0308gren", "sjogren"),
    ("micro\u00advesicle", "microvesicle"),
    ("µ", "μ", "mu"),
]
DIFFERENT = [
    ("rat", "rate"),
    ("CAR", "care"),
    ("ALS", "al"),
    ("AIDS", "aid"),
    ("exosome", "exosomal"),
    ("CD63", "CD81"),
    ("microvesicle", "vesicle"),
    ("virus", "viral"),
    ("mass", "mas"),
    ("thesis", "these"),
    ("literature", "litre"),
    ("cluster", "lustre"),
]


@pytest.mark.parametrize("words", SAME, ids=lambda words: words[0])
def test_variants_fold_to_the_same_tokens(words: tuple[str, ...]) -> None:
    folded = {fold_text(word).split(f" {SEPARATOR} ")[0] for word in words}
    assert len(folded) == 1


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert fold_text(one) != fold_text(other)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("a co-culture system", "coculture"),
        ("a co‑culture system", "co-culture"),
        ("a coculture system", "co-culture"),
        ("micro-vesicle-derived", "microvesicle"),
        ("microvesicles", "micro-vesicle"),
        ("micro-vesicle-derived", "microvesicle-derived"),
        ("TGF-β1", "TGFbeta1"),
        ("TGFbeta1", "TGF-β1"),
        ("TGF-beta", "TGFbeta"),
        ("T-cells", "Tcell"),
        ("X-ray", "xray"),
    ],
)
def test_hyphenated_words_are_found_written_together_and_the_other_way(text: str, query: str) -> None:
    indexed = f" {fold_text(text)} "
    assert any(f" {' '.join(pattern.tokens)} " in indexed for pattern in fold_query(query))


def test_phrases_do_not_bridge_texts_or_compounds() -> None:
    assert fold_text("stem", "cell") == f"stem {SEPARATOR} cell"
    assert fold_text("co-culture of cells") == f"co culture of cell {SEPARATOR} coculture"


@pytest.mark.parametrize(
    ("stump", "words"),
    [
        ("exosom", ["exosome", "exosomes", "exosomal"]),
        ("therapie", ["therapies"]),
        ("vesicles", ["vesicles"]),
        ("apoptosi", ["apoptosis"]),
        ("tumour", ["tumors", "tumorigenic"]),
        ("mitochondri", ["mitochondria", "mitochondrial"]),
        ("bacteria", ["bacteria", "bacterial"]),
        ("characteriz", ["characterisation", "characterized"]),
        ("miR-2", ["miR-21", "miR200"]),
    ],
)
def test_a_prefix_finds_every_form_that_begins_with_it(stump: str, words: list[str]) -> None:
    for word in words:
        indexed = f" {fold_text(word)} "
        assert any(
            f" {' '.join(pattern.tokens)}{'' if pattern.prefix else ' '}" in indexed
            for pattern in fold_query(stump, prefix=True)
        ), word


def test_names_keep_spelling_and_plural() -> None:
    assert fold_name("Williams") == (Pattern(("williams",)),)
    assert fold_name("O’Brien K")[0] == Pattern(("obrien", "k"))
    assert fold_name("Müller-Lüdenscheidt") == (
        Pattern(("muller", "ludenscheidt")),
        Pattern(("mullerludenscheidt",)),
    )


def test_signs_alone_are_nothing() -> None:
    assert fold_query(" – + ") == ()
    assert fold_name("--") == ()
    assert fold_text("", "…") == ""


def test_long_chains_of_hyphens_stay_small() -> None:
    folded = fold_text("-".join(["ala"] * 50_000))
    assert len(folded) < 250_000
    assert len(fold_query(" ".join(["stem-cell-derived"] * 40))) <= 24


@given(st.text(max_size=60))
def test_spans_point_into_the_text_and_agree_with_the_index(text: str) -> None:
    running, *together = fold_spans(text)
    assert all(0 <= span.start < span.end <= len(text) for spans in (running, *together) for span in spans)
    indexed = fold_text(text).split(f" {SEPARATOR} ")
    spoken = [" ".join(span.token for span in spans) for spans in (running, *together)]
    # the Greek final sigma is the one letter whose lower case depends on what follows
    assert [part for part in spoken if part] == [part for part in indexed if part]


@given(st.text(max_size=30))
def test_every_query_finds_its_own_text(text: str) -> None:
    indexed = f" {fold_text(text)} "
    patterns = fold_query(text)
    assert bool(patterns) == bool(indexed.strip())
    for pattern in patterns[:1]:
        assert f" {' '.join(pattern.tokens)} " in indexed
    assert all(SEPARATOR not in pattern.tokens for pattern in patterns)
