"""The evidence table: cells are proved or empty."""

from __future__ import annotations

import json

from exokb.app import App
from exokb.domain.identifiers import Identifier
from exokb.domain.record import Dates
from exokb.formats.evidence_table import EvidenceRow, proofs
from exokb.formats.tables import TABLE_WRITERS
from exokb.query.criteria import Criteria
from exokb.services.decisions import Decision, decide
from exokb.services.table import build_table, get_columns
from exokb.store.reading import get_terms
from tests.services.conftest import HEART, KIDNEY, LIVER, PAPERS, paper, store


def row(app: App, pmid: int) -> EvidenceRow:
    (only,) = build_table(app, Criteria(ids=(pmid,))).rows
    return only


def say(app: App, pmid: int, term: str, verdict: str) -> None:
    facet, value = term.split(":")
    decide(app, [Identifier("pmid", str(pmid))], [Decision(facet, value, verdict)], note="read in full")


def test_every_cell_points_at_its_words(filled: App) -> None:
    table = build_table(filled, Criteria())
    rows = {own.pmid: own for own in table.rows}
    assert set(rows) == {KIDNEY, HEART, LIVER}
    for record in PAPERS:
        shown = proofs(table, rows[record.pmid])
        assert shown
        for _, _, proof in shown:
            assert record.text(proof.field)[proof.start : proof.end] == proof.words


def test_a_study_and_its_finding(filled: App) -> None:
    kidney = row(filled, KIDNEY)
    assert kidney.study == "Yin 2020"
    assert kidney.reference.endswith("J Invent Vesicles. 2020. PMID 990000101")
    assert [fact.value for fact in kidney.facts["disease"]] == ["acute_kidney_injury"], "kidney is said by it"
    assert kidney.finding is not None
    assert kidney.finding.words == "Exosomal miR-21-5p relieves acute kidney injury."
    heart = row(filled, HEART)
    assert heart.finding is not None
    assert heart.finding.words == "These results suggest that such exosomes mend the infarcted heart."


def test_what_nothing_proves_is_empty(filled: App) -> None:
    liver = row(filled, LIVER)
    assert "cargo" not in liver.facts
    assert liver.finding is None
    table = build_table(filled, Criteria())
    cells = dict(zip(table.header(proof=True), table.cells(liver, proof=True), strict=True))
    assert cells["cargo"] == cells["cargo proof"] == ()
    assert cells["finding"] is None


def test_columns_are_the_facets_of_the_vocabulary_in_a_stable_order(filled: App) -> None:
    columns = get_columns(filled)
    assert columns[:2] == ("disease", "source")
    assert columns.index("cargo") < columns.index("molecules") < columns.index("design")
    assert not {"relevance", "trial", "type"} & set(columns)


def test_a_person_is_believed(filled: App) -> None:
    say(filled, KIDNEY, "cargo:mirna", "reject")
    say(filled, KIDNEY, "cargo:lipid", "confirm")
    say(filled, KIDNEY, "disease:acute_kidney_injury", "confirm")
    kidney = row(filled, KIDNEY)
    (lipid,) = kidney.facts["cargo"]
    assert (lipid.value, lipid.proof.words, lipid.proof.decided) == ("lipid", "", "2026-11-23")
    assert lipid.proof.text == "decided by a person (2026-11-23)"
    (injury,) = kidney.facts["disease"]
    assert injury.proof.words
    assert injury.proof.decided == "2026-11-23"


def test_json_holds_the_spans(filled: App) -> None:
    table = build_table(filled, Criteria(ids=(KIDNEY,)))
    data = json.loads(b"".join(TABLE_WRITERS["json"](table, False, filled.clock())))
    (kidney,) = data["rows"]
    assert data["facets"] == list(table.facets) == list(kidney["facts"])
    abstract = PAPERS[0].text("abstract")
    assert abstract[kidney["finding"]["start"] : kidney["finding"]["end"]] == kidney["finding"]["words"]


def test_what_a_narrower_value_says_is_not_said_again(app: App) -> None:
    record = paper(
        990000111,
        "Exosomes of mesenchymal stem cells in lung cancer",
        (None, "Tumours of mice with lung cancer shrank."),
    )
    store(app, record)
    with app.library.reading() as connection:
        assert {"cancer", "lung_cancer", "respiratory"} <= set(get_terms(connection, [1])[1]["disease"])
    assert [fact.value for fact in row(app, 990000111).facts["disease"]] == ["lung_cancer"]
    say(app, 990000111, "disease:lung_cancer", "reject")
    assert [fact.value for fact in row(app, 990000111).facts["disease"]] == ["cancer"], "it has words of its own"


def test_the_reference_has_the_year_of_the_issue(app: App) -> None:
    dates = Dates(electronic="2020-12-31", print="2021-06", sort="2020-12-31")
    early = PAPERS[0].model_copy(update={"dates": dates, "volume": "12", "issue": "5", "pages": "834-7"})
    store(app, early)
    shown = row(app, KIDNEY)
    assert shown.study == "Yin 2021"
    assert shown.reference.endswith("J Invent Vesicles. 2021;12(5):834-7. PMID 990000101")


def test_a_paper_that_is_in_no_issue_yet_has_its_pages_after_the_year(app: App) -> None:
    store(app, PAPERS[0].model_copy(update={"pages": "1-11"}))
    assert row(app, KIDNEY).reference.endswith("J Invent Vesicles. 2020:1-11. PMID 990000101")
