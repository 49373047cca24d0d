"""What holds for every record: offsets, determinism, and that saying more unsays nothing."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from functools import partial
from importlib import resources

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exokb.domain.annotation import Annotation, Assertion
from exokb.domain.record import AbstractSection, DataBank, MeshHeading, Record
from exokb.evidence.annotator import Annotator
from exokb.evidence.folding import blank, fold
from exokb.evidence.vocabulary_files import build_vocabulary, load_vocabulary

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


def test_characters_of_private_use_mean_nothing() -> None:
    # publishers' own signs, which patterns might take for theirs
    for sign in map(chr, range(0xE000, 0xE008)):
        text = f"Exosomes of MSCs carrying miR-21 {sign} and {sign} VEGF healed {sign} wounds."
        plain = text.replace(sign, " ")
        assert affirmed(ANNOTATOR.annotate(record_of(text))) == affirmed(ANNOTATOR.annotate(record_of(plain)))


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


def record_of(*sentences: str, number: int = 990000003) -> Record:
    return Record(pmid=number, title="Vesicles", abstract=(AbstractSection(text=" ".join(sentences)),))


def keeps_what_was_said(claim: str, unrelated: list[tuple[str, int]]) -> bool:
    """Whether all that a claim says is still found with other sentences put in before the n-th of its own."""
    sentences = [f"{part}." for part in claim.removesuffix(".").split(". ")]
    before = affirmed(ANNOTATOR.annotate(record_of(*sentences)))
    assert before
    for sentence, at in unrelated:
        sentences.insert(min(at, len(sentences)), sentence)
    return before <= affirmed(ANNOTATOR.annotate(record_of(*sentences)))


@given(st.sampled_from(CLAIMS), st.lists(st.tuples(st.sampled_from(UNRELATED), st.integers(1, 9)), min_size=1))
@settings(max_examples=80, deadline=None)
def test_an_unrelated_sentence_removes_nothing(claim: str, unrelated: list[tuple[str, int]]) -> None:
    assert keeps_what_was_said(claim, unrelated)


@pytest.mark.xfail(reason="without labels, the first sentence is taken for the aim, and what stands there weighs more")
def test_nor_does_one_that_comes_first() -> None:
    assert all(keeps_what_was_said(claim, [(sentence, 0)]) for claim in CLAIMS for sentence in UNRELATED)


@given(records, st.sampled_from(UNRELATED))
@settings(max_examples=100, deadline=None)
def test_an_unrelated_section_removes_nothing_from_any_record(record: Record, unrelated: str) -> None:
    after = record.model_copy(update={"abstract": (*record.abstract, AbstractSection(text=unrelated))})
    # a design of "other" says that nothing was found
    before = affirmed(ANNOTATOR.annotate(record)) - {("design", "other")}
    assert before <= affirmed(ANNOTATOR.annotate(after))


@given(st.lists(records, max_size=5), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_records_changes_nothing(batch: list[Record], dice: random.Random) -> None:
    batch += [record_of(claim, number=990000010 + at) for at, claim in enumerate(CLAIMS)]
    found = [ANNOTATOR.annotate(record) for record in batch]
    order = list(range(len(batch)))
    dice.shuffle(order)
    fresh = Annotator(ANNOTATOR.vocabulary)
    assert {at: fresh.annotate(batch[at]) for at in order} == dict(enumerate(found))


def vocabulary_files() -> list[tuple[str, str]]:
    folder = resources.files("exokb.evidence.facets")
    return [(file.name, file.read_text("utf-8")) for file in folder.iterdir() if file.name.endswith(".toml")]


def shuffled(dice: random.Random) -> Annotator:
    """An annotator of the packaged vocabularies with files, terms, phrases of terms and of lists in another order."""
    files = []
    for name, text in vocabulary_files():
        # The lists stand at the end of a file and stay there.
        body, mark, lists = re.sub(r"\[\s*((?:\"[^\"]*\",?\s*)+)\]", partial(turned, dice), text).partition(
            "\n[lists]\n"
        )
        head, *terms = body.split("\n[[term]]\n")
        dice.shuffle(terms)
        files.append((name, "\n[[term]]\n".join([head, *terms]) + mark + lists))
    dice.shuffle(files)
    return Annotator(build_vocabulary(files))


def turned(dice: random.Random, phrases: re.Match[str]) -> str:
    found = re.findall(r"\"[^\"]*\"", phrases.group(1))
    dice.shuffle(found)
    return f"[{', '.join(found)}]"


@pytest.fixture(scope="module", params=[1, 7, 11])
def another_order(request: pytest.FixtureRequest) -> Annotator:
    return shuffled(random.Random(request.param))


def test_the_order_of_vocabulary_entries_changes_nothing(another_order: Annotator) -> None:
    assert another_order.vocabulary.version == ANNOTATOR.vocabulary.version
    for claim in CLAIMS:
        record = Record(pmid=990000004, title=claim, keywords=("exosomes", "osteoarthritis"))
        assert ANNOTATOR.annotate(record)
        assert another_order.annotate(record) == ANNOTATOR.annotate(record)


@given(record=records)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nor_does_it_for_any_record(another_order: Annotator, record: Record) -> None:
    assert another_order.annotate(record) == ANNOTATOR.annotate(record)


RUN = """
import sys
from exokb.domain.record import AbstractSection, Record
from exokb.evidence.annotator import Annotator
from exokb.evidence.vocabulary_files import load_vocabulary
annotator = Annotator(load_vocabulary())
print(annotator.vocabulary.version)
for claim in sys.argv[1:]:
    record = Record(pmid=990000003, title="Vesicles", abstract=(AbstractSection(text=claim),), keywords=("stroke",))
    print(*annotator.annotate(record), sep="\\n")
"""


def test_another_process_with_another_hash_seed_says_the_same() -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", RUN, *CLAIMS], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True,
            text=True, check=True,
        ).stdout
        for seed in ("0", "1", "2026")
    }  # fmt: skip
    (only,) = said
    assert only.count("Annotation(") > len(CLAIMS)
