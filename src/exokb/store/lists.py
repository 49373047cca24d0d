"""Writing reading lists and the log of what was done."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from exokb import __version__
from exokb.store import tables


class ListTable:
    """Reading lists, within one transaction."""

    def __init__(self, connection: Connection, now: str) -> None:
        self._connection = connection
        self._now = now

    def find(self, name: str) -> int | None:
        """Row id of a list."""
        table = tables.reading_list
        found = self._connection.scalar(select(table.c.id).where(table.c.name == name))
        return None if found is None else int(found)

    def add(self, name: str, record_ids: Sequence[int], *, origin: str) -> int:
        """Put records at the end of a list, which is made if need be; gives how many were not on it yet."""
        list_id = self.find(name)
        if list_id is None:
            table = tables.reading_list
            made = insert(table).values(name=name, created_at=self._now).returning(table.c.id)
            list_id = int(self._connection.scalar(made) or 0)
        item = tables.reading_list_item
        there = set(self._connection.scalars(select(item.c.record_id).where(item.c.list_id == list_id)))
        last = self._connection.scalar(select(func.max(item.c.position)).where(item.c.list_id == list_id)) or 0
        new = [r for r in dict.fromkeys(record_ids) if r not in there]
        if new:
            self._connection.execute(
                insert(item),
                [
                    {"list_id": list_id, "record_id": r, "position": last + n, "added_at": self._now, "origin": origin}
                    for n, r in enumerate(new, 1)
                ],
            )
        return len(new)

    def remove(self, list_id: int, record_ids: Sequence[int]) -> int:
        """Take records off a list; gives how many were on it."""
        item = tables.reading_list_item
        return self._connection.execute(
            delete(item).where(item.c.list_id == list_id, item.c.record_id.in_(record_ids))
        ).rowcount


class ActivityLog:
    """What was done to the library, within one transaction."""

    def __init__(self, connection: Connection, now: str) -> None:
        self._connection = connection
        self._now = now

    def note(self, command: str, detail: Mapping[str, Any]) -> None:
        """Add an entry; ``detail`` must hold no secret."""
        self._connection.execute(
            insert(tables.activity).values(
                at=self._now,
                command=command,
                detail=json.dumps(detail, ensure_ascii=False, default=str),
                exokb_version=__version__,
            )
        )
