"""Find trial registry numbers in a record and write each in its registry's own form.

The registries are WHO's primary ones and ClinicalTrials.gov; their forms as on
https://www.who.int/tools/clinical-trials-registry-platform/network/primary-registries and the registries' own sites.
Authors put hyphens of any kind and blanks into the numbers; the normal form has those of the registry alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_GAP = r"[\s:#.\u00ad\u2010-\u2015\u2212/-]{0,3}"
_HYPHEN = r"\s?[-\u2010-\u2015\u2212]\s?"


@dataclass(frozen=True, slots=True)
class _Registry:
    """How one registry's numbers are written, and how a match becomes the normal form."""

    name: str
    mark: str
    """What every number of the registry holds, in capitals."""
    pattern: re.Pattern[str]
    normal: Callable[[re.Match[str]], str]


_MARKS = {"ClinicalTrials.gov": "NCT", "EudraCT": "20", "CTIS": "20", "ChiCTR": "CTR", "JapicCTI": "CTI",
          "JMA-IIA": "JMA", "ReBEC": "RBR"}  # fmt: skip


def _registry(name: str, pattern: str, normal: Callable[[re.Match[str]], str]) -> _Registry:
    mark = _MARKS.get(name, name.upper())
    return _Registry(name, mark, re.compile(rf"(?<![A-Za-z0-9])(?:{pattern})(?![0-9])", re.I), normal)


def _prefixed(prefix: str) -> Callable[[re.Match[str]], str]:
    return lambda match: prefix + "".join(match.groups())


_REGISTRIES: tuple[_Registry, ...] = (
    _registry("ClinicalTrials.gov", rf"NCT{_GAP}(\d{{8}})", _prefixed("NCT")),
    _registry("ISRCTN", rf"ISRCTN{_GAP}(\d{{8}})", _prefixed("ISRCTN")),
    _registry("CTIS", rf"(202[2-9]){_HYPHEN}(5\d{{5}}){_HYPHEN}(\d{{2}}){_HYPHEN}(\d{{2}})",
              lambda match: "-".join(match.groups())),
    _registry(
        "EudraCT",
        # The year, the number and the check digits; a country after a fourth hyphen names one protocol of the trial.
        rf"(?<![\d-])(20[0-2]\d){_HYPHEN}(\d{{6}}){_HYPHEN}(\d{{2}})(?:{_HYPHEN}[A-Z]{{2}}\b)?",
        lambda match: "-".join(match.groups()),
    ),
    _registry(
        "ChiCTR",
        # Old numbers name the kind of study and the year (ChiCTR-TRC-08000066), later ones are digits alone.
        rf"Chi{_GAP}CTR{_GAP}(?:([A-Z]{{3}}){_GAP}(\d{{8}})|([A-Z]{{2,4}}){_GAP}(\d{{8,10}})|(\d{{8,10}}))",
        lambda m: "ChiCTR" + (m.group(5) or f"-{(m.group(1) or m.group(3)).upper()}-{m.group(2) or m.group(4)}"),
    ),
    _registry("IRCT", rf"IRCT{_GAP}(\d{{8,14}}N\d{{1,3}})", lambda m: "IRCT" + m.group(1).upper()),
    _registry("jRCT", rf"jRCT{_GAP}(s?\d{{9,10}})", lambda m: "jRCT" + m.group(1).lower()),
    _registry("UMIN", rf"UMIN{_GAP}(?:CTR{_GAP})?(\d{{9}})", _prefixed("UMIN")),
    _registry("JapicCTI", rf"Japic{_GAP}CTI{_GAP}(\d{{6}})", _prefixed("JapicCTI-")),
    _registry("JMA-IIA", rf"JMA{_HYPHEN}IIA(\d{{5}})", _prefixed("JMA-IIA")),
    _registry("ACTRN", rf"ACTRN{_GAP}(126\d{{11}}p?)", lambda m: "ACTRN" + m.group(1).lower()),
    _registry("CTRI", rf"CTRI{_GAP}(\d{{4}})/(\d{{2,3}})/(\d{{6}})", lambda m: "CTRI/" + "/".join(m.groups())),
    _registry("DRKS", rf"DRKS{_GAP}(\d{{8}})", _prefixed("DRKS")),
    _registry("KCT", rf"KCT{_GAP}(\d{{7}})", _prefixed("KCT")),
    _registry("NTR", rf"NTR{_GAP}(\d{{2,5}})", _prefixed("NTR")),
    _registry("PACTR", rf"PACTR{_GAP}(\d{{15,16}})", _prefixed("PACTR")),
    _registry("TCTR", rf"TCTR{_GAP}(\d{{11}})", _prefixed("TCTR")),
    _registry("SLCTR", rf"SLCTR{_GAP}(\d{{4}})/(\d{{3}})", lambda m: "SLCTR/" + "/".join(m.groups())),
    _registry("RPCEC", rf"RPCEC{_GAP}(\d{{8}})", _prefixed("RPCEC")),
    _registry("ReBEC", r"(?-i:RBR)[-\u2010-\u2015 ]?((?-i:[0-9a-z]{6,8}))(?![A-Za-z])", _prefixed("RBR-")),
    _registry("PER", rf"PER{_HYPHEN}(\d{{3}}){_HYPHEN}(\d{{2}})", lambda m: "PER-" + "-".join(m.groups())),
    _registry("LBCTR", rf"LBCTR{_GAP}(\d{{10}})", _prefixed("LBCTR")),
    _registry("ITMCTR", rf"ITMCTR{_GAP}(\d{{10}})", _prefixed("ITMCTR")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RegistryNumber:
    """A registry number in a text: ``text[start:end]`` is as written, ``value`` as the registry writes it."""

    registry: str
    value: str
    start: int
    end: int


# Every number has five digits on end, or one of the prefixes of those that have not.
_DIGITS = re.compile(r"\d{5}")
_SHORTER = ("NTR", "PER-", "RBR", "SLCTR")


def find_registry_numbers(text: str) -> Iterator[RegistryNumber]:
    """Find the registry numbers in a text, in order of position."""
    if not _DIGITS.search(text) and not any(prefix in text for prefix in _SHORTER):
        return
    found: dict[int, RegistryNumber] = {}
    capitals = text.upper()
    for registry in _REGISTRIES:
        if registry.mark not in capitals:
            continue
        for match in registry.pattern.finditer(text):
            number = RegistryNumber(registry.name, registry.normal(match), match.start(), match.end())
            found.setdefault(match.start(), number)
    reach = 0
    for start in sorted(found):
        if start >= reach:
            reach = found[start].end
            yield found[start]
