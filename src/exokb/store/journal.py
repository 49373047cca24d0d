"""Writing rows so that it can be undone, and the log of what was done.

A person's changes of reading lists go through the `Journal`, which keeps each row as it was before
and after. `Undo` goes back by these rows: it takes a change back only where the row still is as the change left it, so
that nothing done since is lost.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, insert, select, update

from exokb import __version__
from exokb.errors import StoreError
from exokb.store import tables

_UNDOABLE = {table.name: table for table in (tables.reading_list, tables.reading_list_item)}

Key = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Image:
    """One row as it was before and after a change; None where it was not there."""

    table: str
    key: dict[str, Any]
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class Journal:
    """Changes rows and remembers how they were, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._images: list[Image] = []

    def insert(self, table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
        """Add a row; gives its key."""
        made = self._connection.execute(insert(table).values(**values)).inserted_primary_key
        names = [column.name for column in table.primary_key]
        key = dict(zip(names, made or (), strict=True))
        self._images.append(Image(table.name, key, None, self._read(table, key)))
        return key

    def update(self, table: Table, key: Key, values: Mapping[str, Any]) -> bool:
        """Change the row of a key; gives whether it is another now. ``values`` may hold a new key."""
        before = self._read(table, key)
        if before is None or all(before[name] == value for name, value in values.items()):
            return False
        self._connection.execute(update(table).where(*_is(table, key)).values(**values))
        now = {name: values.get(name, value) for name, value in key.items()}
        self._images.append(Image(table.name, dict(now), before, self._read(table, now)))
        return True

    def delete(self, table: Table, key: Key) -> bool:
        """Delete the row of a key; gives whether it was there."""
        before = self._read(table, key)
        if before is None:
            return False
        self._connection.execute(delete(table).where(*_is(table, key)))
        self._images.append(Image(table.name, dict(key), before, None))
        return True

    def delete_where(self, table: Table, **equal: Any) -> int:
        """Delete all rows with these values, one by one; gives how many there were."""
        names = [column.name for column in table.primary_key]
        found = self._connection.execute(select(*(table.c[n] for n in names)).where(*_is(table, equal))).mappings()
        keys = [dict(row) for row in found]
        return sum(self.delete(table, key) for key in keys)

    def take(self) -> list[Image]:
        """Give what was remembered, in order, and forget it."""
        images, self._images = self._images, []
        return images

    def _read(self, table: Table, key: Key) -> dict[str, Any] | None:
        return _read(self._connection, table, key)


class ActivityLog:
    """What was done to the library, within one transaction."""

    def __init__(self, connection: Connection, now: str, journal: Journal) -> None:
        self._connection = connection
        self._now = now
        self._journal = journal

    def note(self, command: str, detail: Mapping[str, Any]) -> int:
        """Add an entry with the rows that were changed since the last one; gives its row id.

        ``detail`` must hold no secret.
        """
        made = self._connection.scalar(
            insert(tables.activity)
            .values(
                at=self._now,
                command=command,
                detail=json.dumps(detail, ensure_ascii=False, default=str),
                exokb_version=__version__,
            )
            .returning(tables.activity.c.id)
        )
        images = [
            {
                "activity_id": made,
                "table_name": image.table,
                "key": json.dumps(image.key),
                "before": _dump(image.before),
                "after": _dump(image.after),
            }
            for image in self._journal.take()
        ]
        if images:
            self._connection.execute(insert(tables.change), images)
        return int(made or 0)


class Undo:
    """Takes activities back, within one transaction."""

    def __init__(self, connection: Connection, journal: Journal) -> None:
        self._connection = connection
        self._journal = journal

    def find_last(self) -> int | None:
        """Row id of the newest activity that can be undone and has not been."""
        activity = tables.activity
        query = (
            select(activity.c.id)
            .where(activity.c.undone_by.is_(None), activity.c.command != "undo")
            .where(select(tables.change.c.id).where(tables.change.c.activity_id == activity.c.id).exists())
            .order_by(activity.c.id.desc())
            .limit(1)
        )
        found = self._connection.scalar(query)
        return None if found is None else int(found)

    def get_activity(self, activity_id: int) -> RowMapping | None:
        """The entry of the log, or None."""
        table = tables.activity
        return self._connection.execute(select(table).where(table.c.id == activity_id)).mappings().first()

    def take_back(self, activity_id: int) -> list[Image]:
        """Make every row that an activity changed as it was before; gives the changes that were taken back.

        Raises:
            StoreError: a row has been changed since; nothing is changed then, since the transaction ends.
        """
        table = tables.change
        rows = self._connection.execute(
            select(table).where(table.c.activity_id == activity_id).order_by(table.c.id.desc())
        ).fetchall()
        images = [Image(row.table_name, json.loads(row.key), _load(row.before), _load(row.after)) for row in rows]
        for image in images:
            of = _UNDOABLE[image.table]
            if _read(self._connection, of, image.key) != image.after:
                raise StoreError(
                    f"activity {activity_id}",
                    f"cannot be undone: a {image.table.replace('_', ' ')} has been changed since",
                    hint="undo what was done later first: `exokb log` tells in what order",
                )
            self._put_back(of, image)
        return images

    def mark(self, activity_id: int, undone_by: int) -> None:
        """Note which activity took an activity back."""
        table = tables.activity
        self._connection.execute(update(table).where(table.c.id == activity_id).values(undone_by=undone_by))

    def _put_back(self, table: Table, image: Image) -> None:
        journal = self._journal
        if image.before is None:
            journal.delete(table, image.key)
        elif image.after is None:
            journal.insert(table, image.before)
        else:
            journal.update(table, image.key, image.before)


def _is(table: Table, values: Key) -> Sequence[Any]:
    return [table.c[name].is_(None) if value is None else table.c[name] == value for name, value in values.items()]


def _read(connection: Connection, table: Table, key: Key) -> dict[str, Any] | None:
    found = connection.execute(select(table).where(*_is(table, key))).mappings().first()
    return dict(found) if found else None


def _dump(values: dict[str, Any] | None) -> str | None:
    return None if values is None else json.dumps(values, ensure_ascii=False)


def _load(text: str | None) -> dict[str, Any] | None:
    return None if text is None else json.loads(text)
