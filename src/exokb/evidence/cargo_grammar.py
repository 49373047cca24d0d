"""The grammar of cargo: sentences that say vesicles carry a molecule, and how one is read.

A sentence is rewritten with one sign for vesicles, one for a molecule (or a list of them) and one for a cell, and read
by a few patterns over those signs and the phrases of ``cargo.toml``: "V carrying M", "M in V", "exosomal M",
"M-overexpressing V", "V from M-overexpressing C". A molecule that vesicles act on ("V suppress M") fits none of them.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from exokb.evidence.cargo_patterns import (
    CELL,
    MADE,
    MOLECULES,
    NAME,
    NUCLEIC,
    OTHER,
    SIGNS,
    VESICLE,
    CargoPattern,
    build_patterns,
)
from exokb.evidence.document import Sentence
from exokb.evidence.reading import Reading
from exokb.evidence.vocabulary import Vocabulary, any_of

NUCLEIC_CLASSES = frozenset({"mirna", "mrna", "lncrna", "circrna", "other_rna"})

_COPULA = re.compile(
    r",? ?(?:which |that )?(?:is|was|were|are|being|namely|as)\b(?: (?:the|a|an|one of|among|most|highly|more|abundant|"
    r"enriched|abundantly|expressed|differentially|main|major|key|of|identified|found|to|be|as|"
    r"significantly|these|those|"
    r"prominent|top|predominant))* ?"
)
_SIGN = re.compile(f"[{SIGNS}]")
_MOLECULE = re.compile(f"[{MOLECULES}]")
_RANK = {VESICLE: 0, MADE: 0, NUCLEIC: 1, OTHER: 1, NAME: 2, CELL: 3}
"""Which sign is put where several words begin at one place."""
_BINDING = re.compile(r"\bby binding (?:to|with)\b[^,;]*$")
_MAKER = re.compile(r"\b\w+ed (?:by )?$")
"""The participle right before vesicles says how they were made: "enriched in hypoxia-induced exosomes"."""
_CHANGE = re.compile(
    r"(?:up|down) ?regulat|increase|elevat|decreas|express|over ?express|level|higher|high|lower|measured|detect|"
    r"amount|"
    r"accumulat|observed|identified|quantif|found"
)
_CAUSE = re.compile(r"(?: [\w-]+){0,3}? (?:by|with|after|following|upon|using|via|through)\b")
"""What changes "by exosomes" or "with exosomes" changes in the recipient."""
_MADE_FROM = re.compile(
    r"\b(?:from|of|by|in) [^,]{0,60}?\b(?:treated|stimulated|exposed|induced|(?:pre ?)?conditioned|activated|"
    r"primed|cultured|"
    r"incubated|infected)\b(?: (?:with|by|to|in))?"
)
"""How the parent cells of vesicles were treated says nothing of what the vesicles do."""
_OF_CELLS = re.compile(r"\bcells(?: that| which)? (?:over ?)?expr")
_RAISED = re.compile(
    r"^ (?:\w+ly )?(?:elevated|increased|decreased|reduced|upregulated|downregulated|enhanced) "
    r"(?:levels?|amounts?|concentrations?|contents?|expression|abundance|quantit\w+) of\b"
)
"""How much of it vesicles contain: "contain elevated amounts of"."""
_TURN = re.compile(r"\b(?:while|whereas|but|although|though|however|not|without)\b")
"""Behind one of these, a sentence says something else of something else."""
_SEEN_ELSEWHERE = re.compile(
    r"\b(?:cells|mice|rats?|recipient|treat\w*|target\w*|pathways?|inhibit\w*|suppress\w*|regulates?|regulating|"
    r"promot\w*|"
    r"induc\w*|mediat\w*|activat\w*|via|through|bind\w*|ability|effects?|role|while|whereas|involved)\b"
)
_INTRODUCING = re.compile(
    r"[^.;]{0,90}?(?:\b(?:including|include|includes|such as|namely|e\.g\.?,?|i\.e\.?,?|for example|comprising|"
    r"among which|"
    r"among them|especially|particularly|in particular|like|notably)|:|\()[^.;:]{0,50}"
)
"""What stands between a class and the names of its members: "proteins were identified, including"."""
_BY_CARRYING = re.compile(r"\b(?:by|via|through|and)\s*$")


class Molecule(NamedTuple):
    """Words for a molecule or a class of molecules, at document offsets.

    Attributes:
        values: ids of its classes of cargo; empty for a name of unknown kind.
        name: its normal name, where it is a named one.
        rule: what found it.
        whole: where the long form begins that the name in brackets stands behind; -1 where there is none.
    """

    start: int
    end: int
    values: tuple[str, ...]
    name: str | None
    rule: str
    whole: int = -1


class _Fitting(dict[str, tuple[CargoPattern, ...]]):
    """The patterns that a sentence can match, by its signs in their order, filled as orders are met.

    Few sentences hold the signs of many patterns, and the same orders come again and again.
    """

    _MOST = 4096

    def __init__(self, patterns: tuple[CargoPattern, ...]) -> None:
        super().__init__()
        self._patterns = patterns

    def __missing__(self, signs: str) -> tuple[CargoPattern, ...]:
        if len(self) >= self._MOST:
            self.clear()
        fitting = tuple(pattern for pattern in self._patterns if re.search(pattern.signs, signs))
        self[signs] = fitting
        return fitting


class CargoGrammar:
    """The patterns, built from a vocabulary's phrases."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._fitting = _Fitting(build_patterns(vocabulary))
        joining, acting, making = (
            any_of(vocabulary.phrases("cargo", name)) for name in ("joining", "acting", "making")
        )
        # Between members of a list may stand values in brackets, "PF4 (FC = 4.8), OIT3", and adjectives.
        self._joining = re.compile(
            rf"(?:[ ,/()]|\b{joining}(?!\w)|\b[a-z]{{3,}}(?:ic|al|ive|ory|ary|ous|lar)\b|\b\d{{1,2}}\b| "
            rf"\([^(){SIGNS}]{{1,40}}\))*"
        )
        self._acting = re.compile(rf"\b{acting}\b")
        self._making = re.compile(rf" {making}\b")

    def read(self, reading: Reading, sentence: Sentence, inside: list[Molecule]) -> dict[Molecule, str]:
        """Say for each molecule of a sentence by which rule it is cargo; those that are not are left out."""
        vesicles, stand_ins = reading.vesicles_in(sentence), reading.stand_ins(sentence)
        if (
            not vesicles
            and not stand_ins
            and not any(m.values and m.values[0] in NUCLEIC_CLASSES for m in inside)
            and "cargo" not in reading.document.text[sentence.start : sentence.end]
        ):
            return {}
        masked, groups = self._mask(reading, sentence, inside, vesicles, stand_ins)
        hits: dict[Molecule, str] = {}
        for rule in self._fitting["".join(_SIGN.findall(masked))]:
            for match in rule.pattern.finditer(masked):
                if self._is_target(match) or (rule.name == "via" and any(m.name for m in hits)):
                    # "LncRNA H19 in exosomes acts through miR-29": where the load is named, the way is a target's.
                    continue
                at = match.start("m")
                index = sum(masked.count(sign, 0, at) for sign in MOLECULES)
                for molecule in _without_targets(reading, groups[index], rule.name):
                    if molecule.values or rule.plain:
                        hits.setdefault(molecule, rule.name)
        if hits and len(groups) > 1:
            self._equate(masked, groups, hits)
            self._list_members(masked, groups, hits)
        return hits

    @staticmethod
    def _equate(masked: str, groups: list[list[Molecule]], hits: dict[Molecule, str]) -> None:
        """Let a name share what is said of its class: "miR-21 was the most abundant miRNA in exosomes"."""
        places = [match.start() for match in _MOLECULE.finditer(masked)]
        for first in range(len(places) - 1):
            for known, other in ((first, first + 1), (first + 1, first)):
                if not any(m in hits and not m.name for m in groups[known]) or not all(m.name for m in groups[other]):
                    continue
                gap = masked[places[first] + 1 : places[first + 1]]
                if _COPULA.fullmatch(gap):
                    for molecule in groups[other]:
                        if molecule.values:
                            hits.setdefault(molecule, "equated")

    @staticmethod
    def _list_members(masked: str, groups: list[list[Molecule]], hits: dict[Molecule, str]) -> None:
        """Let names share what is said of the class that introduces them: "proteins in exosomes, including C3"."""
        places = [match.start() for match in _MOLECULE.finditer(masked)]
        for first in range(len(places) - 1):
            if not any(m in hits and not m.name for m in groups[first]):
                continue
            if _INTRODUCING.fullmatch(masked, places[first] + 1, places[first + 1]):
                for molecule in groups[first + 1]:
                    hits.setdefault(molecule, "listed")

    def _is_target(self, match: re.Match[str]) -> bool:
        """Say whether the words within a match make the molecule a target of the vesicles rather than their load."""
        parts = match.groupdict()
        if _BINDING.search(match.string, max(0, match.start("m") - 40), match.start("m")):
            return True
        if parts.get("given") or _SEEN_ELSEWHERE.search(parts.get("seen") or ""):
            return True
        if _CHANGE.match(parts.get("verb") or "") and _CAUSE.match(
            (parts.get("way") or "") + (parts.get("tail") or "")
        ):
            return True
        tail = _MAKER.sub("", parts.get("tail") or "")
        if self._acting.search(_RAISED.sub("", parts.get("gap") or "")) or self._acting.search(tail):
            return True
        lead = _MADE_FROM.sub("", parts.get("lead") or "")
        if lead and (
            _TURN.search(lead)
            or (_OF_CELLS.search(match.string, match.start(), match.end("lead") + 8) and match.group("m") != NUCLEIC)
        ):
            return True
        return bool(lead and self._acting.search(lead) and not _BY_CARRYING.search(lead))

    def _mask(
        self, reading: Reading, sentence: Sentence, inside: list[Molecule], vesicles: list[tuple[int, int]],
        stand_ins: list[tuple[int, int]],
    ) -> tuple[str, list[list[Molecule]]]:  # fmt: skip
        """Rewrite a sentence with signs, and give the molecules that each sign for molecules stands for."""
        text = reading.document.text
        spans: list[tuple[int, int, str, Molecule | None]] = [
            (a, b, MADE if self._making.match(text, b) else VESICLE, None) for a, b in vesicles
        ]
        spans += [(a, b, VESICLE, None) for a, b in stand_ins]
        spans += [(m.whole if m.whole >= sentence.start else m.start, m.end, _sign(m), m) for m in inside]
        spans += [(m.start, m.end, CELL, None) for m in reading.mentions_in("cell", sentence)
                  if m.rules.id in {"msc", "stem"}]  # fmt: skip
        spans.sort(key=lambda s: (s[0], _RANK[s[2]], -s[1]))
        parts: list[str] = []
        groups: list[list[Molecule]] = []
        at = sentence.start
        last = ""
        for start, end, sign, molecule in spans:
            if start < at:
                continue
            gap = text[at:start]
            if molecule is not None:
                if last and last in MOLECULES and len(gap) < 90 and self._joining.fullmatch(gap):
                    groups[-1].append(molecule)
                    at = end + ("(" in gap and text[end : end + 1] == ")")
                    continue
                groups.append([molecule])
            parts += [gap, sign]
            last = sign
            # The bracket that holds a short form goes with it: "microRNAs (miRNAs) in exosomes".
            at = end + (molecule is not None and molecule.whole >= 0 and text[end : end + 1] == ")")
        parts.append(text[at : sentence.end])
        return "".join(parts), groups


def _without_targets(reading: Reading, group: list[Molecule], rule: str) -> list[Molecule]:
    """Cut "via miR-21/PTEN" behind its first name: a stroke leads from the load to its target."""
    if rule != "via":
        return group
    text = reading.document.text
    kept = group[:1]
    for before, molecule in pairwise(group):
        if "/" in text[before.end : molecule.start]:
            break
        kept.append(molecule)
    return kept


def _sign(molecule: Molecule) -> str:
    if not molecule.values:
        return NAME
    return NUCLEIC if set(molecule.values) & NUCLEIC_CLASSES else OTHER
