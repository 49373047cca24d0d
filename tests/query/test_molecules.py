"""Names of molecules as they are asked for."""

import pytest

from exokb.evidence.molecule_names import normalise_mirna
from exokb.query.molecules import MicroRna, molecule_key, read_mirna


def read(name: str) -> MicroRna:
    found = read_mirna(name)
    assert found is not None, name
    return found


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("miR-21", "miR-21"),
        ("miRNA-21", "miR-21"),
        ("MIR21", "miR-21"),
        ("miR 21", "miR-21"),
        ("micro-RNA 21", "miR-21"),
        ("microRNA-21-5p", "miR-21-5p"),
        ("hsa-miR-21-5p", "miR-21-5p"),
        ("mmu-miR-199a-3p", "miR-199a-3p"),
        ("exosomal miR-21", "miR-21"),
        ("miR‑125b‑1‑3p", "miR-125b-1-3p"),
        ("let-7a-5p", "let-7a-5p"),
        ("hsa-let-7a", "let-7a"),
        ("miR-let-7c", "let-7c"),
        ("MIRLET7C", "let-7c"),
        ("miR-17*", "miR-17*"),
    ],
)
def test_spellings_meet(written: str, normal: str) -> None:
    assert read(written) == read(normal)


@pytest.mark.parametrize(
    "name", ["miRNA", "21", "miR-x", "VEGF", "MIR22HG", "let", "miR-21-7p", "miR-21 and miR-22", ""]
)
def test_what_is_no_microrna_is_none(name: str) -> None:
    assert read_mirna(name) is None


@pytest.mark.parametrize(
    "name", ["miR-21", "miR-21-5p", "hsa-miR-125b-1-3p", "let-7a", "MicroRNA 146a", "miR-17*", "miR21"]
)
def test_the_matchers_write_what_searches_read(name: str) -> None:
    normal = normalise_mirna(name)
    assert normal is not None
    assert read(name) == read(normal)


@pytest.mark.parametrize(
    ("name", "broader"),
    [
        ("miR-125b-1-3p", ("miR-125b-1", "miR-125b", "miR-125", "miR-125b-3p", "miR-125-3p")),
        ("miR-21-5p", ("miR-21",)),
        ("let-7a", ("let-7",)),
        ("miR-17*", ("miR-17",)),
    ],
)
def test_a_family_covers_its_members_and_not_the_other_way_round(name: str, broader: tuple[str, ...]) -> None:
    for form in broader:
        assert read(form).covers(read(name)), form
        assert not read(name).covers(read(form)), form
    assert read(name).covers(read(name))


@pytest.mark.parametrize(
    ("asked", "other"),
    [("miR-21", "miR-210"), ("miR-21", "miR-214"), ("miR-21", "miR-2"), ("miR-21-5p", "miR-21-3p"), ("miR-7", "let-7"),
     ("miR-125a", "miR-125b"), ("miR-17-3p", "miR-17*")],
)  # fmt: skip
def test_others_are_others(asked: str, other: str) -> None:
    assert not read(asked).covers(read(other))
    assert not read(other).covers(read(asked))


def test_spellings_are_read_as_what_they_spell() -> None:
    for name in ("miR-21", "miR-125b-1-3p", "let-7a-5p"):
        spellings = read(name).spellings()
        assert name in spellings
        assert {read(spelling) for spelling in spellings} == {read(name)}


@pytest.mark.parametrize(
    ("names", "key"),
    [
        (("MALAT1", "MALAT-1", "lncRNA MALAT1", "lnc-MALAT1", "long non-coding RNA MALAT1"), "malat1"),
        (("circHIPK3", "circ-HIPK3", "circRNA HIPK3", "hsa_circHIPK3", "circular RNA HIPK3"), "circhipk3"),
        (("hsa_circ_0000250", "circ_0000250", "hsa-circ-0000250", "circRNA_0000250"), "circ0000250"),
        (("TGF-β1", "TGFbeta1", "TGF beta 1", "tgfβ-1"), "tgfbeta1"),
        (("IL-10", "IL10", "il 10"), "il10"),
        (("lncRNA", "lncRNAs"), "lncrna"),
    ],
)
def test_hyphens_classes_and_greek_letters_do_not_matter(names: tuple[str, ...], key: str) -> None:
    assert {molecule_key(name) for name in names} == {key}
