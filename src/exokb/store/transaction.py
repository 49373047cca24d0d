"""One transaction: everything of a batch is stored together, or nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from exokb.store.connection import report_errors, translate
from exokb.store.journal import ActivityLog, Journal, Undo
from exokb.store.lists import ListTable
from exokb.store.mapping import iso
from exokb.store.records import RecordTable
from exokb.store.references import ReferenceTable
from exokb.store.terms import TermTable
from exokb.store.trials import TrialTable


@dataclass(frozen=True, slots=True)
class Transaction:
    """What can be written, by the nouns of the field."""

    records: RecordTable
    references: ReferenceTable
    terms: TermTable
    trials: TrialTable
    lists: ListTable
    log: ActivityLog
    undo: Undo


@contextmanager
def begin(engine: Engine, path: Path, moment: datetime) -> Iterator[Transaction]:
    """Open a transaction, and turn what the database says into the project's errors."""
    now = iso(moment)
    try:
        with report_errors(path), engine.begin() as connection:
            journal = Journal(connection)
            yield Transaction(
                records=RecordTable(connection, now),
                references=ReferenceTable(connection, now),
                terms=TermTable(connection, now),
                trials=TrialTable(connection, now),
                lists=ListTable(connection, now, journal),
                log=ActivityLog(connection, now, journal),
                undo=Undo(connection, journal),
            )
    except DBAPIError as error:
        raise translate(error.orig or error, str(path)) from error
