"""How a sentence states what it mentions: affirmed, negated, contrasted or speculative.

After NegEx and ConText (Chapman et al. 2001, https://doi.org/10.1006/jbin.2001.1029; Harkema et al. 2009,
https://doi.org/10.1016/j.jbi.2009.05.002): a trigger governs the words after (or before) it, up to its clause's end.
"""

from __future__ import annotations

import re

from exokb.domain.annotation import Assertion
from exokb.evidence.document import Document, Sentence

_BEFORE = re.compile(
    r"\b(?:no|not|without|neither|nor|absence of|lack of|lacking|free of|free from|excluding|exclud(?:e|es|ed)|"
    r"rather than|instead of|unlike|in contrast (?:to|with)|other than|apart from|except(?: for)?|"
    r"negative for|ruled out|independent of|irrespective of)\b[^,;:.()]{0,50}$|\bnon $"
)
_BEFORE_REACH = 70
"""How far before the words a match of `_BEFORE` begins at most, in characters."""
_AFTER = re.compile(r"[^,;:.()]{0,30}?\b(?:(?:was|were|is|are|has|have|had) (?:not|never)\b|could not|cannot|did not|"
                    r"(?:was|were|is|are) absent|(?:was|were) undetect|(?:was|were) ruled out)|"
                    r" (?:free|negative)\b")  # fmt: skip
_NOT_YET = re.compile(r"not (?:been|fully|yet|well|clear|completely|known|only|entirely)")
_CONTRASTED = re.compile(r"\s*(?:unlike|in contrast (?:to|with)|as opposed to|whereas in)\b[^,;]{0,120}$")
_NOT_ONLY = re.compile(r"\b(?:not only|not merely|no(?:t)? (?:only|less|doubt)|"
                       r"without (?:any )?(?:affecting|causing|altering)|"
                       r"no (?:effective|specific|curative|satisfactory|definitive|approved|available|cure|"
                       r"known|standard|"
                       r"current|efficient|licensed|targeted|disease modifying|studies|study|reports?|data|evidence)|"
                       r"not (?:yet|fully|been|well|clear|completely|known|entirely|understood|elucidated)|"
                       r"lack of (?:effective|specific|an|knowledge|efficient|treatment|"
                       r"studies))\b[^,;:.]*$")  # fmt: skip
_PRESUMED = re.compile(r"\b(?:presumed|supposed|thought|believed|postulated|speculat[a-z]+|"
                       r"remains? (?:to be|unclear|unknown)|"
                       r"whether|yet to be|future (?:stud|work|research))")  # fmt: skip


def read_assertion(document: Document, sentence: Sentence, start: int, end: int) -> Assertion:
    """Say how the sentence states the words at ``start:end``: affirmed or negated (which includes contrasted).

    Statements of ignorance ("no effective treatment for stroke", "not fully understood in sepsis") negate something
    else than the disease that they go on to name.
    """
    text = document.text
    negation = _BEFORE.search(text, max(sentence.start, start - _BEFORE_REACH), start)
    if negation and not _NOT_ONLY.search(text, sentence.start, start):
        return Assertion.NEGATED
    if _CONTRASTED.match(text, sentence.start, start):
        return Assertion.NEGATED
    if (
        _AFTER.match(text, end, sentence.end)
        and not _NOT_ONLY.search(text, sentence.start, end)
        and not _NOT_YET.search(text, end, min(sentence.end, end + 60))
    ):
        return Assertion.NEGATED
    return Assertion.AFFIRMED


def is_presumed(document: Document, sentence: Sentence) -> bool:
    """Say whether a sentence speaks of what is presumed or asked rather than of what is."""
    return bool(_PRESUMED.search(document.text, sentence.start, sentence.end))
