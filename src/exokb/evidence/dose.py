"""Dose: how much of the vesicles was given, as written and in one form: particles, mass of protein, cells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from exokb.domain.annotation import Annotation
from exokb.evidence.document import Role
from exokb.evidence.reading import Reading

FACET = "dose"
_THOUSANDS = r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d{1,3})?"
_NUMBER = rf"(?:{_THOUSANDS}|\d{{1,4}}(?:[.,]\d{{1,3}})?)"
_PER = r"(?:ml|kg|mouse|rat|animal|eye|site|day|l|wound|[μu]l|kidney|joint|knee|g)"
# "/kg", "per kg", and "kg-1", whose sign folding has made a blank or kept
_RATE = rf"(?P<per>(?: ?/ ?| per ){_PER}| ?·? ?(?:kg|ml|l|[μu]l|g)[ −]1(?!\d))"
# To look for the digit first finds candidates faster than to look back at every character.
_MASS = re.compile(
    rf"(?=\d)(?<![\w.,])(?P<number>{_NUMBER}) ?(?P<unit>μg|ug|mg|ng|micrograms?|milligrams?){_RATE}?(?!\w)"
)
_POWER = re.compile(
    r"(?<![\w.,])(?:(?:(?P<factor>\d{1,3}(?:[.,]\d{1,2})?) ?(?:x|×|\*|·) ?)?10 ?(?:\^|e)? ?\(?(?P<power>\d{1,2})\)?|"
    r"(?P<mantissa>\d{1,2}(?:\.\d{1,2})?)e[+ ]?(?P<exponent>\d{1,2})) ?"
    r"(?P<what>particles?|vesicles?|exosomes?|s?evs?|cells?(?: equivalents?)?|mscs?|cell equivalents?)"
    rf"{_RATE}?"
)
_POWER_SIGNS = re.compile(r"10 ?(?:\^|e)? ?\(?\d|\de[+ ]?\d")
"""What every amount that `_POWER` finds holds: quick to look for, as it begins with digits."""
# Numbers that share the unit of the one they stand before: "10, 50 and" 100 µg, "20-" 100 µg.
_SHARING = re.compile(
    rf"(?<![\w.,=])(?<!= )(?<!day )(?<!days )(?:{_NUMBER}, )*{_NUMBER}(?:,? and | or | to |, or | ?[-–‑−] ?)$"
)
_REACH = 40
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
    for match, values in _amounts(document.text, document.original, start, end):
        sentence = document.sentence_at(match.start())
        if sentence.role is Role.BACKGROUND:
            continue
        near = [span for span in (*reading.vesicles_in(sentence), *reading.stand_ins(sentence))
                if span[0] - _NEAR <= match.end() and match.start() - _NEAR <= span[1]]  # fmt: skip
        if near or ("what" in match.groupdict() and match["what"].startswith(("particle", "vesicle", "exosome"))):
            found += [
                reading.annotation(FACET, value, at, match.end(), f"{FACET}/amount", score=0.7) for at, value in values
            ]
    return found


def _amounts(text: str, original: str, start: int, end: int) -> Iterator[tuple[re.Match[str], list[tuple[int, str]]]]:
    """Give each amount with the values it stands for, and where each begins: "10 and 50 µg" are two."""
    for match in _MASS.finditer(text, start, end):
        unit = f"{_UNITS.get(match['unit'], match['unit'])}{_per(match['per'])}"
        first = max(start, match.start() - _REACH)
        # in folded text a dash is a blank
        shared = _SHARING.search(original, first, match.start())
        before = re.finditer(_NUMBER, shared.group()) if shared else ()
        numbers = [(shared.start() + one.start(), one.group()) for one in before] if shared else []
        numbers.append((match.start(), match["number"]))
        yield match, [(at, f"{_number(number)} {unit}") for at, number in numbers]
    if not _POWER_SIGNS.search(text, start, end):
        return
    for match in _POWER.finditer(text, start, end):
        what = match["what"]
        kind = "cells" if what.startswith(("cell", "msc")) else "particles"
        # "1 × 1010" is how a lost superscript looks; a power above 15 is no dose.
        power = int(match["power"] or match["exponent"])
        if power <= 15:
            factor = match["factor"] or match["mantissa"] or "1"
            yield match, [(match.start(), f"{_number(factor)}e{power} {kind}{_per(match['per'])}")]


def _number(text: str) -> str:
    # "1,000" is a thousand, "0,5" and "1,25" have a decimal comma
    number = float(text.replace(",", "") if re.fullmatch(_THOUSANDS, text) else text.replace(",", "."))
    return f"{number:.10g}"


def _per(text: str | None) -> str:
    if not text:
        return ""
    unit = re.sub(r"^(?: ?/ ?| per | ?·? ?)|[ −]1$", "", text)
    return "/" + {"ml": "mL", "l": "L", "μl": "µL", "ul": "µL"}.get(unit, unit)
