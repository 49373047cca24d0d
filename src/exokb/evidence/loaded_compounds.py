"""Names of drugs and natural compounds that no vocabulary lists, found where a text says that they are loaded.

Their endings are those of international non-proprietary names and of natural products (WHO, Stem Book,
https://www.who.int/teams/health-product-and-policy-standards/inn/stembook).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAME = (
    r"(?!(?:[a-z]*(?:protein|peptide|nucleotide|cytokine|chemokine|kine|machine|medicine|routine|membrane|combine|"
    r"determine|examine|vaccine|hormone|bone|insulin|albumin|globulin|integrin|interleukin|fibrin|gelatin|collagen|"
    r"lectin|domain|within|control|protocol|alone|zone|murine|bovine|porcine|marine|saline|urine|spine|"
    r"intestine|fluorescein|calcein|lipid|hybrid|plasmid|acid|side|wide|provide|oxide|inside|outside|nanogel|chain|"
    r"brain|origin|contain|obtain|main|certain|genome|ceramide|sphingosine|amine|chitosan|gel|biotin|actin|"
    r"laminin|fibronectin|annexin|ferritin|keratin|elastin|tubulin|vimentin|cadherin|thrombin|adhesin|synuclein|"
    r"melanoidin|luciferin|engine|define|fine|line|mine|refine|decline|baseline|outline|guideline|cell ?line|skin|"
    r"protamine|statistic|microtubule|mitochondri\w*|done|one|gone|stone|ketone|backbone|histone|milestone|hyaluronan"
    r"|polyethylenimine|epsilon|lamin|thin|join|begin|bin|pin|tin|win|herein|therein|wherein|imaging|pseudouridine|"
    r"adenosine|cytidine|guanosine|uridine|tyrosine|cysteine|lysine|arginine|glycine|serine|proline|alanine|"
    r"leucine))\b)"
    r"[a-z]{3,}(?:ine|in|ol|one|ide|nib|mab|xel|mycin|oside|azole|cillin|platin|statin|parib|ciclib|prost|sartan|"
    r"dipine|pril|azine|ene|cin|zumab|limus|tecan|vir)"
)
_LOADED = re.compile(
    r"\b(?:loaded with|loading (?:with|of)|loading|load|encapsulat\w+(?: with| of)?|entrap\w+|incorporat\w+(?: "
    r"with| of)?|"
    r"deliver\w*|delivery of|carrying|laden with|packaged with) "
    r"(?:the |a |an |natural |active |anti ?[a-z]+ |small |molecule |compound |drug |agent |flavonoid |alkaloid |"
    r"hydrophobic |chemotherapeutic |chemotherapy |anticancer |inhibitor |antibiotic |antioxidant )*"
    rf"(?P<name>{_NAME})(?![a-z])(?! (?:protein|mrna|gene|receptor|family|expression))"
)
_LADEN = re.compile(r" (?:loaded|encapsulated|laden|incorporated|encapsulating)\b")
_WORD_BEFORE = re.compile(r"[a-z]+$")
_WHOLE_NAME = re.compile(_NAME)
_SIGNS = ("load", "encapsul", "entrap", "incorporat", "laden", "deliver", "carrying", "packaged with")
"""Of which every match holds one."""


def find_loaded_compounds(folded: str) -> Iterator[tuple[int, int]]:
    """Give (start, end) of each word that looks like a compound's name and stands where a load is named."""
    if not any(sign in folded for sign in _SIGNS):
        return
    for match in _LOADED.finditer(folded):
        yield match.span("name")
    for match in _LADEN.finditer(folded):
        # A name is looked for backwards from its participle, which is rare, rather than at every word.
        first = max(0, match.start() - 40)
        word = _WORD_BEFORE.search(folded[first : match.start()])
        if word and _WHOLE_NAME.fullmatch(word.group()):
            yield first + word.start(), first + word.end()
