"""Rows of the table that ClinicalTrials.gov offers for download to `Trial`. Pure.

Read are the columns of today's table, those of the site's tables until June 2023, and those until 2017; they are the
same facts in other words (``Study Status``, ``Status``, ``Recruitment``). A table of some of the columns is read as
well: the site lets a person choose. What a row lacks is not known, so no trial of a table is whole. What there is:
https://clinicaltrials.gov/data-api/how-download-study-records
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from exokb.domain.trial import SecondaryId, Trial, parse_phase, parse_status
from exokb.errors import PayloadError
from exokb.sources.clinicaltrials.csv_values import (
    DayOrder,
    enumeration,
    find_day_order,
    parse_cell_date,
    parse_countries,
    parse_interventions,
    parse_list,
)

_FIELDS: dict[str, tuple[str, ...]] = {
    "number": ("NCT Number",),
    "url": ("Study URL", "URL"),
    "title": ("Study Title", "Title"),
    "acronym": ("Acronym",),
    "status": ("Study Status", "Status", "Recruitment"),
    "summary": ("Brief Summary",),
    "results": ("Study Results",),
    "conditions": ("Conditions",),
    "interventions": ("Interventions",),
    "sponsor": ("Sponsor",),
    "collaborators": ("Collaborators",),
    "parties": ("Sponsor/Collaborators",),
    "phases": ("Phases",),
    "enrollment": ("Enrollment",),
    "study_type": ("Study Type", "Study Types"),
    "design": ("Study Design", "Study Designs"),
    "other_ids": ("Other IDs",),
    "start_date": ("Start Date",),
    "primary_completion_date": ("Primary Completion Date",),
    "completion_date": ("Completion Date",),
    "first_posted": ("First Posted", "First Received"),
    "results_posted": ("Results First Posted", "Results First Received"),
    "updated": ("Last Update Posted", "Last Updated"),
    "status_verified": ("Last Verified",),
    "locations": ("Locations",),
}
"""What is read, and the names of its column, the newest first."""

_DATES = (
    "start_date", "primary_completion_date", "completion_date", "first_posted", "results_posted", "updated",
    "status_verified",
)  # fmt: skip
_NOT_READ = (
    "Rank", "Primary Outcome Measures", "Secondary Outcome Measures", "Other Outcome Measures", "Outcome Measures",
    "Sex", "Gender", "Age", "Age Groups", "Funder Type", "Funded Bys", "Study Documents",
)  # fmt: skip
"""Columns of the site's tables for which `Trial` has no field."""

_NCT = re.compile(r"NCT\d{8}", re.I)
_PLACEHOLDERS = {"", "no study results posted", "no results available", "null", "n/a", "nan"}


def _plain(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", name.lower()))


_BY_NAME = {_plain(name): field for field, names in _FIELDS.items() for name in names}
_KNOWN = {_plain(name) for name in _NOT_READ}


def is_trial_header(cells: Sequence[str]) -> bool:
    """Whether these are the names of columns of a table of trials: one of them holds NCT numbers."""
    return any(_plain(cell) == "nct number" for cell in cells)


@dataclass(frozen=True, slots=True)
class TrialColumns:
    """Where in a row is what.

    Attributes:
        places: field -> position in the row.
        unknown: names of columns that are not the site's, and columns that are there twice; they are not read.
    """

    places: Mapping[str, int]
    unknown: tuple[str, ...]
    width: int

    @classmethod
    def find(cls, header: Sequence[str]) -> TrialColumns:
        """Find the columns by the names in the header.

        Raises:
            PayloadError: no column holds NCT numbers.
        """
        if not is_trial_header(header):
            raise PayloadError("header", "has no column 'NCT Number'")
        places: dict[str, int] = {}
        unknown: list[str] = []
        for at, name in enumerate(header):
            field = _BY_NAME.get(_plain(name))
            if field is not None and field not in places:
                places[field] = at
            elif field is not None or (_plain(name) and _plain(name) not in _KNOWN):
                unknown.append(name.strip())
        return cls(places, tuple(unknown), len(header))

    def name_row(self, cells: Sequence[str]) -> str:
        """Give the number of the trial, where it stands where it should; else an empty text."""
        at = self.places["number"]
        text = cells[at].strip().upper() if len(cells) > at else ""
        return text if _NCT.fullmatch(text) else ""

    def find_day_order(self, rows: Iterable[Sequence[str]]) -> DayOrder | None:
        """Say how dates with slashes are written in some rows; see `exokb.sources.clinicaltrials.csv_values`."""
        places = [self.places[name] for name in _DATES if name in self.places]
        return find_day_order(cells[at] for cells in rows for at in places if at < len(cells))

    def parse_row(self, cells: Sequence[str], order: DayOrder | None = None) -> Trial:
        """Read one row.

        Args:
            cells: as many as the header has; fewer where the last ones are empty, as Excel writes them.
            order: how dates with slashes are to be read; None where the table has none, or does not tell.

        Raises:
            PayloadError: the number is missing or is none, or a cell does not hold what its column is for.
        """
        row = _Row(self, cells, order)
        number = row.number()
        if len(cells) < self.width and not row.text("updated"):
            raise PayloadError(number, f"has {len(cells)} cells where the header has {self.width}")
        dates = {name: row.date(name) for name in _DATES}
        parties = row.items("parties")
        ids = row.items("other_ids")
        return Trial(
            trial_id=number,
            # The first one is the sponsor's own name for the trial; the table does not say whose the others are.
            org_study_id=ids[0] if ids else None,
            secondary_ids=tuple(SecondaryId(value=value) for value in ids[1:]),
            title=row.text("title") or "",
            acronym=row.text("acronym"),
            status=parse_status(row.text("status") or "") or None,
            study_type=row.study_type(),
            phases=row.phases(),
            purpose=row.purpose(),
            conditions=row.items("conditions"),
            interventions=parse_interventions(row.cell("interventions")),
            enrollment=row.number_of_people(),
            sponsor=row.text("sponsor") or next(iter(parties), None),
            collaborators=row.items("collaborators") or parties[1:],
            countries=parse_countries(row.cell("locations")),
            has_results=row.has_results() or dates["results_posted"] is not None,
            summary=row.text("summary"),
            **dates,
        )


class _Row:
    """The cells of one row, read by field."""

    def __init__(self, columns: TrialColumns, cells: Sequence[str], order: DayOrder | None) -> None:
        self._places = columns.places
        self._cells = cells
        self._order = order
        self._where = ""

    def cell(self, field: str) -> str:
        at = self._places.get(field)
        return self._cells[at].strip() if at is not None and at < len(self._cells) else ""

    def text(self, field: str) -> str | None:
        return self.cell(field) or None

    def items(self, field: str) -> tuple[str, ...]:
        return parse_list(self.cell(field))

    def _wrong(self, field: str, reason: str) -> PayloadError:
        return PayloadError(f"{self._where}, {_FIELDS[field][0]}".removeprefix(", "), reason)

    def number(self) -> str:
        text = self.cell("number")
        if not text:
            raise self._wrong("number", "is missing")
        if not _NCT.fullmatch(text):
            raise self._wrong("number", f"{text[:40]!r} is no NCT number")
        number = self._where = text.upper()
        # Sorting one column of a spreadsheet without the others makes a table of wrong facts.
        linked = _NCT.search(self.cell("url"))
        if linked and linked[0].upper() != number:
            raise self._wrong("url", f"names another trial, {linked[0].upper()}: the columns have come apart")
        return number

    def date(self, field: str) -> str | None:
        text = self.cell(field)
        if text.lower() in _PLACEHOLDERS:
            return None
        try:
            return parse_cell_date(text, self._order)
        except ValueError as error:
            raise self._wrong(field, f"{error}; import the table as it was downloaded") from error

    def number_of_people(self) -> int | None:
        text = self.cell("enrollment")
        if text.lower() in _PLACEHOLDERS:
            return None
        found = re.fullmatch(r"(\d{1,10})(?:\.0)?", text)
        if not found:
            raise self._wrong("enrollment", f"{text[:40]!r} is no number of people")
        return int(found[1])

    def phases(self) -> tuple[str, ...]:
        parts = re.split(r"\||/(?=\s*phase)", self.cell("phases"), flags=re.I)
        return tuple(dict.fromkeys(parse_phase(part) for part in parts if part.strip()))

    def study_type(self) -> str | None:
        # Until 2023 followed by what kind of it: "Expanded Access:Treatment IND/Protocol".
        return enumeration(re.split(r"[:\[(]", self.cell("study_type"))[0]) or None

    def purpose(self) -> str | None:
        found = re.search(r"Primary Purpose:\s*([^|]*)", self.cell("design"), re.I)
        return (enumeration(found[1]) or None) if found else None

    def has_results(self) -> bool:
        return _plain(self.cell("results")) in {"yes", "has results"}
