"""Measuring: what is scored, what is told, and which labels cannot be read."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from exokb.app import App
from exokb.domain.identifiers import Identifier
from exokb.errors import FormatError, NotInLibrary
from exokb.services.decisions import Decision, decide
from exokb.services.evaluate import EvaluateReport, evaluate, overall, read_gold
from tests.services.conftest import HEART, KIDNEY, LIVER

RIGHT: dict[str, Any] = {
    "id": str(KIDNEY), "is_msc_ev": True, "disease": ["kidney"], "cargo": ["mirna"], "molecules": ["mir21-5p"],
    "source": ["adipose"],
}  # fmt: skip


def gold(folder: Path, *labels: dict[str, Any] | str) -> Path:
    path = folder / "gold.jsonl"
    path.write_text("\n".join(x if isinstance(x, str) else json.dumps(x) for x in labels), "utf-8")
    return path


def mistakes(report: EvaluateReport) -> set[tuple[str, str, str]]:
    return {(m.facet, m.value, m.kind) for m in report.evaluation.mistakes}


def test_what_is_right_scores_one(filled: App, tmp_path: Path) -> None:
    report = evaluate(filled, gold(tmp_path, RIGHT))
    micro, macro = overall(report.evaluation)
    assert (report.evaluation.records, report.missing, report.notes, mistakes(report)) == (1, [], [], set())
    assert (micro.true_positive, micro.f1, macro) == (5, 1.0, 1.0)


def test_errors_are_counted_both_ways(filled: App, tmp_path: Path) -> None:
    label = {**RIGHT, "disease": ["liver"], "molecules": ["miR-21-5p", "miR-22"]}
    report = evaluate(filled, gold(tmp_path, "", label))
    assert mistakes(report) == {
        ("disease", "kidney", "extra"), ("disease", "liver", "missing"), ("molecules", "miR-22", "missing"),
    }  # fmt: skip
    micro, _ = overall(report.evaluation)
    assert (micro.true_positive, micro.false_positive, micro.false_negative) == (4, 1, 2)


def test_decisions_of_people_do_not_count(filled: App, tmp_path: Path) -> None:
    decide(filled, [Identifier("pmid", str(KIDNEY))], [Decision("disease", "kidney", "reject")])
    assert mistakes(evaluate(filled, gold(tmp_path, RIGHT))) == set()


def test_records_that_are_nowhere_are_named(filled: App, tmp_path: Path) -> None:
    report = evaluate(filled, gold(tmp_path, RIGHT, {"id": 990777777, "disease": []}))
    assert [failure.asked for failure in report.missing] == ["PMID 990777777"]
    assert report.evaluation.records == 1


def test_texts_from_files_need_no_library(app: App, tmp_path: Path) -> None:
    def article(version: int, title: str) -> str:
        return (
            f'<PubmedArticle><MedlineCitation><PMID Version="{version}">{HEART}</PMID>'
            f"<Article><ArticleTitle>{title}</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
        )

    text = "<PubmedArticleSet>" + article(2, "Kidney failure of mice") + article(1, "Liver fibrosis of mice")
    path = tmp_path / "texts.xml.gz"
    path.write_bytes(gzip.compress(f"{text}</PubmedArticleSet>".encode()))
    label = {"id": str(HEART), "disease": ["kidney"]}
    assert mistakes(evaluate(app, gold(tmp_path, label), [path])) == set()
    with pytest.raises(NotInLibrary):
        evaluate(app, gold(tmp_path, label))
    with pytest.raises(FormatError, match=r"nowhere\.xml"):
        evaluate(app, gold(tmp_path, label), [tmp_path / "nowhere.xml"])


def test_labels_that_no_vocabulary_has_are_told(filled: App, tmp_path: Path) -> None:
    report = evaluate(filled, gold(tmp_path, {"id": str(LIVER), "disease": ["livr"]}))
    assert report.notes == [f"PMID {LIVER}: 'livr' is no value of disease"]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["{"], "line 1"),
        ([RIGHT, "[]"], "line 2: it is no JSON object"),
        ([{"id": "x"}], "must be a PMID"),
        ([{"disease": []}], "must be a PMID"),
        ([{"id": 1, "disease": "kidney"}], "'disease' must be a list"),
        ([{"id": 1, "is_msc_ev": "yes"}], "must be true or false"),
        ([RIGHT, "", RIGHT], "line 3: PMID 990000101 stands on line 1 already"),
        ([""], "no labelled record"),
    ],
)
def test_labels_that_cannot_be_read_say_where(lines: list[Any], reason: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=reason):
        read_gold(gold(tmp_path, *lines))


def test_a_file_of_labels_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"gold\.jsonl"):
        read_gold(tmp_path / "gold.jsonl")


@pytest.mark.realdata
def test_the_labelled_records_of_the_sample_can_be_read(real_data: Path) -> None:
    path = real_data / "gold" / "dev.jsonl"
    if not path.is_file():
        pytest.skip("no labels in the real data")
    assert len(read_gold(path)) == 40
