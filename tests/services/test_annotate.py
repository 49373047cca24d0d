"""Annotating again says what changed, and leaves a person's word alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from exokb.app import App
from exokb.domain.annotation import Annotation, Term
from exokb.domain.identifiers import Identifier
from exokb.domain.payload import Payload
from exokb.domain.record import Record
from exokb.errors import UnknownTerm
from exokb.evidence.search_words import SearchWords
from exokb.query.criteria import Criteria
from exokb.query.facet_names import NO_NAMES
from exokb.query.synonyms import build_synonyms
from exokb.services.annotate import annotate_library
from exokb.services.decisions import confirm_terms
from exokb.services.ingest import Ingest
from exokb.settings import load_settings
from exokb.store.evidence import get_facet_terms
from exokb.store.reading import get_terms
from tests.services.fake_source import NOW

TERMS = (
    Term("disease", "kidney", "Kidney"),
    Term("disease", "acute_kidney_injury", "Acute kidney injury", "kidney"),
    Term("disease", "liver", "Liver"),
)


class FakeVocabulary:
    terms: tuple[Term, ...] = TERMS

    def __init__(self, version: str) -> None:
        self.version = version


class FakeAnnotator:
    """Finds one word and gives it a value."""

    def __init__(self, version: str, word: str, value: str) -> None:
        self.vocabulary = FakeVocabulary(version)
        self.search_words = SearchWords(build_synonyms([]), NO_NAMES)
        self._word, self._value = word, value

    def annotate(self, record: Record) -> tuple[Annotation, ...]:
        at = record.title.find(self._word)
        if at < 0:
            return ()
        return (Annotation("disease", self._value, self._word, "title", at, at + len(self._word), "test"),)


@pytest.fixture
def app(tmp_path: Path) -> App:
    return App(load_settings(environment={}, home=tmp_path), clock=lambda: NOW)


def use(app: App, annotator: FakeAnnotator) -> None:
    app.__dict__["annotator"] = annotator


def diseases(app: App) -> list[str]:
    with app.library.reading() as connection:
        return get_terms(connection, [1]).get(1, {}).get("disease", [])


def test_only_outdated_records_are_annotated_again(app: App) -> None:
    use(app, FakeAnnotator("1", "tubules", "acute_kidney_injury"))
    record = Record(pmid=990000001, title="Injured tubules")
    Ingest(app).store(Payload("pubmed", "x", "text/plain", b"x", NOW), [(1, record)])
    assert diseases(app) == ["acute_kidney_injury", "kidney"]
    assert annotate_library(app).records == 0
    use(app, FakeAnnotator("2", "Injured", "liver"))
    report = annotate_library(app)
    assert (report.records, report.changed) == (1, 1)
    assert dict(report.gained) == {("disease", "liver"): 1}
    assert dict(report.lost) == {("disease", "acute_kidney_injury"): 1, ("disease", "kidney"): 1}
    assert diseases(app) == ["liver"]


def test_a_confirmed_term_survives_and_brings_its_broader_term(app: App) -> None:
    use(app, FakeAnnotator("1", "nothing", "liver"))
    Ingest(app).store(
        Payload("pubmed", "x", "text/plain", b"x", NOW), [(1, Record(pmid=990000001, title="Injured tubules"))]
    )
    terms = [("disease", "acute_kidney_injury")]
    confirm_terms(app, Identifier("pmid", "990000001"), terms, note="read the paper")
    use(app, FakeAnnotator("2", "Injured", "liver"))
    annotate_library(app, everything=True)
    assert diseases(app) == ["acute_kidney_injury", "kidney", "liver"]


def test_a_rejected_term_stays_out(app: App) -> None:
    use(app, FakeAnnotator("1", "tubules", "liver"))
    Ingest(app).store(
        Payload("pubmed", "x", "text/plain", b"x", NOW), [(1, Record(pmid=990000001, title="Injured tubules"))]
    )
    with app.library.transaction() as transaction:
        transaction.terms.decide(1, "disease", "liver", verdict="reject", note="it is not")
    assert diseases(app) == []
    annotate_library(app, everything=True)
    assert diseases(app) == []
    with app.library.reading() as connection:
        assert connection.execute("SELECT count(*) FROM decision").fetchone() == (1,)


def store_two(app: App) -> None:
    records = (Record(pmid=990000001, title="Injured tubules"), Record(pmid=990000002, title="Injured lobes, a review"))
    Ingest(app).store(Payload("pubmed", "x", "text/plain", b"x", NOW), list(enumerate(records, 1)))


def test_a_selection_is_annotated_alone_and_the_rest_later(app: App) -> None:
    use(app, FakeAnnotator("1", "Injured", "liver"))
    store_two(app)
    use(app, FakeAnnotator("2", "Injured", "kidney"))
    report = annotate_library(app, Criteria(text="lobes"))
    assert (report.records, report.changed) == (1, 1)
    assert annotate_library(app, Criteria(text="lobes")).records == 0
    assert annotate_library(app, Criteria(text="lobes"), everything=True).records == 1
    assert diseases(app) == ["liver"]
    assert annotate_library(app).records == 1
    assert diseases(app) == ["kidney"]
    with pytest.raises(UnknownTerm):
        annotate_library(app, Criteria(terms=(("disease", "kidny"),)))


def values(app: App) -> set[str]:
    with app.library.reading() as connection:
        return set(get_facet_terms(connection, "disease"))


def test_terms_that_the_vocabulary_lost_are_forgotten_once_nothing_has_them(app: App) -> None:
    older = FakeAnnotator("1", "tubules", "loop")
    older.vocabulary.terms = (
        *TERMS, Term("disease", "nephron", "Nephron", "kidney"), Term("disease", "loop", "Loop", "nephron"),
        Term("disease", "gill", "Gill"),
    )  # fmt: skip
    use(app, older)
    store_two(app)
    use(app, FakeAnnotator("2", "nowhere", "liver"))
    annotate_library(app, Criteria(text="lobes"))
    assert values(app) == {"kidney", "acute_kidney_injury", "liver", "loop", "nephron"}, "a record still has loop"
    annotate_library(app)
    assert values(app) == {"kidney", "acute_kidney_injury", "liver"}
