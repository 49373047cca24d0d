"""Writing records, their raw payloads and their reference lists."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from exokb.domain.payload import Payload
from exokb.domain.record import Record
from exokb.store import tables
from exokb.store.engine import driver_connection
from exokb.store.mapping import changed_fields, iso, load_record, precedence, record_document, record_values
from exokb.store.search.index import add_to_index, replace_in_index


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
    record: Record
    changed: tuple[str, ...] = ()


class RecordTable:
    """The records, within one transaction."""

    def __init__(self, connection: Connection, now: str) -> None:
        self._connection = connection
        self._now = now

    def keep_payload(self, payload: Payload) -> int:
        """Store the raw bytes, once for the same bytes, and give their row id."""
        table = tables.payload
        digest = payload.digest
        known = self._connection.scalar(select(table.c.id).where(table.c.sha256 == digest))
        if known is not None:
            return int(known)
        made = self._connection.scalar(
            insert(table)
            .values(
                source=payload.source,
                key=payload.key,
                media_type=payload.media_type,
                sha256=digest,
                size=len(payload.body),
                body=zlib.compress(payload.body, 6),
                observed_at=iso(payload.observed_at),
            )
            .returning(table.c.id)
        )
        return int(made or 0)

    def upsert(
        self, positioned: Sequence[tuple[int, Record]], *, source: str, payload_id: int | None = None
    ) -> list[Upsert]:
        """Store records of one payload, each with its position there; one result each, in the same order.

        A record is recognised by its PMID, or by its DOI where one of the two has no PMID. Of several states of a
        record the newest stays, whatever the order in which they come: by source rank, version, revision date.
        """
        newest: dict[object, int] = {}
        for at, (_, record) in enumerate(positioned):
            key = record.pmid or record.doi or ("title", record.title)
            other = newest.get(key)
            if other is None or _rank(source, record) >= _rank(source, positioned[other][1]):
                newest[key] = at
        stored = self._find_stored([record for _, record in positioned])
        results: list[Upsert | None] = [None] * len(positioned)
        added: list[tuple[int, dict[str, Any]]] = []
        for at in newest.values():
            position, record = positioned[at]
            document = record_document(record)
            values = record_values(record, document)
            values |= {
                "source": source,
                "payload_id": payload_id,
                "payload_position": position,
                "updated_at": self._now,
                "withdrawn_at": None,
            }
            old = stored.get(("pmid", record.pmid)) or stored.get(("doi", record.doi))
            if old is None:
                added.append((at, {**values, "added_at": self._now, "vocabulary": None}))
            else:
                results[at] = self._update(old, record, document, values)
        for (at, _), record_id in zip(added, self._insert([row for _, row in added]), strict=True):
            results[at] = Upsert(Outcome.ADDED, record_id, positioned[at][1])
        by_key = {
            record.pmid or record.doi or ("title", record.title): result
            for (_, record), result in zip(positioned, results, strict=True)
            if result
        }
        return [
            result
            or Upsert(Outcome.OLDER, by_key[record.pmid or record.doi or ("title", record.title)].record_id, record)
            for (_, record), result in zip(positioned, results, strict=True)
        ]

    def _find_stored(self, records: Iterable[Record]) -> dict[tuple[str, object], Any]:
        table = tables.record
        columns = (table.c.id, table.c.pmid, table.c.doi, table.c.version, table.c.source, table.c.document)
        records = list(records)
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

    def _insert(self, rows: list[dict[str, Any]]) -> list[int]:
        if not rows:
            return []
        statement = insert(tables.record).returning(tables.record.c.id, sort_by_parameter_order=True)
        ids = [int(row.id) for row in self._connection.execute(statement, rows)]
        documents = ((at, json.loads(row["document"])) for at, row in zip(ids, rows, strict=True))
        add_to_index(driver_connection(self._connection), documents)
        return ids

    def _update(self, old: Any, record: Record, document: str, values: dict[str, Any]) -> Upsert:
        before = load_record(old.document)
        incoming = precedence(values["source"], record.version, record.dates.revised)
        if incoming < precedence(old.source, old.version, before.dates.revised):
            return Upsert(Outcome.OLDER, old.id, record)
        if old.document == document:
            return Upsert(Outcome.UNCHANGED, old.id, record)
        if record.pmid is None and old.pmid is not None:
            return Upsert(Outcome.OLDER, old.id, record)
        replace_in_index(
            driver_connection(self._connection), [(old.id, json.loads(old.document), json.loads(document))]
        )
        self._connection.execute(update(tables.record).where(tables.record.c.id == old.id).values(**values))
        return Upsert(Outcome.UPDATED, old.id, record, changed_fields(old.document, document))

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

    def has_payload(self, digest: bytes) -> bool:
        """Whether these very bytes were stored before."""
        return self._connection.scalar(select(tables.payload.c.id).where(tables.payload.c.sha256 == digest)) is not None

    def get_ids(self, pmids: Iterable[int]) -> dict[int, int]:
        """Row ids of the PMIDs that are stored."""
        table = tables.record
        query = select(table.c.pmid, table.c.id).where(table.c.pmid.in_(list(pmids)))
        return {row.pmid: row.id for row in self._connection.execute(query)}


def _rank(source: str, record: Record) -> tuple[int, int, str]:
    return precedence(source, record.version, record.dates.revised)
