"""Trials are annotated as they are stored, and again when the vocabulary is another."""

from __future__ import annotations

from exokb.app import App
from exokb.domain.payload import Payload
from exokb.domain.trial import Intervention, Trial
from exokb.services.annotate import annotate_library
from exokb.services.trials.storing import store_trials

EXOSOMES = (Intervention(type="BIOLOGICAL", name="MSC exosomes"),)


def store(app: App, *trials: Trial) -> None:
    body = "; ".join(t.model_dump_json() for t in trials).encode()
    store_trials(app, Payload("file", "test", "application/json", body, app.clock()), trials)


def rows(app: App, sql: str) -> list[tuple[object, ...]]:
    with app.library.reading() as connection:
        return connection.execute(sql).fetchall()


TERMS = "SELECT t.value FROM trial_term x JOIN term t ON t.id = x.term_id ORDER BY t.facet, t.value"


def test_what_is_stored_is_annotated_with_its_broader_terms(app: App) -> None:
    store(app, Trial(trial_id="NCT99000001", interventions=EXOSOMES, conditions=("Acute Kidney Injury",)))
    assert rows(app, "SELECT kind FROM trial") == [("msc_ev_therapy",)]
    assert rows(app, TERMS) == [
        ("acute_kidney_injury",), ("kidney",), ("msc_ev_therapy",), ("exosome",), ("extracellular_vesicle",),
    ]  # fmt: skip


def test_a_newer_state_is_annotated_in_place_of_the_older(app: App) -> None:
    store(app, Trial(trial_id="NCT99000001", updated="2020-01-01", interventions=EXOSOMES, whole=True))
    changed = Trial(
        trial_id="NCT99000001", updated="2021-01-01", conditions=("Dry Eye",), whole=True, status="COMPLETED"
    )
    store(app, changed.model_copy(update={"interventions": (Intervention(type="DRUG", name="a pill"),)}))
    assert rows(app, "SELECT kind FROM trial") == [(None,)]
    assert rows(app, TERMS) == [("eye",)]
    assert rows(app, "SELECT count(*) FROM trial_annotation") == [(1,)]


def test_another_vocabulary_annotates_again(app: App) -> None:
    store(app, Trial(trial_id="NCT99000001", conditions=("Kite Elbow",)))
    assert rows(app, TERMS) == []
    folder = app.settings.vocabulary_dir
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "own.toml").write_text('facet = "disease"\n[[term]]\nid = "kidney"\nsynonyms = ["kite elbow"]\n')
    del app.__dict__["annotator"]
    assert annotate_library(app).trials == 1
    assert rows(app, TERMS) == [("kidney",)]
    assert annotate_library(app).trials == 0
