"""Recognise and normalise names of nucleic acids by their form: microRNAs, circRNAs, numbered lncRNAs.

The forms are miRBase's (https://www.mirbase.org/help/nomenclature.shtml): species, ``miR``, number with letter and
copy, arm. Families and arms stay apart in the normal form; `exokb.query.molecules` joins them for searching.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from exokb.evidence.folding import fold

_MIRNA = re.compile(
    r"(?<![a-z0-9])(?:(?P<species>hsa|mmu|rno|ssc|cfa|bta|oar|ocu|gga|dre|cel|ebv|kshv)[ _])?(?:exo |"
    r"exosomal |lv |agomir |antagomir |ad |anti |pre |pri )?"
    r"(?P<stem>mirnas?|mirs?|micro ?rnas?|let)[ _]?(?P<number>\d{1,5}[a-z]{0,2}(?: \d(?!p)(?!\d))?)"
    r"(?:[ _]?(?P<arm>[35]p|\*))?"
    # "miR-17/20a", "miR-145 and -146a": a hyphen, here a second blank, tells a number of the list from any other.
    r"(?P<more>(?:(?:[/,] ?|,?(?: and| or)?  )\d{1,4}[a-z]?(?: [35]p)?(?![a-z0-9%]|\.\d))*)(?![a-z0-9])"
)
# Every name that `_MIRNA` finds holds one of these: quick to look for, as each begins with the same letters.
_MIRNA_SIGNS = (re.compile(r"mi(?:rnas?|rs?|cro ?rnas?)[ _]?\d"), re.compile(r"let[ _]?\d"))
_CIRC = re.compile(
    r"(?<![a-z0-9])(?:(?:hsa|mmu|rno)[ _])?circ(?:rna)?(?P<rest>[ _]?[a-z]*\d[a-z0-9_]*|"
    r"(?:[ _])?(?!rna)[a-z]+\d*[a-z]*\d*)(?![a-z0-9])"
)
_ULTRACONSERVED = re.compile(r"(?<![a-z0-9])uc\.\d{1,3}(?![a-z0-9])")
# Fragments of transfer RNA and other short RNAs: "tRF-1001", "tRF-57:75-Gln-CGG-2-m2", "tiRNA-Gly-GCC", "piR-31298".
_SHORT = re.compile(
    r"(?<![A-Za-z0-9-])(?:(?:[A-Za-z0-9_]+-){0,2}?(?:tRF|TRF|tiRNA|tRNA|tsRNA)-[A-Za-z0-9:_/-]*(?:\d|"
    r"[A-Z]{3})[A-Za-z0-9-]*|"
    r"(?:hsa-|mmu-|rno-)?(?:piR|piRNA)-?(?:hsa-|mmu-|rno-|has-)?\d+|SNOR[AD]\d+[A-Z]?)(?![A-Za-z0-9])"
)
_SHORT_SIGN = re.compile(r"(?:tRF|TRF|iRNA|tRNA|tsRNA|piR)-|piRNA|SNOR|piR\d")
_LNC = re.compile(
    r"(?<![a-z0-9])(?:linc(?:rna)?[ _]?(?:\d{4,6}|[a-z0-9]+\d)|lnc_\d+|lnc(?:rna)? ?_?\d{3,7}|ensg\d{8,}|"
    r"enst\d{8,}|loc\d{5,9}|nonhsat\d+)(?![a-z0-9])"
)
_LNC_BESIDE = re.compile(
    r"(?:lncrnas?|long non ?coding rnas?)(?: \(lncrnas?\))?,? (?:named |"
    r"called )?(?P<name>[a-z][a-z0-9]*(?: as\d| \d)?)(?![a-z])"
)
# Antisense transcripts are named after their gene (https://www.genenames.org/about/guidelines/).
_ANTISENSE = re.compile(r"(?<![A-Za-z0-9-])[A-Z][A-Z0-9]{1,9}-(?:AS|IT|OT|DT)\d?(?![A-Za-z0-9])")
_ANTISENSE_SIGN = re.compile(r"-(?:AS|IT|OT|DT)")
_SYMBOL = re.compile(r"[A-Z][A-Z0-9]{2,}(?:-[A-Z]{2}\d)?[0-9A-Z]*")


@dataclass(frozen=True, slots=True)
class NamedMolecule:
    """A name at ``start:end``, its normal form and its class of cargo."""

    start: int
    end: int
    name: str
    cargo: str


def normalise_mirna(text: str) -> str | None:
    """Give the normal form of a microRNA name: ``hsa-microRNA-21-5p`` becomes ``miR-21-5p``; None if it is none."""
    match = _MIRNA.fullmatch(fold(text.strip()))
    return _mirna(match) if match and not match.group("more") else None


def _mirna(match: re.Match[str]) -> str:
    number = match.group("number").replace(" ", "-")
    stem = "let" if match.group("stem") == "let" else "miR"
    arm = match.group("arm")
    return f"{stem}-{number}" + ("*" if arm == "*" else f"-{arm}" if arm else "")


def find_named_molecules(folded: str, original: str) -> Iterator[NamedMolecule]:
    """Find names by form in a folded text; ``original`` is the same text unfolded."""
    if any(sign.search(folded) for sign in _MIRNA_SIGNS):
        for match in _MIRNA.finditer(folded):
            begin = match.start("species") if match.group("species") else match.start("stem")
            end = match.end("arm") if match.group("arm") else match.end("number")
            yield NamedMolecule(begin, end, _mirna(match), "mirna")
            for further in re.finditer(r"(\d{1,4}[a-z]?)(?: ([35]p))?", match.group("more")):
                at = match.start("more") + further.start()
                arm = f"-{further.group(2)}" if further.group(2) else ""
                stem = "let" if match.group("stem") == "let" else "miR"
                yield NamedMolecule(at, at + len(further.group()), f"{stem}-{further.group(1)}{arm}", "mirna")
    if "uc." in folded:
        for match in _ULTRACONSERVED.finditer(folded):
            yield NamedMolecule(match.start(), match.end(), match.group(), "other_rna")
    if _SHORT_SIGN.search(original):
        for match in _SHORT.finditer(original):
            yield NamedMolecule(match.start(), match.end(), match.group(), "other_rna")
    if "circ" in folded:
        for match in _CIRC.finditer(folded):
            written = original[match.start() : match.end()]
            if _is_circ_name(written):
                yield NamedMolecule(match.start(), match.end(), written.replace(" ", "-"), "circrna")
    if _ANTISENSE_SIGN.search(original):
        for match in _ANTISENSE.finditer(original):
            yield NamedMolecule(match.start(), match.end(), match.group(), "lncrna")
    if "lnc" in folded or "linc" in folded or "long non" in folded or "loc" in folded or "long int" in folded:
        for match in _LNC.finditer(folded):
            written = original[match.start() : match.end()]
            yield NamedMolecule(match.start(), match.end(), written.replace(" ", "-"), "lncrna")
        yield from _find_named_lncrnas(folded, original)


def _find_named_lncrnas(folded: str, original: str) -> Iterator[NamedMolecule]:
    """Find symbols that stand beside the word lncRNA, then each of them wherever it stands."""
    symbols = {original[match.start("name") : match.end("name")] for match in _LNC_BESIDE.finditer(folded)}
    for symbol in sorted(symbols):
        if _SYMBOL.fullmatch(symbol):
            for match in re.finditer(rf"(?<![A-Za-z0-9-]){re.escape(symbol)}(?![A-Za-z0-9-])", original):
                yield NamedMolecule(match.start(), match.end(), symbol, "lncrna")


def _is_circ_name(written: str) -> bool:
    # "circulating", "circadian" and "circRNA bromodomain" begin alike; a name goes on with a capital or a digit.
    rest = re.sub(r"^(?:[a-z]{3}[-_ ])?circ(?:RNA)?[-_ ]?", "", written, flags=re.I)
    return bool(re.match(r"[A-Z0-9]", rest)) and rest not in {"RNA", "RNAs"}
