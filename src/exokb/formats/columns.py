"""One exported record as plain values, and the stable columns of a flat table of them.

A column keeps its name and meaning; new ones are added at the end. The documentation of the columns is made from
`COLUMNS`. Plain dataclasses, not pydantic: an export of 10,000 rows takes about a second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from exokb.domain.identifiers import split_identifiers

NOT_STORED = "not stored"
"""Stands for the status of a trial that a record names and the library does not hold."""


@dataclass(frozen=True, slots=True)
class TrialMention:
    """A trial that a record is linked to.

    Attributes:
        trial_id: the number as the record names it, in its registry's form.
        observed: the registry's date (ISO) of that status; both None if unknown.
        registered_as: the trial's own number; None where the library does not hold the trial.
        named: the record names it; False where only the registry's list links them.
    """

    trial_id: str
    status: str | None = None
    observed: str | None = None
    registered_as: str | None = None
    named: bool = True


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One record with what the library says of it. The meaning of each field is in `COLUMNS` under the same name."""

    title: str
    pmid: int | None = None
    doi: str | None = None
    pmcid: str | None = None
    authors: tuple[str, ...] = ()
    journal: str | None = None
    year: int | None = None
    date: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    publication_types: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    disease: tuple[str, ...] = ()
    cargo: tuple[str, ...] = ()
    molecules: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    design: tuple[str, ...] = ()
    relevance: tuple[str, ...] = ()
    trials: tuple[TrialMention, ...] = ()
    keywords: tuple[str, ...] = ()
    mesh: tuple[str, ...] = ()
    abstract: str = ""
    cites_in_library: int = 0
    cited_by_in_library: int = 0
    decisions: tuple[str, ...] = ()

    @property
    def url(self) -> str | None:
        """Where the paper is: PubMed, else doi.org, else nowhere."""
        if self.pmid is not None:
            return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/"
        return f"https://doi.org/{quote(self.doi, safe='/:;().,-_')}" if self.doi else None

    @property
    def identifier(self) -> str | None:
        """What ``exokb fetch`` finds the paper by again, on one line: its PMID, else its DOI, else its PMCID."""
        candidates = (str(self.pmid) if self.pmid is not None else None, self.doi, self.pmcid)
        # an identifier with a blank or a comment sign in it would not be read back as one
        return next((text for text in candidates if text and list(split_identifiers(text)) == [text]), None)


Value = str | int | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the header, what it holds, in one line, and how it is read from a row."""

    name: str
    kind: Literal["text", "number", "date", "list"]
    description: str
    get: Callable[[ExportRow], Value]


COLUMNS: tuple[Column, ...] = (
    Column("pmid", "number", "PubMed identifier; empty for a record that is not from PubMed", lambda r: r.pmid),
    Column("doi", "text", "Digital Object Identifier, lower case, without a link around it", lambda r: r.doi),
    Column("pmcid", "text", "identifier in PubMed Central, with its letters (PMC7477653)", lambda r: r.pmcid),
    Column("title", "text", "title as plain text", lambda r: r.title),
    Column("authors", "list", "authors in order: family name and initials, or a group's name", lambda r: r.authors),
    Column("journal", "text", "journal, ISO abbreviation where there is one", lambda r: r.journal),
    Column("year", "number", "year of the first publication, electronic or print", lambda r: r.year),
    Column("date", "date", "date of the first publication, as precise as PubMed gives it", lambda r: r.date),
    Column("volume", "text", "volume", lambda r: r.volume),
    Column("issue", "text", "issue", lambda r: r.issue),
    Column("pages", "text", "pages or article number, as PubMed prints them", lambda r: r.pages),
    Column("publication_types", "list", "publication types, in PubMed's words", lambda r: r.publication_types),
    Column(
        "notices", "list", "what a reader must know: retracted, expression of concern, erratum", lambda r: r.notices
    ),
    Column("disease", "list", "disease areas the record is about (vocabulary ids)", lambda r: r.disease),
    Column("cargo", "list", "classes of molecule the vesicles carry (vocabulary ids)", lambda r: r.cargo),
    Column("molecules", "list", "named cargo molecules, normalised (miR-21-5p)", lambda r: r.molecules),
    Column("source", "list", "tissue of the parent cells (vocabulary ids)", lambda r: r.source),
    Column("design", "list", "study design (vocabulary ids)", lambda r: r.design),
    Column(
        "relevance", "list", "whether it is about vesicles of mesenchymal stem/stromal cells", lambda r: r.relevance
    ),
    Column(
        "trials",
        "list",
        "registry numbers of the trials it names, and of those that list it as a report",
        lambda r: tuple(t.trial_id for t in r.trials),
    ),
    Column(
        "trial_status",
        "list",
        f"status of each of the trials, in their order and the registry's terms; '{NOT_STORED}' where it is not known",
        lambda r: tuple(t.status or NOT_STORED for t in r.trials),
    ),
    Column(
        "trial_status_date",
        "list",
        f"the day the registry had each of these statuses, in their order; '{NOT_STORED}' where it is not known",
        lambda r: tuple(t.observed or NOT_STORED for t in r.trials),
    ),
    Column("keywords", "list", "the authors' keywords", lambda r: r.keywords),
    Column("mesh", "list", "MeSH headings with their qualifiers (Exosomes/metabolism)", lambda r: r.mesh),
    Column("abstract", "text", "abstract, its sections one a line", lambda r: r.abstract),
    Column("url", "text", "address of the paper", lambda r: r.url),
    Column("cites_in_library", "number", "how many records of the library it cites", lambda r: r.cites_in_library),
    Column("cited_by_in_library", "number", "how many records of the library cite it", lambda r: r.cited_by_in_library),
    Column(
        "decisions",
        "list",
        "what people decided on its evidence, with day and note: disease:kidney confirmed (2026-11-23: read in full)",
        lambda r: r.decisions,
    ),
)
"""The columns of CSV and TSV, in order."""
