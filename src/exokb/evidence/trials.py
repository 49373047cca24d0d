"""Registered trials: what vesicles have to do with them, and the disease, source and vesicle of what is given.

A trial either gives vesicles to people, or measures them, or neither. What tells the two apart is where the registry's
entry names vesicles: in what is given (interventions, arms), or in a title or summary that speaks of finding, counting
or analysing them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from exokb.domain.annotation import Annotation, Assertion, Term
from exokb.domain.trial import TRIAL_TEXT_FIELDS, Trial
from exokb.domain.trial_kind import KIND_NAMES
from exokb.evidence.reading import Reading
from exokb.evidence.relevance import find_msc_vesicles

KINDS = tuple(KIND_NAMES)
"""Vesicles of mesenchymal stem or stromal cells are given; vesicles of another or an unstated origin are; they are
measured. A trial that is none of these has no kind."""

THERAPIES = frozenset(KINDS[:2])
FACET = "trial_kind"
KIND_TERMS = tuple(Term(FACET, kind, name) for kind, name in KIND_NAMES.items())

_GIVEN_IN = ("interventions", "arms")
_TITLES = ("title", "official_title")
_MEASURED_BY = frozenset({"DIAGNOSTIC_TEST", "RADIATION", "BEHAVIORAL"})
_PRODUCTS = frozenset({"BIOLOGICAL", "DRUG", "COMBINATION_PRODUCT", "GENETIC"})
# What is taken from people, or done with it, rather than given to them.
_MEASURING = re.compile(
    r"\b(?:samples?|sampling|biops\w+|blood (?:tests?|draws?)|venous|puncture|collect\w*|analy[sz]\w+|assess\w*|"
    r"measur\w+|quantif\w+|detect\w*|diagnos\w+|biomarkers?|markers?|predict\w*|prognos\w+|screening|sequenc\w+|"
    r"profil\w+|levels? of|expression|monitor\w*|signatures?|proteom\w+|characteri[sz]\w+|identif\w+|isolation|"
    r"extracted|confirmed|"
    r"concentration|contents?|circulating|urinary|salivary|urine|saliva|molecular mechanisms?|release|genetic|"
    r"influence of|effects? on (?:\w+ ){0,3}(?:exosome|extracellular|vesicle)|liquid biopsy)\b"
)
_GIVING = re.compile(
    r"\b(?:therap\w+|treat\w*|infus\w+|inject\w+|inhal\w+|nebuli[sz]\w+|administ\w+|aerosol|transplant\w*|drops?|"
    r"topical\w*|dos(?:e|es|age|ing)|deliver\w*|safety|efficacy|vaccin\w+|heal(?:ing)?|promot\w+|repair|receiv\w+|"
    r"appl(?:y|ied|ication)|intravenous\w*|intra ?\w+ly|expanded access|composite|regenerat\w+|loaded|tolera\w+)\b"
)

# A dose by the number of particles is one of vesicles, where the entry names them at all: "2 x 10^11 particles/mL".
_PARTICLES = re.compile(r"\bparticles ?(?:/|per\b)")
# Cells "known to secrete exosomes" are given, not the exosomes; a device that clears them gives none either.
_NOT_GIVEN = re.compile(r"\b(?:secret|releas|produc|deplet|remov|clear|captur)\w*(?:[ ,(]+[\w-]+){0,7}[ ,(]*$")


@dataclass(frozen=True, slots=True)
class TrialReading:
    """What was read of a trial: its kind (`KINDS`, or None) and the claims with their words."""

    kind: str | None
    annotations: tuple[Annotation, ...]


def read_trial(reading: Reading, trial: Trial, linking: frozenset[str]) -> tuple[str | None, list[Annotation]]:
    """Give a trial's kind and its claims, all but cargo.

    Args:
        reading: the trial's texts.
        trial: the trial.
        linking: words that may stand between a cell and its vesicles.
    """
    found = _annotate_conditions(reading)
    given = _find_given(reading, trial)
    if given:
        parents = find_msc_vesicles(reading, linking)
        of_msc = parents or (_speaks_of_msc(reading) and not _names_other_parents(reading, given))
        kind = KINDS[0] if of_msc else KINDS[1]
        proof = parents[0].product if parents else given[0]
        found += _annotate_given(reading)
    else:
        measured = _find_measured(reading)
        if not measured:
            return None, found
        kind, proof = KINDS[2], measured[0]
    found.append(reading.annotation(FACET, kind, *proof, f"{FACET}/{kind}"))
    for mention in reading.mentions("vesicle"):
        stand = Assertion.AFFIRMED if given or reading.is_vesicle(mention.start, mention.end) else Assertion.BACKGROUND
        found.append(
            reading.annotation("vesicle", mention.rules.value, mention.start, mention.end, mention.rule, stand)
        )
    return kind, found


def _annotate_conditions(reading: Reading) -> list[Annotation]:
    """The conditions are what the trial is about; its titles count where no condition has a place in the vocabulary."""
    mentions = reading.mentions("disease")
    fields = {mention: reading.document.field_of(mention.start) for mention in mentions}
    stated = {m for m, field in fields.items() if field in ("conditions", "condition_mesh")}
    about = stated or {m for m, field in fields.items() if field in _TITLES}
    return [
        reading.annotation("disease", value, m.start, m.end, m.rule,
                           Assertion.AFFIRMED if m in about else Assertion.BACKGROUND)
        for m in mentions
        for value in (m.rules.value, *m.rules.also)
    ]  # fmt: skip


def _find_given(reading: Reading, trial: Trial) -> list[tuple[int, int]]:
    """Give the words for vesicles that the trial gives to people, those among its interventions first."""
    if trial.study_type == "OBSERVATIONAL":
        # Registered as one, and yet a treatment: the title must say so.
        return [span for span in _vesicles_in(reading, _TITLES) if _is_giving(reading, span, strict=True)]
    products = _vesicles_in(reading, _GIVEN_IN, secretome=bool(reading.vesicles))
    given = [span for span in products if _is_given(reading, trial, span)]
    if given:
        return given
    first, last = reading.document.field_span("interventions")
    if _PARTICLES.search(reading.document.text, first, last):
        return _vesicles_in(reading, TRIAL_TEXT_FIELDS)
    if any(item.type in _PRODUCTS and not _MEASURING.search(item.name.lower()) for item in trial.interventions):
        # The intervention may have a name of its own ("AGLE 102"): then a title tells what it is.
        return [span for span in _vesicles_in(reading, _TITLES) if _is_giving(reading, span, strict=True)]
    return []


def _vesicles_in(reading: Reading, fields: tuple[str, ...], *, secretome: bool = False) -> list[tuple[int, int]]:
    spans = list(reading.vesicles)
    if secretome:
        spans += [(m.start, m.end) for m in reading.mentions("vesicle") if m.rules.id == "secretome"]
    inside = {name: reading.document.field_span(name) for name in fields}
    return [span for name in fields for span in sorted(spans) if inside[name][0] <= span[0] < inside[name][1]]


def _is_given(reading: Reading, trial: Trial, span: tuple[int, int]) -> bool:
    """Whether the intervention or arm whose line holds the words gives them, and does not look for them."""
    field, offset = reading.document.locate(span[0])
    text = trial.text(field)
    at = span[0] - offset
    number = text.count("\n", 0, at)
    if field == "interventions" and number < len(trial.interventions):
        if trial.interventions[number].type in _MEASURED_BY:
            return False
        name = reading.document.text[offset + text.rfind("\n", 0, at) + 1 :][: len(trial.interventions[number].name)]
        if at - (text.rfind("\n", 0, at) + 1) < len(trial.interventions[number].name):
            return not _MEASURING.search(name)
    return _is_giving(reading, span)


def _is_giving(reading: Reading, span: tuple[int, int], *, strict: bool = False) -> bool:
    sentence = reading.document.sentence_at(span[0])
    text = reading.document.text[sentence.start : sentence.end]
    if _MEASURING.search(text) or _is_not_given(reading, span):
        return False
    return bool(_GIVING.search(text)) or not strict


def _is_not_given(reading: Reading, span: tuple[int, int]) -> bool:
    text = reading.document.text
    return bool(_NOT_GIVEN.search(text, max(0, span[0] - 90), span[0])) or text[span[1] + 1 :].startswith("deplet")


def _find_measured(reading: Reading) -> list[tuple[int, int]]:
    """Give the words for vesicles of a trial that looks at them; in the summary, of sentences that say so."""
    fields = (*_TITLES, "interventions", "arms", "conditions", "keywords")
    named = [span for span in _vesicles_in(reading, fields) if not _is_not_given(reading, span)]
    if any(reading.document.field_of(start) != "keywords" for start, _ in named):
        return named
    in_summary = _vesicles_in(reading, ("summary",))
    measured = [span for span in in_summary if _is_measuring(reading, span) and not _is_not_given(reading, span)]
    # A keyword alone says that vesicles are of interest, and not what is done with them.
    return measured or (named if _MEASURING.search(reading.document.text) else [])


def _is_measuring(reading: Reading, span: tuple[int, int]) -> bool:
    sentence = reading.document.sentence_at(span[0])
    return bool(_MEASURING.search(reading.document.text, sentence.start, sentence.end))


def _speaks_of_msc(reading: Reading) -> bool:
    """Whether titles, interventions or arms name mesenchymal cells."""
    fields = {*_TITLES, *_GIVEN_IN, "summary"}
    return any(m.rules.id == "msc" and reading.document.field_of(m.start) in fields for m in reading.mentions("cell"))


def _names_other_parents(reading: Reading, given: list[tuple[int, int]]) -> bool:
    """Whether what is given is named by another cell, fluid or organism ("plasma-derived exosomes")."""
    for start, _ in given:
        sentence = reading.document.sentence_at(start)
        if any(m.rules.id == "other" and m.end <= start + 1 and start - m.end < 25
               for m in reading.mentions_in("cell", sentence)):  # fmt: skip
            return True
    return False


def _annotate_given(reading: Reading) -> list[Annotation]:
    """Source, route and engineering of what is given, as titles, interventions and arms say; a summary tells more."""
    found = []
    for facet in ("source", "route", "engineering", "isolation"):
        for m in reading.mentions(facet):
            field = reading.document.field_of(m.start)
            if m.kind == "mesh" or field in ("conditions", "condition_mesh"):
                continue
            found.append(reading.annotation(facet, m.rules.value, m.start, m.end, m.rule))
    return found
