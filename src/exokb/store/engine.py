"""The SQLAlchemy engine that writes: one writer at a time, each transaction taken at once.

A ``postgresql+psycopg://`` URL gives the shared engine; everything below is SQLite's share.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from exokb.errors import ConfigError
from exokb.store.connection import connect


def sqlite_path(location: str) -> Path | None:
    """Give the file a ``db`` setting names, or None where it is the URL of a server.

    Raises:
        ConfigError: it is a URL that names no database exokb can use.
    """
    if "://" not in location:
        return Path(location).expanduser()
    try:
        url = make_url(location)
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:  # ValueError: a port that is no number
        raise ConfigError("db", "URL", "is no SQLAlchemy URL; use a path, or sqlite:///path") from error
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise ConfigError("db", "URL", "names no file")
        # as in a path; ~nobody stays as it is, and is then not there
        return Path(os.path.expanduser(url.database))  # noqa: PTH111  # Path.expanduser raises for ~nobody
    return None


def make_engine(path: Path) -> Engine:
    """Make the engine for a library file; the file is opened, and made, on first use."""
    engine = create_engine("sqlite://", creator=lambda: connect(path, write=True, create=True))

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # IMMEDIATE: a writer waits here, where nothing is lost, and not in the middle of its work.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def driver_connection(connection: Any) -> sqlite3.Connection:
    """Give the DB-API connection under an SQLAlchemy one, for SQL that is plain text."""
    raw: sqlite3.Connection = connection.connection.driver_connection
    return raw


def next_id(connection: Connection, table: Table) -> int:
    """Give the id of the next row. It stays free: the transaction is the only one that writes."""
    return int(connection.scalar(select(func.max(table.c.id))) or 0) + 1


def insert_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert many rows, values in the order of ``columns``, straight through the driver.

    A load writes some thirty rows a record; SQLAlchemy's own way to pass them costs more than SQLite takes to store
    them.
    """
    if rows:
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", list(rows))
