"""A record and a payload as they are going to be stored: all that can be computed without the library.

Nothing here touches the database, so that it can be done in another process; what is made pickles quickly.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from exokb.domain.annotation import Annotation
from exokb.domain.citation import CitedWork, Statement, as_cited, record_place, unite
from exokb.domain.payload import Payload
from exokb.domain.record import Record
from exokb.store.mapping import load_work, record_document, record_values, work_values
from exokb.store.search.index import Row, fold_record

_ZLIB_LEVEL = 4  # against 6, two thirds of the time for 7 % more room
WORK_COLUMNS = ("position", "cited_pmid", "cited_doi", "cited_pmcid", "place", "text", "parts")
"""What a cited work of a deposited list fills of the ``reference`` table."""

_work_row = itemgetter(*WORK_COLUMNS)


class PreparedRecord(NamedTuple):
    """A record, ready to be stored.

    Attributes:
        position: its 1-based place in the payload.
        values: the promoted columns and the document (`exokb.store.mapping.record_values`).
        revised: its revision date, for telling which of two states is newer.
        place: where it is in print (`exokb.domain.citation.record_place`).
        publication_types: as in the record.
        tokens: its row of the text index.
        works: the different works of its reference list, one row of `WORK_COLUMNS` each.
        listed: how many entries the reference list has.
        annotations: what the matchers say of it.
    """

    position: int
    values: dict[str, Any]
    revised: str | None
    place: str | None
    publication_types: tuple[str, ...]
    tokens: Row
    works: tuple[tuple[Any, ...], ...]
    listed: int
    annotations: tuple[Annotation, ...]

    @property
    def pmid(self) -> int | None:
        """The record's PMID."""
        pmid: int | None = self.values["pmid"]
        return pmid

    @property
    def doi(self) -> str | None:
        """The record's DOI."""
        doi: str | None = self.values["doi"]
        return doi

    @property
    def key(self) -> object:
        """What tells it from the other records of its payload: PMID, else DOI, else title."""
        return self.pmid or self.doi or ("title", self.values["title"])

    @property
    def label(self) -> str:
        """How it is named in messages, see `exokb.domain.record.Record.label`."""
        title: str = self.values["title"]
        return f"PMID {self.pmid}" if self.pmid else self.doi or title[:60]

    @property
    def document(self) -> str:
        """The record as JSON, without its references."""
        document: str = self.values["document"]
        return document

    def cited_works(self, source: str, observed_at: str) -> list[CitedWork]:
        """Give the reference list as works that its source alone vouches for."""
        return [
            load_work(
                {**dict(zip(WORK_COLUMNS, row, strict=True)), "resolved_by": None, "attempted": None},
                (Statement(source, row[0], observed_at),),
            )
            for row in self.works
        ]


def prepare_record(position: int, record: Record, annotations: tuple[Annotation, ...] = ()) -> PreparedRecord:
    """Do for one record everything that needs no library."""
    document = record_document(record)
    # Who says so and when is the same for the whole list, and known when it is stored.
    works = unite(as_cited("", record.references, ""), by_words=False)
    return PreparedRecord(
        position=position,
        values=record_values(record, document),
        revised=record.dates.revised,
        place=record_place(record),
        publication_types=record.publication_types,
        tokens=fold_record(json.loads(document)),
        works=tuple(_work_row(work_values(work)) for work in works),
        listed=len(record.references),
        annotations=annotations,
    )


@dataclass(frozen=True, slots=True)
class PackedPayload:
    """A payload as it is kept: ``body`` compressed with zlib, ``size`` its length before."""

    source: str
    key: str
    media_type: str
    digest: bytes
    size: int
    body: bytes
    observed_at: datetime


def pack_payload(payload: Payload) -> PackedPayload:
    """Compress a payload."""
    return PackedPayload(
        source=payload.source,
        key=payload.key,
        media_type=payload.media_type,
        digest=payload.digest,
        size=len(payload.body),
        body=zlib.compress(payload.body, _ZLIB_LEVEL),
        observed_at=payload.observed_at,
    )
