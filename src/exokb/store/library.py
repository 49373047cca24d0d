"""The library as the services see it: light reading, and transactions that write."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from exokb.errors import ConfigError
from exokb.settings import hide_password
from exokb.store.connection import SCHEMA_REVISION, connect, get_revision, is_there, report_errors
from exokb.store.search.index import is_index_current, rebuild_index

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from exokb.store.transaction import Transaction


class _Rehearsed(Exception):
    """Ends a rehearsal, so that its transaction is taken back."""


class Library:
    """One library. Opening it costs nothing until it is read or written.

    Args:
        location: a path, or an SQLAlchemy URL.
        clock: gives the time, UTC-aware.
        notice: told in words what a person should know, such as where a backup was written.
    """

    def __init__(
        self, location: str, *, clock: Callable[[], datetime], notice: Callable[[str], None] = lambda _: None
    ) -> None:
        self.location = location
        self._clock = clock
        self._notice = notice

    @cached_property
    def path(self) -> Path:
        """The library file.

        Raises:
            ConfigError: the setting names a server; SQLite is the only engine so far.
        """
        if "://" not in self.location:
            return Path(self.location).expanduser()
        from exokb.store.engine import sqlite_path

        path = sqlite_path(self.location)
        if path is None:
            raise ConfigError("db", hide_password(self.location), "only SQLite libraries can be used so far")
        return path

    @property
    def exists(self) -> bool:
        """Whether anything has been stored."""
        return is_there(self.path)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a read-only DB-API connection; an older library is upgraded first.

        Raises:
            NotInLibrary: there is no library yet.
            StoreError: it cannot be used.
        """
        connection = connect(self.path)
        try:
            with report_errors(self.path):
                if not self._is_current(connection):
                    connection.close()
                    self.upgrade()
                    connection = connect(self.path)
                # One state of the library for everything that is read, whoever writes meanwhile.
                connection.execute("BEGIN")
                yield connection
        finally:
            connection.close()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Give a transaction that is committed at the end of the block, or leaves no trace.

        Raises:
            StoreError: the library cannot be written; LibraryLocked where another process holds it too long.
        """
        from exokb.store.transaction import begin

        with begin(self._engine, self.path, self._clock()) as transaction:
            yield transaction

    @contextmanager
    def rehearsal(self) -> Iterator[Transaction]:
        """Give a transaction that leaves no trace, for saying what another one would do; it makes no library.

        Raises:
            StoreError: as `transaction` does.
        """
        with ExitStack() as stack:
            library = self
            if not self.exists:
                place = stack.enter_context(TemporaryDirectory(prefix="exokb-"))
                library = Library(str(Path(place) / "rehearsal.exokb"), clock=self._clock)
                stack.callback(library.close)
            stack.enter_context(suppress(_Rehearsed))
            with library.transaction() as transaction:
                yield transaction
                raise _Rehearsed

    @cached_property
    def _engine(self) -> Engine:
        from exokb.store.engine import make_engine

        self.upgrade()
        return make_engine(self.path)

    def upgrade(self) -> Path | None:
        """Make the library, or bring it to this version's schema and text index; gives the backup, if one was written.

        Raises:
            StoreError: the library cannot be used or written; it is then as it was.
        """
        if self.exists:
            with report_errors(self.path):
                connection = connect(self.path)
                try:
                    current = self._is_current(connection)
                finally:
                    connection.close()
            if current:
                return None
        from exokb.store.migrate import upgrade

        saved = upgrade(self.path, now=self._clock())
        with report_errors(self.path):
            connection = connect(self.path)
            try:
                indexed = is_index_current(connection)
            finally:
                connection.close()
        if not indexed:
            self._notice("the text index is made again, because words are folded in another way now")
            self.reindex()
        if saved:
            self._notice(f"the library was upgraded to schema {SCHEMA_REVISION}; as it was before: {saved}")
        return saved

    def _is_current(self, connection: sqlite3.Connection) -> bool:
        return get_revision(connection, self.path) == SCHEMA_REVISION and is_index_current(connection)

    def reindex(self) -> int:
        """Make the text index again from the stored records; gives how many there are.

        Raises:
            StoreError: the library cannot be written; the index is then as it was.
        """
        with report_errors(self.path):
            connection = connect(self.path, write=True)
            try:
                connection.execute("BEGIN IMMEDIATE")
                records = rebuild_index(connection)
                connection.execute("COMMIT")
            finally:
                connection.close()
        return records

    def backup(self, target: Path) -> None:
        """Copy the library to ``target``, checked; see `exokb.store.migrate.backup`."""
        from exokb.store.migrate import backup

        backup(self.path, target)

    def close(self) -> None:
        """Let go of the file."""
        if "_engine" in self.__dict__:
            self._engine.dispose()
            del self.__dict__["_engine"]
