"""Which trials the library holds, which its papers name, and what a registry said of the others; plain SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from exokb.store.reading import chunked


@dataclass(frozen=True, slots=True)
class HeldTrial:
    """A trial of the library that its registry can be asked about again.

    Attributes:
        data_version: the day of the registry's data that it was last read from; None where that is not known.
        last_observed_at: when the library last took it in, UTC, ISO 8601.
    """

    trial_id: str
    data_version: str | None
    last_observed_at: str


def find_named_numbers(connection: sqlite3.Connection) -> list[str]:
    """Every registry number that a paper of the library names, in the registries' own forms, in order."""
    rows = connection.execute("SELECT DISTINCT number FROM trial_links WHERE via = 'named' ORDER BY number")
    return [row[0] for row in rows]


def find_held_numbers(connection: sqlite3.Connection, numbers: Iterable[str], *, registry: str = "") -> dict[str, str]:
    """Give those of the numbers that are, or were, a trial's here: number -> the trial's own number.

    ``registry``: only trials that were seen there (``clinicaltrials``), or that a file gave whole; what came with exokb
    and lines of spreadsheets do not count then.
    """
    seen = """
        AND EXISTS (SELECT 1 FROM trial_observation o WHERE o.trial_row = x.id AND (o.source = ?
                    OR o.source <> 'bundled' AND json_extract(o.document, '$.whole')))
    """
    found: dict[str, str] = {}
    for part in chunked(list(numbers)):
        marks = ",".join("?" * len(part))
        found.update(
            connection.execute(
                "SELECT n.number, x.trial_id FROM trial_number n JOIN trial x ON x.id = n.trial_row"
                f" WHERE n.kind <> 'secondary' AND n.number IN ({marks}) {seen if registry else ''}",
                (*part, registry) if registry else part,
            )
        )
    return found


def find_linked_numbers(connection: sqlite3.Connection) -> set[str]:
    """All numbers that trials here go by, those of other registries included."""
    return {row[0] for row in connection.execute("SELECT number FROM trial_number")}


def find_checked(connection: sqlite3.Connection, outcome: str) -> dict[str, str]:
    """Numbers for which a registry's last answer was ``outcome`` (``not found``), with the day of the answer."""
    rows = connection.execute(
        "SELECT number, substr(observed_at, 1, 10) FROM trial_check WHERE outcome = ?", (outcome,)
    )
    return dict(rows.fetchall())


def find_trial_documents(connection: sqlite3.Connection, numbers: Sequence[str]) -> dict[str, str]:
    """Give what is known of trials, by any number that is or was their own: number -> JSON document."""
    found: dict[str, str] = {}
    for part in chunked(numbers):
        found.update(
            connection.execute(
                "SELECT n.number, x.document FROM trial_number n JOIN trial x ON x.id = n.trial_row"
                f" WHERE n.kind <> 'secondary' AND n.number IN ({','.join('?' * len(part))})",
                part,
            )
        )
    return found


def find_trials_of(connection: sqlite3.Connection, registry: str) -> list[HeldTrial]:
    """The trials of one registry (``ClinicalTrials.gov``), those first that were seen longest ago."""
    rows = connection.execute(
        """
        SELECT trial_id, json_extract(document, '$.data_version'), observed_at FROM trial
        WHERE registry = ? ORDER BY observed_at, trial_id
        """,
        (registry,),
    )
    return [HeldTrial(*row) for row in rows]
