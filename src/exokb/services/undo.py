"""What was done to the library, and taking the last of it back."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from exokb.app import App
from exokb.errors import NotInLibrary, StoreError
from exokb.store.reading import get_activities


@dataclass(frozen=True, slots=True)
class Activity:
    """One entry of the log.

    Attributes:
        detail: what the command was about; its keys differ from command to command.
        changes: how many rows it changed that can be put back; 0 where it cannot be undone.
        undone_by: the activity that took it back.
    """

    id: int
    at: str
    command: str
    detail: dict[str, Any]
    changes: int
    undone_by: int | None


@dataclass
class UndoReport:
    """What was taken back: the activity, and how many rows of each table were put back."""

    activity: int
    command: str
    at: str
    detail: dict[str, Any]
    rows: Counter[str] = field(default_factory=Counter)


def get_log(app: App, *, limit: int | None = None) -> list[Activity]:
    """Give what was done to the library, newest first.

    Raises:
        NotInLibrary: there is no library yet.
    """
    with app.library.reading() as connection:
        rows = get_activities(connection, limit)
    return [Activity(at, when, name, json.loads(detail), changes, by) for at, when, name, detail, changes, by in rows]


def undo(app: App, activity: int | None = None) -> UndoReport:
    """Put every row that an activity changed back as it was.

    Args:
        app: the application.
        activity: its number in the log; None for the last that can be undone.

    Raises:
        NotInLibrary: there is no library, no such activity, or nothing to undo.
        StoreError: it has been undone, changed nothing that can be put back, or what it changed has been changed since.
    """
    with app.library.reading():
        pass  # where there is no library, none must be made
    with app.library.transaction() as transaction:
        wanted = transaction.undo.find_last() if activity is None else activity
        if wanted is None:
            raise NotInLibrary("the log", "holds nothing that can be undone", hint="`exokb log` tells what was done")
        entry = transaction.undo.get_activity(wanted)
        if entry is None:
            raise NotInLibrary(f"activity {wanted}", "is not in the log", hint="`exokb log` tells what was done")
        if entry["undone_by"]:
            raise StoreError(f"activity {wanted}", f"was undone before, by activity {entry['undone_by']}")
        images = transaction.undo.take_back(wanted)
        if not images:
            raise StoreError(
                f"activity {wanted}",
                f"cannot be undone: `{entry['command']}` changes no reading list",
                hint="`exokb log` marks what can be",
            )
        report = UndoReport(wanted, entry["command"], entry["at"], json.loads(entry["detail"]))
        report.rows.update(image.table for image in images)
        # An undo is an activity as any other, and can be undone.
        transaction.undo.mark(wanted, transaction.log.note("undo", {"activity": wanted, "command": entry["command"]}))
    return report
