"""Design: the one strongest kind of work that the record itself reports."""

from __future__ import annotations

import re
from dataclasses import dataclass

from exokb.domain.annotation import Annotation
from exokb.evidence.document import Role
from exokb.evidence.reading import Reading

FACET = "design"


@dataclass(frozen=True, slots=True)
class Finding:
    """A design with the words that speak for it (document offsets)."""

    value: str
    start: int
    end: int
    rule: str
    score: float


_TYPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    # NLM's publication types (https://www.nlm.nih.gov/mesh/pubtypes.html), in the order in which they decide.
    ("other", re.compile(r"\b(?:published erratum|retraction of publication|editorial|comment|news|biography|"
                         r"historical article|introductory journal article|expression of concern|personal narrative|"
                         r"interview|portrait|lecture|patient education handout|newspaper article|corrected and "
                         r"republished article|congress)\b")),
    ("protocol", re.compile(r"\bclinical trial protocol\b")),
    ("systematic_review", re.compile(r"\b(?:systematic review|meta analysis|network meta analysis)\b")),
    ("clinical_trial", re.compile(r"\b(?:randomized controlled trial|controlled clinical trial|clinical trial(?:, phase "
                                  r"[iv]+)?|pragmatic clinical trial|equivalence trial|adaptive clinical trial)\b(?! protocol|, veterinary)")),
    ("observational", re.compile(r"\b(?:observational study|case reports)\b(?!, veterinary)")),
)  # fmt: skip
_TITLE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("other", re.compile(r"^(?:correction|corrigendum|erratum|retraction|retracted article|reply|author correction|"
                         r"response to|comment on|editorial|re:|letter to|expression of concern|in reply)\b")),
    ("protocol", re.compile(r"\b(?:study protocol|trial protocol|protocol (?:for|of)|(?:a|an|the) [\w ]*protocol\b|"
                            r": protocol)")),
    ("systematic_review", re.compile(r"\b(?:systematic (?:literature )?review|meta analys[ei]s|scoping review)\b")),
    ("clinical_trial", re.compile(r"\b(?:randomi[sz]ed|clinical trial|phase (?:[i1-3]+[ab/]*)|pilot (?:trial|clinical)|"
                                  r"open label|double blind|placebo controlled|first in human)\b")),
    ("review", re.compile(r"\b(?:review|overview|state of the art|perspectives?|current status|recent advances|"
                          r"advances in|insights? into the role|challenges and|progress (?:in|of|on)|"
                          r"opportunities|trends in|what we know|update on|from bench to)\b")),
)  # fmt: skip
_SYSTEMATIC = re.compile(
    r"\b(?:systematic review (?:and|was|of|is|aim|with|to)|meta analys[ei]s|prisma|"
    r"(?:pubmed|medline|embase|web of science|scopus|cochrane)[^.]{0,120}\b(?:search(?:ed|es)?|databases?|retriev|systematic)|"
    r"(?:search(?:ed)?|systematic(?:ally)?)[^.]{0,120}\b(?:pubmed|medline|embase|web of science|scopus|cochrane|databases))\b"
)
_REVIEW = re.compile(
    r"\b(?:(?:this|the|our|present|current|following|mini ?|narrative|brief|comprehensive) (?:mini ?|narrative |brief |short |literature |state of the art |"
    r"critical |scoping |present |current |comprehensive |focused |concise |up to date )*(?:review|overview|perspective)\b|we (?:here |also |briefly |first |will |herein |"
    r"critically |thoroughly |comprehensively |systematically |then )*(?:review|summari[sz]e|discuss|overview)(?:ed|s|d)?\b"
    r"(?! the results)|(?:is|are|were|was|been|be) (?:also |briefly |here |critically |systematically |comprehensively |herein )*(?:reviewed|summari[sz]ed|"
    r"discussed)\b|this (?:article|paper|manuscript|chapter|work) (?:will |also |mainly |briefly |systematically )*(?:review|summari[sz]e|discuss|"
    r"overview|provides an overview|highlights|outlines|focus)|areas covered|articles? (?:employing|published|were included)|"
    r"a (?:comprehensive |brief |critical )?(?:review|overview) of)"
)
_PROTOCOL = re.compile(
    r"\b(?:this (?:protocol|chapter) (?:describ|provid|present|detail|outlin|will|is|summari|explain|introduc|offer|cover)|in this (?:protocol|chapter)|"
    r"(?:here|herein),? we (?:describe|present|provide|report|detail)[^.]{0,30} protocols?\b|the protocol (?:describ|includ|consist|"
    r"detail)|(?:this|the) study protocol|(?:here|herein),? we (?:describe|provide|present) (?:a |an |the |our )?(?:detailed |simple |step by step |optimi[sz]ed |standard[a-z]* )*"
    r"(?:protocol|procedure|methodology|methods? (?:for|to))|step by step (?:protocol|procedure|guide)|"
    r"(?:will be|are to be) (?:randomi[sz]ed|recruited|enrol|assigned|included))"
)
_TRIAL = re.compile(
    r"\b(?:(?:patients?|participants?|subjects?|volunteers?|women|men|children|infants|adults|eyes|individuals) (?:\([^)]*\) )?(?:[\w ]{0,40} )?(?:were|was) (?:\w+ )?"
    r"(?:randomi[sz]ed|randomly|assigned|allocated|treated with|given|administered|infused|injected)|(?:patients?|participants|subjects|volunteers|women) "
    r"(?:[\w ]{0,30} )?(?:received|underwent)(?! (?:surgery|mri|ct))|phase (?:i|ii|iii|1|2|3|1/2|i/ii|2a|1b)\b[^.]{0,30}(?:trial|study)|"
    r"randomi[sz]ed,? (?:controlled|double|clinical|placebo|trial|open)|double blind|placebo controlled|"
    r"single arm|open label (?:trial|study)|(?:this|our|the present) (?:prospective |pilot |phase [i1-3]+ )*(?:clinical )?trial\b)"
)
_ANIMAL = (
    r"(?:mice|rats|rabbits|mouse|murine|rat|rabbit|pigs?|piglets?|porcine|swine|dogs?|canine|sheep|ovine|lambs?|goats?|"
    r"monkeys?|primates?|macaques?|zebrafish|horses?|equine|hamsters?|guinea pigs?|animals?|ferrets?|chick(?:en)?s?|cats?|"
    r"baboons?|marmosets?|minipigs?|drosophila|c\. elegans|chicks?|embryos|cows|calves|broilers)"
)
_VIVO = re.compile(
    rf"\b(?:(?:mice|rats|rabbits|piglets|pigs|dogs|sheep|lambs|goats|monkeys|macaques|zebrafish|horses|hamsters|guinea pigs|ferrets|"
    rf"baboons|minipigs|calves|broilers|primates|drosophila|gerbils)\b(?! (?:and humans? )?cell)|"
    rf"in vivo\b|{_ANIMAL} (?:[\w/+ ]{{0,40}} )?(?:models?|experiments?|stud(?:y|ies)|recipients|pups|xenografts?)\b|xenografts?|xenotransplant\w*|"
    rf"model(?:s|led)? (?:of|in|with) [\w ]{{0,40}}{_ANIMAL}|knockout mouse|transgenic mouse|nude mouse|"
    rf"(?:intravenous|intraperitoneal|subcutaneous|intranasal|intramuscular|intratracheal|tail vein|intra ?articular|intravitreal|"
    rf"intracerebroventricular|intrathecal|periurethral|topical|local|intracavernous|orthotopic)(?:ly)? (?:inject|administ|infus|transplant|deliver|implant|inoculat)\w*|"
    rf"ex vivo (?:lung|kidney|liver|heart|organ)[\w ]{{0,10}}perfusion|langendorff|isolated perfused|middle cerebral artery occlusion|"
    rf"wild type (?:mice|littermates)|ovariectomi[sz]ed|tumou?r bearing|streptozotocin induced|sprague dawley|c57bl|balb/?c|wistar|"
    rf"cecal ligation|hind ?limb ischemia model)"
)
_NOT_DONE = re.compile(r"\b(?:further|future|additional|more|need(?:s|ed)?|warrant\w*|required|should|must|lack(?:ing)?|previous(?:ly)?|"
                       r"has been shown|have been shown|have shown|recent(?:ly)? (?:studies|evidence)|remain(?:s|ed)?|mimick\w* (?:the )?in vivo|in vivo like|"
                       r"relevant to|resembl\w+|like growth)\b")  # fmt: skip
_PATIENTS = re.compile(
    r"\b(?:cohort|case control|cross sectional|retrospective(?:ly)?|prospective(?:ly)?|healthy (?:controls?|volunteers?|subjects?|individuals?|donors?|people|women|participants)|"
    r"patients? (?:with|who|were|and)|blood samples?|serum samples?|plasma samples?|clinical samples?|urine samples?|diagnostic (?:value|performance|accuracy|potential)|"
    r"biomarkers?|area under the (?:roc )?curve|auc|roc|receiver operating|odds ratio|hazard ratio|overall survival|questionnaires?|survey|"
    r"prevalence|incidence|enrolled|recruited|participants|medical records|follow up|registry|population based|"
    r"tissues? (?:samples|specimens|of patients)|women with|children with|men with|case series|we report (?:a|the) case|a \d+ year old|volunteers|confidence interval|95% ci)\b"
)
_CELLS = re.compile(
    r"\b(?:in vitro|cells? lines?|cells? (?:were|was|culture|viability|proliferation|migration)|cultured?|co ?culture[ds]?|transfect\w+|"
    r"western blot\w*|rt q?pcr|qpcr|luciferase|flow cytometry|incubated|conditioned medi|fibroblasts|proteom\w+|mass spectrometry|"
    r"isolated (?:from|by|using)|nanoparticle tracking|electron microscopy|transcriptom\w*|sequencing|microarray|expression|"
    r"assays?|knockdown|silencing|cells|stem cells?|vesicles?|exosomes?|bacteri\w+|strains?|proteins?|genes?)\b"
)
_OUR = frozenset({Role.TITLE, Role.AIM, Role.METHODS, Role.RESULTS, Role.CONCLUSION, Role.OTHER})


def annotate_design(reading: Reading) -> list[Annotation]:
    """Give the one design that the record's words support best, or nothing."""
    finding = find_design(reading)
    if finding is None:
        return []
    return [reading.annotation(FACET, finding.value, finding.start, finding.end, finding.rule, score=finding.score)]


def find_design(reading: Reading) -> Finding | None:
    """Decide the design: publication types, then what title and abstract say was done."""
    document = reading.document
    text = document.text
    typed = _by_types(reading)
    a, b = document.field_span("abstract")
    title_a, title_b = document.field_span("title")
    is_review = bool(re.search(r"\breview\b", text[slice(*document.field_span("types"))]))
    if typed and typed.value in {"other", "protocol"} and not (typed.value == "other" and b - a > 600):
        return typed
    protocol = _first(_PROTOCOL, text, a, b, "protocol", "abstract") or _first(
        _TITLE[1][1], text, title_a, title_b, "protocol", "title")  # fmt: skip
    if protocol and not (
        typed and typed.value == "clinical_trial" and "chapter" not in text[protocol.start : protocol.end]
    ):
        return protocol
    if typed and typed.value in {"systematic_review"}:
        return typed
    in_title = _by_title(reading)
    review_words = _first(_REVIEW, text, a, b, "review", "abstract")
    if in_title and in_title.value in {"other", "systematic_review"}:
        return in_title
    if is_review or (in_title and in_title.value == "review" and review_words):
        systematic = _first(_SYSTEMATIC, text, a, b, "systematic_review", "abstract")
        if systematic:
            return systematic
        at = document.field_span("types")
        hit = re.search(r"\breview\b", text[at[0] : at[1]])
        if hit:
            return Finding("review", at[0] + hit.start(), at[0] + hit.end(), "design/review:types", 1.0)
        return review_words
    if typed and typed.value == "clinical_trial":
        return typed
    vivo = _animal_work(reading)
    trial = _first(_TRIAL, text, a, b, "clinical_trial", "abstract")
    if in_title and in_title.value == "clinical_trial" and not vivo:
        return in_title
    if trial and not vivo:
        return trial
    if review_words and not vivo and _tells_only(reading, review_words):
        systematic = _first(_SYSTEMATIC, text, a, b, "systematic_review", "abstract")
        return systematic or review_words
    if vivo:
        return vivo
    patients = [m for m in _PATIENTS.finditer(text, a, b) if document.sentence_at(m.start()).role in _OUR]
    if typed and typed.value == "observational":
        return typed
    cells = [m for m in _CELLS.finditer(text, a, b) if document.sentence_at(m.start()).role in _OUR]
    if len(patients) >= 2 and len({m.group() for m in patients}) >= 2 and len(patients) * 2 > len(cells):
        return Finding("observational", patients[0].start(), patients[0].end(), "design/observational:words", 0.6)
    if cells and (len({m.group() for m in cells}) >= 2):
        return Finding("in_vitro", cells[0].start(), cells[0].end(), "design/in_vitro:words", 0.6)
    if in_title and in_title.value == "review":
        return in_title
    if typed:
        return typed
    return _leftover(reading)


def _leftover(reading: Reading) -> Finding | None:
    start, end = reading.document.field_span("types")
    if start == end:
        return None
    first = reading.document.text[start:end].split("; ")[0]
    return Finding("other", start, start + len(first), "design/other:nothing_else", 0.4)


def _by_types(reading: Reading) -> Finding | None:
    start, end = reading.document.field_span("types")
    for value, pattern in _TYPES:
        found = _first(pattern, reading.document.text, start, end, value, "types")
        if found:
            return found
    return None


def _by_title(reading: Reading) -> Finding | None:
    start, end = reading.document.field_span("title")
    for value, pattern in _TITLE:
        found = _first(pattern, reading.document.text, start, end, value, "title")
        if found and value != "protocol":
            return found
    return None


def _first(pattern: re.Pattern[str], text: str, start: int, end: int, value: str, rule: str) -> Finding | None:
    match = pattern.search(text[start:end]) if start < end else None
    return Finding(value, start + match.start(), start + match.end(), f"{FACET}/{value}:{rule}", 0.9) if match else None


def _animal_work(reading: Reading) -> Finding | None:
    """Find words for animal work that the record did itself, not what others did or ought to do."""
    document = reading.document
    for name in ("abstract", "title"):
        start, end = document.field_span(name)
        for match in _VIVO.finditer(document.text, start, end):
            sentence = document.sentence_at(match.start())
            if sentence.role is Role.BACKGROUND:
                continue
            if "in vivo" in match.group() and _NOT_DONE.search(document.text, sentence.start, sentence.end):
                continue
            return Finding("in_vivo", match.start(), match.end(), "design/in_vivo:words", 0.8)
    return None


def _tells_only(reading: Reading, words: Finding) -> bool:
    """A review without the publication type has no methods or results of its own."""
    roles = {s.role for s in reading.document.sentences}
    return Role.METHODS not in roles
