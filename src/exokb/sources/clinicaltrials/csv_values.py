"""Values as ClinicalTrials.gov writes them into cells of its CSV, and what spreadsheet programs make of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from exokb.domain.trial import Intervention

DayOrder = Literal["day first", "month first"]
"""How a date with slashes is to be read."""

INTERVENTION_TYPES = frozenset({
    "BEHAVIORAL", "BIOLOGICAL", "COMBINATION_PRODUCT", "DEVICE", "DIAGNOSTIC_TEST", "DIETARY_SUPPLEMENT", "DRUG",
    "GENETIC", "PROCEDURE", "RADIATION", "OTHER",
})  # fmt: skip
"""``InterventionType`` of https://clinicaltrials.gov/data-api/api."""

_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTHS = {name: number for number, month in enumerate(_MONTH_NAMES, 1) for name in (month, month[:3])}
_YEAR = r"(?P<year>(?:19|20|21)\d\d)"
_NAME = r"(?P<name>[A-Za-z]{3,9})\.?"
_DAY = r"(?P<day>\d{1,2})"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        # today's table: ISO 8601; with a time of midnight where a program has been at it
        rf"{_YEAR}(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)(?:[T ]00:00(?::00(?:\.0+)?)?)?)?)?",
        # the table of the years to 2023: April 17, 2019 and April 2019
        rf"{_NAME}(?: {_DAY},)? {_YEAR}",
        # what spreadsheet programs make of them, as far as there is only one reading
        rf"{_YEAR}/(?P<month>\d{{1,2}})/{_DAY}",
        rf"{_DAY}\.(?P<month>\d{{1,2}})\.{_YEAR}",
        rf"{_DAY}[- ]{_NAME}[- ]{_YEAR}",
        rf"{_NAME}[-/]{_YEAR}",
        rf"(?P<month>\d{{1,2}})[./]{_YEAR}",
    )
)
_SLASHES = re.compile(rf"(?P<first>\d{{1,2}})[/-](?P<second>\d{{1,2}})[/-]{_YEAR}")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

# "Iran, Islamic Republic of", "China, Republic of (Taiwan)", "Congo, The Democratic Republic of the": what follows the
# comma ends in "of", which no name of a country alone does. The others are those of the registry's list of countries.
_SECOND_HALF = re.compile(
    r".* of(?: the)?(?: \(.*\))?|Occupied|Province of China|Sint Eustatius and Saba|Ascension and Tristan da Cunha",
    re.I,
)
_SECOND_HALVES_OF = {"british": "virgin islands", "u.s.": "virgin islands"}
_INTERVENTION = re.compile(r"([A-Za-z][A-Za-z_ ]{2,30}): ?(.*)", re.S)


def parse_cell_date(text: str, order: DayOrder | None) -> str | None:
    """Give a date of a cell in ISO 8601, as precise as it is; None for an empty cell.

    Args:
        text: the cell.
        order: how dates with slashes are written in this table; see `find_day_order`.

    Raises:
        ValueError: it is no date, or one that can be read in two ways; the message says which.
    """
    text = text.strip()
    if not text:
        return None
    for shape in _SHAPES:
        if found := shape.fullmatch(text):
            parts = found.groupdict()
            name = parts.get("name")
            month = _MONTHS.get(name.lower(), 0) if name else int(parts.get("month") or 0)
            if name and not month:
                break
            return _iso(text, parts["year"], month if name or parts.get("month") else None, parts.get("day"))
    if found := _SLASHES.fullmatch(text):
        first, second = found["first"], found["second"]
        reading = order or _order_of(first, second)
        if reading is None and first != second:
            raise ValueError(f"{text!r} may be read with the day or the month first")
        day, month_text = (second, first) if reading == "month first" else (first, second)
        return _iso(text, found["year"], int(month_text), day)
    raise ValueError(f"{text[:40]!r} is no date")


def _iso(text: str, year: str, month: int | None, day: str | None) -> str:
    if month is None:
        return year
    if not 1 <= month <= 12 or (day is not None and not 1 <= int(day) <= _DAYS[month - 1]):
        raise ValueError(f"{text!r} is no day of the calendar")
    return f"{year}-{month:02}" if day is None else f"{year}-{month:02}-{int(day):02}"


def _order_of(first: str, second: str) -> DayOrder | None:
    if int(first) > 12:
        return "day first"
    return "month first" if int(second) > 12 else None


def find_day_order(cells: Iterable[str]) -> DayOrder | None:
    """Say how dates with slashes are written, by those that have only one reading; None where these are not agreed."""
    orders = {
        order
        for cell in cells
        if (found := _SLASHES.fullmatch(cell.strip())) and (order := _order_of(found["first"], found["second"]))
    }
    return orders.pop() if len(orders) == 1 else None


def parse_countries(cell: str) -> tuple[str, ...]:
    """Give the countries of ``site, city, state, country|site, …``, each once, as the registry spells them."""
    countries: dict[str, None] = {}
    for place in cell.split("|"):
        parts = [part for part in (part.strip() for part in place.split(",")) if part]
        if not parts:
            continue
        last = parts[-1]
        if len(parts) > 1 and (
            _SECOND_HALF.fullmatch(last) or _SECOND_HALVES_OF.get(last.lower()) == parts[-2].lower()
        ):
            last = f"{parts[-2]}, {last}"
        countries[last] = None
    return tuple(countries)


def parse_interventions(cell: str) -> tuple[Intervention, ...]:
    """Give the interventions of ``Biological: exosome|Drug: …`` or ``BIOLOGICAL: exosome|DRUG: …``."""
    return tuple(_intervention(part.strip()) for part in cell.split("|") if part.strip())


def _intervention(text: str) -> Intervention:
    if found := _INTERVENTION.fullmatch(text):
        kind = enumeration(found[1])
        # A type that the registry adds later stands in capitals; any other word before a colon is part of the name.
        if kind in INTERVENTION_TYPES or found[1] == kind:
            return Intervention(name=found[2].strip(), type=kind)
    return Intervention(name=text)


def enumeration(words: str) -> str:
    """Give words in the shape of the registry's enumerations: ``Basic Science`` -> ``BASIC_SCIENCE``."""
    return "_".join(re.findall(r"[^\W_]+", words.upper()))


def parse_list(cell: str) -> tuple[str, ...]:
    """Give the items of a cell with ``|`` between them, each once."""
    return tuple(dict.fromkeys(part for part in (part.strip() for part in cell.split("|")) if part))
