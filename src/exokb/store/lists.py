"""Writing reading lists; every change can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from exokb.domain.reading_list import DECISIONS, READ_STATUSES
from exokb.store import tables
from exokb.store.journal import Journal

_SAID = ("note", "rating", "read_status", "decision", "reason", "stage", "decided_at")


class ListTable:
    """Reading lists, within one transaction."""

    def __init__(self, connection: Connection, now: str, journal: Journal) -> None:
        self._connection = connection
        self._now = now
        self._journal = journal

    def find(self, name: str) -> int | None:
        """Row id of a list."""
        table = tables.reading_list
        found = self._connection.scalar(select(table.c.id).where(table.c.name == name))
        return None if found is None else int(found)

    def create(self, name: str, *, description: str = "") -> int:
        """Make a list; gives its row id."""
        values = {"name": name, "created_at": self._now, "description": description}
        return int(self._journal.insert(tables.reading_list, values)["id"])

    def rename(self, list_id: int, name: str) -> bool:
        """Give a list another name; gives whether it differs."""
        return self._journal.update(tables.reading_list, {"id": list_id}, {"name": name})

    def delete(self, list_id: int) -> int:
        """Delete a list; the records stay. Gives how many were on it."""
        count = self._journal.delete_where(tables.reading_list_item, list_id=list_id)
        self._journal.delete(tables.reading_list, {"id": list_id})
        return count

    def get_members(self, list_id: int) -> list[int]:
        """Row ids of the records on a list, in its order."""
        item = tables.reading_list_item
        query = select(item.c.record_id).where(item.c.list_id == list_id).order_by(item.c.position, item.c.record_id)
        return [int(at) for at in self._connection.scalars(query)]

    def add(self, name: str, record_ids: Sequence[int], *, origin: str, note: str = "") -> int:
        """Put records at the end of a list, which is made if need be; gives how many were not on it yet.

        Those that are on it already stay as they are, with all that their reader said of them.
        """
        list_id = self.find(name)
        if list_id is None:
            list_id = self.create(name)
        item = tables.reading_list_item
        there = set(self.get_members(list_id))
        last = self._connection.scalar(select(func.max(item.c.position)).where(item.c.list_id == list_id)) or 0
        new = [r for r in dict.fromkeys(record_ids) if r not in there]
        for place, record_id in enumerate(new, last + 1):
            self._journal.insert(
                item,
                {
                    "list_id": list_id, "record_id": record_id, "position": place, "added_at": self._now,
                    "origin": origin, "note": note,
                },
            )  # fmt: skip
        return len(new)

    def copy(self, list_id: int, from_id: int) -> int:
        """Put the records of another list on a list, with what their reader said of them there.

        A record on both keeps what the first says of it; where that says nothing (no decision, rating or note, not
        read), it takes over what the other says. Gives how many were added.
        """
        item = tables.reading_list_item
        own = {row["record_id"]: dict(row) for row in self._items(list_id)}
        last = max((row["position"] for row in own.values()), default=0)
        added = 0
        for row in self._items(from_id):
            said = {name: row[name] for name in _SAID}
            there = own.get(row["record_id"])
            if there is None:
                added += 1
                values = {**said, "origin": row["origin"], "added_at": row["added_at"]}
                values |= {"list_id": list_id, "record_id": row["record_id"], "position": last + added}
                self._journal.insert(item, values)
                continue
            unsaid = {name: said[name] for name in ("note", "rating") if not there[name] and said[name]}
            if there["read_status"] == READ_STATUSES[0]:
                unsaid["read_status"] = said["read_status"]
            if there["decision"] == DECISIONS[0]:
                unsaid |= {name: said[name] for name in ("decision", "reason", "stage", "decided_at")}
            self._journal.update(item, {"list_id": list_id, "record_id": row["record_id"]}, unsaid)
        return added

    def _items(self, list_id: int) -> list[Mapping[str, Any]]:
        item = tables.reading_list_item
        query = select(item).where(item.c.list_id == list_id).order_by(item.c.position, item.c.record_id)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def remove(self, list_id: int, record_ids: Sequence[int]) -> int:
        """Take records off a list; gives how many were on it."""
        item = tables.reading_list_item
        return sum(self._journal.delete(item, {"list_id": list_id, "record_id": r}) for r in dict.fromkeys(record_ids))

    def say(self, list_id: int, record_id: int, values: Mapping[str, Any]) -> bool:
        """Keep what a reader says of a record on a list; gives whether anything differs.

        Args:
            list_id: row id of the list.
            record_id: row id of the record.
            values: any of ``note``, ``rating`` (1 to 5 or None), ``read_status``, ``decision``, ``reason``, ``stage``
                (empty, or as `exokb.domain.reading_list` lists them).
        """
        changed = dict(values)
        if changed.keys() & {"decision", "reason", "stage"}:
            changed["decided_at"] = None if changed.get("decision") == DECISIONS[0] else self._now
        key = {"list_id": list_id, "record_id": record_id}
        item = tables.reading_list_item
        now = (
            self._connection.execute(select(item).where(item.c.list_id == list_id, item.c.record_id == record_id))
            .mappings()
            .first()
        )
        if now is None or all(now[name] == value for name, value in values.items()):
            return False
        return self._journal.update(item, key, changed)

    def move(self, list_id: int, record_ids: Sequence[int], *, before: int | None) -> int:
        """Put records, in the order given, before another one, or at the end; gives how many places changed."""
        order = [r for r in self.get_members(list_id) if r not in set(record_ids)]
        at = order.index(before) if before in order else len(order)
        there = set(self.get_members(list_id))
        order[at:at] = [r for r in dict.fromkeys(record_ids) if r in there]
        item = tables.reading_list_item
        return sum(
            self._journal.update(item, {"list_id": list_id, "record_id": r}, {"position": place})
            for place, r in enumerate(order, 1)
        )
