"""Cargo in many phrasings, and what reads like cargo but is none: one invented sentence a case."""

from __future__ import annotations

import pytest

from exokb.domain.record import AbstractSection, Record
from exokb.evidence.annotator import Annotator
from exokb.evidence.evaluation import find_values
from exokb.evidence.long_forms import find_long_form
from exokb.evidence.vocabulary_files import load_vocabulary

VOCABULARY = load_vocabulary()
ANNOTATOR = Annotator(VOCABULARY)


def molecules(sentence: str) -> set[str]:
    record = Record(pmid=990000001, title="MSC exosomes", abstract=(AbstractSection(text=sentence),))
    return find_values(ANNOTATOR.annotate(record), VOCABULARY)["molecules"]


CARRIED = [
    ("EV proteins such as gelsolin and filamin A tell patients apart.", {"gelsolin", "filamin A"}),
    ("Proteomic analysis of exosomes identified 500 proteins, including TIMP1 and SERPINF1.", {"TIMP1", "SERPINF1"}),
    ("Serum exosomal CA19-9 and GPC1 levels were high.", {"CA19-9", "GPC1"}),
    ("Curcumin-loaded exosomes and baicalin-encapsulating EVs were made.", {"curcumin", "baicalin"}),
    ("EVs loaded with the natural compound lycorine killed cells.", {"lycorine"}),
    ("miR-145 and -146a were found in EVs.", {"miR-145", "miR-146a"}),
    ("EVs carried miR-17/20a.", {"miR-17", "miR-20a"}),
    ("Exosomes carry plasminogen activator inhibitor 1 (PAI-1).", {"PAI-1"}),
]


@pytest.mark.parametrize(("sentence", "expected"), CARRIED)
def test_what_vesicles_carry_is_named(sentence: str, expected: set[str]) -> None:
    assert molecules(sentence) == expected


NOT_CARRIED = [
    "Bcl-2 was upregulated by exosomes.",
    "The expression of IL-6 in mice treated with exosomes was lower.",
    "Serum levels of TNF-α in rats given exosomes fell.",
    "PTEN in A549 cells exposed to exosomes declined.",
    "Rats given exosomes had higher levels of BDNF.",
    "Exosomes enhanced expression of VEGF, HGF and bFGF in fibroblasts.",
    "Exosomes were positive for CD9, TSG101 and HSP70 and negative for calnexin.",
    "Exosomes from LPS-treated MSCs and IL-1β-primed MSCs were compared.",
    "Exosomes from MSCs pretreated with melatonin protect the heart.",
    "The secretome contains VEGF, HGF and exosomes.",
    "Exosomes and TGF-β1 induce chondrogenesis.",
    "Exosomes did not contain VEGF.",
    "The exosome group had higher VEGF expression.",
    "Patients treated with sorafenib had more exosomes.",
]


@pytest.mark.parametrize("sentence", NOT_CARRIED)
def test_what_vesicles_act_on_or_stand_beside_is_no_cargo(sentence: str) -> None:
    assert molecules(sentence) == set()


def test_a_long_form_begins_where_its_letters_do() -> None:
    text = "with plasminogen activator inhibitor 1 (pai 1)"
    start = text.index("(") + 1
    assert find_long_form(text, start, len(text) - 1) == text.index("plasminogen")
    assert find_long_form("seen (in", 6, 8) == -1
