"""Writing records, their raw payloads and their reference lists."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from exokb.domain.payload import Payload
from exokb.domain.record import Record
from exokb.store import tables
from exokb.store.engine import driver_connection, insert_rows, next_id
from exokb.store.mapping import changed_fields, iso, precedence
from exokb.store.prepared import PackedPayload, PreparedRecord, pack_payload, prepare_record
from exokb.store.search.index import add_tokens_to_index, replace_in_index

_COLUMNS = tuple(column.name for column in tables.record.c)


class Outcome(StrEnum):
    """What an upsert did. OLDER: what is stored is newer and stays."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    OLDER = "older"


@dataclass(frozen=True, slots=True)
class Upsert:
    """The outcome for one record: its row id, and which fields differ where it was updated."""

    outcome: Outcome
    record_id: int
    record: PreparedRecord
    changed: tuple[str, ...] = ()


class RecordTable:
    """The records, within one transaction."""

    def __init__(self, connection: Connection, now: str) -> None:
        self._connection = connection
        self._now = now

    def keep_payload(self, payload: Payload | PackedPayload, *, parsed_with: str | None = None) -> int:
        """Store the raw bytes, once for the same bytes, and give their row id.

        ``parsed_with``: the version of exokb that read all of it into records, without any failure.
        """
        table = tables.payload
        known = self._connection.scalar(select(table.c.id).where(table.c.sha256 == payload.digest))
        if known is not None:
            if parsed_with is not None:
                self._connection.execute(update(table).where(table.c.id == known).values(parsed_with=parsed_with))
            return int(known)
        packed = pack_payload(payload) if isinstance(payload, Payload) else payload
        made = self._connection.scalar(
            insert(table)
            .values(
                source=packed.source,
                key=packed.key,
                media_type=packed.media_type,
                sha256=packed.digest,
                size=packed.size,
                body=packed.body,
                parsed_with=parsed_with,
                observed_at=iso(packed.observed_at),
            )
            .returning(table.c.id)
        )
        return int(made or 0)

    def upsert(
        self, positioned: Sequence[tuple[int, Record]], *, source: str, payload_id: int | None = None
    ) -> list[Upsert]:
        """Store records of one payload, each with its position there; see `put`."""
        return self.put([prepare_record(at, record) for at, record in positioned], source=source, payload_id=payload_id)

    def put(
        self,
        records: Sequence[PreparedRecord],
        *,
        source: str,
        payload_id: int | None = None,
        vocabulary: str | None = None,
    ) -> list[Upsert]:
        """Store the records of one payload; one result each, in the same order.

        A record is recognised by its PMID, or by its DOI where one of the two has no PMID. Of several states of a
        record the newest stays, whatever the order in which they come: by source rank, version, revision date.
        ``vocabulary``: the version that the records' annotations are of, noted for those that are added.
        """
        newest: dict[object, int] = {}
        for at, record in enumerate(records):
            other = newest.get(record.key)
            if other is None or _rank(source, record) >= _rank(source, records[other]):
                newest[record.key] = at
        stored = self._find_stored(records)
        results: dict[int, Upsert] = {}
        added: list[int] = []
        for at in newest.values():
            record = records[at]
            old = stored.get(("pmid", record.pmid)) or stored.get(("doi", record.doi))
            if old is None:
                added.append(at)
            else:
                values = self._values(record, source, payload_id)
                results[at] = self._update(old, record, values)
        first = next_id(self._connection, tables.record)
        rows = []
        for record_id, at in enumerate(added, first):
            own = {"id": record_id, "added_at": self._now, "vocabulary": vocabulary}
            values = {**self._values(records[at], source, payload_id), **own}
            rows.append(tuple(values[column] for column in _COLUMNS))
            results[at] = Upsert(Outcome.ADDED, record_id, records[at])
        insert_rows(self._connection, tables.record, _COLUMNS, rows)
        add_tokens_to_index(
            driver_connection(self._connection),
            ((record_id, records[at].tokens) for record_id, at in enumerate(added, first)),
        )
        return [
            results.get(at) or Upsert(Outcome.OLDER, results[newest[record.key]].record_id, record)
            for at, record in enumerate(records)
        ]

    def _values(self, record: PreparedRecord, source: str, payload_id: int | None) -> dict[str, Any]:
        return {
            **record.values,
            "source": source,
            "payload_id": payload_id,
            "payload_position": record.position,
            "updated_at": self._now,
            "withdrawn_at": None,
        }

    def _find_stored(self, records: Sequence[PreparedRecord]) -> dict[tuple[str, object], Any]:
        table = tables.record
        columns = (table.c.id, table.c.pmid, table.c.doi, table.c.version, table.c.source, table.c.document)
        found: dict[tuple[str, object], Any] = {}
        pmids = [r.pmid for r in records if r.pmid]
        for row in self._connection.execute(select(*columns).where(table.c.pmid.in_(pmids))):
            found["pmid", row.pmid] = row
        without = [r.doi for r in records if r.doi and not r.pmid]
        with_both = [r.doi for r in records if r.doi and r.pmid and ("pmid", r.pmid) not in found]
        query = (
            select(*columns)
            .where(table.c.doi.in_(without) | (table.c.doi.in_(with_both) & table.c.pmid.is_(None)))
            .order_by(table.c.id.desc())
        )
        if without or with_both:
            for row in self._connection.execute(query):
                found["doi", row.doi] = row
        return found

    def _update(self, old: Any, record: PreparedRecord, values: dict[str, Any]) -> Upsert:
        same = old.document == record.document
        revised = record.revised if same else json.loads(old.document).get("dates", {}).get("revised")
        if _rank(values["source"], record) < precedence(old.source, old.version, revised):
            return Upsert(Outcome.OLDER, old.id, record)
        if same:
            return Upsert(Outcome.UNCHANGED, old.id, record)
        if record.pmid is None and old.pmid is not None:
            return Upsert(Outcome.OLDER, old.id, record)
        replace_in_index(
            driver_connection(self._connection), [(old.id, json.loads(old.document), json.loads(record.document))]
        )
        self._connection.execute(update(tables.record).where(tables.record.c.id == old.id).values(**values))
        return Upsert(Outcome.UPDATED, old.id, record, changed_fields(old.document, record.document))

    def withdraw(self, pmids: Iterable[int]) -> int:
        """Mark records that NLM says are deleted; they stay in the library. Gives how many were marked."""
        table = tables.record
        wanted = [{"wanted": pmid} for pmid in pmids]
        if not wanted:
            return 0
        statement = (
            update(table)
            .where(table.c.pmid == bindparam("wanted"), table.c.withdrawn_at.is_(None))
            .values(withdrawn_at=self._now)
        )
        return sum(self._connection.execute(statement, row).rowcount for row in wanted)

    def get_ids(self, pmids: Iterable[int]) -> dict[int, int]:
        """Row ids of the PMIDs that are stored."""
        table = tables.record
        query = select(table.c.pmid, table.c.id).where(table.c.pmid.in_(list(pmids)))
        return {row.pmid: row.id for row in self._connection.execute(query)}


def _rank(source: str, record: PreparedRecord) -> tuple[int, int, str]:
    return precedence(source, record.values["version"], record.revised)
