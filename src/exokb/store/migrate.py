"""Bringing a library to this version's schema, with a backup beside it first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from alembic.config import Config
from sqlalchemy.exc import DBAPIError

from alembic import command
from exokb.errors import StoreError
from exokb.packaged import packaged_folder
from exokb.store.connection import APPLICATION_ID, SCHEMA_REVISION, connect, get_revision, report_errors, translate
from exokb.store.engine import make_engine


def upgrade(path: Path, *, now: datetime) -> Path | None:
    """Make or upgrade the library. An older library that holds anything is backed up first.

    Returns:
        Where the backup was written, or None if none was needed.

    Raises:
        StoreError: the library cannot be used or written; it is then as it was.
    """
    with report_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    connection = connect(path, write=True, create=True)
    with report_errors(path):
        try:
            revision = get_revision(connection, path)
        finally:
            connection.close()
    if revision == SCHEMA_REVISION:
        return None
    saved = None
    if revision:
        saved = path.with_name(f"{path.name}.before-{SCHEMA_REVISION:04d}-{now:%Y%m%dT%H%M%S}.backup")
        backup(path, saved)
    engine = make_engine(path)
    try:
        with report_errors(path), _report_driver_errors(path), engine.begin() as writer:
            # Another process may have done it while this one waited for the lock; Alembic then finds nothing to do.
            config = Config()
            config.set_main_option("script_location", str(packaged_folder("alembic")).replace("%", "%%"))
            config.attributes["connection"] = writer
            command.upgrade(config, "head")
            writer.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            writer.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_REVISION}")
    finally:
        engine.dispose()
    return saved


@contextmanager
def _report_driver_errors(path: Path) -> Iterator[None]:
    """SQLAlchemy wraps what SQLite says, such as of a full disk in the middle of an upgrade."""
    try:
        yield
    except DBAPIError as error:
        raise translate(error.orig or error, str(path)) from error


def backup(path: Path, target: Path) -> None:
    """Copy a library, also while it is written to, and check the copy.

    The copy appears under its name only when it is whole.

    Raises:
        StoreError: the library is none or too new, the target exists, cannot be written, or the copy is not sound.
    """
    if target.exists():
        raise StoreError(str(target), "is there already", hint="give another name")
    part = target.with_name(target.name + ".part")
    source = connect(path)
    try:
        with report_errors(path):
            get_revision(source, path)
        with report_errors(target):
            part.unlink(missing_ok=True)
            copy = sqlite3.connect(part, isolation_level=None)
            try:
                source.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
                verdict = copy.execute("PRAGMA quick_check").fetchone()[0]
            finally:
                copy.close()
            if verdict != "ok":
                raise StoreError(str(path), f"is damaged: {verdict}", hint="run `exokb doctor`")
            part.replace(target)
    finally:
        source.close()
        with suppress(OSError):
            part.unlink(missing_ok=True)
