"""Short forms that a record itself defines: ``osteoarthritis (OA)`` makes every later ``OA`` a mention of it.

After Schwartz and Hearst 2003 (https://psb.stanford.edu/psb-online/proceedings/psb03/schwartz.pdf), turned round: the
long form is a phrase that the vocabulary knows, and the short form is what stands in brackets behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from string import ascii_letters, digits

from exokb.evidence.document import Document
from exokb.evidence.matcher import Mention

_DEFINITION = re.compile(
    r"(?:[ -]?(?:cells?|injury|disease|model|rats?|mice|patients?|syndrome))?\s?\(([A-Za-z][A-Za-z0-9/-]{1,10})[;,)]"
)
_ALPHANUMERIC = frozenset(ascii_letters + digits)
_FURTHEST = 11
"""How far behind the long form the bracket of a definition opens at most, in characters."""


def find_short_forms(document: Document, mentions: Iterable[Mention]) -> list[Mention]:
    """Give further mentions: the short forms that stand in brackets behind a mention, wherever they occur."""
    defined: dict[str, set[Mention]] = {}
    seen: set[tuple[int, str]] = set()
    text = document.original
    for mention in mentions:
        end = mention.end
        if mention.kind in {"mesh", "abbreviation"} or text.find("(", end, end + _FURTHEST) < 0:
            continue
        match = _DEFINITION.match(text, end)
        if match and _stands_for(match.group(1), document.text, mention.start, mention.end):
            short = match.group(1)
            defined.setdefault(short[:-1] if short.endswith("s") and len(short) > 2 else short, set()).add(mention)
    found = []
    for short, long_forms in defined.items():
        for start, end in _find_words(text, short):
            for mention in long_forms:
                if (start, mention.rules.id) not in seen:
                    seen.add((start, mention.rules.id))
                    found.append(Mention(start, end, mention.rules, "short_form"))
    return found


def _find_words(text: str, short: str) -> Iterator[tuple[int, int]]:
    """Give (start, end) of each place where a short form stands, with the s of its plural.

    Does what a regular expression would, which takes longer to compile than to run over one record.
    """
    at = text.find(short)
    while at >= 0:
        end = at + len(short)
        if text[end : end + 1] == "s" and text[end + 1 : end + 2] not in _ALPHANUMERIC:
            end += 1
        if text[end : end + 1] in _ALPHANUMERIC or (at and text[at - 1] in _ALPHANUMERIC):
            at = text.find(short, at + 1)
        else:
            yield at, end
            at = text.find(short, end)


def _stands_for(short: str, text: str, start: int, end: int) -> bool:
    """Say whether a short form can be read out of the words that end at ``end``, some of it out of the mention itself.

    Letters are matched from the last to the first; the first must begin a word (Schwartz and Hearst's algorithm).
    """
    letters = [char for char in short.lower() if char.isalnum()]
    if letters and letters[-1] == "s" and len(letters) > 2:
        letters.pop()
    # Two capitals at least: "(hereafter)" and "(n)" are no short forms.
    if sum(char.isupper() for char in short) < 2 or not letters:
        return False
    at = end
    within = 0
    for index in range(len(letters) - 1, -1, -1):
        while True:
            at = text.rfind(letters[index], max(0, end - 80), at)
            if at < 0:
                return False
            if index or not text[at - 1 : at].isalnum():
                break
        within += at >= start
    return within > 0
