"""Cargo and molecules: what a record says its vesicles carry.

Each sentence that speaks of vesicles is rewritten with one sign for a vesicle, one for a molecule (or a list of them)
and one for a cell, and read by the patterns below: "V carrying M", "M in V", "exosomal M", "M-overexpressing V".
A molecule that vesicles act on ("V suppress M", "M pathway") fits none of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from exokb.domain.annotation import Annotation, Assertion
from exokb.evidence.context import read_assertion
from exokb.evidence.document import Role, Sentence
from exokb.evidence.molecule_names import find_named_molecules
from exokb.evidence.reading import Reading
from exokb.evidence.vocabulary import Vocabulary

V, R, P, C = "\ue000", "\ue001", "\ue002", "\ue003"
"""Signs for a vesicle, a nucleic acid, another molecule, a cell."""
_M = f"[{R}{P}]"
_RNA = frozenset({"mirna", "mrna", "lncrna", "circrna", "other_rna"})
_GROUPS = {"class_growth_factor": ("growth_factor", "protein"), "class_protein": ("protein",),
           "class_lncrna": ("lncrna",), "class_circrna": ("circrna",), "class_lipid": ("lipid",)}  # fmt: skip
_LIST_LINK = re.compile(
    r"(?:[ ,/()]|\b(?:and|or|including|such as|like|namely|e\.g\.?|i\.e\.?|especially|particularly|mainly|other|various|small|long|"
    r"specific|several|functional|bioactive|different|many|multiple|certain|regulatory|as well as|both|non|coding|"
    r"some|also|metabolites|nucleic acids|molecules|active|signaling|types? of|their|the|of|active|membrane|cytosolic|"
    r"derived|diverse|numerous|biologically|complex|surface|bound|transmembrane|even|well|as|et al|etc|mature|messenger|soluble|organelles|receptors|fragments)\b)*"
)
_NOT_OF_M = (
    r"(?! (?:pathway|signal|axis|receptor|mrna level|inhibitor|expression in (?:the )?(?:recipient|target|tissue)))"
)
_CARRY = (
    r"(?:carr(?:y|ies|ying|ied)|contain(?:s|ing|ed)?|deliver(?:s|ing|ed|y of)?|transfer(?:s|ring|red| of)?|transport(?:s|ing|ation of)?|"
    r"shuttl(?:e|es|ing|ed)|encapsulat(?:e|es|ing|ed)|packag(?:e|es|ed|ing)|harbou?r(?:s|ing)?|convey(?:s|ing)?|bear(?:s|ing)?|"
    r"enriched (?:in|with|for)|rich in|enrichment of|load(?:s|ed|ing)? (?:with|of)?|incorporat(?:e|es|ing|ed)|includ(?:e|es|ing)|compos(?:ed|ition) of|"
    r"compris(?:e|es|ing|ed of)|consist(?:s|ing)? of|filled with|packed with|(?:over ?)?express(?:es|ing)|possess(?:es|ing)?|armed with|"
    r"equipped with|(?:modified|engineered|decorated|functionali[sz]ed|conjugated|fused|labell?ed) (?:with|to)|display(?:s|ing)?|hold(?:s|ing)?|"
    r"cargo(?:e?s)?|contents?|abundant in|high levels? of|transmit(?:s|ting|ted)?|vehicles? (?:for|of)|carriers? (?:for|of)|exchange of|"
    r"release of|packaging|depend(?:s|ed|ent) on|encod(?:e|es|ing)|suppl(?:y|ies|ying)|provid(?:e|es|ing)|profil\w+|high in|deliverance of|messages? (?:in the form )?of|abundance of|export\w*|"
    r"derived|secreted|secret(?:e|es|ing|ion of)|releas(?:e|es|ing))"
)
_CARRIED = (
    r"(?:carried|contained|delivered|transferred|transported|shuttled|encapsulated|packaged|packed|enriched|loaded|incorporated|"
    r"sorted|sorting|present(?:ed)?|detected|detectable|found|identified|(?:over ?)?expressed|expression|abundant|abundance|"
    r"cargo(?:e?s)?|contents?|levels?|secreted|released|upregulated|downregulated|up regulated|increased|elevated|decreased|mediated|transmitted|"
    r"transfer(?:red)?|deliver(?:y|ed)|load(?:ing)?|packag(?:ing|ed)|profil\w+|derived|embedded|entrapped|harbou?red|conveyed|rich|observed|encased|signature|composition|accumulat\w+|located|exist\w*|enclosed|measured|via|through|within|inside|amount|quantit\w+|analy\w+|sequencing|screened|isolated|extracted)"
)
_ANY = rf"[^{V}{R}{P};:]"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("carry", re.compile(rf"{V}(?:{_ANY}{{0,60}}?)\b{_CARRY}\b(?P<gap>{_ANY}{{0,45}}?)(?P<m>{_M}){_NOT_OF_M}")),
    ("carried", re.compile(rf"(?P<m>{_M})(?P<gap>{_ANY}{{0,50}}?)\b{_CARRIED}\b{_ANY}{{0,45}}?{V}")),
    ("in", re.compile(rf"(?P<m>{_M})(?: {_ANY}{{0,25}}?)?\b(?:in|within|inside|of|into|from)(?: (?:the|these|those|{C}|s|derived|secreted|isolated|plasma|serum|circulating|their|both|human|[ ,()a-z]{{1,25}}?))*? ?{V}")),
    ("exosomal", re.compile(rf"{V} ?\(?(?:derived|secreted|shuttled|mediated|encapsulated|loaded|delivered|containing|packaged|carried|transmitted|transferred|transported|associated|enriched|encapsulating|borne|resident|specific|based|sourced|originated|contained|capsuled|encased|overexpressing|bound|cargo|surface|membrane|delivery of|transfer of|small|long|circulating)?(?: and)? ?(?:of )?(?P<m>{_M})(?! (?:induced|treated|stimulated))")),
    ("bearing", re.compile(rf"(?P<m>{_M}) ?(?:s )?(?:containing|loaded|loading|enriched|(?:over ?)?express(?:ing|ed)|carrying|modified|engineered|rich|packaged|encapsulat(?:ed|ing)|positive|conjugated|abundant|harboring|bearing|delivering|transfected|deficient|depleted|inhibited|silenced|knockdown|mimics?|inhibitors?|antagomirs?|decorated|functionali[sz]ed|fused|tagged|transduced|knock(?:ed)? ?(?:out|down)|high|low|laden|filled)? ?(?:{C}|cells?|s)? ?(?:derived|secreted|released)? ?{V}")),
    ("cargo", re.compile(rf"{V}{_ANY}{{0,60}}?(?P<m>{_M}) (?:cargo|content|profile|signature|composition|load)")),
    ("cargo_of", re.compile(rf"(?P<m>{_M}) (?:cargo(?:e?s)?|contents?|profil\w+|signatures?|composition|expression profiles?)\b{_ANY}{{0,70}}?{V}")),
    ("parent", re.compile(rf"{V}{_ANY}{{0,40}}?\b(?:from|by|of|in){_ANY}{{0,30}}?(?P<m>{_M}) ?(?:s )?(?:(?:over ?)?express\w*|modified|engineered|transfected|transduced|knock ?(?:down|out)|knocked (?:down|out)|silenced|deficient|depleted|mimic\w*|inhibitor\w*|inhibited|gene)?{_ANY}{{0,15}}?{C}")),
    ("knockdown", re.compile(rf"\b(?:knock(?:ed|ing)? ?(?:down|out)|silenc\w+|deplet\w+|inhibit\w+|deficien\w+|downregulat\w+|down regulat\w+|overexpress\w+|over ?express\w+|transfect\w+)\b (?:of |with |the )*{_ANY}{{0,20}}?(?P<m>{_M}){_ANY}{{0,30}}?\b(?:in|of|from|by){_ANY}{{0,20}}?(?:{C}{_ANY}{{0,25}}?)?{V}")),
    ("via", re.compile(rf"{V}{_ANY}{{0,160}}?\b(?:via|through|by) (?:the |their |its |exosomal |{C} |derived )*(?P<m>{R})(?:/| ?mediated| dependent|\b)")),
)  # fmt: skip
_TARGETING = re.compile(
    r"\b(?:inhibit\w*|suppress\w*|target\w*|regulat\w*|downregulat\w*|upregulat\w*|activat\w*|reduc\w*|decreas\w*|increas\w*|promot\w*|"
    r"enhanc\w*|attenuat\w*|block\w*|induc\w*|elevat\w*|stimulat\w*|modulat\w*|sponging|binding|bind|bound|affect\w*|alleviat\w*|"
    r"recipient|treatment|level of serum|serum levels?|tissue|tumou?r growth|patients|lower(?:ed)?|ameliorat\w*|antagoni\w*|degrad\w*)\b"
)


@dataclass(frozen=True, slots=True)
class _Molecule:
    """Words for a molecule, or a class, at document offsets."""

    start: int
    end: int
    values: tuple[str, ...]
    name: str | None
    rule: str


def annotate_cargo(reading: Reading, vocabulary: Vocabulary, *, review: bool) -> list[Annotation]:
    """Give cargo classes and named molecules, with the words that name them."""
    if not reading.vesicles:
        return []
    molecules = _find_molecules(reading, vocabulary)
    if not molecules:
        return []
    found: list[Annotation] = []
    carried: set[str] = set()
    pending: list[tuple[_Molecule, Sentence]] = []
    document = reading.document
    for sentence in document.sentences:
        inside = [m for m in molecules if sentence.start <= m.start < sentence.end]
        if not inside or sentence.role in {Role.MESH}:
            continue
        hits = _read_sentence(reading, sentence, inside)
        for molecule in inside:
            rule = hits.get(molecule)
            if rule is None:
                pending.append((molecule, sentence))
                continue
            assertion = read_assertion(document, sentence, molecule.start, molecule.end)
            found.extend(_annotations(reading, molecule, rule, assertion))
            if assertion is Assertion.AFFIRMED and molecule.name:
                carried.add(molecule.name)
    for molecule, sentence in pending:
        if molecule.name in carried and sentence.role in {Role.TITLE, Role.KEYWORDS}:
            found.extend(_annotations(reading, molecule, "named", Assertion.AFFIRMED))
    return found


def _annotations(reading: Reading, molecule: _Molecule, rule: str, assertion: Assertion) -> list[Annotation]:
    found = [reading.annotation("cargo", value, molecule.start, molecule.end, f"cargo/{value}:{rule}", assertion, 0.8)
             for value in molecule.values]  # fmt: skip
    if molecule.name:
        found.append(reading.annotation("molecules", molecule.name, molecule.start, molecule.end,
                                        f"molecules/{molecule.values[0]}:{rule}", assertion, 0.8))  # fmt: skip
    return found


def _find_molecules(reading: Reading, vocabulary: Vocabulary) -> list[_Molecule]:
    document = reading.document
    found: list[_Molecule] = []
    for named in find_named_molecules(document.text, document.original):
        found.append(_Molecule(named.start, named.end, (named.cargo,), named.name, named.cargo))
    for mention in reading.mentions("molecules"):
        values = _GROUPS.get(mention.rules.parent or "")
        if values:
            found.append(_Molecule(mention.start, mention.end, values, mention.rules.value, mention.rule))
    for mention in reading.mentions("cargo"):
        if mention.kind != "mesh":
            found.append(
                _Molecule(mention.start, mention.end, (mention.rules.id, *mention.rules.also), None, mention.rule)
            )
    found.sort(key=lambda m: (m.start, -m.end, m.name is None))
    kept: list[_Molecule] = []
    for molecule in found:
        if kept and molecule.start < kept[-1].end:
            continue
        kept.append(molecule)
    return kept


def _read_sentence(reading: Reading, sentence: Sentence, inside: list[_Molecule]) -> dict[_Molecule, str]:
    """Say for each molecule of a sentence by which pattern it is cargo, if it is."""
    vesicles = reading.vesicles_in(sentence)
    if not vesicles:
        return {}
    masked, groups = _mask(reading, sentence, inside, vesicles)
    hits: dict[_Molecule, str] = {}
    for rule, pattern in _PATTERNS:
        for match in pattern.finditer(masked):
            if "gap" in match.groupdict() and _TARGETING.search(match.group("gap") or ""):
                continue
            index = sum(masked.count(sign, 0, match.start("m")) for sign in (R, P))
            for molecule in groups[index]:
                hits.setdefault(molecule, rule)
    return hits


def _mask(
    reading: Reading, sentence: Sentence, inside: list[_Molecule], vesicles: list[tuple[int, int]]
) -> tuple[str, list[list[_Molecule]]]:
    text = reading.document.text
    spans: list[tuple[int, int, str, _Molecule | None]] = [(a, b, V, None) for a, b in vesicles]
    spans += [(m.start, m.end, R if set(m.values) & _RNA else P, m) for m in inside]
    spans += [(m.start, m.end, C, None) for m in reading.mentions("cell")
              if m.rules.id != "other" and sentence.start <= m.start < sentence.end]  # fmt: skip
    rank = {V: 0, R: 1, P: 1, C: 2}
    spans.sort(key=lambda s: (s[0], rank[s[2]], -s[1]))
    parts: list[str] = []
    groups: list[list[_Molecule]] = []
    at = sentence.start
    last = ""
    for start, end, sign, molecule in spans:
        if start < at:
            if molecule is not None and start < at and parts and last in {R, P}:
                groups[-1].append(molecule)
            continue
        gap = text[at:start]
        if molecule is not None:
            if last in {R, P} and (not gap or _LIST_LINK.fullmatch(gap)) and len(gap) < 60:
                groups[-1].append(molecule)
                at = end
                continue
            groups.append([molecule])
        parts += [gap, sign]
        last = sign
        at = end
    parts.append(text[at : sentence.end])
    return "".join(parts), groups
