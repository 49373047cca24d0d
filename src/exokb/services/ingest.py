"""Storing batches: payload, records, reference lists and annotations together, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from exokb import __version__
from exokb.app import App
from exokb.domain.payload import Payload
from exokb.domain.record import Record
from exokb.services.prepare import PreparedBatch, prepare_batch
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
        return self.store_prepared([prepare_batch(payload, positioned, self._annotator, withdrawn=withdrawn)])

    def store_prepared(self, batches: Sequence[PreparedBatch]) -> list[Upsert]:
        """Store several batches, in their order, in one transaction; the result is that of storing one by one.

        Raises:
            StoreError: the library cannot be written; nothing of the batches is stored then.
        """
        upserts: list[Upsert] = []
        recognised = 0
        with self._library.transaction() as transaction:
            if not self._vocabulary_known:
                transaction.terms.put_vocabulary(self._annotator.vocabulary.terms, self._annotator.search_words)
            for batch in batches:
                stored = self._store_batch(transaction, batch)
                changed = [u.record for u in stored if u.outcome in (Outcome.ADDED, Outcome.UPDATED)]
                recognised += transaction.references.recognise(changed)
                upserts += stored
        self._vocabulary_known = True
        self.report.recognised += recognised
        self.report.take(upserts)
        return upserts

    def _store_batch(self, transaction: Transaction, batch: PreparedBatch) -> list[Upsert]:
        if not batch.records and not batch.withdrawn:
            return []
        vocabulary = self._annotator.vocabulary.version
        source = batch.payload.source
        payload_id = transaction.records.keep_payload(batch.payload, parsed_with=__version__ if batch.whole else None)
        upserts = transaction.records.put(batch.records, source=source, payload_id=payload_id, vocabulary=vocabulary)
        if batch.withdrawn:
            transaction.records.withdraw(batch.withdrawn)
        for outcome in (Outcome.ADDED, Outcome.UPDATED):
            group = [u for u in upserts if u.outcome is outcome]
            if not group:
                continue
            new = outcome is Outcome.ADDED
            transaction.references.add_deposited(
                [(u.record_id, u.record) for u in group], source=LISTED_BY.get(source, source), new=new
            )
            transaction.terms.replace_annotations(
                [(u.record_id, u.record, u.record.annotations) for u in group], vocabulary=vocabulary, new=new
            )
        return upserts
