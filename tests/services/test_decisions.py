"""A person's word stands above the matchers', and is kept through everything."""

from __future__ import annotations

import pytest

from exokb.app import App
from exokb.domain.identifiers import Identifier
from exokb.errors import NotInLibrary, UnknownTerm
from exokb.query.criteria import Criteria
from exokb.services.annotate import annotate_library
from exokb.services.decisions import Decision, DecisionReport, decide
from exokb.services.export import export_rows
from exokb.services.search import search_library
from exokb.services.show import show_record
from tests.services.conftest import HEART, KIDNEY, LIVER, PAPERS, store


def pmid(number: int) -> Identifier:
    return Identifier("pmid", str(number))


def say(app: App, number: int, term: str, verdict: str = "confirm", note: str = "") -> DecisionReport:
    facet, value = term.split(":")
    return decide(app, [pmid(number)], [Decision(facet, value, verdict)], note=note)


def found(app: App, facet: str, value: str) -> set[int | None]:
    return {hit.pmid for hit in search_library(app, Criteria(terms=((facet, value),))).hits}


def test_confirming_adds_and_rejecting_takes_away(filled: App) -> None:
    assert found(filled, "disease", "kidney") == {KIDNEY}
    say(filled, LIVER, "disease:acute_kidney_injury")
    assert found(filled, "disease", "kidney") == {KIDNEY, LIVER}, "and what is broader than it"
    say(filled, KIDNEY, "disease:acute_kidney_injury", "reject")
    say(filled, KIDNEY, "disease:kidney", "reject")
    assert found(filled, "disease", "kidney") == {LIVER}


def test_the_latest_decision_counts_and_can_be_withdrawn(filled: App) -> None:
    say(filled, LIVER, "cargo:mirna")
    say(filled, LIVER, "cargo:mirna", "reject")
    assert LIVER not in found(filled, "cargo", "mirna")
    say(filled, LIVER, "cargo:mirna")
    assert LIVER in found(filled, "cargo", "mirna")
    say(filled, LIVER, "cargo:mirna", "withdraw")
    assert LIVER not in found(filled, "cargo", "mirna")
    say(filled, KIDNEY, "cargo:mirna", "reject")
    say(filled, KIDNEY, "cargo:mirna", "withdraw")
    assert KIDNEY in found(filled, "cargo", "mirna"), "what the matchers say counts again"
    verdicts = [d.verdict for d in show_record(filled, pmid(LIVER)).decisions]
    assert verdicts == ["confirm", "reject", "confirm", "withdraw"], "nothing is ever removed"


def test_saying_the_same_again_changes_nothing(filled: App) -> None:
    assert len(say(filled, LIVER, "disease:kidney", note="read in full").decided) == 1
    again = say(filled, LIVER, "disease:kidney", note="read in full")
    assert (again.decided, again.unchanged) == ([], 1)
    assert say(filled, HEART, "disease:kidney", "withdraw").unchanged == 1
    assert len(say(filled, LIVER, "disease:kidney", note="another reason").decided) == 1


def test_decisions_outlive_annotating_and_fetching_again(filled: App) -> None:
    say(filled, LIVER, "cargo:lipid", note="from the full text")
    say(filled, KIDNEY, "cargo:mirna", "reject")
    annotate_library(filled, everything=True)
    changed = [record.model_copy(update={"issue": "7"}) for record in PAPERS]
    store(filled, *changed)
    assert found(filled, "cargo", "lipid") == {LIVER}
    assert KIDNEY not in found(filled, "cargo", "mirna")
    (decision,) = show_record(filled, pmid(LIVER)).decisions
    assert (decision.value, decision.note, decision.decided_at) == (
        "lipid",
        "from the full text",
        "2026-11-23T12:00:00Z",
    )


def test_exports_tell_what_was_decided(filled: App) -> None:
    say(filled, LIVER, "disease:kidney")
    say(filled, LIVER, "cargo:mirna", "reject")
    say(filled, LIVER, "cargo:lipid")
    say(filled, LIVER, "cargo:lipid", "withdraw")
    say(filled, LIVER, "source:adipose", note="Methods, p. 3; Table 1")
    (row,) = export_rows(filled, Criteria(ids=(LIVER,)))
    assert row.decisions == (
        "cargo:mirna rejected (2026-11-23)",
        "disease:kidney confirmed (2026-11-23)",
        "source:adipose confirmed (2026-11-23: Methods, p. 3; Table 1)",
    )
    assert (row.disease, row.cargo, row.source) == (("kidney", "liver", "liver_fibrosis"), (), ("adipose",))


def test_values_are_found_by_label_and_spelling(filled: App) -> None:
    say(filled, LIVER, "disease:Acute kidney injury")
    say(filled, LIVER, "molecules:hsa-microRNA-999-5p")
    assert found(filled, "disease", "acute_kidney_injury") == {KIDNEY, LIVER}
    assert found(filled, "molecules", "miR-999-5p") == {LIVER}


def test_what_no_vocabulary_knows_is_said_and_nothing_is_changed(filled: App) -> None:
    with pytest.raises(UnknownTerm) as caught:
        decide(filled, [pmid(LIVER)], [Decision("cargo", "mirna", "confirm"), Decision("disease", "kidny", "confirm")])
    assert "kidney" in caught.value.near
    assert found(filled, "cargo", "mirna") == {KIDNEY}
    with pytest.raises(UnknownTerm) as caught:
        say(filled, LIVER, "diseas:kidney")
    assert caught.value.near == ("disease",)


def test_papers_that_are_not_here_are_named_and_the_others_decided(filled: App) -> None:
    report = decide(filled, [pmid(990777777), pmid(LIVER)], [Decision("disease", "kidney", "confirm")])
    assert [type(failure.error) for failure in report.failures] == [NotInLibrary]
    assert [identifier for identifier, _ in report.decided] == [pmid(LIVER)]


def test_rejecting_a_publication_type_can_be_withdrawn(filled: App) -> None:
    typed = PAPERS[2].model_copy(update={"publication_types": ("Review",)})
    store(filled, typed)
    say(filled, LIVER, "type:review", "reject")
    assert found(filled, "type", "review") == set()
    say(filled, LIVER, "type:review", "withdraw")
    assert found(filled, "type", "review") == {LIVER}


def test_a_decision_on_a_term_that_the_vocabulary_no_longer_has_is_kept(filled: App) -> None:
    folder = filled.settings.vocabulary_dir
    folder.mkdir()
    mine = folder / "mine.toml"
    mine.write_text(
        'facet = "disease"\n[[term]]\nid = "voice"\nlabel = "Voice"\n[[term]]\nid = "tail"\nlabel = "Tail"\n', "utf-8"
    )
    with_mine = App(filled.settings, clock=filled.clock)
    assert annotate_library(with_mine).records == 3
    say(with_mine, LIVER, "disease:voice", note="it purred")
    mine.unlink()
    without = App(filled.settings, clock=filled.clock)
    annotate_library(without)
    assert found(without, "disease", "voice") == {LIVER}
    (row,) = export_rows(without, Criteria(ids=(LIVER,)))
    assert row.decisions == ("disease:voice confirmed (2026-11-23: it purred)",)
    with pytest.raises(UnknownTerm):
        found(without, "disease", "tail")
