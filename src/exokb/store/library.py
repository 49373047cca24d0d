"""The library as the services see it: light reading, and transactions that write."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from exokb.errors import ConfigError
from exokb.settings import hide_password
from exokb.store.connection import SCHEMA_REVISION, connect, get_revision, is_there, report_errors

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from exokb.store.transaction import Transaction


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
                if get_revision(connection, self.path) < SCHEMA_REVISION:
                    connection.close()
                    self.upgrade()
                    connection = connect(self.path)
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

    @cached_property
    def _engine(self) -> Engine:
        from exokb.store.engine import make_engine

        self.upgrade()
        return make_engine(self.path)

    def upgrade(self) -> Path | None:
        """Make the library, or bring it to this version's schema; gives the backup that was written, if any."""
        from exokb.store.migrate import upgrade

        if self.exists:
            with report_errors(self.path):
                connection = connect(self.path)
                try:
                    current = get_revision(connection, self.path) == SCHEMA_REVISION
                finally:
                    connection.close()
            if current:
                return None
        saved = upgrade(self.path, now=self._clock())
        if saved:
            self._notice(f"the library was upgraded to schema {SCHEMA_REVISION}; as it was before: {saved}")
        return saved

    def backup(self, target: Path) -> None:
        """Copy the library to ``target``, checked; see `exokb.store.migrate.backup`."""
        from exokb.store.migrate import backup

        backup(self.path, target)

    def close(self) -> None:
        """Let go of the file."""
        if "_engine" in self.__dict__:
            self._engine.dispose()
            del self.__dict__["_engine"]
