"""What a paper of the test corpus is, before any service shows it in its own format."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Source = Literal["pubmed", "icite", "europepmc", "crossref"]

SOURCES: tuple[Source, ...] = ("pubmed", "icite", "europepmc", "crossref")
"""The sources that give references."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Journal:
    """An invented journal."""

    title: str
    abbreviation: str
    nlm_id: str
    issn: str


@dataclass(frozen=True, slots=True)
class Person:
    """An author: a person, or a group where only ``collective`` is given."""

    last: str = ""
    fore: str = ""
    collective: str = ""
    orcid: str = ""
    affiliation: str = ""

    @property
    def initials(self) -> str:
        """``M`` of ``Maren``, ``JP`` of ``Jean-Paul``."""
        return "".join(part[0] for part in re.split(r"[\s-]+", self.fore) if part)

    @property
    def name(self) -> str:
        """``Lindqvist M``, as PubMed prints it."""
        return self.collective or f"{self.last} {self.initials}"


@dataclass(frozen=True, slots=True)
class Correction:
    """A link of a paper to its retraction, erratum, concern; without a PMID where ``pmid`` is None."""

    kind: str
    source: str
    pmid: int | None = None


@dataclass(frozen=True, slots=True)
class Cited:
    """One entry of a reference list, and how each source gives it.

    Attributes:
        pmid: the paper that is really meant, if it is in PubMed.
        forms: source to form. PubMed: ``pmid``, ``doi`` or ``text``; iCite: ``pmid``; Europe PMC: ``pmid`` or ``text``;
            Crossref: ``doi``, ``fields`` or ``text``. A source that does not give the entry is absent.
        journal, volume, page, author, year, title, doi: as the citing paper prints them, misprints and all.
        given: a PMID a source gives although PubMed has no such record.
    """

    forms: Mapping[Source, str]
    pmid: int | None = None
    title: str = ""
    author: str = ""
    journal: str = ""
    year: str = ""
    volume: str = ""
    page: str = ""
    doi: str = ""
    unstructured: str = ""
    given: int | None = None

    @property
    def text(self) -> str:
        """The entry as printed."""
        if self.unstructured:
            return self.unstructured
        place = f"{self.year};{self.volume}:{self.page}" if self.volume else self.year
        return f"{self.author}. {self.title.rstrip('.')}. {self.journal}. {place}."

    @property
    def shown_pmid(self) -> int | None:
        """The PMID that sources in form ``pmid`` give."""
        return self.given or self.pmid


@dataclass(frozen=True, slots=True)
class Paper:
    """One record.

    ``abstract`` is a tuple of (label, text), the label empty for a plain abstract. ``title_markup`` is XML shown in
    place of the title. ``mesh`` are ``Descriptor/qualifier`` with ``*`` behind what is a major topic; ``mesh_ui``
    gives their identifiers. ``book`` is the title of the book a chapter belongs to. ``versions`` counts the versions
    of the record, of which efetch gives the last.
    """

    pmid: int
    title: str
    journal: Journal
    year: int
    month: int = 1
    day: int = 1
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    pmcid: str = ""
    abstract: tuple[tuple[str, str], ...] = ()
    authors: tuple[Person, ...] = ()
    types: tuple[str, ...] = ("Journal Article",)
    mesh: tuple[str, ...] = ()
    mesh_ui: Mapping[str, str] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()
    chemicals: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    trials: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    references: tuple[Cited, ...] = ()
    title_markup: str = ""
    vernacular: str = ""
    language: str = "eng"
    medline_date: str = ""
    conflict: str = ""
    book: str = ""
    versions: int = 1
    in_icite: bool = True
    in_europepmc: bool = True
    in_crossref: bool = True
    nested_references: bool = False

    @property
    def date(self) -> str:
        """Date of publication as ``YYYY/MM/DD``, the form PubMed's date ranges compare."""
        return f"{self.year:04}/{self.month:02}/{self.day:02}"

    @property
    def text(self) -> str:
        """Everything a search looks through."""
        return " ".join(
            (
                self.title,
                self.book,
                *(text for _, text in self.abstract),
                *self.keywords,
                *self.mesh,
                *self.trials,
                self.journal.title,
                *(author.name for author in self.authors),
            )
        )

    @property
    def first_page(self) -> str:
        """``101`` of ``101-110``."""
        return self.pages.split("-")[0]

    def cited_in(self, source: Source) -> tuple[Cited, ...]:
        """Give the references that one source lists, in order of citation."""
        return tuple(cited for cited in self.references if source in cited.forms)


@dataclass(frozen=True, slots=True)
class Trial:
    """One registered study, with the fields of a registry that the tests use.

    ``status`` may be empty: the entry has none then. ``spoilt``: its number of people is a text, against the schema.
    """

    nct: str
    title: str
    status: str
    conditions: tuple[str, ...]
    interventions: tuple[str, ...]
    phases: tuple[str, ...] = ()
    enrollment: int = 0
    start: str = ""
    updated: str = "2025-03-01"
    sponsor: str = ""
    aliases: tuple[str, ...] = ()
    secondary: tuple[str, ...] = ()
    summary: str = "This trial is invented, so that a registry can be asked for one."
    why_stopped: str = ""
    reports: tuple[int, ...] = ()
    spoilt: bool = False

    @property
    def text(self) -> str:
        """All its words."""
        return " ".join((self.nct, self.title, self.summary, self.sponsor, *self.conditions, *self.interventions))
