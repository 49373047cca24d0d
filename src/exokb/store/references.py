"""Writing what papers cite, and who says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from exokb.domain.citation import CitedWork, Statement, is_same_work, restate
from exokb.store import tables
from exokb.store.engine import insert_rows, next_id
from exokb.store.mapping import load_record, load_work, work_values
from exokb.store.prepared import WORK_COLUMNS, PreparedRecord

_REFERENCE_COLUMNS = tuple(column.name for column in tables.reference.c)
_SAID_COLUMNS = ("reference_id", "source", "position", "observed_at")


class ReferenceTable:
    """Reference lists, within one transaction."""

    def __init__(self, connection: Connection, now: str) -> None:
        self._connection = connection
        self._now = now

    def get_works(self, record_id: int) -> list[CitedWork]:
        """Everything a record is said to cite, in the order of the lists."""
        table, said = tables.reference, tables.reference_source
        statements: dict[int, list[Statement]] = defaultdict(list)
        query = select(said).join(table, table.c.id == said.c.reference_id).where(table.c.citing_id == record_id)
        for row in self._connection.execute(query.order_by(said.c.source)):
            statements[row.reference_id].append(Statement(row.source, row.position, row.observed_at))
        rows = self._connection.execute(select(table).where(table.c.citing_id == record_id).order_by(table.c.id))
        return [load_work(dict(row._mapping), tuple(statements[row.id])) for row in rows]

    def put_works(self, record_id: int, works: Sequence[CitedWork]) -> None:
        """Replace a record's cited works as a whole."""
        self._connection.execute(delete(tables.reference).where(tables.reference.c.citing_id == record_id))
        self._insert([(record_id, work) for work in works])

    def _insert(self, works: Sequence[tuple[int, CitedWork]]) -> None:
        rows, said = [], []
        for at, (record_id, work) in enumerate(works, next_id(self._connection, tables.reference)):
            values = {"id": at, "citing_id": record_id, **work_values(work)}
            rows.append(tuple(values[column] for column in _REFERENCE_COLUMNS))
            said += [(at, s.source, s.position, s.observed_at) for s in work.statements]
        insert_rows(self._connection, tables.reference, _REFERENCE_COLUMNS, rows)
        insert_rows(self._connection, tables.reference_source, _SAID_COLUMNS, said)

    def add_deposited(self, records: Sequence[tuple[int, PreparedRecord]], *, source: str, new: bool) -> None:
        """Store the reference lists that came inside records; ``new``: the records were not there before."""
        if new:
            first = next_id(self._connection, tables.reference)
            rows = [
                (at, record_id, *work)
                for at, (record_id, work) in enumerate(
                    ((record_id, work) for record_id, record in records for work in record.works), first
                )
            ]
            insert_rows(self._connection, tables.reference, ("id", "citing_id", *WORK_COLUMNS), rows)
            said = [(row[0], source, row[2], self._now) for row in rows]
            insert_rows(self._connection, tables.reference_source, _SAID_COLUMNS, said)
        else:
            for record_id, record in records:
                stated = record.cited_works(source, self._now)
                self.put_works(record_id, restate(self.get_works(record_id), source, stated))
        checks = [
            (record_id, source, "listed" if r.works else "none deposited", r.listed, "") for record_id, r in records
        ]
        self.note_checks(checks, new=new)

    def note_checks(self, checks: Iterable[tuple[int, str, str, int, str]], *, new: bool = False) -> None:
        """Store what sources answered: (record id, source, outcome, how many, detail); ``new``: for the first time."""
        table = tables.reference_check
        rows = [
            {"record_id": i, "source": s, "outcome": o, "found": n, "detail": d, "observed_at": self._now}
            for i, s, o, n, d in checks
        ]
        if not rows:
            return
        if new:
            self._connection.execute(insert(table), rows)
            return
        gone = delete(table).where(table.c.record_id == bindparam("i"), table.c.source == bindparam("s"))
        self._connection.execute(gone, [{"i": row["record_id"], "s": row["source"]} for row in rows])
        self._connection.execute(insert(table), rows)

    def get_checks(self, record_id: int) -> dict[str, tuple[str, int]]:
        """What each source answered for a record: source -> (outcome, how many)."""
        table = tables.reference_check
        query = select(table.c.source, table.c.outcome, table.c.found).where(table.c.record_id == record_id)
        return {row.source: (row.outcome, row.found) for row in self._connection.execute(query)}

    def recognise(self, records: Sequence[PreparedRecord]) -> int:
        """Give unresolved references their PMID now that the record is here; how many were recognised.

        By DOI at once; by place in print where the title or the first author agrees.
        """
        table = tables.reference
        with_pmid = [record for record in records if record.pmid]
        by_doi = [{"p": r.pmid, "d": r.doi} for r in with_pmid if r.doi]
        done = 0
        if by_doi:
            statement = (
                update(table)
                .where(table.c.cited_doi == bindparam("d"), table.c.cited_pmid.is_(None))
                .values(cited_pmid=bindparam("p"), resolved_by="doi", attempted=None, place=None)
            )
            done += self._connection.execute(statement, by_doi).rowcount
        places = {r.place: r for r in with_pmid if r.place}
        query = select(table).where(table.c.place.in_(list(places)), table.c.cited_pmid.is_(None))
        for row in self._connection.execute(query).all() if places else ():
            record = load_record(places[row.place].document)
            if is_same_work(load_work(dict(row._mapping), ()), record):
                self._connection.execute(
                    update(table)
                    .where(table.c.id == row.id)
                    .values(cited_pmid=record.pmid, resolved_by="place in print", attempted=None, place=None)
                )
                done += 1
        return done
