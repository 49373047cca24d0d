"""Names of molecules and trials: recognised in every form, written in one."""

from __future__ import annotations

import pytest

from exokb.domain.record import AbstractSection, DataBank, Record
from exokb.evidence.annotator import Annotator
from exokb.evidence.folding import fold
from exokb.evidence.molecule_names import find_named_molecules, normalise_mirna
from exokb.evidence.registry_numbers import find_registry_numbers
from exokb.evidence.vocabulary_files import load_vocabulary


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("miR-21", "miR-21"),
        ("miRNA-21", "miR-21"),
        ("microRNA-21-5p", "miR-21-5p"),
        ("hsa-miR-21-5p", "miR-21-5p"),
        ("miR‑21", "miR-21"),
        ("MicroRNA 146a", "miR-146a"),
        ("let-7a-5p", "let-7a-5p"),
        ("Let-7c", "let-7c"),
        ("miR-125b-1-3p", "miR-125b-1-3p"),
        ("mmu-miR-199a-3p", "miR-199a-3p"),
        ("miR-17*", "miR-17*"),
        ("miR21", "miR-21"),
    ],
)
def test_micrornas_meet_in_one_form(written: str, normal: str) -> None:
    assert normalise_mirna(written) == normal


def test_what_is_no_microrna_is_none() -> None:
    assert normalise_mirna("mirror-21") is None
    assert normalise_mirna("miRNA") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("miR-221/222 and miR-17", [("miR-221", "mirna"), ("miR-222", "mirna"), ("miR-17", "mirna")]),
        ("circ-BRWD1 in circulating cells", [("circ-BRWD1", "circrna")]),
        ("circHIPK3 and hsa_circ_0000250", [("circHIPK3", "circrna"), ("hsa_circ_0000250", "circrna")]),
        ("lncRNA NEAT1 rose, NEAT1 fell", [("NEAT1", "lncrna"), ("NEAT1", "lncrna")]),
        ("LINC00511 and HOXA11-AS1", [("HOXA11-AS1", "lncrna"), ("LINC00511", "lncrna")]),
        ("the ultraconserved uc.189", [("uc.189", "other_rna")]),
        ("circadian circles of circRNA", []),
    ],
)
def test_names_are_found_by_their_form(text: str, expected: list[tuple[str, str]]) -> None:
    found = list(find_named_molecules(fold(text), text))
    assert [(m.name, m.cargo) for m in found] == expected


REGISTRIES = [
    ("NCT01234567", "NCT01234567"),
    ("NCT 01234567", "NCT01234567"),
    ("NCT‑01234567", "NCT01234567"),
    ("nct01234567", "NCT01234567"),
    ("ISRCTN12345678", "ISRCTN12345678"),
    ("ISRCTN 12345678", "ISRCTN12345678"),
    ("2017–001234–12", "2017-001234-12"),
    ("2017-001234-12-DE", "2017-001234-12"),
    ("2023-506789-12-00", "2023-506789-12-00"),
    ("ChiCTR2000030261", "ChiCTR2000030261"),
    ("ChiCTR 2000030261", "ChiCTR2000030261"),
    ("ChiCTR-TRC-08000066", "ChiCTR-TRC-08000066"),
    ("CHICTR-IPR-15006504", "ChiCTR-IPR-15006504"),
    ("IRCT20140818018842N12", "IRCT20140818018842N12"),
    ("jRCTs031190123", "jRCTs031190123"),
    ("jRCT2033200055", "jRCT2033200055"),
    ("UMIN000022601", "UMIN000022601"),
    ("UMIN-CTR 000022601", "UMIN000022601"),
    ("JapicCTI-142436", "JapicCTI-142436"),
    ("ACTRN12618000123456", "ACTRN12618000123456"),
    ("ACTRN12618000123456p", "ACTRN12618000123456p"),
    ("CTRI/2018/05/013901", "CTRI/2018/05/013901"),
    ("DRKS00012345", "DRKS00012345"),
    ("KCT0001234", "KCT0001234"),
    ("NTR 1234", "NTR1234"),
    ("PACTR201805003381361", "PACTR201805003381361"),
    ("TCTR20180123001", "TCTR20180123001"),
    ("SLCTR/2012/003", "SLCTR/2012/003"),
    ("RPCEC00000123", "RPCEC00000123"),
    ("RBR-3x9bz5", "RBR-3x9bz5"),
    ("PER-012-14", "PER-012-14"),
    ("LBCTR2019112387", "LBCTR2019112387"),
    ("ITMCTR2022000012", "ITMCTR2022000012"),
]


@pytest.mark.parametrize(("written", "normal"), REGISTRIES)
def test_registry_numbers_are_found_and_normalised(written: str, normal: str) -> None:
    text = f"The trial ({written}) was registered."
    (found,) = find_registry_numbers(text)
    assert found.value == normal
    assert text[found.start : found.end] == written


@pytest.mark.parametrize(
    "text", ["grant 2017-00123-12", "NCT0123456", "NCT012345678", "SPECTRUM 12345678", "in 2019-2020"]
)
def test_other_numbers_are_none(text: str) -> None:
    assert list(find_registry_numbers(text)) == []


def test_trials_come_from_title_abstract_and_data_banks() -> None:
    record = Record(
        pmid=990000005,
        title="A trial of exosomes (NCT01234567)",
        abstract=(AbstractSection(text="Registered as IRCT20140818018842N12 and NCT01234567."),),
        data_banks=(DataBank(name="ClinicalTrials.gov", accessions=("NCT00000001",)),),
    )
    found = {(a.value, a.field) for a in Annotator(load_vocabulary()).annotate(record) if a.facet == "trial"}
    assert found == {
        ("NCT01234567", "title"),
        ("NCT01234567", "abstract"),
        ("IRCT20140818018842N12", "abstract"),
        ("NCT00000001", "databanks"),
    }
