"""The patterns of sentences that say what vesicles carry, over signs for vesicles, molecules and cells.

`cargo_grammar` puts the signs into a sentence; the phrases between them are lists of ``cargo.toml``. Each pattern
marks the molecule as ``m``; ``lead``, ``gap`` and ``tail`` are words that must not speak of an effect on a target.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from exokb.evidence.vocabulary import Vocabulary, any_of

VESICLE, NUCLEIC, OTHER, NAME, CELL, MADE = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004", "\ue005"
"""Signs for a vesicle, a nucleic acid, another molecule, a name of unknown kind, a cell, the making of vesicles."""
SIGNS = VESICLE + NUCLEIC + OTHER + NAME + CELL + MADE
MOLECULES = NUCLEIC + OTHER + NAME


@dataclass(frozen=True, slots=True)
class CargoPattern:
    """One pattern.

    Attributes:
        name: what rules and annotations call it.
        pattern: it, over a sentence with signs.
        plain: whether it is plain enough to make a name of unknown kind cargo where it stands in a list.
        signs: a regular expression over the signs alone that every match holds, in their order; where those of a
            sentence do not fit, the pattern is not tried on it.
    """

    name: str
    pattern: re.Pattern[str]
    plain: bool
    signs: str


def build_patterns(vocabulary: Vocabulary) -> tuple[CargoPattern, ...]:
    """Make the patterns of a vocabulary's lists, in the order in which they are tried."""
    words = {name: any_of(vocabulary.phrases("cargo", name)) for name in (
        "carry", "carried", "bearing", "borne", "abolishing", "silencing", "transfer",
        "carry_names", "carried_names", "bearing_names",
    )}  # fmt: skip
    v, m, c, r, n = VESICLE, f"(?P<m>[{NUCLEIC}{OTHER}])", CELL, f"(?P<m>{NUCLEIC})", f"(?P<m>{NAME})"
    near = f"[^{VESICLE}{MOLECULES}{MADE};:]"
    own = (
        r"(?:(?:the|these|those|their|its|both|human|mouse|rat|total|plasma|serum|circulating|small|isolated|purified|"
        r"secreted|derived|released|from|cells?|[\w/+]{1,14}) )"
    )
    parent = rf"(?:{c} ?(?:derived |secreted )?|{own})"
    not_a_path = r"(?!(?:[ /](?:and |or )?\w+)? (?:pathway|signal|axis))"
    acted_on = r"(?! (?:induced|treated|stimulated|cells?|positive|activation|proliferation|differentiation|mice|rats))"
    kind = "(?:transporter|receptor|protein|kinase|ligand|factor|enzyme|antigen|oncoprotein|glycoprotein|chaperone)"
    state = r"(?:was|were|is|are|has|been|also|highly|significantly|found|to|be|that|which|being|and)"
    # What stands between vesicles and molecule may hold cells, but no other vesicles or molecules.
    molecule = f"[{NUCLEIC}{OTHER}]"
    before_molecule, behind_molecule = f"{v}{c}*{molecule}", f"{molecule}{c}*{v}"
    before_name, behind_name = f"{v}{c}*{NAME}", f"{NAME}{c}*{v}"
    return (
        CargoPattern("carry", re.compile(
            rf"{v}(?P<lead>{near}{{0,150}}?)\b{words['carry']}\b(?P<gap>{near}{{0,45}}?){m}"
            rf"(?! (?:receptors?\b|induced|mediated signal)){not_a_path}"), True, before_molecule),
        CargoPattern("carried", re.compile(
            rf"{m}{not_a_path}(?P<gap>{near}{{0,50}}?)\b{words['carried']}\b(?P<tail>{near}{{0,50}}?){v}"),
            True, behind_molecule),
        CargoPattern("in", re.compile(
            rf"{m}s?(?: \d{{1,4}}\w?)?(?: cluster| family| levels?| expression| content)? "
            rf"\(?(?:in|within|inside|of|into|from|on) {parent}{{0,5}}?{v}"), True, behind_molecule),
        CargoPattern("their_cargo", re.compile(
            rf"\b(?:their|its) (?:\w+ ){{0,2}}(?:cargo(?:e?s)?|contents?),? "
            rf"(?:of |such as |including |containing |like |namely |\(|comprising )?{near}{{0,45}}?{m}"),
            False, molecule),
        CargoPattern("cargo_word", re.compile(rf"{m} cargo(?:e?s)?\b"), False, molecule),
        CargoPattern("and_in", re.compile(
            rf"{m}(?P<gap>{near}{{0,60}}?) and (?:also )?(?:in|within) {parent}{{0,4}}?{v}"), False, behind_molecule),
        CargoPattern("transfer", re.compile(
            rf"\b{words['transfer']} of (?:the |functional |active )*{m}(?P<gap>{near}{{0,40}}?)"
            rf"\b(?:by|via|through|in|into|within|using|with) {parent}{{0,5}}?{v}"), True, behind_molecule),
        CargoPattern("exosomal", re.compile(
            rf"{v} ?\(?{words['borne']}?(?: and [a-z]+ free)?(?: (?:the|and|of))? ?{m}"
            rf"(?! (?:induced|treated|stimulated))"), True, before_molecule),
        CargoPattern("bearing", re.compile(
            rf"{m} ?(?:s |\(\+\) |\+ )?{words['bearing']}? ?{words['bearing']}? ?(?:{c} ?|cells? |s ){{0,2}}"
            rf"(?:derived |secreted |released )?{v}"), True, behind_molecule),
        CargoPattern("cargo", re.compile(
            rf"{v}{near}{{0,60}}?{m} (?:cargo|contents?|profile|signature|composition|load)"), False, before_molecule),
        CargoPattern("cargo_of", re.compile(
            rf"{m} (?:cargo(?:e?s)?|contents?|profil\w+|signatures?|composition|expression profiles?|"
            rf"(?:level |expression )?(?:analys[ei]s|sequencing|profiling)|"
            rf"quantity)\b(?P<gap>{near}{{0,70}}?){v}"), False, behind_molecule),
        CargoPattern("parent", re.compile(
            rf"{v}(?P<gap>{near}{{0,40}}?)\b(?:from|by|of|in) {near}{{0,30}}?{m} ?(?:s )?(?:{words['bearing']}|"
            rf"transfected|gene){near}{{0,20}}?(?:{c}|cells|fibroblasts?|macrophages?|neurons?|astrocytes?)"),
            False, before_molecule),
        CargoPattern("silenced", re.compile(
            rf"\b(?:{words['silencing']}|over ?express\w+|transfect\w+)\b (?:of |with |the |"
            rf"exosomal )*{near}{{0,20}}?{m}"
            rf"{near}{{0,25}}?\b(?:in|of|from|by) {near}{{0,20}}?(?:{c}{near}{{0,45}}?)?{v}"), False, behind_molecule),
        CargoPattern("silenced_in_parent", re.compile(
            rf"\b{words['silencing']}\b (?:of |"
            rf"the )*{r} in {near}{{0,15}}?{c}{near}{{0,20}}?{words['abolishing']}"), False, f"{NUCLEIC}{c}+"),
        # Names of unknown kind count in the plainest sentences only: "exosomes carrying FZD10", "exosomal FZD10".
        CargoPattern("carry", re.compile(
            rf"{v}(?P<lead>{near}{{0,30}}?)\b{words['carry_names']} (?:the |active |functional |high )*{n}"),
            True, before_name),
        CargoPattern("carried", re.compile(
            rf"{n}(?P<gap>(?: \({near}{{1,20}}\))?(?: {state})*) {words['carried_names']} "
            rf"(?:in|by|into|within|via|on|through|from) {own}{{0,5}}?(?:{c} ?(?:derived |secreted )?)?{v}"),
            True, behind_name),
        CargoPattern("in", re.compile(
            rf"{n} (?:levels? |expression |content )?in (?:the )?(?:{c} ?(?:derived |secreted )?)?{v}"),
            True, behind_name),
        CargoPattern("exosomal", re.compile(
            rf"{v} ?(?:{words['borne']} )?(?:(?:[a-z]+ ){{0,2}}{kind} )?{n}{acted_on}"), True, before_name),
        CargoPattern("bearing", re.compile(
            rf"{n}\)? {words['bearing_names']} ?(?:{c} ?|cells? )?(?:derived |secreted )?{v}"), True, behind_name),
        CargoPattern("via", re.compile(
            rf"{v}{near}{{0,170}}?\b(?:via|through|by) (?:the |their |its |exosomal |{c} |derived |secreted )*{r}"
            rf"(?! (?:inhibition|down ?regulation|suppression|up ?regulation))"), False, f"{v}{c}*{NUCLEIC}"),
    )  # fmt: skip
