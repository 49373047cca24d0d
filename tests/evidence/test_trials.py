"""What vesicles have to do with a trial is read from where its entry names them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from exokb.domain.annotation import Assertion
from exokb.domain.trial import TRIAL_TEXT_FIELDS, Arm, Intervention, Trial
from exokb.evidence.annotator import Annotator
from exokb.evidence.trials import KINDS, TrialReading
from exokb.evidence.vocabulary_files import load_vocabulary
from exokb.sources.clinicaltrials.parse import parse_studies

MSC, OTHER, BIOMARKER = KINDS


@cache
def annotator() -> Annotator:
    return Annotator(load_vocabulary())


def read(title: str, *given: Intervention, **fields: Any) -> TrialReading:
    """Annotate an invented trial."""
    fields.setdefault("study_type", "INTERVENTIONAL")
    return annotator().annotate_trial(Trial(trial_id="NCT99000001", title=title, interventions=given, **fields))


def product(name: str, description: str = "", kind: str = "BIOLOGICAL") -> Intervention:
    return Intervention(type=kind, name=name, description=description or None)


@pytest.mark.parametrize(
    ("title", "given", "fields", "kind"),
    [
        ("Vesicles for Kite Elbow", [product("MSC exosomes")], {}, MSC),
        ("Kite Elbow Study", [product("KE-1", "extracellular vesicles of umbilical cord stem cells")], {}, MSC),
        ("Safety of Mesenchymal Stem Cell Extracellular Vesicles", [product("KE-1", kind="DRUG")], {}, MSC),
        ("MSC Secretome With Exosomes", [product("MSC secretome")], {}, MSC),
        ("Exosomes of Marrow MSCs in Knees", [product("low dose exosomes")], {}, MSC),
        ("Exosome Therapy of Knees", [product("plasma-derived exosomes")], {}, OTHER),
        ("Exosomes for Wounds", [product("ginger exosomes", kind="DIETARY_SUPPLEMENT")], {}, OTHER),
        ("Infusion of KE-2", [product("KE-2", "1 mL with 10^11 particles/mL")], {"keywords": ("Exosomes",)}, OTHER),
        (
            "Therapy With MSC Exosomes in Children",
            [],
            {"study_type": "OBSERVATIONAL"},
            MSC,
        ),
        ("Urinary Exosomes in Kidney Transplants", [], {"study_type": "OBSERVATIONAL"}, BIOMARKER),
        ("Circulating Exosomes Before Surgery", [product("blood sample", kind="OTHER")], {}, BIOMARKER),
        ("Exercise and Exosome Release", [product("running", kind="BEHAVIORAL")], {}, BIOMARKER),
        ("A Drug for Tumours Found in Exosomes by Liquid Biopsy", [product("a pill", kind="DRUG")], {}, BIOMARKER),
        ("Exosome Test", [product("exosome", kind="DIAGNOSTIC_TEST")], {}, BIOMARKER),
        ("Exosomes", [product("exosome")], {"study_type": "OBSERVATIONAL"}, BIOMARKER),
        ("A Pill", [product("pill", kind="DRUG")], {"summary": "Exosomes in blood will be measured."}, BIOMARKER),
        ("Cells for Hearts", [product("cells", "cells known to secrete growth factors and exosomes")], {}, None),
        ("A Device", [product("filter", "removes exosomes from blood", kind="DEVICE")], {}, None),
        ("Stem Cells", [product("MSC")], {"summary": "MSC are thought to act by exosomes."}, None),
        ("Conditioned Medium of MSC", [product("MSC conditioned medium")], {}, None),
    ],
)
def test_kinds(title: str, given: list[Intervention], fields: dict[str, Any], kind: str | None) -> None:
    assert read(title, *given, **fields).kind == kind


def test_the_kind_comes_with_its_words() -> None:
    found = read("Study KE", product("KE-1", "exosomes of MSCs"))
    (proof,) = [a for a in found.annotations if a.facet == "trial_kind"]
    assert (proof.value, proof.field, proof.words) == (MSC, "interventions", "exosomes")


def test_conditions_say_what_a_trial_is_about() -> None:
    found = read("Exosomes After Kidney Injury", product("MSC exosomes"), conditions=("Dry Eye",))
    values = {a.value: a.assertion for a in found.annotations if a.facet == "disease"}
    assert values == {"eye": Assertion.AFFIRMED, "acute_kidney_injury": Assertion.BACKGROUND} or values == {
        "eye": Assertion.AFFIRMED,
        "kidney": Assertion.BACKGROUND,
    }


def test_titles_say_it_where_no_condition_has_a_place() -> None:
    found = read("Exosomes After Kidney Injury", product("MSC exosomes"), conditions=("Tiredness",))
    assert {a.field for a in found.annotations if a.facet == "disease" and a.assertion is Assertion.AFFIRMED} == {
        "title"
    }


def test_source_is_that_of_what_is_given() -> None:
    arm = Arm(label="High", description="inhaled exosomes of adipose stem cells")
    found = read("Exosomes", product("MSC exosomes"), arms=(arm,))
    assert {(a.facet, a.value) for a in found.annotations if a.facet in ("source", "route")} == {
        ("source", "adipose"),
        ("route", "inhaled"),
    }
    blood = read("Circulating Exosomes in Umbilical Cord Blood", study_type="OBSERVATIONAL")
    assert not [a for a in blood.annotations if a.facet == "source"]


def test_real_trials_are_told_apart(real_data: Path) -> None:
    """The vesicle studies of January 2022, told apart by reading their entries."""
    of_msc = {
        2138331, 3384433, 3437759, 3608631, 3857841, 4173650, 4213248, 4270006, 4276987, 4313647,
        4356300, 4366063, 4388982, 4493242, 4544215, 4602104, 4602442, 4657458, 4850469, 4998058,
        5060107, 5078385, 5116761, 5127122, 5130983,
    }  # fmt: skip
    of_others = {
        1159288, 2565264, 3493984, 4202770, 4338347, 4384445, 4389385, 4652531, 4657406, 4664738,
        4747574, 4761562, 4849429, 4879810, 4969172, 5043181,
    }  # fmt: skip
    wrong = []
    for path in sorted((real_data / "ctgov" / "studies").glob("*.json")):
        (trial,) = parse_studies(path.read_bytes()).trials
        found = annotator().annotate_trial(trial)
        assert all(trial.text(a.field)[a.start : a.end] == a.words for a in found.annotations)
        number = int(trial.trial_id.removeprefix("NCT"))
        expected = MSC if number in of_msc else OTHER if number in of_others else None
        therapy = found.kind if found.kind != BIOMARKER else None
        if therapy != expected:
            wrong.append((trial.trial_id, expected, found.kind))
    assert wrong == []


def test_every_field_has_a_text() -> None:
    trial = Trial(trial_id="NCT99000001", title="x")
    assert [trial.text(name) for name in TRIAL_TEXT_FIELDS] == ["x", *[""] * (len(TRIAL_TEXT_FIELDS) - 1)]
    with pytest.raises(KeyError):
        trial.text("sponsor")
