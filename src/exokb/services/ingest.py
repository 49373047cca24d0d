"""Storing one batch: payload, records, reference lists and annotations together, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from exokb.app import App
from exokb.domain.payload import Payload
from exokb.domain.record import Record
from exokb.store.library import Library
from exokb.store.records import Outcome, Upsert
from exokb.store.transaction import Transaction

LISTED_BY = {"file": "pubmed"}
"""Who vouches for the reference lists inside records: a PubMed file says what PubMed says."""


@dataclass
class IngestReport:
    """What storing changed: how many records by outcome, and which fields of which PMIDs were updated."""

    outcomes: Counter[str] = field(default_factory=Counter)
    changed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    recognised: int = 0

    def take(self, upserts: Sequence[Upsert]) -> None:
        """Add the outcomes of a batch."""
        for upsert in upserts:
            self.outcomes[upsert.outcome.value] += 1
            if upsert.outcome is Outcome.UPDATED:
                self.changed[upsert.record.label] = upsert.changed


class Ingest:
    """Stores batches into the library of an application.

    Vocabulary terms are made known once, before the first batch.
    """

    def __init__(self, app: App) -> None:
        self._library: Library = app.library
        self._annotator = app.annotator
        self._vocabulary_known = False
        self.report = IngestReport()

    def store(
        self, payload: Payload, positioned: Sequence[tuple[int, Record]], *, withdrawn: Sequence[int] = ()
    ) -> list[Upsert]:
        """Store one batch; all of it, or nothing. ``positioned``: records with their places in the payload.

        Raises:
            StoreError: the library cannot be written; nothing of the batch is stored then.
        """
        # Matching words is pure and slow: done before the library is locked.
        annotations = {id(record): self._annotator.annotate(record) for _, record in positioned}
        with self._library.transaction() as transaction:
            self._know_vocabulary(transaction)
            payload_id = transaction.records.keep_payload(payload) if positioned or withdrawn else None
            upserts = transaction.records.upsert(positioned, source=payload.source, payload_id=payload_id)
            if withdrawn:
                transaction.records.withdraw(withdrawn)
            added = [u for u in upserts if u.outcome is Outcome.ADDED]
            updated = [u for u in upserts if u.outcome is Outcome.UPDATED]
            for group, new in ((added, True), (updated, False)):
                if not group:
                    continue
                transaction.references.add_deposited(
                    [(u.record_id, u.record) for u in group],
                    source=LISTED_BY.get(payload.source, payload.source),
                    new=new,
                )
                transaction.terms.replace_annotations(
                    [(u.record_id, u.record, annotations[id(u.record)]) for u in group],
                    vocabulary=self._annotator.vocabulary.version,
                    new=new,
                )
            self.report.recognised += transaction.references.recognise([u.record for u in added + updated])
        self._vocabulary_known = True
        self.report.take(upserts)
        return upserts

    def _know_vocabulary(self, transaction: Transaction) -> None:
        if not self._vocabulary_known:
            transaction.terms.put_vocabulary(self._annotator.vocabulary.terms)
