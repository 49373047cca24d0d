"""Names of molecules that no vocabulary lists, found by how they look: gene symbols and their like.

``exosomal FZD10`` names a cargo whoever FZD10 is. A look-alike is left out where the record itself says it is something
else (its long form ends in "cells", "assay", "mice"), or where it is a cell line, a method or a marker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from exokb.evidence.document import Document

# To begin with the capital and look back from there finds candidates faster than to look back at every character.
_SYMBOL = re.compile(
    r"[A-Z](?<![A-Za-z0-9_./+-].)(?:[A-Za-zαβγδεκ]{0,6}[A-Z0-9αβγδεκ][A-Za-z0-9αβγδεκ]{0,6}|[a-z]{1,4}\d{1,3})"
    r"(?:-[A-Z0-9]{1,4})?(?![A-Za-z0-9_+]|-[a-z]+-|/)"
)
_NUMBERS = re.compile(r" \d{1,2}(?:(?:, | and | or )\d{1,2})*(?=\))")
_CELLS = re.compile(r"MSC|[Ee]xos?|EXO|EVs?$|Cell")
"""What no molecule's name holds: short forms for cells and their vesicles."""
_DEFINED = re.compile(r"\(([A-Za-z][A-Za-z0-9-]{1,10})\)")
# What a long form ends with, in lower case, where its short form is no molecule.
_KINDS = (
    "cell", "exosome", "vesicle", "group", "disease", "syndrome", "cancer", "carcinoma", "assay", "rat", "model",
    "tumour", "tumor", "disorder", "patient", "control", "tissue", "fluid", "fibroblast", "macrophage", "hydrogel",
    "nanoparticle", "circle", "plasmid", "mirna", "microrna", "rna", "component", "pathway", "wound",
)  # fmt: skip
_SINGULAR_KINDS = (
    "analysis", "analyses", "medium", "media", "mice", "mouse", "chain reaction", "tracking", "sequencing", "system",
    "infarction", "failure", "cytometry", "chromatography", "spectrometry", "scattering", "reticulum", "barrier",
    "matrix", "stroke", "arthritis", "environment", "therapy", "region", "time", "score", "curve", "ratio", "interval",
    "ontology", "genomes", "virus", "serum", "saline", "acid", "stress", "species", "transition", "differentiation",
    "degeneration", "disc", "ischemia", "hypoxia", "fibrosis", "sclerosis", "sepsis", "nucleus", "cord", "marrow",
    "vein", "artery", "apoptosis", "pyroptosis", "autophagy", "body", "bodies", "endothelium", "epithelium",
    "dysfunction", "delivery", "domain", "dna", "plasma", "metastasis", "immunity", "angiogenesis", "resistance",
    "weight", "density", "lipids", "lipid", "acids", "glycans", "inhibitor", "agonist", "antagonist",
    "algorithm", "index",
    "staging", "levels", "education", "intervention", "polymer", "polymers", "culture", "cultures",
    "network", "factory", "dialysis", "surgery", "progression",
)  # fmt: skip
_OTHER_KINDS = (*_SINGULAR_KINDS, *_KINDS, *(f"{kind}s" for kind in _KINDS))
_OTHER_STEMS = re.compile(r"(?:microscop\w|injur\w|blot)\w*$")


class UnlistedNames:
    """Finds look-alikes of gene symbols, with one vocabulary's lists of what is none."""

    def __init__(self, never: Iterable[str]) -> None:
        self._never = frozenset(word.casefold() for word in never)

    def find(self, document: Document, taken: list[tuple[int, int]]) -> list[tuple[int, int, str]]:
        """Give (start, end, name) of each look-alike outside the spans that are known to be something else."""
        start, end = document.field_span("title")
        _, last = document.field_span("abstract")
        end = max(end, last)
        text = document.original
        other = {match.group(1) for match in _DEFINED.finditer(text, start, end)
                 if _is_other_kind(text[max(start, match.start() - 31) : match.start()])}  # fmt: skip
        busy = bytearray(len(text))
        for first, behind in taken:
            busy[first:behind] = b"\1" * (behind - first)
        found = []
        for match in _SYMBOL.finditer(text, start, end):
            name = match.group()
            if len(name) < 3 or busy[match.start()] or busy[match.end() - 1]:
                continue
            plain = name[:-1] if name.endswith("s") else name
            if name in other or plain in other or name.casefold() in self._never or plain.casefold() in self._never:
                continue
            if _CELLS.search(name):
                continue
            found.append((match.start(), match.end(), name))
            # "(SERPINE 1)" and "(IGFBP 4 and 5)" are numbered members of a family.
            if text[match.start() - 1 : match.start()] == "(" and (numbers := _NUMBERS.match(text, match.end())):
                found.pop()
                for number in re.finditer(r"\d+", numbers.group()):
                    first = match.end() + number.start()
                    begin = match.start() if len(found) == 0 or found[-1][1] < match.start() else first
                    found.append((begin, first + len(number.group()), f"{name}{number.group()}"))
        return found


def _is_other_kind(before: str) -> bool:
    """Say whether the words before a bracket are a long form of something that is no molecule."""
    words = (before[:-1] if before[-1:].isspace() else before).lower()
    return words.endswith(_OTHER_KINDS) or bool(_OTHER_STEMS.search(words))
