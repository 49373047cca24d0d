"""Long forms of names in brackets: ``plasminogen activator inhibitor 1 (PAI-1)`` is one name, written twice.

After Schwartz and Hearst 2003 (https://psb.stanford.edu/psb-online/proceedings/psb03/schwartz.pdf).
"""

from __future__ import annotations

_FURTHEST = 80
"""How far before the bracket a long form begins at most, in characters."""


def find_long_form(folded: str, start: int, end: int) -> int:
    """Give where the long form of the short form at ``start:end`` begins; -1 where it stands in no bracket behind one.

    Letters are matched from the last to the first, within the words before the bracket; the first must begin a word.
    """
    if folded[start - 1 : start] != "(" or folded[end : end + 1] not in {")", ",", ";", " "}:
        return -1
    letters = [char for char in folded[start:end] if char.isalnum()]
    if len(letters) < 2:
        return -1
    lowest = max(0, start - _FURTHEST, *(folded.rfind(stop, 0, start - 1) + 1 for stop in ("(", ")", ";", ",", ". ")))
    at = start - 1
    for index in range(len(letters) - 1, -1, -1):
        while True:
            at = folded.rfind(letters[index], lowest, at)
            if at < 0:
                return -1
            if index or not folded[at - 1 : at].isalnum():
                break
    # "complement component 5a (C5a)": a word before that begins alike belongs to it.
    before = folded.rfind(" ", lowest, at - 1) + 1
    return before if before > lowest and at - before > 2 and folded[before] == letters[0] else at
