"""Scoring: by hand on invented annotations, and as measured on real labelled records."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from exokb.domain.annotation import Annotation, Assertion
from exokb.evidence.annotator import Annotator
from exokb.evidence.evaluation import Counts, Mistake, gold_values, score_records
from exokb.evidence.vocabulary_files import load_vocabulary
from exokb.sources.pubmed.parse import parse_records

VOCABULARY = load_vocabulary()


def claim(facet: str, value: str, assertion: Assertion = Assertion.AFFIRMED) -> Annotation:
    return Annotation(facet, value, "words", "title", 0, 5, "rule", assertion)


def test_counts_give_precision_recall_and_f1() -> None:
    counts = Counts(true_positive=3, false_positive=1, false_negative=2)
    assert (counts.precision, counts.recall) == (0.75, 0.6)
    assert counts.f1 == pytest.approx(6 / 9)
    assert (Counts().precision, Counts().recall, Counts().f1) == (1.0, 1.0, 1.0)


def test_conditions_count_as_their_area_and_errors_are_listed() -> None:
    gold = {
        "id": "990000001",
        "disease": ["kidney", "skin"],
        "molecules": ["TGF-beta", "miR-21"],
        "design": "in_vivo",
        "is_msc_ev": True,
    }
    found = [
        claim("disease", "acute_kidney_injury"),
        claim("disease", "liver"),
        claim("disease", "skin", Assertion.BACKGROUND),
        claim("molecules", "miR 21"),
        claim("design", "in_vivo"),
        claim("relevance", "msc_ev"),
    ]
    result = score_records([(gold, found)], VOCABULARY)
    disease = result.scores["disease"]
    assert (disease.micro.true_positive, disease.micro.false_positive, disease.micro.false_negative) == (1, 1, 1)
    assert disease.values["kidney"].f1 == 1.0
    assert disease.macro_f1 == pytest.approx(1 / 3)
    assert result.scores["molecules"].micro.true_positive == 1
    assert result.scores["relevance"].micro.f1 == 1.0
    assert result.scores["cargo"].micro.f1 == 1.0
    assert set(result.mistakes) == {
        Mistake("990000001", "disease", "liver", "extra"),
        Mistake("990000001", "disease", "skin", "missing"),
        Mistake("990000001", "molecules", "TGF-beta", "missing"),
    }


@pytest.mark.parametrize(
    "gold", [{"id": "1", "disease": "kidney"}, {"id": "1", "cargo": [3]}, {"id": "1", "is_msc_ev": "yes"}]
)
def test_malformed_gold_is_refused_with_record_and_facet(gold: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="record 1"):
        gold_values(gold)


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["dev", "own"])
def test_real_records_are_read_as_their_annotators_did(real_data: Path, name: str) -> None:
    """Floors a little below what is measured, so that a change for the worse shows."""
    file = real_data / "gold" / "dev.jsonl" if name == "dev" else Path(__file__).parent / "labels.jsonl"
    gold = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    with gzip.open(real_data / "pubmed" / "sample-2021.xml.gz") as packed:
        parsed = parse_records(packed.read())
    records = {str(record.pmid): record for _, record in sorted(parsed.records, key=lambda item: item[1].version)}
    annotator = Annotator(VOCABULARY)
    result = score_records([(labels, annotator.annotate(records[labels["id"]])) for labels in gold], VOCABULARY)
    floors = {"disease": 0.95, "cargo": 0.93, "source": 0.95, "design": 0.95, "relevance": 0.98, "molecules": 0.85}
    assert {facet: score.micro.f1 for facet, score in result.scores.items() if score.micro.f1 < floors[facet]} == {}
