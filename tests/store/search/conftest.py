"""A library of invented records. None of these papers exists."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from exokb.domain.notices import find_notices
from exokb.domain.record import (
    AbstractSection,
    Author,
    Correction,
    DataBank,
    Dates,
    Journal,
    MeshHeading,
    MeshQualifier,
    Record,
)
from exokb.query.facet_names import NO_NAMES, FacetNames
from exokb.query.fields import fold_type
from exokb.query.match import document_of
from exokb.query.synonyms import Group, Synonyms, build_synonyms
from exokb.store.migrate import upgrade
from exokb.store.search.index import add_to_index
from exokb.store.search.words import NAMES_KEY, SYNONYMS_KEY

FIRST_PMID = 990_000_001
SYNONYMS = build_synonyms(
    [
        (
            Group("vesicle", ("extracellular vesicle",), ("exosome", "microvesicle"), ("exosome", "microvesicle")),
            ("EV",),
        ),
        (Group("exosome", ("exosome", "micro-vesicle")), ("exo",)),
        (Group("stem cell", ("stem cell", "mesenchymal"), ("co-culture",), ("culture",)), ("MSC", "SC")),
        (Group("kidney injury", ("kidney injury", "renal injury")), ("AKI", "injury of kidney")),
        (Group("tumour", ("tumour", "fibroblast")), ("neoplasm", "AIM")),
        (Group("transforming growth factor", ("TGF-β", "signalling")), ()),
    ],
    "test",
)
"""Not those of the vocabularies: what is tested is that both searches read them alike."""

WORDS = (
    "exosome", "exosomes", "vesicle", "vesicles", "micro-vesicle", "microvesicles", "extracellular", "mesenchymal",
    "stem", "stem-cell", "cells", "co-culture", "coculture", "miR-21", "miR21", "let-7c", "TGF-β1", "TGFbeta", "IL-10",
    "CD63⁺", "ischaemia", "ischemia", "tumour", "tumors", "oedema", "kidney", "renal", "liver", "cardiac", "injury",
    "rats", "mice", "fibrosis", "fibroblast", "fibre", "therapies", "therapy", "analysis", "analyses", "signalling",
    "signaling", "Williams", "Young", "Long",
)  # fmt: skip
SURNAMES = ("Young", "Long", "Williams", "Kwon-Lee", "O'Brien", "Müller", "van der Berg", "Yin")
FORENAMES = ("Kan Su", "Ada", "Jean-Luc", "Otto")
JOURNALS = (
    Journal(title="Stem cells (Dayton, Ohio)", iso="Stem Cells", issn="1066-5099"),
    Journal(title="Stem cells international", iso="Stem Cells Int"),
    Journal(title="Journal of invented vesicles", iso="J Invent Vesicles"),
)
HEADINGS = ("Extracellular Vesicles", "Mesenchymal Stem Cells", "Stem Cells", "Kidney", "Kidney Diseases")
TYPES = ("Journal Article", "Review", "Systematic Review", "Clinical Trial", "Retracted Publication")


def invent_records(count: int, seed: int = 7) -> list[Record]:
    """Make records of random words, the same for the same seed."""
    rng = random.Random(seed)

    def words(most: int) -> str:
        return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, most)))

    def section() -> AbstractSection:
        return AbstractSection(text=words(25), label=rng.choice([None, "AIM"]))

    def author() -> Author:
        fore = rng.choice(FORENAMES)
        initials = "".join(part[0] for part in fore.replace("-", " ").split())
        return Author(last=rng.choice(SURNAMES), fore=fore, initials=initials)

    def heading() -> MeshHeading:
        qualifiers = tuple(
            MeshQualifier(name=name, major=rng.random() < 0.3)
            for name in ("metabolism", "injuries")
            if rng.random() < 0.4
        )
        return MeshHeading(descriptor=rng.choice(HEADINGS), major=rng.random() < 0.4, qualifiers=qualifiers)

    records = []
    for number in range(count):
        year = rng.choice([None, 2017, 2018, 2019, 2020, 2021])
        retracted = rng.random() < 0.1
        records.append(
            Record(
                pmid=FIRST_PMID + number if rng.random() < 0.95 else None,
                doi=f"10.5555/invented.{number}" if rng.random() < 0.7 else None,
                title=words(6),
                abstract=tuple(section() for _ in range(rng.randint(0, 2))),
                keywords=tuple(words(2) for _ in range(rng.randint(0, 3))),
                authors=tuple(author() for _ in range(rng.randint(0, 3))),
                journal=rng.choice(JOURNALS),
                languages=(rng.choice(["eng", "chi"]),),
                dates=Dates(sort=f"{year}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}" if year else ""),
                publication_types=tuple(dict.fromkeys(rng.choice(TYPES[:-1]) for _ in range(rng.randint(1, 2)))),
                mesh=tuple(heading() for _ in range(rng.randint(0, 3))),
                data_banks=(DataBank(name="ClinicalTrials.gov", accessions=(f"NCT9900000{rng.randint(1, 3)}",)),)
                if rng.random() < 0.2
                else (),
                corrections=(Correction(kind="RetractionIn", citation="Invented"),) if retracted else (),
            )
        )  # fmt: skip
    return records


class Library:
    """A library file with what a search reads."""

    def __init__(self, path: Path) -> None:
        upgrade(path, now=datetime(2026, 1, 1, tzinfo=UTC))
        self.connection = sqlite3.connect(path)
        self.records: dict[int, Record] = {}

    def add(self, record: Record) -> int:
        """Store and index a record; give its id."""
        document = document_of(record)
        cursor = self.connection.execute(
            "INSERT INTO record (pmid, doi, kind, title, first_author, journal, year, sort_date, retracted, notices,"
            " document, source, added_at, updated_at) VALUES (?, ?, 'article', ?, ?, ?, ?, ?, ?, ?, ?, 'test', ?, '')",
            (
                record.pmid,
                record.doi,
                record.title,
                record.authors[0].name if record.authors else None,
                record.journal.iso,
                record.year,
                record.dates.sort,
                "retracted" in find_notices(record),
                "; ".join(find_notices(record)),
                record.model_dump_json(exclude_defaults=True, exclude={"references"}),
                f"2026-01-{len(self.records) % 28 + 1:02d}",
            ),
        )
        record_id = cursor.lastrowid or 0
        add_to_index(self.connection, [(record_id, document)])
        for kind in record.publication_types:
            self.tag(record_id, "type", fold_type(kind), kind)
        self.records[record_id] = record
        return record_id

    def tag(self, record_id: int, facet: str, value: str, label: str = "") -> None:
        """Say that a record has a facet value."""
        run = self.connection.execute
        run("INSERT OR IGNORE INTO term (facet, value, label) VALUES (?, ?, ?)", (facet, value, label or value))
        run(
            "INSERT OR IGNORE INTO record_term (term_id, record_id)"
            " SELECT id, ? FROM term WHERE facet = ? AND value = ?",
            (record_id, facet, value),
        )

    def keep_words(self, synonyms: Synonyms | None = None, names: FacetNames = NO_NAMES) -> None:
        """Keep words of searches, as the vocabularies give them to a real library."""
        for key, text in ((SYNONYMS_KEY, synonyms.dumps() if synonyms else ""), (NAMES_KEY, names.dumps())):
            self.connection.execute("INSERT OR REPLACE INTO library_info (key, value) VALUES (?, ?)", (key, text))

    def cite(self, citing_id: int, pmid: int | None = None, doi: str | None = None) -> None:
        """Say that a record cites a paper."""
        self.connection.execute(
            "INSERT INTO reference (citing_id, cited_pmid, cited_doi) VALUES (?, ?, ?)", (citing_id, pmid, doi)
        )

    def add_trial(self, trial_id: str, status: str, phases: str = "") -> int:
        """Store a trial; give its row."""
        row = self.connection.execute(
            "INSERT INTO trial (trial_id, registry, title, status, phases, document, source, observed_at)"
            " VALUES (?, 'ClinicalTrials.gov', '', ?, ?, '{}', 'test', '')",
            (trial_id, status, phases),
        ).lastrowid
        self.number(row or 0, trial_id, "own")
        return row or 0

    def number(self, trial_row: int, number: str, kind: str) -> None:
        """Say that a trial goes by a number."""
        self.connection.execute("INSERT INTO trial_number VALUES (?, ?, ?)", (number, trial_row, kind))

    def report(self, trial_row: int, pmid: int, kind: str) -> None:
        """Say that a trial lists a paper."""
        self.connection.execute("INSERT INTO trial_reference VALUES (?, ?, ?)", (trial_row, pmid, kind))

    def add_list(self, name: str, record_ids: Sequence[int]) -> None:
        """Make a reading list."""
        list_id = self.connection.execute(
            "INSERT INTO reading_list (name, created_at) VALUES (?, '')", (name,)
        ).lastrowid
        self.connection.executemany(
            "INSERT INTO reading_list_item (list_id, record_id, position, added_at, origin) VALUES (?, ?, 0, '', '')",
            [(list_id, record_id) for record_id in record_ids],
        )


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library."""
    made = Library(tmp_path / "library.db")
    yield made
    made.connection.close()


@pytest.fixture(scope="session")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A hundred invented records; not to be changed."""
    made = Library(tmp_path_factory.mktemp("invented") / "library.db")
    made.keep_words(SYNONYMS)
    for record in invent_records(100):
        made.add(record)
    yield made
    made.connection.close()


@pytest.fixture(scope="session")
def synonyms() -> Synonyms:
    """The synonyms of the invented library."""
    return SYNONYMS


@pytest.fixture(scope="session")
def inventor() -> Callable[[int, int], list[Record]]:
    """Makes invented records: (count, seed)."""
    return invent_records


@pytest.fixture(scope="session")
def empty_library() -> Callable[[Path], Library]:
    """Makes a library file; who asks for it closes it."""
    return Library
