"""PubMed's dates as ISO 8601 prefixes: ``2019``, ``2019-04`` or ``2019-04-04``.

The forms of PubDate and MedlineDate: https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html#pubdate.
A part that cannot be (month 13, 31 February) is left out together with everything finer than it.
"""

from __future__ import annotations

import re
from calendar import monthrange

from lxml.etree import _Element

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: f"{number:02d}" for number, name in enumerate(_NAMES, 1)}
_MONTHS.update({f"{number}": f"{number:02d}" for number in range(1, 13)})
_MONTHS.update({f"{number:02d}": f"{number:02d}" for number in range(1, 13)})
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_AFTER_YEAR = re.compile(r"\s+([A-Za-z]{3,9})\.?(?:\s+(\d{1,2})(?!\d))?")
_BEFORE_YEAR = re.compile(r"([A-Za-z]{3,9})\b")
_QUARTER = re.compile(r"\b([1-4])(?:st|nd|rd|th)\s+quart", re.I)


def iso_date(year: str | None, month: str | None = None, day: str | None = None) -> str | None:
    """Join the parts of a date; months as numbers or English names.

    Returns:
        The most exact date the parts allow, or None where there is no year of four digits.
    """
    if not year or len(year) != 4 or not (year.isascii() and year.isdigit()) or year < "1000":
        return None
    number = _month(month) if month else None
    if number is None:
        return year
    if day and len(day) <= 2 and day.isascii() and day.isdigit():
        value = int(day)
        if 1 <= value <= 28 or 28 < value <= monthrange(int(year), int(number))[1]:
            return f"{year}-{number}-{value:02d}"
    return f"{year}-{number}"


def read_date(element: _Element) -> str | None:
    """Read an element with Year, Month and Day children, such as DateRevised."""
    year = month = day = None
    for part in element:
        tag, text = part.tag, part.text
        if not text:
            continue
        if tag == "Year":
            year = text.strip()
        elif tag == "Month":
            month = text.strip()
        elif tag == "Day":
            day = text.strip()
    return iso_date(year, month, day)


def read_issue_date(element: _Element) -> tuple[str | None, str | None]:
    """Read a PubDate.

    Returns:
        The date of the issue, and PubMed's own words where they say it otherwise than by year, month and day:
        the MedlineDate (``2020 Nov-Dec``), or the year with its season (``2013 Spring``).
    """
    year = season = None
    for part in element:
        text = part.text
        if not text:
            continue
        if part.tag == "MedlineDate":
            words = " ".join(text.split())
            return parse_medline_date(words), words or None
        if part.tag == "Season":
            season = text.strip()
        elif part.tag == "Year":
            year = text.strip()
    return read_date(element), f"{year} {season}" if year and season else None


def parse_medline_date(text: str) -> str | None:
    """Give the start of a span in words: ``2020 Nov-Dec`` is ``2020-11``, ``1998 Dec-1999 Jan`` is ``1998-12``.

    A season gives its year alone, since hemispheres differ; a quarter gives its first month.
    """
    year = _YEAR.search(text)
    if not year:
        return None
    after = _AFTER_YEAR.match(text, year.end())
    if after and _month(after.group(1)):
        return iso_date(year.group(), after.group(1), after.group(2))
    for before in _BEFORE_YEAR.finditer(text, 0, year.start()):
        if _month(before.group(1)):
            return iso_date(year.group(), before.group(1))
    quarter = _QUARTER.search(text)
    return iso_date(year.group(), f"{int(quarter.group(1)) * 3 - 2}" if quarter else None)


def full_date(*prefixes: str | None) -> str:
    """Give the earliest of some dates, missing parts as ``01``: always ten characters, or empty if there is none.

    A date that another one says more precisely (``2019`` beside ``2019-04-04``) does not count.
    """
    given = [prefix for prefix in prefixes if prefix]
    precise = [one for one in given if not any(other != one and other.startswith(one) for other in given)]
    return min((f"{prefix}-01-01"[:10] for prefix in precise), default="")


def _month(text: str) -> str | None:
    return _MONTHS.get(text) or (_MONTHS.get(text[:3].lower()) if text.isalpha() else None)
