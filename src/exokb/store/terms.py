"""The terms of all facets, and which record has which: what search and facet counts stand on."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Protocol

from sqlalchemy import Connection, delete, insert, select, update

from exokb.domain.annotation import Annotation, Assertion, Term
from exokb.domain.record import Record
from exokb.errors import UnknownTerm
from exokb.query.facet_names import FacetNames, fold_value, near_values
from exokb.query.fields import fold_type
from exokb.query.synonyms import Synonyms
from exokb.store import tables
from exokb.store.engine import insert_rows, next_id
from exokb.store.prepared import PreparedRecord
from exokb.store.search.words import NAMES_KEY, SYNONYMS_KEY

_ANNOTATION_COLUMNS = (
    "record_id", "term_id", "field", "start", "end", "words", "rule", "assertion", "score", "vocabulary",
)  # fmt: skip
TYPE_FACET = "type"
"""Publication types are a facet of their own kind: taken from the record, not from its words."""
VERDICTS = ("confirm", "reject", "withdraw")
"""What a person may say of a record and a term; ``withdraw`` takes back what was said before."""


class SearchWords(Protocol):
    """What a library keeps of its vocabularies for searching."""

    @property
    def synonyms(self) -> Synonyms:
        """Words that stand for one another."""
        ...

    @property
    def names(self) -> FacetNames:
        """Further names of values."""
        ...


class TermTable:
    """Terms, annotations and decisions, within one transaction."""

    def __init__(self, connection: Connection, now: str) -> None:
        self._connection = connection
        self._now = now
        self._ids: dict[tuple[str, str], int] = {}
        self._parents: dict[int, int | None] = {}
        self._labels: dict[int, str] = {}

    def _load(self) -> None:
        for row in self._connection.execute(select(tables.term)):
            self._ids[row.facet, row.value] = row.id
            self._parents[row.id] = row.parent_id
            self._labels[row.id] = row.label

    def put_vocabulary(self, terms: Sequence[Term], words: SearchWords | None = None) -> None:
        """Make the terms of a vocabulary known, with labels and broader terms; ``words``: what searches make of it."""
        if words is not None:
            self._keep(SYNONYMS_KEY, words.synonyms.dumps())
            self._keep(NAMES_KEY, words.names.dumps())
        self._load()
        self._ensure((t.facet, t.value, t.label) for t in terms)
        table = tables.term
        for term in terms:
            at = self._ids[term.facet, term.value]
            parent = self._ids[term.facet, term.parent] if term.parent else None
            if (self._labels.get(at), self._parents[at]) != (term.label, parent):
                changed = update(table).where(table.c.id == at).values(label=term.label, parent_id=parent)
                self._connection.execute(changed)
                self._labels[at], self._parents[at] = term.label, parent

    def drop_unused(self, terms: Sequence[Term]) -> None:
        """Forget terms of a vocabulary's facets that it holds no more, where no record and no decision has them.

        ``terms``: the vocabulary, of those facets that it lists whole.
        """
        self._load()
        known = {(t.facet, t.value) for t in terms}
        facets = {t.facet for t in terms}
        gone = {at for (facet, value), at in self._ids.items() if facet in facets and (facet, value) not in known}
        if not gone:
            return
        for table in (
            tables.annotation,
            tables.decision,
            tables.record_term,
            tables.trial_annotation,
            tables.trial_term,
        ):
            gone.difference_update(self._connection.scalars(select(table.c.term_id).distinct()))
        kept = {at for at in self._parents if at not in gone}
        for at in kept:
            above = self._parents[at]
            while above is not None and above in gone:
                gone.discard(above)
                above = self._parents[above]
        table = tables.term
        self._connection.execute(update(table).where(table.c.id.in_(gone)).values(parent_id=None))
        self._connection.execute(delete(table).where(table.c.id.in_(gone)))
        self._ids = {key: at for key, at in self._ids.items() if at not in gone}

    def _keep(self, key: str, text: str) -> None:
        info = tables.library_info
        kept = self._connection.scalar(select(info.c.value).where(info.c.key == key))
        if kept is None:
            self._connection.execute(insert(info).values(key=key, value=text))
        elif kept != text:
            self._connection.execute(update(info).where(info.c.key == key).values(value=text))

    def _ensure(self, wanted: Iterable[tuple[str, str, str]]) -> None:
        if not self._ids:
            self._load()
        missing = {(facet, value): label for facet, value, label in wanted if (facet, value) not in self._ids}
        if not missing:
            return
        first = next_id(self._connection, tables.term)
        rows = [(at, *key, label) for at, (key, label) in enumerate(missing.items(), first)]
        insert_rows(self._connection, tables.term, ("id", "facet", "value", "label"), rows)
        for at, facet, value, _ in rows:
            self._ids[facet, value] = at
            self._parents[at] = None

    def replace_annotations(
        self,
        annotated: Sequence[tuple[int, Record | PreparedRecord, Sequence[Annotation]]],
        *,
        vocabulary: str,
        new: bool = False,
    ) -> None:
        """Store what the matchers say of records (row id, record, annotations), in place of what they said before.

        Decisions of people stay, and count above it. ``new``: the records have just been put, with the vocabulary.
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
            (
                record_id, self._ids[a.facet, a.value], a.field, a.start, a.end, a.words, a.rule, a.assertion.value,
                a.score, vocabulary,
            )
            for record_id, _, found in annotated
            for a in found
        ]  # fmt: skip
        insert_rows(self._connection, tables.annotation, _ANNOTATION_COLUMNS, rows)
        if ids and not new:
            self._connection.execute(
                update(tables.record).where(tables.record.c.id.in_(ids)).values(vocabulary=vocabulary)
            )
        decisions = {} if new else self._decisions(ids)
        members: set[tuple[int, int]] = set()
        for record_id, record, found in annotated:
            own = {self._ids[a.facet, a.value] for a in found if a.assertion is Assertion.AFFIRMED}
            own |= {self._ids[TYPE_FACET, fold_type(t)] for t in record.publication_types}
            members |= {(term_id, record_id) for term_id in self._effective(own, decisions.get(record_id, {}))}
        insert_rows(self._connection, tables.record_term, ("term_id", "record_id"), sorted(members))

    def replace_trial_annotations(
        self, annotated: Sequence[tuple[int, str | None, Sequence[Annotation]]], *, vocabulary: str
    ) -> None:
        """Store what the matchers say of trials (row id, kind, annotations), in place of what they said before."""
        rows = [row for row, _, _ in annotated]
        for table in (tables.trial_annotation, tables.trial_term):
            self._connection.execute(delete(table).where(table.c.trial_row.in_(rows)))
        self._ensure((a.facet, a.value, a.value) for _, _, found in annotated for a in found)
        claims, members = [], set()
        for row, kind, found in annotated:
            claims += [
                (
                    row, self._ids[a.facet, a.value], a.field, a.start, a.end, a.words, a.rule, a.assertion.value,
                    a.score, vocabulary,
                )
                for a in found
            ]  # fmt: skip
            own = {self._ids[a.facet, a.value] for a in found if a.assertion is Assertion.AFFIRMED}
            members |= {(term_id, row) for term_id in self._effective(own, {})}
            self._connection.execute(
                update(tables.trial).where(tables.trial.c.id == row).values(kind=kind, vocabulary=vocabulary)
            )
        columns = ("trial_row", *_ANNOTATION_COLUMNS[1:])
        insert_rows(self._connection, tables.trial_annotation, columns, claims)
        insert_rows(self._connection, tables.trial_term, ("term_id", "trial_row"), sorted(members))

    def resolve(self, facet: str, value: str, *, coin: bool = False) -> str:
        """Give a value as the library spells it: ``Kidney`` and ``Acute kidney injury`` are found by id or label.

        Args:
            facet: name of the facet.
            value: id, label or another spelling of either.
            coin: make the value known where the facet does not hold it yet.

        Raises:
            UnknownTerm: there is no such facet, or it has no such value.
        """
        table = tables.term
        facets = sorted(self._connection.scalars(select(table.c.facet).distinct()))
        if facet not in facets:
            raise UnknownTerm("facets", facet, near_values(facet, facets))
        query = select(table.c.value, table.c.label).where(table.c.facet == facet).order_by(table.c.value)
        known = [(row.value, row.label) for row in self._connection.execute(query)]
        if any(value == own for own, _ in known):
            return value
        asked = fold_value(value)
        for own, label in known:
            if asked in (fold_value(own), fold_value(label)):
                return str(own)
        if coin:
            self._ensure([(facet, value, value)])
            return value
        raise UnknownTerm(facet, value, near_values(value, [own for own, _ in known]))

    def decide(self, record_id: int, facet: str, value: str, *, verdict: str, note: str) -> bool:
        """Keep a person's word on a record and a term above that of the matchers; gives whether it is a new one.

        Decisions are only added, and the latest counts. ``withdraw`` leaves the matchers to say what they say.

        Args:
            record_id: row id of the record.
            facet: name of the facet.
            value: a value as `resolve` gives it.
            verdict: one of `VERDICTS`.
            note: why, in the person's words; may be empty.

        Raises:
            UnknownTerm: the vocabulary has no such term.
        """
        if verdict not in VERDICTS:
            raise ValueError(f"{verdict!r} is no verdict")
        self._load()
        term_id = self._ids.get((facet, value))
        if term_id is None:
            raise UnknownTerm(facet, value, near_values(value, [v for f, v in self._ids if f == facet]))
        table = tables.decision
        query = select(table.c.verdict, table.c.note).where(table.c.record_id == record_id, table.c.term_id == term_id)
        last = self._connection.execute(query.order_by(table.c.id.desc()).limit(1)).first()
        said = last.verdict if last else "withdraw"
        if said == verdict and (verdict == "withdraw" or (last and (last.note or "") == note)):
            return False
        self._connection.execute(
            insert(table).values(record_id=record_id, term_id=term_id, verdict=verdict, note=note, decided_at=self._now)
        )
        self._recompute(record_id)
        return True

    def _recompute(self, record_id: int) -> None:
        """Bring what search sees of one record up to date with its annotations and decisions."""
        found, member = tables.annotation, tables.record_term
        affirmed = select(found.c.term_id).where(
            found.c.record_id == record_id, found.c.assertion == Assertion.AFFIRMED.value
        )
        document = self._connection.scalar(select(tables.record.c.document).where(tables.record.c.id == record_id))
        types = json.loads(document or "{}").get("publication_types", ())
        self._ensure((TYPE_FACET, fold_type(name), name) for name in types)
        own = set(self._connection.scalars(affirmed)) | {self._ids[TYPE_FACET, fold_type(name)] for name in types}
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
