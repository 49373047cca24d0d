"""The terms of all facets, and which record has which: what search and facet counts stand on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from sqlalchemy import Connection, delete, insert, select, update

from exokb.domain.annotation import Annotation, Assertion, Term
from exokb.domain.record import Record
from exokb.errors import UnknownTerm
from exokb.query.fields import fold_type
from exokb.store import tables

TYPE_FACET = "type"
"""Publication types are a facet of their own kind: taken from the record, not from its words."""


class TermTable:
    """Terms, annotations and decisions, within one transaction."""

    def __init__(self, connection: Connection, now: str) -> None:
        self._connection = connection
        self._now = now
        self._ids: dict[tuple[str, str], int] = {}
        self._parents: dict[int, int | None] = {}

    def _load(self) -> None:
        table = tables.term
        for row in self._connection.execute(select(table.c.id, table.c.facet, table.c.value, table.c.parent_id)):
            self._ids[row.facet, row.value] = row.id
            self._parents[row.id] = row.parent_id

    def put_vocabulary(self, terms: Sequence[Term]) -> None:
        """Make the terms of a vocabulary known, with their labels and broader terms."""
        self._load()
        self._ensure((t.facet, t.value, t.label) for t in terms)
        table = tables.term
        for term in terms:
            at = self._ids[term.facet, term.value]
            parent = self._ids[term.facet, term.parent] if term.parent else None
            self._parents[at] = parent
            self._connection.execute(update(table).where(table.c.id == at).values(label=term.label, parent_id=parent))

    def _ensure(self, wanted: Iterable[tuple[str, str, str]]) -> None:
        if not self._ids:
            self._load()
        missing = {(facet, value): label for facet, value, label in wanted if (facet, value) not in self._ids}
        if not missing:
            return
        rows = [{"facet": f, "value": v, "label": label} for (f, v), label in missing.items()]
        statement = insert(tables.term).returning(tables.term.c.id, sort_by_parameter_order=True)
        for (key, _), at in zip(missing.items(), self._connection.execute(statement, rows).scalars(), strict=True):
            self._ids[key] = at
            self._parents[at] = None

    def replace_annotations(
        self, annotated: Sequence[tuple[int, Record, Sequence[Annotation]]], *, vocabulary: str, new: bool = False
    ) -> None:
        """Store what the matchers say of records (row id, record, annotations), in place of what they said before.

        Decisions of people stay, and count above it. ``new``: the records hold nothing yet.
        """
        ids = [record_id for record_id, _, _ in annotated]
        if not new:
            self._connection.execute(delete(tables.annotation).where(tables.annotation.c.record_id.in_(ids)))
            self._connection.execute(delete(tables.record_term).where(tables.record_term.c.record_id.in_(ids)))
        self._ensure(
            [(a.facet, a.value, a.value) for _, _, found in annotated for a in found]
            + [(TYPE_FACET, fold_type(t), t) for _, r, _ in annotated for t in r.publication_types]
        )
        rows = [
            {
                "record_id": record_id,
                "term_id": self._ids[a.facet, a.value],
                "field": a.field,
                "start": a.start,
                "end": a.end,
                "words": a.words,
                "rule": a.rule,
                "assertion": a.assertion.value,
                "score": a.score,
                "vocabulary": vocabulary,
            }
            for record_id, _, found in annotated
            for a in found
        ]
        if rows:
            self._connection.execute(insert(tables.annotation), rows)
        if ids:
            self._connection.execute(
                update(tables.record).where(tables.record.c.id.in_(ids)).values(vocabulary=vocabulary)
            )
        decisions = {} if new else self._decisions(ids)
        members: set[tuple[int, int]] = set()
        for record_id, record, found in annotated:
            own = {self._ids[a.facet, a.value] for a in found if a.assertion is Assertion.AFFIRMED}
            own |= {self._ids[TYPE_FACET, fold_type(t)] for t in record.publication_types}
            members |= {(term_id, record_id) for term_id in self._effective(own, decisions.get(record_id, {}))}
        if members:
            self._connection.execute(
                insert(tables.record_term), [{"term_id": t, "record_id": r} for t, r in sorted(members)]
            )

    def decide(self, record_id: int, facet: str, value: str, *, verdict: str, note: str) -> None:
        """Keep a person's word on a record and a term, ``confirm`` or ``reject``, above that of the matchers.

        Raises:
            UnknownTerm: the vocabulary has no such term.
        """
        self._load()
        term_id = self._ids.get((facet, value))
        if term_id is None:
            near = get_close_matches(value, [v for f, v in self._ids if f == facet], n=3)
            raise UnknownTerm(facet, value, near)
        self._connection.execute(
            insert(tables.decision).values(
                record_id=record_id, term_id=term_id, verdict=verdict, note=note, decided_at=self._now
            )
        )
        self._recompute(record_id)

    def _recompute(self, record_id: int) -> None:
        """Bring what search sees of one record up to date with its annotations and decisions."""
        found, member = tables.annotation, tables.record_term
        affirmed = select(found.c.term_id).where(
            found.c.record_id == record_id, found.c.assertion == Assertion.AFFIRMED.value
        )
        types = (
            select(member.c.term_id)
            .join(tables.term, tables.term.c.id == member.c.term_id)
            .where(member.c.record_id == record_id, tables.term.c.facet == TYPE_FACET)
        )
        own = set(self._connection.scalars(affirmed)) | set(self._connection.scalars(types))
        terms = self._effective(own, self._decisions([record_id]).get(record_id, {}))
        self._connection.execute(delete(member).where(member.c.record_id == record_id))
        if terms:
            self._connection.execute(insert(member), [{"term_id": t, "record_id": record_id} for t in sorted(terms)])

    def _decisions(self, ids: Sequence[int]) -> dict[int, dict[int, str]]:
        table = tables.decision
        latest: dict[int, dict[int, str]] = defaultdict(dict)
        query = select(table.c.record_id, table.c.term_id, table.c.verdict).where(table.c.record_id.in_(ids))
        for row in self._connection.execute(query.order_by(table.c.id)):
            latest[row.record_id][row.term_id] = row.verdict
        return latest

    def _effective(self, own: set[int], decisions: dict[int, str]) -> set[int]:
        """Affirmed terms less rejected ones, plus confirmed ones, each with its broader terms."""
        chosen = {t for t in own if decisions.get(t) != "reject"}
        chosen |= {t for t, verdict in decisions.items() if verdict == "confirm"}
        closed: set[int] = set()
        for term_id in chosen:
            at: int | None = term_id
            while at is not None and at not in closed:
                closed.add(at)
                at = self._parents.get(at)
        # A person who rejects a broader term means it, whatever narrower one is left.
        return {t for t in closed if decisions.get(t) != "reject"}
