"""The ways one phrase is spelled: British and American, Greek letters by name or sign; all folded."""

from __future__ import annotations

import re

from exokb.evidence.folding import fold

_PAIRS = (
    ("aemi", "emi"), ("haemo", "hemo"), ("haema", "hema"), ("tumour", "tumor"), ("oedema", "edema"),
    ("oesoph", "esoph"), ("paed", "ped"), ("foet", "fet"), ("diarrhoea", "diarrhea"), ("fibre", "fiber"),
    ("gynaec", "gynec"), ("ageing", "aging"), ("orthopaed", "orthoped"), ("leucocyt", "leukocyt"),
    ("oestro", "estro"), ("caecal", "cecal"), ("behaviour", "behavior"), ("coeliac", "celiac"),
    ("anaesth", "anesth"), ("calibre", "caliber"), ("colour", "color"), ("grey", "gray"), ("centre", "center"),
    ("isation", "ization"), ("ised", "ized"), ("ising", "izing"),
)  # fmt: skip
_GREEK = (("alpha", "α"), ("beta", "β"), ("gamma", "γ"), ("delta", "δ"), ("kappa", "κ"), ("omega", "ω"))
# Most phrases have one spelling: they hold none of the parts that vary.
_VARIES = re.compile("|".join(re.escape(part) for pair in (*_PAIRS, *_GREEK) for part in pair))


def spellings(phrase: str) -> frozenset[str]:
    """Give a phrase, folded, in each of its spellings."""
    folded = fold(phrase)
    forms = {folded}
    if not _VARIES.search(folded):
        return frozenset((" ".join(folded.split()),))
    for british, american in _PAIRS:
        for form in tuple(forms):
            # "aemi" holds "emi": going to British from American must not double the letter.
            if british in form:
                forms.add(form.replace(british, american))
            elif american in form and _may_be_british(british, form):
                forms.add(form.replace(american, british))
    for name, sign in _GREEK:
        for form in tuple(forms):
            if sign in form:
                forms.add(form.replace(sign, name))
            words = form.split(" ")
            if name in words:
                forms.add(" ".join(sign if word == name else word for word in words))
    return frozenset(" ".join(form.split()) for form in forms)


def plurals(folded: str) -> tuple[str, ...]:
    """Give a folded phrase and the plural of its last word, where that is no mere s: injuries, metastases."""
    if len(folded) > 4 and folded[-1] == "y" and folded[-2] not in "aeiou ":
        return folded, folded[:-1] + "ies"
    if len(folded) > 5 and folded.endswith("sis"):
        return folded, folded[:-2] + "es"
    return (folded,)


def _may_be_british(british: str, form: str) -> bool:
    # "emi" is British "aemi" in ischaemia and leukaemia, not in chemical or academic.
    if british == "aemi":
        return any(stem in form for stem in ("ischemi", "anemi", "leukemi", "glycemi", "lipidemi", "hypoxemi",
                                             "septicemi", "bacteremi", "uricemi", "thalassemi", "uremi"))  # fmt: skip
    if british in {"paed", "foet", "fibre", "calibre", "centre"}:
        return any(stem in form for stem in ("pediatr", "fetal", "fetus", "fiber", "caliber", "center"))
    return british not in {"ised", "ising", "isation", "grey"}
