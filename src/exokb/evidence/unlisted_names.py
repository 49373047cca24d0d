"""Names of molecules that no vocabulary lists, found by how they look: gene symbols and their like.

``exosomal FZD10`` names a cargo whoever FZD10 is. A look-alike is left out where the record itself says it is something
else (its long form ends in "cells", "assay", "mice"), or where it is a cell line, a method or a marker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from exokb.evidence.document import Document

_SYMBOL = re.compile(
    r"(?<![A-Za-z0-9_./+-])(?:[A-Z][A-Za-z]{0,6}[A-Z0-9][A-Za-z0-9]{0,6}|"
    r"[A-Z][a-z]{1,4}\d{1,3})(?:-[A-Z0-9]{1,4})?(?![A-Za-z0-9_+]|-[a-z]+-|/)"
)
_DEFINED = re.compile(r"\(([A-Za-z][A-Za-z0-9-]{1,10})\)")
_OTHER_KINDS = re.compile(
    r"(?:cells?|exosomes?|vesicles?|groups?|diseases?|syndromes?|cancers?|carcinomas?|assays?|analys[ei]s|microscop\w+|"
    r"injur\w+|medi(?:um|a)|mice|mouse|rats?|models?|chain reaction|tracking|sequencing|system|tumou?rs?|infarction|"
    r"failure|disorders?|patients?|controls?|blot\w*|cytometry|chromatography|spectrometry|scattering|"
    r"reticulum|barrier|"
    r"matrix|tissues?|fluids?|stroke|arthritis|fibroblasts?|macrophages?|hydrogels?|nanoparticles?|environment|therapy|"
    r"region|time|score|curve|ratio|interval|ontology|genomes|virus|serum|saline|acid|stress|species|transition|"
    r"differentiation|degeneration|disc|ischemia|hypoxia|fibrosis|sclerosis|sepsis|nucleus|cord|marrow|vein|artery|"
    r"apoptosis|pyroptosis|autophagy|body|bodies|endothelium|epithelium|dysfunction|delivery|circles?|"
    r"plasmids?|domain|mirnas?|micrornas?|rnas?|dna|plasma|metastasis|"
    r"immunity|angiogenesis|resistance|weight|density|dialysis|surgery|progression|components?|pathways?|"
    r"wounds?|cells)$"
)


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
                 if _OTHER_KINDS.search(_words_before(text, start, match.start()))}  # fmt: skip
        busy = bytearray(len(text))
        for first, behind in taken:
            busy[first:behind] = b"\1" * (behind - first)
        found = []
        for match in _SYMBOL.finditer(text, start, end):
            name = match.group()
            if len(name) < 3:
                continue
            plain = name[:-1] if name.endswith("s") else name
            if name in other or plain in other or name.casefold() in self._never or plain.casefold() in self._never:
                continue
            if busy[match.start()] or busy[match.end() - 1]:
                continue
            found.append((match.start(), match.end(), name))
        return found


def _words_before(text: str, start: int, bracket: int) -> str:
    """Give the end of what stands before a bracket, in lower case."""
    end = bracket - 1 if text[start:bracket][-1:].isspace() else bracket
    return text[max(start, end - 30) : end].lower()
