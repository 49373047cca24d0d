import ast
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.upstream import SEED, Paper, bulk, load_written
from tests.upstream.pubmedxml import record_xml

CORPUS = load_written()


def test_records_are_invented() -> None:
    for paper in CORPUS:
        assert 990_000_001 <= paper.pmid < 990_100_000
        assert not paper.doi or paper.doi.startswith("10.5555/")
        assert not paper.pmcid or paper.pmcid.startswith("PMC99")
        assert all(nct.startswith("NCT99") for nct in paper.trials)


def test_identifiers_are_unique() -> None:
    for name in ("pmid", "doi", "pmcid", "title"):
        values = Counter(getattr(paper, name) for paper in CORPUS if getattr(paper, name))
        assert values.most_common(1)[0][1] == 1, name


def test_abstracts_are_long_enough_and_all_different() -> None:
    texts = [" ".join(text for _, text in paper.abstract) for paper in CORPUS if paper.abstract]
    assert len(texts) >= 40
    assert len(set(texts)) == len(texts)
    assert all(60 <= len(text.split()) <= 120 for text in texts), [len(text.split()) for text in texts]


@pytest.mark.parametrize("paper", [*CORPUS, *bulk(3)], ids=lambda paper: str(paper.pmid))
def test_every_record_is_well_formed_and_says_what_it_should(paper: Paper) -> None:
    record = ElementTree.fromstring(record_xml(paper))
    article = record.find("BookDocument") if paper.book else record.find("MedlineCitation/Article")
    assert article is not None
    title = article.find("ArticleTitle")
    assert title is not None
    assert "".join(title.itertext()) == paper.title
    shown = [element.text for element in article.iterfind("Abstract/AbstractText")]
    assert shown == [text for _, text in paper.abstract]
    own_ids = record.findall("./PubmedData/ArticleIdList/ArticleId")
    if not paper.book:
        assert {each.get("IdType"): each.text for each in own_ids if each.get("IdType") == "doi"} == (
            {"doi": paper.doi} if paper.doi else {}
        )
    assert [each.get("UI") for each in record.iter("DescriptorName") if each.get("UI") == "D000000"] == []
    assert [each.get("UI") for each in record.iter("QualifierName") if each.get("UI") == "Q000000"] == []


def test_awkward_kinds_are_all_there() -> None:
    papers = list(CORPUS)
    kinds = {kind for paper in papers for kind in paper.types}
    assert {"Retracted Publication", "Retraction of Publication", "Published Erratum", "Editorial"} <= kinds
    corrections = {correction.kind for paper in papers for correction in paper.corrections}
    assert {"RetractionIn", "RetractionOf", "ErratumIn", "ExpressionOfConcernIn"} <= corrections
    assert any(paper.versions > 1 for paper in papers)
    assert any(paper.book for paper in papers)
    assert any(paper.medline_date for paper in papers)
    assert any(paper.vernacular for paper in papers)
    assert any(paper.nested_references for paper in papers)
    assert any(not paper.abstract for paper in papers)
    assert any(not paper.mesh and paper.abstract for paper in papers)
    assert any(len(paper.abstract) > 1 for paper in papers)
    forms = {form for cited in CORPUS.papers[SEED].references for form in cited.forms.items()}
    assert {("pubmed", "pmid"), ("pubmed", "doi"), ("pubmed", "text"), ("crossref", "fields")} <= forms


def test_every_cited_paper_exists() -> None:
    cited = {each.pmid for paper in CORPUS for each in paper.references if each.pmid}
    assert cited <= set(CORPUS.papers)


def test_update_file_is_well_formed() -> None:
    root = ElementTree.fromstring(CORPUS.update_file(deleted=[990000999]))
    versions = sum(paper.versions for paper in CORPUS)
    assert len(root) == versions + 1
    assert root[-1].tag == "DeleteCitation"


def test_server_knows_nothing_of_exokb() -> None:
    for path in Path(__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.split(".")[0] == "exokb" for name in names), path
