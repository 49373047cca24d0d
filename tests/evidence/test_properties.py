"""What holds for every record: offsets, determinism, and that saying more unsays nothing."""

from __future__ import annotations

import random
from importlib import resources

from hypothesis import given, settings
from hypothesis import strategies as st

from exokb.domain.annotation import Annotation, Assertion
from exokb.domain.record import AbstractSection, DataBank, MeshHeading, Record
from exokb.evidence.annotator import Annotator
from exokb.evidence.folding import blank, fold
from exokb.evidence.vocabulary import build_vocabulary, load_vocabulary

ANNOTATOR = Annotator(load_vocabulary())
WORDS = [
    "exosomes",
    "EVs",
    "extracellular vesicles",
    "MSC-derived",
    "mesenchymal stem cells",
    "BMSCs",
    "miR-21",
    "let‑7c",
    "carrying",
    "deliver",
    "in",
    "no",
    "without",
    "acute kidney injury",
    "(AKI)",
    "stroke",
    "such as",
    "VEGF",
    "TGF-β1",
    "suppress",
    "TLR4",
    "mice",
    "patients",
    "We",
    "In this review",
    "NCT01234567",
    "ChiCTR 2000030261",
    "loaded with",
    "curcumin",
    "umbilical cord",
    "stem cells",
    "from",
    "GW4869",
    "exosome-depleted serum",
    "RNA exosome",
    "İstanbul",
    "ﬁbrosis",
    "naïve",
    "\u200bzero",
    "in vivo",
    "protocol",
    "however,",
    "lncRNA H19",
    "circHIPK3",
    "and",
    ".",
    ";",
    "é",
]
texts = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)), max_size=30).map(" ".join)
sections = st.lists(
    st.builds(AbstractSection, text=texts, label=st.sampled_from([None, "METHODS", "Results", "AIM", "Odd: label"])),
    max_size=4,
).map(tuple)
records = st.builds(
    Record,
    pmid=st.integers(990000001, 990000999),
    title=texts,
    abstract=sections,
    keywords=st.lists(texts, max_size=3).map(tuple),
    publication_types=st.lists(st.sampled_from(["Journal Article", "Review", "Comment"]), max_size=2).map(tuple),
    mesh=st.lists(
        st.builds(MeshHeading, descriptor=st.sampled_from(["Stroke", "Exosomes", "Neoplasms"])), max_size=2
    ).map(tuple),
    data_banks=st.lists(
        st.builds(DataBank, name=st.just("ClinicalTrials.gov"), accessions=st.just(("NCT00000001",))), max_size=1
    ).map(tuple),
)


@given(records)
@settings(max_examples=150, deadline=None)
def test_annotations_point_at_their_words(record: Record) -> None:
    found = ANNOTATOR.annotate(record)
    for annotation in found:
        assert annotation.words
        assert record.text(annotation.field)[annotation.start : annotation.end] == annotation.words
    designs = [a for a in found if a.facet == "design" and a.assertion is Assertion.AFFIRMED]
    assert len(designs) <= 1
    assert ANNOTATOR.annotate(record) == found


@given(st.text())
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert len(blank(fold(text))) == len(text)


CLAIMS = [
    "Exosomes of bone marrow mesenchymal stem cells carrying miR-21 reduced acute kidney injury in rats.",
    "We asked whether MSC exosomes help in stroke. Exosomes were given to mice. Infarcts shrank.",
    "Here we review vesicles in sepsis. They carry proteins.",
    "Twenty patients with lupus received umbilical cord mesenchymal stem cell exosomes.",
    "Exosomes were isolated. Exosomal HSP27 was found. In conclusion, vesicles of adipose stem cells vary.",
]
UNRELATED = ["The weather was mild.", "Chairs were moved to the next room.", "A window stood open.", "Lunch was late."]


def affirmed(found: tuple[Annotation, ...]) -> set[tuple[str, str]]:
    return {(a.facet, a.value) for a in found if a.assertion is Assertion.AFFIRMED}


@given(st.sampled_from(CLAIMS), st.lists(st.sampled_from(UNRELATED), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_an_unrelated_sentence_removes_nothing(claim: str, unrelated: list[str]) -> None:
    before = Record(pmid=990000003, title="Vesicles", abstract=(AbstractSection(text=claim),))
    after = before.model_copy(update={"abstract": (AbstractSection(text=" ".join([claim, *unrelated])),)})
    assert affirmed(ANNOTATOR.annotate(before)) <= affirmed(ANNOTATOR.annotate(after))


def test_the_order_of_vocabulary_entries_changes_nothing() -> None:
    files = []
    for file in resources.files("exokb.evidence.facets").iterdir():
        if file.name.endswith(".toml"):
            # The lists stand at the end of a file and stay there.
            body, mark, lists = file.read_text("utf-8").partition("\n[lists]\n")
            head, *terms = body.split("\n[[term]]\n")
            random.Random(7).shuffle(terms)
            files.append((file.name, "\n[[term]]\n".join([head, *terms]) + mark + lists))
    random.Random(3).shuffle(files)
    other = Annotator(build_vocabulary(files))
    for claim in CLAIMS:
        record = Record(pmid=990000004, title=claim, keywords=("exosomes", "osteoarthritis"))
        assert other.annotate(record) == ANNOTATOR.annotate(record)
