"""The full-text index of SQLite: an FTS5 table that keeps tokens and no text.

The texts are in ``record.document``; the index is given their folded tokens (`exokb.query.fold`), one row a record
under the record's own id. It is contentless (https://www.sqlite.org/fts5.html#contentless_tables), which every SQLite
since 3.9 can, and so removing a row means naming the tokens it had: they are folded again from the old document. The
``ascii`` tokenizer takes the tokens as they are: it cuts at blanks, and leaves everything beyond ASCII alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Protocol

from exokb.query.columns import Document, fold_document
from exokb.query.fields import COLUMNS
from exokb.query.fold import FOLD_VERSION

INDEX = "record_text_index"
CREATE_INDEX_SQL = f"CREATE VIRTUAL TABLE {INDEX} USING fts5({', '.join(COLUMNS)}, content='', tokenize='ascii')"
"""What a migration runs to make the index."""
DROP_INDEX_SQL = f"DROP TABLE {INDEX}"
FOLD_VERSION_KEY = "fold_version"
"""The row of ``library_info`` that holds the `FOLD_VERSION` the index was made with."""

_NAMES = ", ".join(COLUMNS)
_MARKS = ", ".join("?" * len(COLUMNS))
_ADD = f"INSERT INTO {INDEX}(rowid, {_NAMES}) VALUES (?, {_MARKS})"
_REMOVE = f"INSERT INTO {INDEX}({INDEX}, rowid, {_NAMES}) VALUES ('delete', ?, {_MARKS})"

Row = tuple[str, ...]


class Cursor(Protocol):
    """What is used of a DB-API cursor."""

    def execute(self, sql: str, parameters: tuple[object, ...] = ..., /) -> object:
        """Run one statement."""
        ...

    def executemany(self, sql: str, parameters: Iterable[tuple[object, ...]], /) -> object:
        """Run one statement for many rows."""
        ...

    def fetchmany(self, size: int = ..., /) -> list[tuple[int, str]]:
        """Give the next rows."""
        ...


class Connection(Protocol):
    """What is used of a DB-API connection (``sqlite3.Connection``, or the driver connection of SQLAlchemy's)."""

    def cursor(self) -> Cursor:
        """Give a cursor."""
        ...


def fold_record(document: Document) -> Row:
    """Give the index row of a record's document: one string of tokens for each of `COLUMNS`."""
    return tuple(fold_document(document).values())


def add_to_index(connection: Connection, rows: Iterable[tuple[int, Document]]) -> None:
    """Index new records: (record id, document) each. The caller commits."""
    connection.cursor().executemany(_ADD, ((record_id, *fold_record(document)) for record_id, document in rows))


def add_tokens_to_index(connection: Connection, rows: Iterable[tuple[int, Row]]) -> None:
    """Index new records that are folded already: (record id, `fold_record` of its document) each."""
    connection.cursor().executemany(_ADD, ((record_id, *tokens) for record_id, tokens in rows))


def remove_from_index(connection: Connection, rows: Iterable[tuple[int, Document]]) -> None:
    """Take records out: (record id, the document they were indexed with) each. The caller commits."""
    connection.cursor().executemany(_REMOVE, ((record_id, *fold_record(document)) for record_id, document in rows))


def replace_in_index(connection: Connection, rows: Iterable[tuple[int, Document, Document]]) -> None:
    """Index changed records: (record id, old document, new document) each. The caller commits."""
    cursor = connection.cursor()
    for record_id, old, new in rows:
        before, after = fold_record(old), fold_record(new)
        if before != after:
            cursor.execute(_REMOVE, (record_id, *before))
            cursor.execute(_ADD, (record_id, *after))


def is_index_current(connection: Connection) -> bool:
    """Whether the index was made with the folding that this version uses."""
    cursor = connection.cursor()
    cursor.execute("SELECT value, key FROM library_info WHERE key = ?", (FOLD_VERSION_KEY,))
    return [str(value) for value, _ in cursor.fetchmany(1)] == [str(FOLD_VERSION)]


def rebuild_index(connection: Connection) -> int:
    """Make the whole index again from the stored documents, and note the folding it uses; give the number of records.

    Needed where `FOLD_VERSION` differs from the one noted in ``library_info``. The caller commits.
    """
    reading, writing = connection.cursor(), connection.cursor()
    writing.execute(f"INSERT INTO {INDEX}({INDEX}) VALUES ('delete-all')")
    reading.execute("SELECT id, document FROM record ORDER BY id")
    done = 0
    while rows := reading.fetchmany(500):
        writing.executemany(_ADD, [(record_id, *fold_record(json.loads(document))) for record_id, document in rows])
        done += len(rows)
    writing.execute(
        "INSERT INTO library_info(key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
        (FOLD_VERSION_KEY, str(FOLD_VERSION)),
    )
    return done


def optimise_index(connection: Connection) -> None:
    """Merge the index into its most compact form, worth it after adding many records. The caller commits."""
    connection.cursor().execute(f"INSERT INTO {INDEX}({INDEX}) VALUES ('optimize')")
