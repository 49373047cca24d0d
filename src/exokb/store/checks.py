"""Whether a library is sound: the file, its index, and what hangs together in it."""

from __future__ import annotations

import sqlite3

Check = tuple[str, bool, str, str]


def check_library(connection: sqlite3.Connection, vocabulary: str | None) -> list[Check]:
    """Examine an open library: (subject, well, what was found, remedy) each.

    Args:
        connection: the open library.
        vocabulary: the version its annotations should have; None where the vocabularies cannot be read.
    """
    checks = [
        _check_file(connection),
        _check_keys(connection),
        _check_index(connection),
    ]
    return checks if vocabulary is None else [*checks, _check_vocabulary(connection, vocabulary)]


def _check_file(connection: sqlite3.Connection) -> Check:
    verdicts = [row[0] for row in connection.execute("PRAGMA quick_check(5)")]
    well = verdicts == ["ok"]
    return "file", well, "sound" if well else "; ".join(verdicts), "" if well else "go back to a backup"


def _check_keys(connection: sqlite3.Connection) -> Check:
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    well = not broken
    said = "nothing points nowhere" if well else f"{len(broken)} rows point nowhere, first in {broken[0][0]}"
    return "links", well, said, "" if well else "go back to a backup"


def _check_index(connection: sqlite3.Connection) -> Check:
    records = connection.execute("SELECT count(*) FROM record").fetchone()[0]
    indexed = connection.execute("SELECT count(*) FROM record_text_index_docsize").fetchone()[0]
    well = records == indexed
    said = f"{indexed} of {records} records in the text index"
    return "text index", well, said, "" if well else "run `exokb db reindex`"


def _check_vocabulary(connection: sqlite3.Connection, vocabulary: str) -> Check:
    stale = connection.execute("SELECT count(*) FROM record WHERE vocabulary IS NOT ?", (vocabulary,)).fetchone()[0]
    said = f"{stale} records annotated with another version" if stale else "all records annotated with this version"
    return "annotations", not stale, said, "run `exokb annotate`" if stale else ""
