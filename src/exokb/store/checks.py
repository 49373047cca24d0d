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


def check_trials(connection: sqlite3.Connection) -> list[Check]:
    """Look at how current the trials of an open library are: (subject, well, what was found, remedy) each.

    A library without trials, and whose papers name none, has nothing to be looked at.
    """
    trials, never = connection.execute(
        "SELECT count(*), coalesce(sum(NOT EXISTS (SELECT 1 FROM trial_observation o"
        " WHERE o.trial_row = x.id AND o.source NOT IN ('bundled', 'file'))), 0) FROM trial x"
    ).fetchone()
    states, first, last = connection.execute(
        "SELECT count(*), substr(min(last_observed_at), 1, 10), substr(max(last_observed_at), 1, 10)"
        " FROM trial_observation"
    ).fetchone()
    missing = connection.execute(
        "SELECT count(DISTINCT number) FROM trial_links"
        " WHERE via = 'named' AND trial_row IS NULL AND number LIKE 'NCT%'"
        " AND number NOT IN (SELECT number FROM trial_check WHERE outcome = 'not found')"
    ).fetchone()[0]
    checks: list[Check] = []
    if trials:
        days = first if first == last else f"{first} to {last}"
        checks.append(("states", True, f"{states} states of {trials} trials, taken in {days}", ""))
        said = f"{never} of {trials} are known only from files or the corpus that came with exokb"
        said = said if never else "the registry was asked for each"
        checks.append(("refreshed", not never, said, "run `exokb trials refresh`" if never else ""))
    if trials or missing:
        said = f"{missing} that papers name are not here" if missing else "all that papers name are here"
        checks.append(("numbers", not missing, said, "run `exokb trials fetch --from-library`" if missing else ""))
    return checks


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
