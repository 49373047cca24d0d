"""The grammar of cargo: sentences that say vesicles carry a molecule, and how one is read.

A sentence is rewritten with one sign for vesicles, one for a molecule (or a list of them) and one for a cell, and read
by a few patterns over those signs and the phrases of ``cargo.toml``: "V carrying M", "M in V", "exosomal M",
"M-overexpressing V", "V from M-overexpressing C". A molecule that vesicles act on ("V suppress M") fits none of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from exokb.evidence.document import Sentence
from exokb.evidence.reading import Reading
from exokb.evidence.vocabulary import Vocabulary, any_of

VESICLE, NUCLEIC, OTHER, NAME, CELL, MADE = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004", "\ue005"
"""Signs for a vesicle, a nucleic acid, another molecule, a name of unknown kind, a cell, the making of vesicles."""
MOLECULES = NUCLEIC + OTHER + NAME
NUCLEIC_CLASSES = frozenset({"mirna", "mrna", "lncrna", "circrna", "other_rna"})


@dataclass(frozen=True, slots=True)
class Molecule:
    """Words for a molecule or a class of molecules, at document offsets.

    Attributes:
        values: ids of its classes of cargo; empty for a name of unknown kind.
        name: its normal name, where it is a named one.
        rule: what found it.
    """

    start: int
    end: int
    values: tuple[str, ...]
    name: str | None
    rule: str


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    pattern: re.Pattern[str]
    strict: bool
    """Whether the pattern is plain enough to make a name of unknown kind cargo."""


class CargoGrammar:
    """The patterns, built from a vocabulary's phrases."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        carry, carried, bearing, borne, acting, joining, making = (
            any_of(vocabulary.phrases("cargo", name))
            for name in ("carry", "carried", "bearing", "borne", "acting", "joining", "making")
        )
        self._joining = re.compile(rf"(?:[ ,/()]|\b{joining}(?!\w))*")
        self._acting = re.compile(rf"\b{acting}\b")
        self._by_carrying = re.compile(r"\b(?:by|via|through|and)\s*$")
        self._making = re.compile(rf" {making}\b")
        v, m, c, r, n = VESICLE, f"[{NUCLEIC}{OTHER}]", CELL, NUCLEIC, NAME
        strong = any_of(vocabulary.phrases("cargo", "carry_names"))
        held = any_of(vocabulary.phrases("cargo", "carried_names"))
        held_by = any_of(vocabulary.phrases("cargo", "bearing_names"))
        no_path = r"(?!(?:[ /](?:and |or )?\w+)? (?:pathway|signal|axis))"
        near = f"[^{VESICLE}{MOLECULES}{MADE};:]"
        own = (
            r"(?:(?:the|these|those|their|its|both|human|mouse|rat|total|plasma|serum|circulating|small|isolated|purified|"
            r"secreted|derived|released|from|cells?|[\w/+]{1,14}) )"
        )
        self._rules = (
            _Rule("carry", re.compile(
                rf"{v}(?P<lead>{near}{{0,150}}?)\b{carry}\b(?P<gap>{near}{{0,45}}?)(?P<m>{m})"
                rf"(?! (?:receptors?\b|induced|mediated signal)){no_path}"), True),
            _Rule("carried", re.compile(
                rf"(?P<m>{m}){no_path}(?P<gap>{near}{{0,50}}?)\b{carried}\b(?P<tail>{near}{{0,50}}?){v}"), True),
            _Rule("in", re.compile(rf"(?P<m>{m})s? \(?(?:in|within|inside|of|into|from|on) (?:{c} ?(?:derived |secreted )?|{own}){{0,5}}?{v}"), True),
            _Rule("exosomal", re.compile(rf"{v} ?\(?(?:{borne})?(?: and [a-z]+ free)?(?: (?:the|and|of))? ?(?P<m>{m})(?! (?:induced|treated|stimulated))"), True),
            _Rule("bearing", re.compile(
                rf"(?P<m>{m}) ?(?:s )?(?:{bearing})? ?(?:{bearing})? ?(?:{c} ?|cells? |s ){{0,2}}(?:derived |secreted |released )?{v}"), True),
            _Rule("cargo", re.compile(rf"{v}{near}{{0,60}}?(?P<m>{m}) (?:cargo|contents?|profile|signature|composition|load)"), False),
            _Rule("cargo_of", re.compile(
                rf"(?P<m>{m}) (?:cargo(?:e?s)?|contents?|profil\w+|signatures?|composition|expression profiles?|"
                rf"(?:level |expression )?(?:analys[ei]s|sequencing|profiling)|quantity)\b(?P<gap>{near}{{0,70}}?){v}"), False),
            _Rule("parent", re.compile(
                rf"{v}(?P<gap>{near}{{0,40}}?)\b(?:from|by|of|in) {near}{{0,30}}?(?P<m>{m}) ?(?:s )?(?:{bearing}|transfected|gene)"
                rf"{near}{{0,20}}?(?:{c}|cells)"), False),
            _Rule("knockdown", re.compile(
                rf"\b(?:knock(?:ed|ing)? ?(?:down|out)|silenc\w+|deplet\w+|inhibit\w+|deficien\w+|down ?regulat\w+|"
                rf"over ?express\w+|transfect\w+|block\w+|interfer\w+)\b (?:of |with |the |exosomal )*{near}{{0,20}}?(?P<m>{m})"
                rf"{near}{{0,25}}?\b(?:in|of|from|by) {near}{{0,20}}?(?:{c}{near}{{0,25}}?)?{v}"), False),
            _Rule("knockdown_in_parent", re.compile(
                rf"\b(?:knock(?:ed|ing)? ?(?:down|out)|silenc\w+|deplet\w+|inhibit\w+|down ?regulat\w+)\b (?:of |the )*(?P<m>{r}) in "
                rf"{near}{{0,15}}?{c}{near}{{0,20}}?(?:abolish|abrogat|revers|block|counteract|attenuat|impair|diminish|eliminat|cancel)"), False),
            # Names of unknown kind count in the plainest sentences only: "exosomes carrying FZD10", "exosomal FZD10".
            _Rule("carry", re.compile(rf"{v}(?P<lead>{near}{{0,30}}?)\b{strong} (?:the |active |functional |high )*(?P<m>{n})"), True),
            _Rule("carried", re.compile(
                rf"(?P<m>{n})(?P<gap>(?: \({near}{{1,20}}\))?(?: (?:was|were|is|are|has|been|also|highly|significantly|found|to|be|that|which|being|and))*) "
                rf"{held} (?:in|by|into|within|via|on|through|from) {own}{{0,5}}?(?:{c} ?(?:derived |secreted )?)?{v}"), True),
            _Rule("in", re.compile(rf"(?P<m>{n}) (?:levels? |expression |content )?in (?:the )?(?:{c} ?(?:derived |secreted )?)?{v}"), True),
            _Rule("exosomal", re.compile(rf"{v} ?(?:{borne} )?(?P<m>{n})(?! (?:induced|treated|stimulated|cells?|positive))"), True),
            _Rule("bearing", re.compile(rf"(?P<m>{n}) {held_by} ?(?:{c} ?|cells? )?(?:derived |secreted )?{v}"), True),
            _Rule("via", re.compile(
                rf"{v}{near}{{0,170}}?\b(?:via|through|by) (?:the |their |its |exosomal |{c} |derived |secreted )*(?P<m>{r})"
                rf"(?:(?! (?:inhibition|down ?regulation|suppression|up ?regulation)))"), False),
        )  # fmt: skip

    def read(self, reading: Reading, sentence: Sentence, inside: list[Molecule]) -> dict[Molecule, str]:
        """Say for each molecule of a sentence by which rule it is cargo; those that are not are left out."""
        vesicles = reading.vesicles_in(sentence)
        if (
            not vesicles
            and not reading.stand_ins(sentence)
            and not any(m.values and m.values[0] in NUCLEIC_CLASSES for m in inside)
        ):
            return {}
        masked, groups = self._mask(reading, sentence, inside, vesicles)
        hits: dict[Molecule, str] = {}
        for rule in self._rules:
            for match in rule.pattern.finditer(masked):
                if self._is_target(masked, match):
                    continue
                at = match.start("m")
                index = sum(masked.count(sign, 0, at) for sign in MOLECULES)
                for molecule in groups[index]:
                    if molecule.values or rule.strict:
                        hits.setdefault(molecule, rule.name)
        return hits

    def _is_target(self, masked: str, match: re.Match[str]) -> bool:
        """Say whether the words within a match make the molecule a target of the vesicles rather than their load."""
        parts = match.groupdict()
        if self._acting.search(parts.get("gap") or "") or self._acting.search(parts.get("tail") or ""):
            return True
        lead = parts.get("lead")
        return bool(lead and self._acting.search(lead) and not self._by_carrying.search(lead))

    def _mask(
        self, reading: Reading, sentence: Sentence, inside: list[Molecule], vesicles: list[tuple[int, int]]
    ) -> tuple[str, list[list[Molecule]]]:
        text = reading.document.text
        spans: list[tuple[int, int, str, Molecule | None]] = [
            (a, b, MADE if self._making.match(text, b) else VESICLE, None) for a, b in vesicles
        ]
        spans += [(m.start, m.end, _sign(m), m) for m in inside]
        spans += [(a, b, VESICLE, None) for a, b in reading.stand_ins(sentence)]
        spans += [(m.start, m.end, CELL, None) for m in reading.mentions("cell")
                  if m.rules.id in {"msc", "stem"} and sentence.start <= m.start < sentence.end]  # fmt: skip
        rank = {VESICLE: 0, MADE: 0, NUCLEIC: 1, OTHER: 1, NAME: 2, CELL: 3}
        spans.sort(key=lambda s: (s[0], rank[s[2]], -s[1]))
        parts: list[str] = []
        groups: list[list[Molecule]] = []
        at = sentence.start
        last = ""
        for start, end, sign, molecule in spans:
            if start < at:
                continue
            gap = text[at:start]
            if molecule is not None:
                if last and last in MOLECULES and len(gap) < 70 and self._joining.fullmatch(gap):
                    groups[-1].append(molecule)
                    at = end
                    continue
                groups.append([molecule])
            parts += [gap, sign]
            last = sign
            at = end
        parts.append(text[at : sentence.end])
        return "".join(parts), groups


def _sign(molecule: Molecule) -> str:
    if not molecule.values:
        return NAME
    return NUCLEIC if set(molecule.values) & NUCLEIC_CLASSES else OTHER
