"""Names of molecules as people ask for them.

A microRNA's name (https://www.mirbase.org/help/nomenclature.shtml) is read into its parts, so that a family finds its
members and members do not find one another: ``miR-21`` finds miR-21-5p and miR-21-3p, ``miR-125`` finds miR-125b, and
``miR-21-5p`` finds neither miR-21-3p nor a miR-21 whose arm is not said. The species is not a part: ``hsa-miR-21`` and
``mmu-miR-21`` are asked for together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from exokb.query.facet_names import fold_value

SPECIES = frozenset({"hsa", "mmu", "rno", "ssc", "cfa", "bta", "oar", "ocu", "gga", "dre", "cel", "ebv", "kshv"})
"""miRBase's codes of the organisms that these records speak of."""
_NO_PART = frozenset({"exo", "exosomal"})
"""Words before a name that say where it was, not which it is."""
_STEMS = (("micro", "rna"), ("mir", "let"), ("microrna",), ("mirna",), ("mirlet",), ("mir",), ("let",))
_WRITTEN = {"mir": ("miR", "miRNA", "microRNA", "micro-RNA"), "let": ("let", "MIRLET")}
_NO_MEMBER = frozenset({"p", "hg"})
"""Letters behind a number that name no member: ``MIR22HG`` is a host gene."""
_LNC = (("long", "noncoding", "rna"), ("long", "non", "coding", "rna"), ("lncrna",), ("lnc",))


class MicroRna(NamedTuple):
    """The parts of a microRNA's name; an empty part is not said.

    Attributes:
        stem: ``mir`` or ``let``.
        number: of the family.
        letter: of the member, as in miR-125b.
        copy: of the gene, as in miR-125b-1.
        arm: ``3p``, ``5p``, or ``*`` in older names.
    """

    stem: str
    number: str
    letter: str = ""
    copy: str = ""
    arm: str = ""

    def covers(self, other: MicroRna) -> bool:
        """Say whether the other one has every part that this one says."""
        return (self.stem, self.number) == (other.stem, other.number) and all(
            not own or own == its
            for own, its in ((self.letter, other.letter), (self.copy, other.copy), (self.arm, other.arm))
        )

    def spellings(self) -> tuple[str, ...]:
        """Give the ways it is written, without a species: ``miR-21-5p``, ``microRNA-21-5p``."""
        rest = f"-{self.number}{self.letter}" + "".join(f"-{part}" for part in (self.copy, self.arm.strip("*")) if part)
        return tuple(f"{stem}{rest}" for stem in _WRITTEN[self.stem])


def read_mirna(name: str) -> MicroRna | None:
    """Read a name in any spelling: ``hsa-microRNA-21-5p``, ``miR21``, ``MIR21``, ``let-7a``; None if it is none."""
    tokens = fold_value(name).split("_")
    found = read_mirna_tokens(tokens[1:] if tokens[0] in _NO_PART else tokens)
    if found and not found.arm and name.rstrip().endswith("*"):
        return MicroRna(found.stem, found.number, found.letter, found.copy, "*")
    return found


def read_mirna_tokens(tokens: Sequence[str]) -> MicroRna | None:
    """Read a name from its folded tokens, all of which must belong to it."""
    at = 1 if tokens and tokens[0] in SPECIES else 0
    stem = next((stem for stem in _STEMS if tuple(tokens[at : at + len(stem)]) == stem), None)
    if stem is None:
        return None
    rest = list(tokens[at + len(stem) :])
    if not rest or not rest[0].isdigit():
        return None
    number = str(int(rest.pop(0)))
    arm = ""
    if len(rest) >= 2 and rest[-2] in ("3", "5") and rest[-1] == "p":
        arm = f"{rest[-2]}p"
        del rest[-2:]
    letter = rest.pop(0) if rest and rest[0].isalpha() and len(rest[0]) <= 2 and rest[0] not in _NO_MEMBER else ""
    copy = rest.pop(0) if rest and rest[0].isdigit() and len(rest[0]) == 1 else ""
    return None if rest else MicroRna("let" if stem[-1].endswith("let") else "mir", number, letter, copy, arm)


def molecule_key(name: str) -> str:
    """Give what names of one molecule have in common that differ in hyphens, blanks and the word for their class.

    ``lncRNA MALAT-1`` and ``MALAT1``; ``circRNA HIPK3``, ``hsa-circ-HIPK3`` and ``circHIPK3``.
    """
    tokens = fold_value(name).split("_")
    for words in _LNC:
        if tuple(tokens[: len(words)]) == words and len(tokens) > len(words):
            tokens = tokens[len(words) :]
            break
    if len(tokens) > 1 and tokens[0] in SPECIES:
        tokens = tokens[1:]
    if len(tokens) > 1 and tokens[0] in ("circrna", "circular"):
        tokens = ["circ", *tokens[2 if tokens[:2] == ["circular", "rna"] else 1 :]]
    return "".join(tokens)
