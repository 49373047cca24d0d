"""The study card's facets: vesicle, isolation, engineering, route, model and dose."""

from __future__ import annotations

import pytest

from exokb.domain.annotation import Assertion
from exokb.domain.record import AbstractSection, Record
from exokb.evidence.annotator import Annotator
from exokb.evidence.vocabulary_files import load_vocabulary

ANNOTATOR = Annotator(load_vocabulary())
ABSTRACT = (
    "We isolated small extracellular vesicles of hypoxic MSCs by ultracentrifugation and size-exclusion columns. "
    "Vesicles (100 µg/mL) were added to cells. Then 2 × 10^9 particles of sEVs per mouse, or 50 ug of exosomes, were "
    "given intravenously to C57BL/6 mice. A hydrogel held the exosomes. No tangential flow filtration was used."
)


def values(facet: str, abstract: str) -> set[str]:
    record = Record(pmid=990000006, title="Vesicles of MSCs", abstract=(AbstractSection(text=abstract),))
    found = ANNOTATOR.annotate(record)
    return {a.value for a in found if a.facet == facet and a.assertion is Assertion.AFFIRMED}


@pytest.mark.parametrize(
    ("facet", "expected"),
    [
        ("isolation", {"ultracentrifugation", "size_exclusion"}),
        ("engineering", {"preconditioned", "scaffold"}),
        ("route", {"intravenous"}),
        ("model", {"c57bl6", "mouse"}),
        ("dose", {"100 µg/mL", "2e9 particles", "50 µg"}),
        ("vesicle", {"small_ev", "exosome"}),
    ],
)
def test_the_card_holds_what_the_study_did(facet: str, expected: set[str]) -> None:
    assert values(facet, ABSTRACT) == expected


def test_the_card_of_other_work_stays_empty() -> None:
    text = "Insulin (5 mg/kg) was given intravenously to mice."
    assert {facet: values(facet, text) for facet in ("isolation", "route", "model", "dose")} == {
        "isolation": set(),
        "route": set(),
        "model": set(),
        "dose": set(),
    }


def test_medium_without_vesicles_is_no_vesicle() -> None:
    assert values("vesicle", "Cells grew in exosome-depleted serum.") == set()
    assert values("vesicle", "The conditioned medium was collected.") == {"secretome"}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1 x 10^10 exosomes", "1e10 particles"),
        ("10 μg exosomes", "10 µg"),
        ("exosomes (0.5 mg/kg)", "0.5 mg/kg"),
        ("exosomes from 1 × 10^6 cells", "1e6 cells"),
        ("exosomes at 40 micrograms per ml", "40 µg/mL"),
        ("exosomes (1,000 µg)", "1000 µg"),
        ("exosomes (0,5 mg)", "0.5 mg"),
        ("exosomes (12,345.5 ng)", "12345.5 ng"),
        ("exosomes (20 mg·kg-1)", "20 mg/kg"),
        ("exosomes (20 mg kg⁻¹)", "20 mg/kg"),
        ("exosomes at 1 ug/uL", "1 µg/µL"),
        ("1.5E+09 exosomes", "1.5e9 particles"),
        ("2 x 10(11) exosomes", "2e11 particles"),
        ("5 × 10⁸ exosomes per kg", "5e8 particles/kg"),
    ],
)
def test_doses_are_written_in_one_form(written: str, value: str) -> None:
    assert values("dose", f"We gave rats {written}.") == {value}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("10, 50 and 100 µg/mL", {"10 µg/mL", "50 µg/mL", "100 µg/mL"}),
        ("10, 50, and 100 µg", {"10 µg", "50 µg", "100 µg"}),
        ("20–100 µg", {"20 µg", "100 µg"}),
        ("0.5 to 1,000 µg", {"0.5 µg", "1000 µg"}),
        ("on day 3, 100 µg", {"100 µg"}),
        ("n = 6 and 100 µg", {"100 µg"}),
    ],
)
def test_doses_that_share_a_unit_are_several(written: str, expected: set[str]) -> None:
    assert values("dose", f"We gave rats exosomes ({written}).") == expected


def test_each_dose_of_several_points_at_its_own_words() -> None:
    text = "We gave rats exosomes of MSCs (10, 50 and 100 µg/mL)."
    record = Record(pmid=990000006, title="Vesicles of MSCs", abstract=(AbstractSection(text=text),))
    found = {a.value: a.words for a in ANNOTATOR.annotate(record) if a.facet == "dose"}
    assert found == {"10 µg/mL": "10, 50 and 100 µg/mL", "50 µg/mL": "50 and 100 µg/mL", "100 µg/mL": "100 µg/mL"}
