"""Opening the library file, with a message of its own for everything that can be wrong with it.

Reading needs only this module and the standard library's sqlite3: SQLAlchemy takes longer to import than a search
takes to run.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from exokb.errors import LibraryLocked, LibraryTooNew, NotALibrary, NotInLibrary, StoreError

Reader = sqlite3.Connection
"""A connection that only reads; other packages need not know what it is."""
SQLITE_VERSION = sqlite3.sqlite_version

APPLICATION_ID = 0x45584F4B
"""``EXOK``: says in the file's header that it is an exokb library (https://www.sqlite.org/pragma.html)."""
SCHEMA_REVISION = 2
"""The newest revision in ``alembic/versions``, kept in the file as ``PRAGMA user_version`` so that opening a library
needs no Alembic."""
BUSY_SECONDS = 30.0
_MAGIC = b"SQLite format 3\0"


def check_file(path: Path) -> None:
    """Say whether a file may be opened as a library; a missing or empty file is a library yet to be made.

    Raises:
        NotALibrary: it is a folder or some other file.
        StoreError: it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(100)
    except FileNotFoundError:
        return
    except IsADirectoryError:
        raise NotALibrary(str(path), "is a folder", hint="give the name of a file with --db") from None
    except OSError as error:
        raise StoreError(str(path), f"cannot be read: {error.strerror}") from error
    if not head:
        return
    if not head.startswith(_MAGIC):
        raise NotALibrary(str(path), "is a file, but not an exokb library", hint="give another name with --db")
    if int.from_bytes(head[68:72], "big") not in (APPLICATION_ID, 0):
        raise NotALibrary(str(path), "is the database of another program", hint="give another name with --db")


def is_there(path: Path) -> bool:
    """Whether something has been stored at the path."""
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def connect(path: Path, *, write: bool = False, create: bool = False) -> sqlite3.Connection:
    """Open the library file and check that it is one.

    The connection is in autocommit mode; whoever writes begins and commits.

    Raises:
        NotInLibrary: there is no library yet, and ``create`` is False.
        StoreError: one of its kinds, see `check_file`, `check_revision` and `report_errors`.
    """
    if not create and not is_there(path):
        raise NotInLibrary(
            str(path),
            "there is no library yet",
            hint="make one with `exokb fetch 10.1186/s40364-019-0159-x --references`, or try `exokb demo`",
        )
    check_file(path)
    mode = "rwc" if create else "rw" if write else "ro"
    with report_errors(path):
        connection = _open(path, mode)
        connection.execute("PRAGMA foreign_keys = ON")
        if write or create:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            # Pages of the indexes that rows go into all over the place; in KiB where negative.
            connection.execute("PRAGMA cache_size = -32768")
    return connection


def _open(path: Path, mode: str) -> sqlite3.Connection:
    location = path.absolute().as_uri()
    connection = sqlite3.connect(
        f"{location}?mode={mode}", uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        if mode != "ro":
            raise
        # A write-ahead library on a read-only disk can only be read as if nobody else could write to it. What is not
        # in the file itself yet would then be missing without a word.
        if is_there(path.with_name(f"{path.name}-wal")):
            raise StoreError(
                str(path),
                "is on a read-only disk, and its newest changes are in another file, which cannot be read there",
                hint=f"copy it with {path.name}-wal beside it to a place where you may write",
            ) from None
        connection = sqlite3.connect(f"{location}?mode=ro&immutable=1", uri=True, isolation_level=None)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return connection


def get_revision(connection: sqlite3.Connection, path: Path) -> int:
    """Read the schema revision of an open file: 0 for an empty one.

    Raises:
        NotALibrary: it holds tables of another program.
        LibraryTooNew: a newer exokb wrote it.
    """
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    revision = int(connection.execute("PRAGMA user_version").fetchone()[0])
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION_ID:
        if tables or application:
            raise NotALibrary(str(path), "is a database, but not an exokb library", hint="give another name with --db")
        return 0
    if revision > SCHEMA_REVISION:
        raise LibraryTooNew(
            str(path),
            f"was written by a newer exokb (schema {revision}, this one knows {SCHEMA_REVISION})",
            hint="install the newer exokb, or use another library with --db",
        )
    return revision


@contextmanager
def report_errors(path: Path | str) -> Iterator[None]:
    """Turn what SQLite and the operating system say into the errors of this project."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise translate(error, str(path)) from error
    except OSError as error:
        raise StoreError(str(path), error.strerror or str(error), hint=_HINTS.get(error.errno or 0, _PLACE)) from error


def _is_write_protected(path: Path) -> bool:
    """Whether the file is there and it or its folder may not be written, which a write-ahead library needs both."""
    return is_there(path) and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


_PLACE = "does the folder exist, may you write there?"
_HINTS = {errno.ENOSPC: "free some room, then run the same command again: nothing stored is lost"}


def translate(error: BaseException, path: str) -> StoreError:
    """Give the `StoreError` that says what an SQLite error means for a person."""
    text = str(error).lower()
    if "locked" in text or "busy" in text:
        return LibraryLocked(
            path,
            f"another exokb is writing to it and did not finish within {BUSY_SECONDS:.0f} seconds",
            hint="wait for it, then run the same command again",
        )
    if "readonly" in text or "read-only" in text or ("unable to open" in text and _is_write_protected(Path(path))):
        return StoreError(path, "is read-only", hint="make it writable, or use another library with --db")
    if "full" in text:
        return StoreError(path, "the disk is full", hint=_HINTS[errno.ENOSPC])
    if "not a database" in text:
        return NotALibrary(path, "is not an exokb library", hint="give another name with --db")
    if "malformed" in text or "corrupt" in text:
        return StoreError(path, f"is damaged ({error})", hint="go back to a backup; `exokb doctor` says what is wrong")
    if "unable to open" in text:
        return StoreError(path, "cannot be opened or made there", hint=_PLACE)
    return StoreError(path, f"the database says: {error}", hint="run `exokb doctor`")
