"""Tables of invented trials with the columns of ClinicalTrials.gov's downloads. None of these trials exists."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

TODAY = (
    "NCT Number", "Study Title", "Study URL", "Acronym", "Study Status", "Brief Summary", "Study Results", "Conditions",
    "Interventions", "Primary Outcome Measures", "Secondary Outcome Measures", "Other Outcome Measures", "Sponsor",
    "Collaborators", "Sex", "Age", "Phases", "Enrollment", "Funder Type", "Study Type", "Study Design", "Other IDs",
    "Start Date", "Primary Completion Date", "Completion Date", "First Posted", "Results First Posted",
    "Last Update Posted", "Locations", "Study Documents",
)  # fmt: skip
UNTIL_2023 = (
    "Rank", "NCT Number", "Title", "Acronym", "Status", "Study Results", "Conditions", "Interventions",
    "Outcome Measures", "Sponsor/Collaborators", "Gender", "Age", "Phases", "Enrollment", "Funded Bys", "Study Type",
    "Study Designs", "Other IDs", "Start Date", "Primary Completion Date", "Completion Date", "First Posted",
    "Results First Posted", "Last Update Posted", "Locations", "Study Documents", "URL",
)  # fmt: skip


def today(number: int = 1, /, **cells: str) -> dict[str, str]:
    """Give a row as the site writes it today; cells by column name, blanks as underscores."""
    trial_id = f"NCT{99000000 + number}"
    return dict.fromkeys(TODAY, "") | {
        "NCT Number": trial_id,
        "Study Title": f"Vesicles on kites, {number}",
        "Study URL": f"https://clinicaltrials.gov/study/{trial_id}",
        "Study Status": "RECRUITING",
        "Brief Summary": "Kites carry vesicles.\nThey are \"flown\", weekly.",
        "Study Results": "NO",
        "Conditions": "Kidney Injury|Wind",
        "Interventions": "BIOLOGICAL: exosomes: of marrow|DRUG: saline",
        "Sponsor": "Hôpital du Vent",
        "Collaborators": "Kite Works|Air Institute",
        "Phases": "PHASE1|PHASE2",
        "Enrollment": "20",
        "Study Type": "INTERVENTIONAL",
        "Study Design": "Allocation: NA|Masking: NONE|Primary Purpose: BASIC_SCIENCE",
        "Other IDs": "KITE-1|2019-009999-99",
        "Start Date": "2024-03",
        "Primary Completion Date": "2025-01-31",
        "Completion Date": "2025-06",
        "First Posted": "2024-01-15",
        "Last Update Posted": "2024-05-20",
        "Locations": "Kite Hall, Tehran, Iran, Islamic Republic of|Kite Hill, Besançon, 25000, France",
    } | named(cells)  # fmt: skip


def until_2023(number: int = 1, /, **cells: str) -> dict[str, str]:
    """Give the same row as the site wrote it until June 2023."""
    trial_id = f"NCT{99000000 + number}"
    return dict.fromkeys(UNTIL_2023, "") | {
        "Rank": str(number),
        "NCT Number": trial_id,
        "Title": f"Vesicles on kites, {number}",
        "Status": "Recruiting",
        "Study Results": "No Results Available",
        "Conditions": "Kidney Injury|Wind",
        "Interventions": "Biological: exosomes: of marrow|Drug: saline",
        "Sponsor/Collaborators": "Hôpital du Vent|Kite Works|Air Institute",
        "Phases": "Phase 1|Phase 2",
        "Enrollment": "20",
        "Study Type": "Interventional",
        "Study Designs": "Allocation: N/A|Masking: None (Open Label)|Primary Purpose: Basic Science",
        "Other IDs": "KITE-1|2019-009999-99",
        "Start Date": "March 2024",
        "Primary Completion Date": "January 31, 2025",
        "Completion Date": "June 2025",
        "First Posted": "January 15, 2024",
        "Last Update Posted": "May 20, 2024",
        "Locations": "Kite Hall, Tehran, Iran, Islamic Republic of|Kite Hill, Besançon, 25000, France",
        "URL": f"https://ClinicalTrials.gov/show/{trial_id}",
    } | named(cells)  # fmt: skip


def named(cells: Mapping[str, str]) -> dict[str, str]:
    """Write blanks in the names of columns: ``Study_Status`` -> ``Study Status``."""
    return {name.replace("_", " "): cell for name, cell in cells.items()}


def table(
    rows: Iterable[Mapping[str, str]], header: Sequence[str] = TODAY, *, delimiter: str = ",", end: str = "\r\n"
) -> str:
    """Write rows as CSV; columns that the header does not name are left out."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, extrasaction="ignore", delimiter=delimiter, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def study(number: int = 1, updated: str = "2024-05-20", status: str | None = "RECRUITING", **more: Any) -> str:
    """Write the study of that number as the API gives it, with all that makes it whole."""
    module: dict[str, Any] = {"overallStatus": status} if status else {}
    study = {
        "protocolSection": {
            "identificationModule": {
                "nctId": f"NCT{99000000 + number}",
                "orgStudyIdInfo": {"id": "KITE-1"},
                "briefTitle": f"Vesicles on kites, {number}",
            },
            "statusModule": module | {"lastUpdatePostDateStruct": {"date": updated}},
            "descriptionModule": {"briefSummary": "Kites carry vesicles."},
            "designModule": {
                "studyType": "INTERVENTIONAL",
                "phases": ["PHASE1", "PHASE2"],
                "enrollmentInfo": {"count": 20, "type": "ESTIMATED"},
            },
        }
    }
    return json.dumps(study | more, ensure_ascii=False)
