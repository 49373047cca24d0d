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
        "carry_names", "carried_names", "bearing_names", "acting",
    )}  # fmt: skip
    v, m, c, r, n = VESICLE, f"(?P<m>[{NUCLEIC}{OTHER}])", CELL, f"(?P<m>{NUCLEIC})", f"(?P<m>{NAME})"
    near = f"[^{VESICLE}{MOLECULES}{MADE};:]"
    own = (
        r"(?:(?:the|these|those|their|its|both|human|mouse|rat|total|plasma|serum|circulating|small|isolated|purified|"
        r"secreted|derived|released|from|cells?|(?!(?:with|by|after|following|upon|using|given|receiv|expos|inject|"
        r"incubat|administ|treatment|cultur|co cultur|induced by|through|via)\w*\b)[\w/+]{1,14}) )"
    )
    parent = rf"(?:{c} ?(?:derived |secreted )?|{own})"
    not_a_path = r"(?!(?:[ /](?:and |or )?\w+)? (?:pathway|signal|axis)| (?:super)?family (?:co)?receptor)"
    acted_on = r"(?! (?:induced|treated|stimulated|cells?|positive|activation|proliferation|differentiation|mice|rats))"
    kind = "(?:transporter|receptor|protein|kinase|ligand|factor|enzyme|antigen|oncoprotein|glycoprotein|chaperone)"
    state = r"(?:was|were|is|are|has|been|also|highly|significantly|found|to|be|that|which|being|and)"
    method = (
        r"(?:(?:proteom|lipid|transcript|metabol|immunophenotyp)\w* )?(?:analys[ei]s|sequencing|profiling|spectrometry|"
        r"lc ms(?:/ms)?|(?:micro)?arrays?|elisas?|blots?|blotting|(?:rt )?q?pcr|cytometry|screening|"
        r"characteri[sz]ation|"
        r"rna ?seq|proteomics)"
    )
    finding = r"(?:show|reveal|identif|detect|found|confirm|demonstrat|indicat|highlight|uncover|disclos|yield)\w*"
    carrying = (
        r"(?:expression|transfer|delivery|secretion|release|presence|shuttling|transport|action|exchange|transferring)"
    )
    # What stands between vesicles and molecule may hold cells, but no other vesicles or molecules.
    molecule = f"[{NUCLEIC}{OTHER}]"
    before_molecule, behind_molecule = f"{v}{c}*{molecule}", f"{molecule}{c}*{v}"
    before_name, behind_name = f"{v}{c}*{NAME}", f"{NAME}{c}*{v}"
    return (
        CargoPattern("carry", re.compile(
            rf"{v}(?P<lead>{near}{{0,150}}?)\b{words['carry']}\b(?P<gap>{near}{{0,80}}?){m}"
            rf"(?! (?:receptors?\b|induced|mediated signal)){not_a_path}"), True, before_molecule),
        CargoPattern("carried", re.compile(
            rf"{m}{not_a_path}(?P<gap>{near}{{0,50}}?)\b(?P<verb>{words['carried']})\b(?P<tail>{near}{{0,50}}?){v}"),
            True, behind_molecule),
        CargoPattern("in", re.compile(
            rf"{m}s?(?: \d{{1,4}}\w?)?(?: cluster| family| levels?| expression| content)? "
            rf"\(?(?:in|within|inside|of|into|from|on|between|among|across) "
            rf"{parent}{{0,5}}?{v}"), True, behind_molecule),
        CargoPattern("their_cargo", re.compile(
            rf"\b(?:their|its) (?:\w+ ){{0,2}}(?:cargo(?:e?s)?|contents?),? "
            rf"(?:of |such as |including |containing |like |namely |\(|comprising )?(?P<gap>{near}{{0,90}}?){m}"),
            False, molecule),
        CargoPattern("cargo_word", re.compile(rf"{m} cargo(?:e?s)?\b"), False, molecule),
        CargoPattern("and_in", re.compile(
            rf"{m}(?P<gap>{near}{{0,60}}?) and (?:also )?(?:in|within) {parent}{{0,4}}?{v}"), False, behind_molecule),
        CargoPattern("transfer", re.compile(
            rf"\b{words['transfer']} of (?:the |functional |active )*{m}(?P<gap>{near}{{0,40}}?)"
            rf"\b(?:by|via|through|in|into|within|using|with) {parent}{{0,5}}?{v}"), True, behind_molecule),
        CargoPattern("exosomal", re.compile(
            rf"{v} ?\(?{words['borne']}?(?: and [a-z]+ free)?(?: (?:the|of)| and (?:total|cellular|intracellular|"
            rf"tissue|plasma|serum))? ?{m}"
            rf"(?! (?:induced|treated|stimulated))"), True, before_molecule),
        CargoPattern("bearing", re.compile(
            rf"{r} ?(?:s |\(\+\) |\+ )?{words['bearing']}? ?{words['bearing']}? ?(?:{c} ?|cells? |s ){{0,2}}"
            rf"(?:derived |secreted |released )?{v}"), True, f"{NUCLEIC}{c}*{v}"),
        # "IFN-γ exosomes" come from primed cells: a protein needs a word that says it is in the vesicles.
        CargoPattern("bearing", re.compile(
            rf"(?P<m>{OTHER}) ?(?:s |(?:\(\+\)|\+|hi(?:gh)?|pos) (?={v}))?(?:(?:over ?express\w+|plasmid|"
            rf"{words['bearing']}) ?){{1,2}}"
            rf"(?:{c} ?|cells? |s ){{0,2}}(?:derived |secreted |released )?{v}"), True, f"{OTHER}{c}*{v}"),
        CargoPattern("bearing", re.compile(
            rf"(?P<m>{OTHER}) ?(?:\(\+\)|\+|hi\b|pos\b) ?{v}"), False, f"{OTHER}{v}"),
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
        # "Sequencing of exosomes showed miR-21"; "EV cargo analysis revealed an abundance of VEGF".
        CargoPattern("analysed", re.compile(
            rf"(?:{v}s? {near}{{0,50}}?{method}|{method}\b{near}{{0,60}}?(?:of|in|on|from|for) {near}{{0,40}}?{v})"
            rf"{near}{{0,60}}?\b{finding}\b(?P<seen>{near}{{0,90}}?){m}{not_a_path}"), True, before_molecule),
        # "exosomes had higher levels of miR-21": the vesicles themselves, not whoever was given them.
        CargoPattern("levels", re.compile(
            rf"(?P<given>\b(?:given|with|receiv\w+|after|following|to|using|by|of) {own}{{0,4}}?)?{v} ?{near}{{0,45}}?"
            rf"\b(?:had|have|has|show\w*|exhibit\w*|display\w*|with|possess\w*|demonstrat\w*|present\w*|reveal\w*)\b"
            rf" (?:\w+ ){{0,4}}?(?:levels?|amounts?|concentrations?|abundance|contents?|expression|presence|"
            rf"quantit\w+|enrichment|accumulation|number) of "
            rf"(?P<seen>{near}{{0,50}}?)(?P<m>[{MOLECULES}])"), True, f"{v}{c}*[{MOLECULES}]"),
        # "exosomes were isolated for quantification of C3b".
        CargoPattern("measured", re.compile(
            rf"{v}{near}{{0,80}}?\b(?:isolat|extract|purif|collect|lys|separat|obtain|captur|"
            rf"harvest)\w*\b{near}{{0,80}}?"
            rf"\b(?:quantification|measurement|analys[ei]s|assays?|sequencing|elisas?|determination|profiling|"
            rf"detection) "
            rf"(?:of |for )(?:the )?(?:levels? of |expression of |concentrations? of )?(?:\w+ ){{0,2}}?{m}"
            rf"(?! (?:in|of) (?:the )?(?:\w+ )?(?:cells?|mice|rats?|tissues?|serum|patients))"), True, before_molecule),
        CargoPattern("attached", re.compile(
            rf"{v} (?:that |which )?(?:(?:are|were|was|is) )?(?:associated|bound|complexed|coated|tagged|"
            rf"electroporated|"
            rf"transfected) (?:with|to) {m}(?! (?:levels?|activity|expression))"), False, before_molecule),
        CargoPattern("attached", re.compile(
            rf"{m}(?: peptides?)? (?:associates?|binds?|is bound|was bound|attached|anchored|tethered|conjugated) "
            rf"(?:to|with|onto|on) {own}{{0,4}}?{v}"), True, behind_molecule),
        CargoPattern("at", re.compile(rf"{v} ?@ ?{m}"), True, before_molecule),
        CargoPattern("at", re.compile(rf"{m} ?@ ?{v}"), True, behind_molecule),
        # "through the expression of CD39, exosomes ...".
        CargoPattern("by_transfer", re.compile(
            rf"\b(?:through|via|by|due to|owing to|thanks to|because of) (?:the |their |its |\w+ )?"
            rf"{carrying} (?:of )?(?P<gap>{near}{{0,60}}?){m}{near}{{0,40}}?, (?:\w+ "
            rf"){{0,3}}?{v}"), True, behind_molecule),
        # "lipids and active components in the plant and its vesicles".
        CargoPattern("in_both", re.compile(
            rf"{m}(?:,? (?:and|or) (?:(?!{words['acting']}\b)\w+ ){{1,3}}| levels?| expression| contents?)? "
            rf"?(?:in|of|within|from) "
            rf"(?P<gap>{near}{{0,30}}?) (?:and|or) {own}{{0,4}}?{v}(?! (?:treat|administ|inject|groups?\b|inhibit|"
            rf"decreas|"
            rf"increas|reduc|could|can|may))"), True, behind_molecule),
        CargoPattern("in_both", re.compile(
            rf"{m},? and (?:(?!{words['acting']}\b)\w+ ){{1,3}}(?:in|of|within|from) "
            rf"{parent}{{0,4}}?{v}"), True, behind_molecule),
        # "miR-21 was responsible for the effect of exosomes".
        CargoPattern("responsible", re.compile(
            rf"{r}(?: (?:was|were|is|are|as|the|a|may|might|be|to|partly|partially|at|least|in|part|that|which|"
            rf"largely|mainly))*"
            rf" (?:responsible for|mediat(?:ed|es|ing)|account(?:ed|s) for|underl\w+|essential for|required for|"
            rf"crucial for|contribut\w+ to|mediators? of|effectors? of|component of) (?:the )?(?:\w+ ){{0,4}}?"
            rf"(?:effects?|efficacy|protection|benefits?|functions?|activity|actions?|role|potency|properties|"
            rf"capacity) "
            rf"(?:of|by|exerted by) {parent}{{0,4}}?{v}"), False, f"{NUCLEIC}{c}*{v}"),
        CargoPattern("silenced", re.compile(
            rf"\b{words['silencing']} (?:of |the |endogenous "
            rf")*{r}{near}{{0,25}}?{words['abolishing']}\b{near}{{0,70}}?\b"
            rf"(?:of|by|from) {parent}{{0,4}}?{v}"), False, f"{NUCLEIC}{c}*{v}"),
        # Names of unknown kind count in the plainest sentences only: "exosomes carrying FZD10", "exosomal FZD10".
        CargoPattern("carry", re.compile(
            rf"{v}(?P<lead>{near}{{0,60}}?)\b{words['carry_names']} (?:(?:the|active|functional|high|higher|of|levels?|"
            rf"amounts?|abundant|\w+(?:ic|al|ive|ory|ary|ous)) )*(?:(?:[a-z]+ ){{0,2}}{kind} )?{n}"),
            True, before_name),
        CargoPattern("carried", re.compile(
            rf"{n}(?P<gap>(?: \({near}{{1,20}}\))?(?: {state})*) (?P<verb>{words['carried_names']})"
            rf"(?P<way> (?:in|by|into|within|via|on|onto|through)) {own}{{0,5}}?(?:{c} ?(?:derived |secreted )?)?{v}"),
            True, behind_name),
        CargoPattern("in", re.compile(
            rf"{n} (?:protein |mrna )?(?:levels? |expression |content |concentrations? |abundance )?(?:in|within|"
            rf"inside|on) "
            rf"(?:the )?(?:[a-z]+(?:al|ic|ed|ary|oma|ma|um) ){{0,2}}?(?:{c} ?(?:derived |secreted )?)?{v}"),
            True, behind_name),
        CargoPattern("exosomal", re.compile(
            rf"{v} ?(?:{words['borne']} )?(?:(?:[a-z]+ ){{0,2}}{kind} )?{n}{acted_on}"), True, before_name),
        CargoPattern("bearing", re.compile(
            rf"{n}\)? {words['bearing_names']} ?(?:{c} ?|cells? )?(?:derived |secreted )?{v}"), True, behind_name),
        CargoPattern("silenced", re.compile(
            rf"\b(?:knockdown|knock down|knockout|silencing|depletion|deletion|inhibition|loss|overexpression) of {n} "
            rf"(?:in|from|on) (?:the )?(?:{c} ?(?:derived |secreted )?|{own}{{0,2}}?)?{v}"), True, behind_name),
        CargoPattern("analysed", re.compile(
            rf"(?:{v}s? {near}{{0,50}}?{method}|{method}\b{near}{{0,60}}?(?:of|in|on|from|for) {near}{{0,40}}?{v})"
            rf"{near}{{0,60}}?\b(?:show|reveal|identif|detect|confirm)\w* (?:that |(?:an? |the )?(?:presence|"
            rf"enrichment|"
            rf"abundance|upregulation|overexpression) of )?(?:the )?(?:(?:[a-z]+ ){{0,2}}{kind} )?{n}{acted_on}"),
            True, before_name),
        CargoPattern("via", re.compile(
            rf"{v}{near}{{0,170}}?\b(?:via|through|by) (?:the |their |its |exosomal |{c} |derived |secreted )*{r}"
            rf"(?! (?:inhibition|down ?regulation|suppression|up ?regulation))"), False, f"{v}{c}*{NUCLEIC}"),
    )  # fmt: skip
