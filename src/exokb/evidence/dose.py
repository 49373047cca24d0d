"""Dose: how much of the vesicles was given, as written and in one form: particles, mass of protein, cells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from exokb.domain.annotation import Annotation
from exokb.evidence.document import Role
from exokb.evidence.reading import Reading

FACET = "dose"
_MASS = re.compile(
    # To begin with the digit and look back from there finds candidates faster than to look back at every character.
    r"(?P<number>\d(?<![\w.].)\d{0,3}(?:[.,]\d{1,3})?) ?(?P<unit>μg|ug|mg|ng|micrograms?|milligrams?)"
    r"(?P<per>(?: ?/ ?| per )(?:ml|kg|mouse|rat|animal|eye|site|day|l|wound|μl|kidney|joint|knee|g))?(?!\w)"
)
_POWER = re.compile(
    r"(?<![\w.])(?:(?P<factor>\d{1,3}(?:[.,]\d{1,2})?) ?(?:x|×|\*|·) ?)?10 ?(?:\^|e)? ?(?P<power>\d{1,2}) ?"
    r"(?P<what>particles?|vesicles?|exosomes?|s?evs?|cells?(?: equivalents?)?|mscs?|cell equivalents?)"
    r"(?P<per>(?: ?/ ?| per )(?:ml|kg|mouse|rat|animal|eye|site|day|μl|wound))?"
)
_POWER_SIGNS = re.compile(r"10 ?(?:\^|e)? ?\d{1,2} ?[a-z]")
"""What every amount that `_POWER` finds holds: quick to look for, as it begins with digits."""
_UNITS = {"ug": "µg", "μg": "µg", "microgram": "µg", "micrograms": "µg", "milligram": "mg", "milligrams": "mg"}
_NEAR = 90
"""How far from a word for vesicles, in characters, a mass of something still is the vesicles'."""


def annotate_dose(reading: Reading) -> list[Annotation]:
    """Give the amounts that stand beside the vesicles in a study's own sentences.

    Values look like ``100 µg/mL``, ``1e10 particles/kg`` and ``1e6 cells``.
    """
    document = reading.document
    start, end = document.field_span("abstract")
    found = []
    for match, value in _amounts(document.text, start, end):
        sentence = document.sentence_at(match.start())
        if sentence.role is Role.BACKGROUND:
            continue
        near = [span for span in (*reading.vesicles_in(sentence), *reading.stand_ins(sentence))
                if span[0] - _NEAR <= match.end() and match.start() - _NEAR <= span[1]]  # fmt: skip
        if near or ("what" in match.groupdict() and match["what"].startswith(("particle", "vesicle", "exosome"))):
            found.append(reading.annotation(FACET, value, match.start(), match.end(), f"{FACET}/amount", score=0.7))
    return found


def _amounts(text: str, start: int, end: int) -> Iterator[tuple[re.Match[str], str]]:
    for match in _MASS.finditer(text, start, end):
        unit = _UNITS.get(match["unit"], match["unit"])
        yield match, f"{_number(match['number'])} {unit}{_per(match['per'])}"
    if not _POWER_SIGNS.search(text, start, end):
        return
    for match in _POWER.finditer(text, start, end):
        what = match["what"]
        kind = "cells" if what.startswith(("cell", "msc")) else "particles"
        # "1 × 1010" is how a lost superscript looks; a power above 15 is no dose.
        power = int(match["power"])
        if power <= 15:
            yield match, f"{_number(match['factor'] or '1')}e{power} {kind}{_per(match['per'])}"


def _number(text: str) -> str:
    number = float(text.replace(",", "."))
    return f"{number:g}"


def _per(text: str | None) -> str:
    if not text:
        return ""
    unit = re.sub(r"^(?: ?/ ?| per )", "", text)
    return "/" + {"ml": "mL", "l": "L", "μl": "µL"}.get(unit, unit)
