"""A library of invented papers, stored as a fetch stores them. None of these papers exists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from exokb.app import App
from exokb.domain.payload import Payload
from exokb.domain.record import AbstractSection, Author, Dates, Journal, Record
from exokb.services.ingest import Ingest
from exokb.settings import load_settings

KIDNEY, HEART, LIVER = 990000101, 990000102, 990000103


def paper(pmid: int, title: str, *sections: tuple[str | None, str], year: int = 2020, author: str = "Yin") -> Record:
    return Record(
        pmid=pmid,
        doi=f"10.5555/door.{pmid}",
        title=title,
        authors=(Author(last=author, initials="K"), Author(last="Zhao", initials="R")),
        journal=Journal(iso="J Invent Vesicles"),
        abstract=tuple(AbstractSection(text=text, label=label) for label, text in sections),
        dates=Dates(sort=f"{year}-05-05"),
    )


PAPERS = (
    paper(
        KIDNEY,
        "Exosomes from adipose mesenchymal stem cells carrying miR-21-5p protect mice from acute kidney injury",
        ("METHODS", "Exosomes were isolated from human adipose mesenchymal stem cells and injected into mice."),
        ("RESULTS", "The exosomes carried miR-21-5p. Injured kidneys of treated mice recovered."),
        ("CONCLUSIONS", "Exosomal miR-21-5p relieves acute kidney injury. Larger animals should be studied next."),
    ),
    paper(
        HEART,
        "Bone marrow mesenchymal stem cell exosomes in myocardial infarction",
        (
            None,
            "Exosomes of bone marrow mesenchymal stem cells were given to rats with myocardial infarction. "
            "The exosomes contained VEGF and the scar shrank. "
            "These results suggest that such exosomes mend the infarcted heart. The work was paid for by nobody.",
        ),
        year=2021,
        author="Zhao",
    ),
    paper(LIVER, "A tale of liver fibrosis in mice", (None, "Mice with liver fibrosis were watched."), year=2021),
)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """An application with a library of its own, on a day that stands still."""
    settings = load_settings(db=str(tmp_path / "library.exokb"), environment={}, home=tmp_path)
    made = App(settings, clock=lambda: datetime(2026, 11, 23, 12, tzinfo=UTC))
    yield made
    made.close()


def store(app: App, *records: Record) -> None:
    payload = Payload("pubmed", "test", "application/xml", repr(records).encode(), app.clock())
    Ingest(app).store(payload, list(enumerate(records, 1)))


@pytest.fixture
def filled(app: App) -> App:
    """The application with the invented papers."""
    store(app, *PAPERS)
    return app
