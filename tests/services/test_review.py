"""Walking through evidence: what comes first, what is shown, what is stored."""

from __future__ import annotations

import pytest

from exokb.app import App
from exokb.domain.annotation import Annotation, Assertion
from exokb.errors import UnknownTerm
from exokb.query.criteria import Criteria
from exokb.services.review import Claim, decide_claim, find_claims, view_claim
from exokb.services.search import search_library
from tests.services.conftest import HEART, KIDNEY, LIVER, PAPERS


@pytest.fixture
def doubtful(filled: App) -> App:
    """The invented papers with claims of known certainty."""

    def claim(value: str, words: str, score: float, assertion: Assertion = Assertion.AFFIRMED) -> Annotation:
        start = PAPERS[0].text("abstract").index(words)
        return Annotation("cargo", value, words, "abstract", start, start + len(words), "test", assertion, score)

    found = (
        claim("mirna", "miR-21-5p", 1.0),
        claim("protein", "Exosomes", 0.55),
        claim("lipid", "mice", 1.0, Assertion.NEGATED),
        claim("drug", "injected", 1.0, Assertion.SPECULATIVE),
    )
    with filled.library.reading() as connection:
        (at,) = connection.execute("SELECT id FROM record WHERE pmid = ?", (KIDNEY,)).fetchone()
    with filled.library.transaction() as transaction:
        transaction.terms.replace_annotations([(at, PAPERS[0], found)], vocabulary="test")
    return filled


def claims(app: App, **options: int | bool) -> list[Claim]:
    return find_claims(app, "cargo", Criteria(ids=(KIDNEY,)), **options)  # type: ignore[arg-type]  # keywords pass through


def test_the_least_certain_come_first(doubtful: App) -> None:
    assert [claim.value for claim in claims(doubtful)] == ["drug", "protein", "lipid", "mirna"]
    assert [claim.affirmed for claim in claims(doubtful)] == [False, True, False, True]
    assert [claim.value for claim in claims(doubtful, limit=2)] == ["drug", "protein"]


def test_without_doubt_the_newest_papers_come_first(filled: App) -> None:
    found = find_claims(filled, "disease", uncertain=False)
    with filled.library.reading() as connection:
        pmids = dict(connection.execute("SELECT id, pmid FROM record"))
    order = list(dict.fromkeys(pmids[claim.record_id] for claim in found))
    assert order == [LIVER, HEART, KIDNEY]


def test_sentences_are_shown_with_their_words(doubtful: App) -> None:
    (claim,) = (claim for claim in claims(doubtful) if claim.value == "mirna")
    view = view_claim(doubtful, claim)
    assert (view.name, view.study, view.title) == (f"PMID:{KIDNEY}", "Yin 2020", PAPERS[0].title)
    ((field, sentence, ((start, end),)),) = view.sentences
    assert (field, sentence[start:end]) == ("abstract", "miR-21-5p")
    assert sentence.endswith("The exosomes carried miR-21-5p.")


def test_what_is_decided_is_not_asked_again_until_it_is_undone(doubtful: App) -> None:
    lipid, mirna = claims(doubtful)[2:]
    decide_claim(doubtful, lipid, "confirm")
    decide_claim(doubtful, mirna, "reject")
    assert {claim.value for claim in claims(doubtful)} == {"drug", "protein"}
    assert [hit.pmid for hit in search_library(doubtful, Criteria(terms=(("cargo", "lipid"),))).hits] == [KIDNEY]
    decide_claim(doubtful, lipid, "withdraw")
    assert {claim.value for claim in claims(doubtful)} == {"drug", "protein", "lipid"}


def test_words_of_every_field_can_be_shown(filled: App) -> None:
    for facet in ("disease", "cargo", "source", "design", "molecules", "relevance"):
        for claim in find_claims(filled, facet):
            for _, sentence, marks in view_claim(filled, claim).sentences:
                assert all(0 <= start < end <= len(sentence) for start, end in marks)


def test_an_unknown_facet(filled: App) -> None:
    with pytest.raises(UnknownTerm, match="did you mean cargo"):
        find_claims(filled, "cargos")


def test_of_equal_doubt_what_fewer_words_support_comes_first(doubtful: App) -> None:
    def claim(value: str, start: int) -> Annotation:
        words = PAPERS[0].title[start : start + 3]
        return Annotation("cargo", value, words, "title", start, start + 3, "test", score=0.8)

    found = (claim("lipid", 0), claim("lipid", 10), claim("mirna", 20))
    with doubtful.library.reading() as connection:
        (at,) = connection.execute("SELECT id FROM record WHERE pmid = ?", (KIDNEY,)).fetchone()
    with doubtful.library.transaction() as transaction:
        transaction.terms.replace_annotations([(at, PAPERS[0], found)], vocabulary="test")
    assert [(claim.value, claim.mentions) for claim in claims(doubtful)] == [("mirna", 1), ("lipid", 2)]
