"""What of taking records in needs no library: parsing, annotating, folding, compressing. Pure, one batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from exokb.domain.payload import Payload
from exokb.domain.record import Record
from exokb.errors import PayloadError
from exokb.evidence.annotator import Annotator
from exokb.sources.pubmed.parse import parse_records
from exokb.store.prepared import PackedPayload, PreparedRecord, pack_payload, prepare_record

Match = Callable[[Record], bool]


@dataclass(frozen=True, slots=True)
class PreparedBatch:
    """The records of one payload, ready to be stored.

    Attributes:
        withdrawn: PMIDs that the payload says NLM deleted.
        whole: the payload is a piece of a file, is nothing but records, and every one of them could be read.
    """

    payload: PackedPayload
    records: tuple[PreparedRecord, ...]
    withdrawn: tuple[int, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class ReadPiece:
    """A piece of a file, read.

    Attributes:
        key: which piece, in words.
        parsed: how many records could be read.
        matched: how many of them were wanted.
        failures: why the others could not.
        deleted: how many PMIDs it says NLM deleted.
        batch: what is to be stored; None where nothing is.
    """

    key: str
    parsed: int
    matched: int
    failures: tuple[PayloadError, ...]
    deleted: int
    batch: PreparedBatch | None


def prepare_batch(
    payload: Payload,
    positioned: Sequence[tuple[int, Record]],
    annotator: Annotator,
    *,
    withdrawn: Sequence[int] = (),
    whole: bool = False,
) -> PreparedBatch:
    """Annotate and fold the records of a payload, and compress it."""
    records = tuple(prepare_record(at, record, annotator.annotate(record)) for at, record in positioned)
    return PreparedBatch(pack_payload(payload), records, tuple(withdrawn), whole)


@dataclass(frozen=True)
class PieceReader:
    """Reads pieces of PubMed XML files; the same piece gives the same, in whatever process.

    Attributes:
        annotator: says what the records are about.
        source: name under which the pieces are kept.
        observed_at: when the file was read.
        matches: keeps a record or not; None keeps all.
        store: whether anything is to be stored.
    """

    annotator: Annotator
    source: str
    observed_at: datetime
    matches: Match | None = None
    store: bool = True

    def read(self, key: str, body: bytes) -> ReadPiece:
        """Read one piece.

        Raises:
            PayloadError: it is no PubMed XML at all.
        """
        parsed = parse_records(body)
        kept = [(at, record) for at, record in parsed.records if self.matches is None or self.matches(record)]
        batch = None
        if self.store and (kept or parsed.deleted):
            payload = Payload(self.source, key, "application/xml", body, self.observed_at)
            whole = parsed.complete and not parsed.failures and not parsed.deleted
            batch = prepare_batch(payload, kept, self.annotator, withdrawn=parsed.deleted, whole=whole)
        return ReadPiece(key, len(parsed.records), len(kept), parsed.failures, len(parsed.deleted), batch)
