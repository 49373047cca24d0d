"""Dates and identifiers inside a query."""

from __future__ import annotations

import re
from calendar import monthrange

from exokb.domain.identifiers import normalise_doi, parse_pmcid, parse_pmid
from exokb.errors import InvalidIdentifier

_DATE = re.compile(r"(\d{4})(?:[/-](\d{1,2})(?:[/-](\d{1,2}))?)?")


def read_date_range(text: str) -> tuple[str, str]:
    """Read ``2019``, ``2019/03``, ``2019/03/05``, or two of them with a colon: (first, last) as ISO prefixes.

    Raises:
        ValueError: it is no date; the message says how one is written.
    """
    first, colon, last = (part.strip().strip('"') for part in text.partition(":"))
    begin = _read_date(first)
    end = _read_date(last) if colon else begin
    if first_day(begin) > last_day(end):
        raise ValueError(f"the range ends before it begins: {text}")
    return begin, end


def _read_date(text: str) -> str:
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no date; write 2019, 2019/03, 2019/03/05 or 2019:2021")
    year, month, day = match.groups()
    if int(year) == 0:
        raise ValueError("there is no year 0")
    if month is None:
        return year
    if not 1 <= int(month) <= 12:
        raise ValueError(f"there is no month {month}")
    if day is None:
        return f"{year}-{int(month):02d}"
    if not 1 <= int(day) <= monthrange(int(year), int(month))[1]:
        raise ValueError(f"there is no day {day} in {year}/{month}")
    return f"{year}-{int(month):02d}-{int(day):02d}"


def first_day(date: str) -> str:
    """Give the first full date of an ISO prefix: ``2019-03`` -> ``2019-03-01``."""
    return date + "-01-01"[len(date) - 4 :] if len(date) < 10 else date


def last_day(date: str) -> str:
    """Give the last full date of an ISO prefix, as a bound for comparing: ``2019-02`` -> ``2019-02-31``."""
    return date + "-12-31"[len(date) - 4 :] if len(date) < 10 else date


def read_identifier(kind: str, text: str) -> str:
    """Normalise the value of ``[pmid]``, ``[doi]`` or ``[pmcid]``.

    Raises:
        ValueError: it is none.
    """
    try:
        if kind == "pmid":
            return str(parse_pmid(text))
        return normalise_doi(text) if kind == "doi" else parse_pmcid(text)
    except InvalidIdentifier as error:
        raise ValueError(str(error)) from error
