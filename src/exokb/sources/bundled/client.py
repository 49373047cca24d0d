"""The bundled corpus as one more source: it gives the same payloads as PubMed, from a folder.

The corpus knows the PMID of all its records but the seed review's (``seed.json``), which is asked for by DOI.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from lxml import etree

from exokb.domain.identifiers import Doi, Identifier, Pmid
from exokb.domain.payload import Payload
from exokb.domain.record import Record
from exokb.errors import PayloadError, SourceUnavailable
from exokb.packaged import packaged_folder
from exokb.sources.bundled.parse import SeedFile, parse_records, parse_seed
from exokb.sources.interface import PaperKey, ParsedRecords, ReferenceAnswer

RECORDS_OBSERVED = datetime(2021, 6, 8, tzinfo=UTC)
"""When PubMed had ``records.xml`` so."""
TRIALS_OBSERVED = datetime(2022, 1, 20, tzinfo=UTC)
"""When ClinicalTrials.gov had ``trials.json`` so: the day of the latest update in it or beside it."""


class BundledSource:
    """Records, identifiers, references and trials of the bundled corpus.

    Implements `RecordSource`, `DoiRecordSource`, `IdentifierResolver` and `ReferenceSource`.

    Args:
        folder: where the corpus lies; the one that came with exokb by default.
    """

    name = "bundled"
    batch_size = 200
    references_batch_size = 200

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or packaged_folder("fixtures")

    def identifiers(self) -> tuple[Identifier, ...]:
        """Every record there is, the seed review first: its DOI, then PMIDs in ascending order."""
        seeds = tuple(Identifier("doi", record.doi) for record in self._seed.records if record.doi)
        return seeds + tuple(Identifier("pmid", str(pmid)) for pmid in sorted(self._articles))

    def fetch_records(self, pmids: Sequence[Pmid]) -> Payload:
        """Give the records asked for as one PubmedArticleSet, in the order asked, each once.

        Raises:
            SourceUnavailable: the corpus cannot be read.
        """
        asked = [pmid for pmid in dict.fromkeys(pmids) if pmid in self._articles]
        body = b"\n".join((b"<PubmedArticleSet>", *(self._articles[pmid] for pmid in asked), b"</PubmedArticleSet>\n"))
        key = ", ".join(str(pmid) for pmid in dict.fromkeys(pmids))
        return Payload(self.name, f"records {key}", "application/xml", body, RECORDS_OBSERVED)

    def fetch_by_doi(self, dois: Sequence[Doi]) -> Payload:
        """Give the records of those DOIs that have no certain PMID, as JSON; what else is asked is missing from it.

        Raises:
            SourceUnavailable: the corpus cannot be read.
        """
        asked = dict.fromkeys(dois)
        chosen = SeedFile(records=tuple(record for record in self._seed.records if record.doi in asked))
        body = chosen.model_dump_json(exclude_defaults=True).encode()
        return Payload(self.name, f"records {', '.join(asked)}", "application/json", body, RECORDS_OBSERVED)

    def parse_records(self, body: bytes) -> ParsedRecords:
        """Read what `fetch_records` or `fetch_by_doi` gave."""
        return parse_records(body)

    def find_pmids(self, identifiers: Sequence[Identifier]) -> Mapping[Identifier, Sequence[Pmid]]:
        """Give the PMID of DOIs, PMCIDs and PMIDs that the corpus holds; what it does not know is absent.

        Raises:
            SourceUnavailable: the corpus cannot be read.
        """
        found: dict[Identifier, Sequence[Pmid]] = {}
        for identifier in identifiers:
            record = self._by_identifier.get(identifier)
            if record is not None and record.pmid is not None:
                found[identifier] = (Pmid(record.pmid),)
        return found

    def fetch_references(self, papers: Sequence[PaperKey]) -> Mapping[PaperKey, ReferenceAnswer]:
        """Say what each paper cites, as far as the corpus has it: a part of the paper's own list.

        Raises:
            SourceUnavailable: the corpus cannot be read.
        """
        return {paper: self._references(paper) for paper in papers}

    def fetch_trials(self) -> Payload:
        """Give all trials, in the shape of the ClinicalTrials.gov API v2.

        Raises:
            SourceUnavailable: the corpus cannot be read.
        """
        return Payload(self.name, "trials", "application/json", self._read("trials.json"), TRIALS_OBSERVED)

    def read_covers(self) -> dict[Identifier, dict[str, tuple[str, ...]]]:
        """What a person read off papers whose words are not bundled: identifier -> facet -> values.

        Raises:
            SourceUnavailable: the corpus cannot be read.
        """
        return {Identifier("doi", doi): covers for doi, covers in self._seed.covers.items()}

    def _references(self, paper: PaperKey) -> ReferenceAnswer:
        record = None
        if paper.pmid is not None:
            record = self._by_identifier.get(Identifier("pmid", str(paper.pmid)))
        if record is None and paper.doi is not None:
            record = self._by_identifier.get(Identifier("doi", paper.doi))
        if record is None:
            return ReferenceAnswer(self.name, "not indexed")
        if not record.references:
            return ReferenceAnswer(self.name, "none deposited")
        return ReferenceAnswer(self.name, "listed", record.references)

    def _read(self, file_name: str) -> bytes:
        try:
            return (self._folder / file_name).read_bytes()
        except OSError as error:
            raise self._damaged(file_name, error.strerror or str(error)) from error

    def _damaged(self, file_name: str, reason: str) -> SourceUnavailable:
        return SourceUnavailable(self.name, file_name, reason, hint="install exokb again")

    @cached_property
    def _articles(self) -> dict[Pmid, bytes]:
        """PMID to its PubmedArticle element, as bytes."""
        body = self._read("records.xml")
        try:
            root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError as error:
            raise self._damaged("records.xml", str(error)) from error
        return {
            Pmid(int(article.findtext("MedlineCitation/PMID", default=""))): etree.tostring(
                article, encoding="utf-8"
            ).strip()
            for article in root.iter("PubmedArticle")
        }

    @cached_property
    def _seed(self) -> SeedFile:
        try:
            return parse_seed(self._read("seed.json"))
        except PayloadError as error:
            raise self._damaged("seed.json", str(error)) from error

    @cached_property
    def _by_identifier(self) -> dict[Identifier, Record]:
        articles = parse_records(self._read("records.xml")).records
        index: dict[Identifier, Record] = {}
        for record in (*self._seed.records, *(record for _, record in articles)):
            if record.pmid:
                index[Identifier("pmid", str(record.pmid))] = record
            if record.doi:
                index[Identifier("doi", record.doi)] = record
            if record.pmcid:
                index[Identifier("pmcid", record.pmcid)] = record
        return index
