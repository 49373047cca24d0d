"""Rows of ClinicalTrials.gov's tables, of today and of before, become the same trials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from exokb.domain.trial import STATUSES, Intervention, SecondaryId, Trial
from exokb.errors import PayloadError
from exokb.sources.clinicaltrials.csv_table import TrialColumns, is_trial_header
from exokb.sources.clinicaltrials.csv_values import (
    find_day_order,
    parse_cell_date,
    parse_countries,
    parse_interventions,
)
from tests.upstream.trial_tables import TODAY, UNTIL_2023, today, until_2023


def read(row: Mapping[str, str], header: Sequence[str] = TODAY) -> Trial:
    return TrialColumns.find(header).parse_row([row[name] for name in header])


EXPECTED = Trial(
    trial_id="NCT99000001",
    org_study_id="KITE-1",
    secondary_ids=(SecondaryId(value="2019-009999-99"),),
    title="Vesicles on kites, 1",
    status="RECRUITING",
    study_type="INTERVENTIONAL",
    phases=("PHASE1", "PHASE2"),
    purpose="BASIC_SCIENCE",
    conditions=("Kidney Injury", "Wind"),
    interventions=(
        Intervention(type="BIOLOGICAL", name="exosomes: of marrow"),
        Intervention(type="DRUG", name="saline"),
    ),
    enrollment=20,
    start_date="2024-03",
    primary_completion_date="2025-01-31",
    completion_date="2025-06",
    first_posted="2024-01-15",
    updated="2024-05-20",
    sponsor="Hôpital du Vent",
    collaborators=("Kite Works", "Air Institute"),
    countries=("Iran, Islamic Republic of", "France"),
)


def test_the_tables_of_today_and_of_before_say_the_same() -> None:
    summary = 'Kites carry vesicles.\nThey are "flown", weekly.'
    assert read(today()) == EXPECTED.model_copy(update={"summary": summary})
    assert read(until_2023(), UNTIL_2023) == EXPECTED
    assert not EXPECTED.whole, "what a table lacks is not known"


def test_the_table_of_the_years_to_2017() -> None:
    header = ["NCT_Number", "Title", "Recruitment", "Study Types", "Phases", "First_Received", "Last Updated",
              "Last Verified", "Results First Received"]  # fmt: skip
    cells = ["NCT99000001", "Kites", "Active, not recruiting", "Observational [Patient Registry]", "Phase 2/Phase 3",
             "April 22, 2016", "May 1, 2016", "April 2016", "No Study Results Posted"]  # fmt: skip
    assert TrialColumns.find(header).parse_row(cells) == Trial(
        trial_id="NCT99000001",
        title="Kites",
        status="ACTIVE_NOT_RECRUITING",
        study_type="OBSERVATIONAL",
        phases=("PHASE2", "PHASE3"),
        first_posted="2016-04-22",
        updated="2016-05-01",
        status_verified="2016-04",
    )


@pytest.mark.parametrize(
    ("cell", "phases"),
    [
        ("", ()),
        ("NA", ("NA",)),
        ("Not Applicable", ("NA",)),
        ("N/A", ("NA",)),
        ("EARLY_PHASE1", ("EARLY_PHASE1",)),
        ("Early Phase 1", ("EARLY_PHASE1",)),
        ("Phase 2|Phase 3", ("PHASE2", "PHASE3")),
        ("PHASE5", ("PHASE5",)),
    ],
)
def test_phases(cell: str, phases: tuple[str, ...]) -> None:
    assert read(today(Phases=cell)).phases == phases


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("Unknown status", "UNKNOWN"),
        ("Active, not recruiting", "ACTIVE_NOT_RECRUITING"),
        ("No longer available", "NO_LONGER_AVAILABLE"),
        ("PAUSED_BY_WIND", "PAUSED_BY_WIND"),
        ("", None),
    ],
)
def test_statuses(cell: str, status: str | None) -> None:
    assert read(today(Study_Status=cell)).status == status
    assert read(until_2023(Status=cell), UNTIL_2023).status == status


@pytest.mark.parametrize(
    ("cell", "study_type"),
    [
        ("OBSERVATIONAL", "OBSERVATIONAL"),
        ("Expanded Access:Treatment IND/Protocol", "EXPANDED_ACCESS"),
        ("EXPANDED_ACCESS", "EXPANDED_ACCESS"),
        ("", None),
    ],
)
def test_study_types(cell: str, study_type: str | None) -> None:
    assert read(today(Study_Type=cell)).study_type == study_type


def test_results() -> None:
    assert read(today(Study_Results="YES")).has_results
    assert read(until_2023(Study_Results="Has Results"), UNTIL_2023).has_results
    posted = read(today(Results_First_Posted="2025-09-01"))
    assert (posted.has_results, posted.results_posted) == (True, "2025-09-01")
    assert not read(until_2023(), UNTIL_2023).has_results


@pytest.mark.parametrize(
    ("cell", "country"),
    [
        ("Site, City, State, 12345, United States", "United States"),
        ("Site, Guro-gu, Seoul, Korea, Republic of", "Korea, Republic of"),
        ("Site, Taipei, China, Republic of (Taiwan)", "China, Republic of (Taiwan)"),
        ("Site, Kinshasa, Congo, The Democratic Republic of the", "Congo, The Democratic Republic of the"),
        ("Site, Skopje, Macedonia, The Former Yugoslav Republic of", "Macedonia, The Former Yugoslav Republic of"),
        ("Site, Gaza, Palestinian Territories, Occupied", "Palestinian Territories, Occupied"),
        ("Site, Tortola, Virgin Islands, British", "Virgin Islands, British"),
        ("Site, Vancouver, British, Canada", "Canada"),
        ("Turkey (Türkiye)", "Turkey (Türkiye)"),
        (", , Chile", "Chile"),
    ],
)
def test_countries(cell: str, country: str) -> None:
    assert parse_countries(cell) == (country,)
    assert parse_countries(f"{cell}|Site, Oslo, Norway| |{cell}") == (country, "Norway")


@pytest.mark.parametrize(
    ("cell", "kind", "name"),
    [
        ("Diagnostic Test: Exosomes", "DIAGNOSTIC_TEST", "Exosomes"),
        ("COMBINATION_PRODUCT: CAP-1002", "COMBINATION_PRODUCT", "CAP-1002"),
        ("KITE_FLIGHT: up", "KITE_FLIGHT", "up"),
        ("Dose level: 2", None, "Dose level: 2"),
        ("exosomes", None, "exosomes"),
    ],
)
def test_interventions(cell: str, kind: str | None, name: str) -> None:
    assert parse_interventions(cell) == (Intervention(type=kind, name=name),)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("", None),
        ("2019", "2019"),
        ("2019-04", "2019-04"),
        ("2019-04-17", "2019-04-17"),
        ("2019-04-17 00:00:00", "2019-04-17"),
        ("April 17, 2019", "2019-04-17"),
        ("September 2019", "2019-09"),
        ("17.04.2019", "2019-04-17"),
        ("2019/4/7", "2019-04-07"),
        ("17-Apr-2019", "2019-04-17"),
        ("17/04/2019", "2019-04-17"),
        ("4/17/2019", "2019-04-17"),
        ("4/4/2019", "2019-04-04"),
        ("04/2019", "2019-04"),
    ],
)
def test_dates(cell: str, day: str | None) -> None:
    assert parse_cell_date(cell, None) == day


@pytest.mark.parametrize(
    "cell", ["3/4/2019", "Apr 19", "17-Apr-19", "2019-13", "2019-02-30", "31/31/2019", "soon", "43572", "Foo 3, 2019"]
)
def test_what_is_no_date_or_two(cell: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_cell_date(cell, None)


def test_other_dates_tell_how_slashes_are_meant() -> None:
    assert find_day_order(["3/4/2019", " 17/4/2019", "", "2019"]) == "day first"
    assert find_day_order(["3/4/2019", "4/17/2019"]) == "month first"
    assert find_day_order(["3/4/2019"]) is None
    assert find_day_order(["17/4/2019", "4/17/2019"]) is None
    assert parse_cell_date("3/4/2019", "day first") == "2019-04-03"
    assert parse_cell_date("3/4/2019", "month first") == "2019-03-04"
    with pytest.raises(ValueError, match="calendar"):
        parse_cell_date("17/4/2019", "month first")


@pytest.mark.parametrize(
    ("cells", "element", "reason"),
    [
        ({"NCT_Number": ""}, "NCT Number", "is missing"),
        ({"NCT_Number": "ISRCTN99"}, "NCT Number", "'ISRCTN99' is no NCT number"),
        ({"Enrollment": "many"}, "NCT99000001, Enrollment", "'many' is no number of people"),
        ({"Last_Update_Posted": "Oslo, Norway"}, "NCT99000001, Last Update Posted", "'Oslo, Norway' is no date"),
        (
            {"Study_URL": "https://clinicaltrials.gov/study/NCT99000002"},
            "NCT99000001, Study URL",
            "names another trial, NCT99000002: the columns have come apart",
        ),
    ],
)
def test_a_row_that_is_wrong_is_named(cells: dict[str, str], element: str, reason: str) -> None:
    with pytest.raises(PayloadError) as caught:
        read(today(**cells))
    assert caught.value.element == element
    assert caught.value.reason.startswith(reason)


def test_a_short_row_is_read_where_its_last_cells_are_only_empty() -> None:
    columns = TrialColumns.find(TODAY)
    cells = list(today().values())
    assert columns.parse_row(cells[:-1]).updated == "2024-05-20"
    with pytest.raises(PayloadError, match="has 25 cells where the header has 30"):
        columns.parse_row(cells[:25])


def test_columns_that_are_not_the_sites_are_named() -> None:
    columns = TrialColumns.find(["Notes", "NCT Number", "Status", "study  status", "", "Rank", "Wind"])
    assert columns.unknown == ("Notes", "study  status", "Wind")
    assert columns.parse_row(["x", "nct99000001", "Completed", "Recruiting", "", "1", "y"]) == Trial(
        trial_id="NCT99000001", status="COMPLETED"
    )
    assert columns.name_row(["x", "NCT99000001"]) == "NCT99000001"
    assert columns.name_row(["NCT99000001"]) == columns.name_row(["", "kite"]) == ""


def test_a_table_without_numbers_is_none() -> None:
    assert is_trial_header(["Rank", "nct number"])
    assert not is_trial_header(["Title", "Status"])
    with pytest.raises(PayloadError, match="NCT Number"):
        TrialColumns.find(["Title", "Status"])


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_of_the_registry_in_its_own_words(status: str) -> None:
    words = {"UNKNOWN": "Unknown status", "ACTIVE_NOT_RECRUITING": "Active, not recruiting"}
    assert read(today(Study_Status=words.get(status, status.replace("_", " ").capitalize()))).status == status
