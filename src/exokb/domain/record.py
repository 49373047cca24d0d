"""The record: everything PubMed gives of a paper or book that a reviewer uses.

Field names follow NLM's element descriptions (https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html) in
plain words. Dates are ISO 8601, as precise as PubMed gives them: ``2019``, ``2019-04`` or ``2019-04-04``.
Texts are plain; where PubMed's inline markup carries meaning (``H<sub>2</sub>O``, MathML) the marked-up text is
kept beside it in a ``..._marked`` field, which is empty where it would say nothing more.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

TEXT_FIELDS = ("title", "abstract", "keywords", "mesh", "types", "databanks")
"""The names that `Record.text` takes, and that annotations point into."""


class Model(BaseModel):
    """Base of the domain's models: frozen, and strict about what they hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ArticleId(Model):
    """One identifier of the paper itself, such as ``pii``, with its type as PubMed writes it."""

    type: str
    value: str


class AbstractSection(Model):
    """One paragraph of an abstract; ``label`` as printed (``METHODS``), ``category`` as NLM maps it."""

    text: str
    label: str | None = None
    category: str | None = None
    marked: str | None = None


class OtherAbstract(Model):
    """An abstract in another language or by another writer (``plain-language-summary``)."""

    type: str
    language: str
    sections: tuple[AbstractSection, ...]


class Author(Model):
    """A person (``last``, ``fore``, ``initials``, ``suffix``) or a group (``collective``)."""

    last: str | None = None
    fore: str | None = None
    initials: str | None = None
    suffix: str | None = None
    collective: str | None = None
    orcid: str | None = None
    affiliations: tuple[str, ...] = ()
    equal_contribution: bool = False

    @property
    def name(self) -> str:
        """``Yin K`` or the group's name, as PubMed prints it."""
        if self.collective:
            return self.collective
        return " ".join(part for part in (self.last, self.initials or self.fore, self.suffix) if part)


class Journal(Model):
    """Where it appeared. ``medline_ta`` is NLM's own abbreviation."""

    title: str | None = None
    iso: str | None = None
    medline_ta: str | None = None
    issn: str | None = None
    issn_linking: str | None = None
    nlm_id: str | None = None
    country: str | None = None


class Dates(Model):
    """The dates of a record.

    Attributes:
        print: date of the issue (of a book, its own), ISO prefix; the beginning of a span (``2020 Nov-Dec``).
        electronic: date of electronic publication; of a book's chapter, when it was contributed.
        medline: PubMed's words where the issue's date is a span or a season (``2020 Nov-Dec``, ``2013 Spring``).
        completed, revised: when NLM completed and last revised the record.
        entered: when it entered PubMed (``PubMedPubDate[@PubStatus="entrez"]``).
        sort: one full date, always ten characters: the earlier of electronic and print, missing parts as ``01``;
            of a chapter its contribution; where neither is given, when PubMed first had the record. Empty only
            where PubMed gives no date at all.
    """

    print: str | None = None
    electronic: str | None = None
    medline: str | None = None
    completed: str | None = None
    revised: str | None = None
    entered: str | None = None
    sort: str = ""


class MeshQualifier(Model):
    """A subheading of a MeSH heading."""

    name: str
    ui: str | None = None
    major: bool = False


class MeshHeading(Model):
    """A MeSH descriptor with its qualifiers; ``major`` where the descriptor itself is starred."""

    descriptor: str
    ui: str | None = None
    major: bool = False
    qualifiers: tuple[MeshQualifier, ...] = ()


class Chemical(Model):
    """A substance: name, MeSH UI, CAS registry or EC number (``0`` where there is none)."""

    name: str
    ui: str | None = None
    registry_number: str | None = None


class SupplementaryMesh(Model):
    """A supplementary concept: protocol, disease or organism."""

    name: str
    ui: str | None = None
    type: str | None = None


class Grant(Model):
    """A grant that paid for the work."""

    number: str | None = None
    acronym: str | None = None
    agency: str | None = None
    country: str | None = None


class DataBank(Model):
    """Accession numbers in one data bank: trial registries (``ClinicalTrials.gov``), GEO, figshare."""

    name: str
    accessions: tuple[str, ...] = ()


class Correction(Model):
    """One entry of CommentsCorrectionsList; ``kind`` is NLM's RefType (``RetractionIn``, ``ErratumFor``)."""

    kind: str
    citation: str
    pmid: int | None = None
    note: str | None = None


class Reference(Model):
    """One entry of a reference list, as its source gives it: text, identifiers, or both.

    Attributes:
        position: 1-based place in the source's list, nested lists read in document order.
        text: the citation as printed; empty where the source gives identifiers only.
        title, journal, year, volume, first_page, author: its parts where the source gives them apart.
    """

    position: int
    text: str = ""
    pmid: int | None = None
    doi: str | None = None
    pmcid: str | None = None
    title: str | None = None
    journal: str | None = None
    year: int | None = None
    volume: str | None = None
    first_page: str | None = None
    author: str | None = None


class Book(Model):
    """The book of a PubmedBookArticle: the whole (no section) or the chapter's container."""

    title: str
    publisher: str | None = None
    place: str | None = None
    edition: str | None = None
    isbns: tuple[str, ...] = ()
    accession: str | None = None
    editors: tuple[Author, ...] = ()
    sections: tuple[str, ...] = ()


class Record(Model):
    """One paper, book or chapter.

    ``pmid`` is None only for records that came from elsewhere than PubMed. ``doi`` is normalised (lower case).
    """

    kind: Literal["article", "book"] = "article"
    pmid: int | None = None
    version: int = 1
    status: str | None = None
    doi: str | None = None
    pmcid: str | None = None
    other_ids: tuple[ArticleId, ...] = ()
    title: str = ""
    title_marked: str | None = None
    vernacular_title: str | None = None
    abstract: tuple[AbstractSection, ...] = ()
    abstract_copyright: str | None = None
    other_abstracts: tuple[OtherAbstract, ...] = ()
    authors: tuple[Author, ...] = ()
    authors_complete: bool = True
    investigators: tuple[Author, ...] = ()
    journal: Journal = Journal()
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    languages: tuple[str, ...] = ()
    dates: Dates = Dates()
    publication_status: str | None = None
    publication_types: tuple[str, ...] = ()
    mesh: tuple[MeshHeading, ...] = ()
    supplementary_mesh: tuple[SupplementaryMesh, ...] = ()
    keywords: tuple[str, ...] = ()
    chemicals: tuple[Chemical, ...] = ()
    grants: tuple[Grant, ...] = ()
    data_banks: tuple[DataBank, ...] = ()
    conflict_of_interest: str | None = None
    corrections: tuple[Correction, ...] = ()
    references: tuple[Reference, ...] = ()
    book: Book | None = None

    @property
    def year(self) -> int | None:
        """Year of the sort date."""
        return int(self.dates.sort[:4]) if self.dates.sort else None

    @property
    def label(self) -> str:
        """How the record is named in messages: its PMID, else its DOI, else its title."""
        return f"PMID {self.pmid}" if self.pmid else self.doi or self.title[:60]

    def text(self, field: str) -> str:
        """Give the plain text that annotations of ``field`` point into.

        ``title``; ``abstract`` (sections one a line, each after ``LABEL: `` where it has one); ``keywords`` and
        ``mesh`` (joined with ``; ``, a heading as ``Descriptor/qualifier/qualifier``); ``types`` (publication types);
        ``databanks`` (accessions).

        Raises:
            KeyError: there is no such field; see `TEXT_FIELDS`.
        """
        if field == "title":
            return self.title
        if field == "abstract":
            return "\n".join(f"{part.label}: {part.text}" if part.label else part.text for part in self.abstract)
        if field == "keywords":
            return "; ".join(self.keywords)
        if field == "mesh":
            return "; ".join("/".join((h.descriptor, *(q.name for q in h.qualifiers))) for h in self.mesh)
        if field == "types":
            return "; ".join(self.publication_types)
        if field == "databanks":
            return "; ".join(number for bank in self.data_banks for number in bank.accessions)
        raise KeyError(field)
