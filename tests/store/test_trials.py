"""Every state of a trial is kept, and the order in which states come makes no difference."""

from __future__ import annotations

import itertools
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config

from alembic import command
from exokb.domain.trial import Intervention, Trial, TrialReference
from exokb.packaged import packaged_folder
from exokb.store import migrate
from exokb.store.connection import APPLICATION_ID
from exokb.store.engine import make_engine
from exokb.store.library import Library
from exokb.store.records import Outcome
from tests.store.conftest import NOW

OWN, FORMER = "NCT99000001", "NCT99000009"


def state(updated: str, status: str, **fields: Any) -> Trial:
    return Trial(trial_id=fields.pop("trial_id", OWN), whole=True, updated=updated, status=status, **fields)


def put(library: Library, trial: Trial, *, minutes: int = 0, numbers: tuple[str, ...] = ()) -> Outcome:
    with library.transaction() as transaction:
        outcomes = transaction.trials.upsert(
            [trial], {trial.trial_id: numbers}, source="file", payload_id=None,
            observed_at=NOW + timedelta(minutes=minutes),
        )  # fmt: skip
    return outcomes[trial.trial_id]


def rows(library: Library, sql: str) -> list[tuple[Any, ...]]:
    with library.reading() as connection:
        return connection.execute(sql).fetchall()


PAPER = TrialReference(pmid=990000001, type="RESULT")
STATES = [
    state("2019-01-01", "NOT_YET_RECRUITING", enrollment=40),
    state("2020-01-01", "RECRUITING", enrollment=30, secondary_ids=()),
    state("2022-01-01", "TERMINATED", why_stopped="No wind", references=(PAPER,)),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_imports_makes_no_difference(library: Library, order: tuple[int, ...]) -> None:
    for minute, at in enumerate(order):
        put(library, STATES[at], minutes=minute)
    assert rows(library, "SELECT trial_id, status, updated FROM trial") == [(OWN, "TERMINATED", "2022-01-01")]
    assert rows(library, "SELECT status, updated FROM trial_states ORDER BY updated") == [
        ("NOT_YET_RECRUITING", "2019-01-01"),
        ("RECRUITING", "2020-01-01"),
        ("TERMINATED", "2022-01-01"),
    ]


def test_says_what_became_of_each_state(library: Library) -> None:
    assert put(library, STATES[1]) is Outcome.ADDED
    assert put(library, STATES[2]) is Outcome.UPDATED
    assert put(library, STATES[0]) is Outcome.OLDER
    assert put(library, STATES[2], minutes=5) is Outcome.UNCHANGED
    seen = rows(library, "SELECT observed_at, last_observed_at FROM trial_observation WHERE updated = '2022-01-01'")
    assert seen == [("2026-03-01T12:00:00Z", "2026-03-01T12:05:00Z")]


def test_a_new_state_that_adds_nothing_changes_nothing(library: Library) -> None:
    put(library, STATES[1])
    sheet = Trial(trial_id=OWN, updated="2020-01-01", status="RECRUITING")
    assert put(library, sheet) is Outcome.UNCHANGED
    assert put(library, sheet.model_copy(update={"updated": "2019-12-01"})) is Outcome.OLDER
    assert rows(library, "SELECT count(*) FROM trial_observation") == [(3,)]


def test_a_rehearsal_leaves_no_trace(library: Library) -> None:
    for _ in range(2):
        with library.rehearsal() as transaction:
            outcomes = transaction.trials.upsert([STATES[0]], {}, source="file", payload_id=None, observed_at=NOW)
        assert outcomes == {OWN: Outcome.ADDED}
        assert not library.exists
    put(library, STATES[0])
    with library.rehearsal() as transaction:
        transaction.trials.upsert([STATES[1]], {}, source="file", payload_id=None, observed_at=NOW)
    assert rows(library, "SELECT updated FROM trial") == [("2019-01-01",)]
    with pytest.raises(KeyError), library.rehearsal():
        raise KeyError("told")


@pytest.mark.parametrize("first", [0, 1])
def test_a_trial_that_moved_to_another_number_keeps_its_history(library: Library, first: int) -> None:
    moved = state("2021-01-01", "COMPLETED", aliases=(FORMER,))
    before = state("2020-01-01", "RECRUITING", trial_id=FORMER)
    for trial in (moved, before) if first else (before, moved):
        put(library, trial)
    assert rows(library, "SELECT trial_id, status FROM trial") == [(OWN, "COMPLETED")]
    assert rows(library, "SELECT number, kind FROM trial_number ORDER BY number") == [(OWN, "own"), (FORMER, "former")]
    assert rows(library, "SELECT count(*) FROM trial_observation") == [(2,)]


def test_two_rows_become_one_when_the_registry_says_they_are_one_trial(library: Library) -> None:
    put(library, state("2020-01-01", "RECRUITING", trial_id=FORMER))
    put(library, state("2020-05-01", "RECRUITING"))
    assert rows(library, "SELECT count(*) FROM trial") == [(2,)]
    put(library, state("2021-01-01", "COMPLETED", aliases=(FORMER,)))
    assert rows(library, "SELECT trial_id, status FROM trial") == [(OWN, "COMPLETED")]
    assert rows(library, "SELECT count(*) FROM trial_observation") == [(3,)]
    assert rows(library, "PRAGMA foreign_key_check") == []


def test_many_states_at_once_are_stored_as_one_by_one(tmp_path: Path) -> None:
    """Also where some have former numbers that others of the same batch are known by."""
    batches = [
        [state("2020-01-01", "RECRUITING", trial_id=f"NCT990000{n:02}") for n in range(1, 20)],
        [state("2021-01-01", "COMPLETED", trial_id=f"NCT990000{n:02}", references=(PAPER,)) for n in range(3, 23)],
        [
            state("2022-01-01", "COMPLETED", trial_id="NCT99000004", aliases=("NCT99000003", "NCT99000030")),
            state("2022-01-01", "TERMINATED", trial_id="NCT99000005"),
            state("2019-01-01", "RECRUITING", trial_id="NCT99000030"),
            state("2019-01-01", "RECRUITING", trial_id="NCT99000031"),
        ],
    ]
    numbers = {"NCT99000003": ("2019-009999-99",)}
    stored: list[list[tuple[Any, ...]]] = []
    for name, size in (("one", 1), ("many", 100)):
        library = Library(str(tmp_path / name), clock=lambda: NOW)
        for batch in batches:
            for part in [batch[at : at + size] for at in range(0, len(batch), size)]:
                with library.transaction() as transaction:
                    transaction.trials.upsert(part, numbers, source="file", payload_id=None, observed_at=NOW)
        assert rows(library, "PRAGMA foreign_key_check") == []
        stored.append(
            [
                *rows(library, "SELECT trial_id, status, document FROM trial ORDER BY trial_id"),
                *rows(library, "SELECT trial_id, status, updated FROM trial_states ORDER BY 1, 3, 2"),
                *rows(library, "SELECT n.number, x.trial_id, n.kind FROM trial_number n JOIN trial x"
                               " ON x.id = n.trial_row ORDER BY 1"),
                *rows(library, "SELECT x.trial_id, pmid, type FROM trial_reference JOIN trial x ON x.id = trial_row"
                               " ORDER BY 1"),
            ]
        )  # fmt: skip
    assert stored[0] == stored[1]
    assert ("NCT99000003", "NCT99000004", "former") in stored[0]
    assert ("2019-009999-99", "NCT99000004", "secondary") in stored[0], "numbers of a row that was merged stay"


def test_the_same_state_in_the_data_of_another_day_is_the_same_state(tmp_path: Path) -> None:
    days = [state("2020-01-01", "RECRUITING", data_version=day) for day in ("2021-05-05", "2020-02-02", "2026-01-01")]
    for number, order in enumerate(itertools.permutations(days)):
        library = Library(str(tmp_path / str(number)), clock=lambda: NOW)
        outcomes = [put(library, trial) for trial in order]
        assert outcomes == [Outcome.ADDED, Outcome.UNCHANGED, Outcome.UNCHANGED]
        assert rows(library, "SELECT seen FROM trial_observation") == [("2020-02-02",)]
        assert "2026-01-01" in rows(library, "SELECT document FROM trial")[0][0]


def test_numbers_of_other_registries_stay_known(library: Library) -> None:
    put(library, STATES[0], numbers=("2019-009999-99",))
    put(library, STATES[1])
    assert rows(library, "SELECT number FROM trial_number WHERE kind = 'secondary'") == [("2019-009999-99",)]


def test_what_the_registry_answered_for_a_number_is_kept_until_it_gives_a_trial(library: Library) -> None:
    with library.transaction() as transaction:
        transaction.trials.note_check("NCT99000404", "failed", "no answer", NOW)
        transaction.trials.note_check("NCT99000404", "not found", "", NOW)
    assert rows(library, "SELECT number, outcome FROM trial_check") == [("NCT99000404", "not found")]
    with library.transaction() as transaction:
        transaction.trials.clear_checks(["NCT99000404"])
    assert rows(library, "SELECT * FROM trial_check") == []


OLD = {
    "trial_id": OWN,
    "aliases": [FORMER],
    "secondary_ids": ["2019-009999-99"],
    "title": "Kites",
    "status": "RECRUITING",
    "phases": ["PHASE2"],
    "interventions": ["BIOLOGICAL: exosome: of marrow", "wind"],
    "updated": "2020-01-01",
    "pmids": [990000001, 990000002],
    "result_pmids": [990000002],
}


def test_a_library_of_the_first_schema_keeps_its_trials(tmp_path: Path) -> None:
    path = tmp_path / "old.exokb"
    with make_engine(path).begin() as writer:
        config = Config()
        config.set_main_option("script_location", str(packaged_folder("alembic")))
        config.attributes["connection"] = writer
        command.upgrade(config, "0001")
        writer.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        writer.exec_driver_sql("PRAGMA user_version = 1")
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(
            "INSERT INTO trial (trial_id, registry, title, status, phases, document, source, updated, observed_at)"
            " VALUES (?, 'ClinicalTrials.gov', 'Kites', 'RECRUITING', 'PHASE2', ?, 'bundled', '2020-01-01',"
            " '2026-01-01T00:00:00Z')",
            (OWN, json.dumps(OLD)),
        )
    saved = migrate.upgrade(path, now=datetime(2026, 5, 1, tzinfo=UTC))
    assert saved is not None
    assert saved.is_file()
    library = Library(str(path), clock=lambda: NOW)
    put(library, state("2021-01-01", "COMPLETED"))
    assert rows(library, "SELECT status, updated, source FROM trial_states ORDER BY updated") == [
        ("RECRUITING", "2020-01-01", "bundled"),
        ("COMPLETED", "2021-01-01", "file"),
    ]
    assert rows(library, "SELECT number, kind FROM trial_number ORDER BY number") == [(OWN, "own"), (FORMER, "former")]
    assert rows(library, "SELECT pmid, type FROM trial_reference ORDER BY pmid") == [
        (990000001, ""),
        (990000002, "RESULT"),
    ]
    (document,) = rows(library, "SELECT document FROM trial")[0]
    trial = Trial.model_validate_json(document)
    assert trial.interventions == (
        Intervention(type="BIOLOGICAL", name="exosome: of marrow"),
        Intervention(name="wind"),
    )
    assert [number.value for number in trial.secondary_ids] == ["2019-009999-99"]
    assert rows(library, "PRAGMA foreign_key_check") == []
