"""Fold text for matching, one character for one, so that an offset in the folded text is an offset in the text.

Case, accents, typographic hyphens and quotes, and wide blanks do not matter to a match. Every hyphen becomes a blank,
so that ``bone-marrow`` and ``bone marrow`` are one. Greek letters stay as they are: a vocabulary spells both forms.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d\u00ad"
_QUOTES = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2032": "'", "\u02bc": "'"}
# Greek letters that look alike or stand in for one another in abstracts.
_LOOKALIKES = {"\u00b5": "μ", "\u03d0": "β", "ß": "β"}


class _FoldTable(dict[int, str]):
    """Character to folded character, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = self._fold(char)
        self[code] = folded
        return folded

    @staticmethod
    def _fold(char: str) -> str:
        if char in _HYPHENS:
            return " "
        if char in _QUOTES:
            return _QUOTES[char]
        if char in _LOOKALIKES:
            return _LOOKALIKES[char]
        if char == "\n":
            return char
        # characters of private use stand in some publishers' texts, and are the signs of the cargo patterns
        if char.isspace() or unicodedata.category(char) in {"Cf", "Cc", "Co"}:
            return " "
        lowered = char.lower()
        base = unicodedata.normalize("NFKD", lowered)[:1] if len(lowered) == 1 else ""
        return base if base and not base.isspace() and len(base) == 1 else char


_TABLE = _FoldTable()
_BEYOND_ASCII = re.compile(r"([^\x00-\x7f]+)")


def _translate(text: str, table: Mapping[int, str]) -> str:
    if text.isascii():
        return text.translate(table)
    # Python translates ASCII some ten times faster than text with one other letter in it.
    return "".join([part.translate(table) for part in _BEYOND_ASCII.split(text)])


def fold(text: str) -> str:
    """Fold for matching; the result has exactly as many characters as the text."""
    return _translate(text, _TABLE)


class _BlankTable(dict[int, str]):
    """Letters and digits stay, all else is a blank."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = char if char.isalnum() else " "
        return self[code]


_BLANKS = _BlankTable()


def blank(folded: str) -> str:
    """Blank the punctuation of a folded text; the result has exactly as many characters."""
    return _translate(folded, _BLANKS)
