"""The data dictionary, from the tables' definition and from a library that has just been made."""

from __future__ import annotations

import ast
import re
import sqlite3
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from inspect import cleandoc
from pathlib import Path

from sqlalchemy import Column, Table, UniqueConstraint

from exokb.packaged import packaged_folder
from exokb.store import tables as definition
from exokb.store.migrate import upgrade
from tools.markdown import plain, table


def descriptions() -> dict[str, str]:
    """What each table is for: the text below its definition, by table name."""
    found: dict[str, str] = {}
    module = ast.parse(Path(definition.__file__).read_text("utf-8"))
    for statement, after in zip(module.body, module.body[1:], strict=False):
        if not (isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)):
            continue
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
            found[statement.targets[0].id] = after.value.value
    return found


def tables() -> str:
    """One chapter a table: what it is for, and its columns with their types and keys."""
    about = descriptions()
    return "\n\n".join(_table_chapter(each, about[each.name]) for each in definition.metadata.tables.values())


def _table_chapter(each: Table, about: str) -> str:
    rows = [(f"`{column.name}`", str(column.type).lower(), _role(each, column)) for column in each.columns]
    return f"### {each.name}\n\n{plain(about)}\n\n{table(('column', 'type', 'notes'), rows)}"


def _role(each: Table, column: Column[object]) -> str:
    notes = ["primary key"] if column.primary_key else []
    notes += [f"→ `{key.target_fullname}`" for key in column.foreign_keys]
    if column.unique:
        notes.append("unique")
    together = [tuple(c.columns) for c in each.constraints if isinstance(c, UniqueConstraint)]
    notes += [f"unique with `{', '.join(o.name for o in key if o is not column)}`" for key in together
              if column in key and len(key) > 1]  # fmt: skip
    if not column.nullable and not column.primary_key:
        notes.append("never empty")
    return ", ".join(notes)


@dataclass(frozen=True, slots=True)
class View:
    """A view of a library: its SQL without comments, its columns, and what the migration says it is for."""

    name: str
    sql: str
    columns: tuple[str, ...]
    about: str


def view_comments() -> dict[str, str]:
    """What stands as an SQL comment above each ``CREATE VIEW`` of the migrations; the newest migration counts.

    SQLite keeps the statement and not what stands before it, so the comments are read from the source.
    """
    commented = re.compile(r"((?:[ \t]*--[^\n]*\n)+)\s*CREATE VIEW (\w+)")
    found: dict[str, str] = {}
    for migration in sorted((packaged_folder("alembic") / "versions").glob("[0-9]*.py")):
        for comment, name in commented.findall(migration.read_text("utf-8")):
            found[name] = " ".join(line.strip().removeprefix("--").strip() for line in comment.splitlines())
    return found


def view_definitions() -> list[View]:
    """The views of a library that has just been made."""
    about = view_comments()
    with tempfile.TemporaryDirectory(prefix="exokb-docs-") as folder:
        library = Path(folder) / "library.exokb"
        upgrade(library, now=datetime(2020, 1, 1, tzinfo=UTC))
        connection = sqlite3.connect(library)
        try:
            found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view' ORDER BY name")
            return [View(name, cleandoc(sql), _columns(connection, name), about[name]) for name, sql in found]
        finally:
            connection.close()


def _columns(connection: sqlite3.Connection, view: str) -> tuple[str, ...]:
    return tuple(row[1] for row in connection.execute(f'PRAGMA table_info("{view}")'))


def views() -> str:
    """One chapter a view: what it is for, its columns, and its SQL."""
    chapters = []
    for view in view_definitions():
        listed = ", ".join(f"`{column}`" for column in view.columns)
        chapters.append(
            f"### {view.name}\n\n{plain(view.about)}\n\nColumns: {listed}\n\n```sql\n{view.sql.strip()}\n```"
        )
    return "\n\n".join(chapters)
