"""What a source can be asked: small protocols, so that a source offers what it has and no more.

Clients do I/O and give `Payload` bytes or small typed answers; the pure functions of each source's ``parse.py``
turn bytes into domain objects. A source that fails raises a `SourceError`; an empty answer means "there are none".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from exokb.domain.identifiers import Doi, Identifier, Pmid, TrialId
from exokb.domain.payload import Payload
from exokb.domain.record import Record, Reference
from exokb.domain.trial import Trial
from exokb.errors import PayloadError, SourceUnavailable


@dataclass(frozen=True, slots=True)
class ParsedRecords:
    """What a payload of records holds.

    Attributes:
        records: (1-based position in the payload, record), in payload order, as many versions as there are.
        failures: records that could not be read; their neighbours are not affected.
        deleted: PMIDs that NLM says are withdrawn (DeleteCitation).
        complete: False where the payload breaks off before its end.
    """

    records: tuple[tuple[int, Record], ...] = ()
    failures: tuple[PayloadError, ...] = ()
    deleted: tuple[Pmid, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class ParsedTrials:
    """What a payload of studies holds.

    Attributes:
        trials: the trials that could be read, in payload order.
        failures: studies that could not be read, each naming its place (``studies[3]/protocolSection/...``).
        next_page_token: what asks for the next page; empty on the last one.
        total: number of studies the query has in all, where the service was asked to count.
    """

    trials: tuple[Trial, ...] = ()
    failures: tuple[PayloadError, ...] = ()
    next_page_token: str = ""
    total: int | None = None


@dataclass(frozen=True, slots=True)
class TrialQuery:
    """What to ask a registry for; all that is given must hold. Texts are in the registry's own query language."""

    term: str = ""
    condition: str = ""
    intervention: str = ""

    def __str__(self) -> str:
        given = (("", self.term), ("condition ", self.condition), ("intervention ", self.intervention))
        return ", ".join(f"{name}{text!r}" for name, text in given if text)


@dataclass(frozen=True, slots=True)
class TrialQueryAnswer:
    """What a registry found for a query.

    Attributes:
        announced: the number of trials the registry announced.
        numbers: their numbers, each once, in the registry's order; the first ones where a limit was given.
        warnings: what does not add up, such as a result that changed between two pages.
        broken_off: why later pages could not be had; None where all came.
    """

    announced: int
    numbers: tuple[TrialId, ...]
    warnings: tuple[str, ...] = ()
    broken_off: SourceUnavailable | None = None


@dataclass(frozen=True, slots=True)
class DataVersion:
    """Which data a registry shows: the UTC time they are of (``2024-05-10T09:00:05``), and its day."""

    timestamp: str

    @property
    def day(self) -> str:
        """The day, ISO 8601."""
        return self.timestamp[:10]


@dataclass(frozen=True, slots=True)
class QueryWindow:
    """A result set of at most 9,999 ids, with where the server keeps it (``web_env`` may be empty)."""

    pmids: tuple[Pmid, ...]
    web_env: str = ""
    query_key: str = ""


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """What a source found for a query.

    Attributes:
        announced: the number of hits the service announced for the whole query.
        windows: the ids, split where the service allows no more at once; date ranges where it had to be split.
        translation: how the service read the query.
        warnings: what the service dropped, cut or changed, in its words; never ignored.
    """

    announced: int
    windows: tuple[QueryWindow, ...]
    translation: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def pmids(self) -> tuple[Pmid, ...]:
        """All ids, in the order given, each once."""
        return tuple(dict.fromkeys(pmid for window in self.windows for pmid in window.pmids))


ReferenceOutcome = Literal["listed", "none deposited", "not indexed"]


@dataclass(frozen=True, slots=True)
class ReferenceAnswer:
    """What one source says a paper cites.

    ``none deposited``: the source knows the paper and has no list. ``not indexed``: it does not know the paper.
    """

    source: str
    outcome: ReferenceOutcome
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperKey:
    """The identifiers a source may look a paper up by."""

    pmid: Pmid | None = None
    doi: Doi | None = None


@dataclass(frozen=True, slots=True)
class CitationKey:
    """The parts ECitMatch takes; ``key`` comes back with the answer."""

    key: str
    journal: str = ""
    year: str = ""
    volume: str = ""
    first_page: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class CitationMatch:
    """ECitMatch's answer for one key: a PMID, or the reason there is none (``NOT_FOUND``, ``AMBIGUOUS ...``)."""

    key: str
    pmid: Pmid | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SimilarPaper:
    """A neighbour in PubMed's similar-articles computation, with its score (larger is nearer)."""

    pmid: Pmid
    score: int


class RecordSource(Protocol):
    """Gives records by PMID."""

    name: str
    batch_size: int

    def fetch_records(self, pmids: Sequence[Pmid]) -> Payload:
        """Fetch up to ``batch_size`` records in one reply. Ids it does not know are missing from the reply.

        Raises:
            SourceUnavailable: every attempt failed; ``partial`` holds the last broken reply where there was one, so
                that the good records in it can be kept.
            SourceRejected: the service will not answer this request.
        """
        ...

    def parse_records(self, body: bytes) -> ParsedRecords:
        """Read a payload of this source. Pure."""
        ...


@runtime_checkable
class DoiRecordSource(Protocol):
    """Gives records by DOI: those that it holds and whose PMID it does not know."""

    def fetch_by_doi(self, dois: Sequence[Doi]) -> Payload:
        """Fetch records whose PMID is None; ``parse_records`` of the same source reads them.

        DOIs it does not know, or knows a PMID for (see `IdentifierResolver`), are missing from the reply.

        Raises:
            SourceUnavailable: every attempt failed.
            SourceRejected: the service will not answer this request.
        """
        ...


@runtime_checkable
class IdentifierResolver(Protocol):
    """Finds PMIDs for DOIs and PMCIDs. What it returns is a claim: compare the fetched record's own DOI."""

    def find_pmids(self, identifiers: Sequence[Identifier]) -> Mapping[Identifier, Sequence[Pmid]]:
        """Give candidate PMIDs per identifier, most trusted first; an identifier nobody knows is absent."""
        ...


@runtime_checkable
class QuerySource(Protocol):
    """Runs PubMed queries."""

    def find_by_query(self, query: str, *, limit: int | None = None) -> QueryAnswer:
        """Find all ids of a query (or the first ``limit``), split by date beyond the service's bound."""
        ...

    def fetch_window(self, window: QueryWindow, start: int, count: int) -> Payload:
        """Fetch records ``start .. start+count`` of a window from the history server."""
        ...


@runtime_checkable
class ReferenceSource(Protocol):
    """Says what papers cite."""

    name: str
    references_batch_size: int

    def fetch_references(self, papers: Sequence[PaperKey]) -> Mapping[PaperKey, ReferenceAnswer]:
        """Give one answer for each paper asked (up to ``references_batch_size``)."""
        ...


@runtime_checkable
class CitingSource(Protocol):
    """Says which papers cite a paper."""

    name: str

    def fetch_citing(self, paper: PaperKey) -> Sequence[Pmid]:
        """Give the PMIDs of the papers known to cite it; empty if it knows of none."""
        ...


@runtime_checkable
class SimilarSource(Protocol):
    """Finds similar papers."""

    def fetch_similar(self, pmid: Pmid, limit: int) -> Sequence[SimilarPaper]:
        """Give the nearest papers, nearest first, without the paper itself."""
        ...


@runtime_checkable
class CitationMatcher(Protocol):
    """Finds PMIDs from journal, year, volume, page and author."""

    def match_citations(self, keys: Sequence[CitationKey]) -> Sequence[CitationMatch]:
        """Give one answer for each key, in order."""
        ...


class TrialSource(Protocol):
    """A registry of trials."""

    name: str
    trials_batch_size: int

    def fetch_trials(self, numbers: Sequence[TrialId]) -> Iterator[Payload]:
        """Fetch up to ``trials_batch_size`` trials; gives the reply's pages as they come, most often one.

        A number that a trial had before gives that trial under its own number. What the registry does not give is
        missing; `fetch_trial` says why.

        Raises:
            SourceUnavailable: every attempt failed; ``partial`` holds the last broken reply where there was one, so
                that the good trials in it can be kept.
            SourceRejected: the registry will not answer this request.
        """
        ...

    def fetch_trial(self, number: TrialId) -> Payload | None:
        """Fetch one trial, also by a number that it had before; None where the registry has none of that number.

        Raises:
            SourceUnavailable: every attempt failed.
            SourceRejected: the registry will not answer this request.
        """
        ...

    def parse_trials(self, body: bytes) -> ParsedTrials:
        """Read a payload of this source. Pure."""
        ...

    def parse_broken(self, body: bytes) -> ParsedTrials:
        """Read what can be read of a payload that broke off. Pure."""
        ...

    def find_trials(self, query: TrialQuery, *, limit: int | None = None) -> TrialQueryAnswer:
        """Find the numbers of the trials that a query finds, or of the first ``limit``, best matches first.

        Raises:
            SourceUnavailable: not even the first page could be had.
            SourceRejected: the registry does not understand the query.
        """
        ...

    def fetch_version(self) -> DataVersion | None:
        """Ask which data the registry shows; None where it does not tell.

        Raises:
            SourceUnavailable: every attempt failed.
        """
        ...


@dataclass(frozen=True)
class SourceSet:
    """The sources a use case works with. ``records`` also resolves, queries and matches where it can."""

    records: RecordSource
    references: tuple[ReferenceSource, ...] = ()
    citing: tuple[CitingSource, ...] = ()
    trials: TrialSource | None = None
    notes: Mapping[str, str] = field(default_factory=dict)
