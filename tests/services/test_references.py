"""What one paper's references lead to is not lost on another that cites the same work."""

from __future__ import annotations

from pathlib import Path

import pytest

from exokb.app import App
from exokb.domain.identifiers import Identifier, Pmid
from exokb.domain.payload import Payload
from exokb.domain.record import Author, Dates, Record, Reference
from exokb.services.fetch import FetchRequest, fetch
from exokb.settings import load_settings
from exokb.sources.interface import ParsedRecords, SourceSet
from exokb.store.reading import get_references
from tests.services.fake_source import NOW

CITED = Record(
    pmid=990000003,
    title="Vesicles of stromal cells keep the tubules of injured kidneys whole",
    authors=(Author(last="Doe", initials="J"),),
    volume="7",
    pages="125-30",
    dates=Dates(print="2016", sort="2016-01-01"),
)
BY_TEXT = Record(
    pmid=990000001,
    title="A review that cites by text",
    references=(Reference(position=1, text=f"Doe J. {CITED.title}. J Test. 2016;7(1):125."),),
)
BY_NUMBER = Record(
    pmid=990000002, title="A review that cites by number", references=(Reference(position=1, pmid=CITED.pmid),)
)


class Shelf:
    """A source that has the three papers."""

    name = "pubmed"
    batch_size = 10

    def fetch_records(self, pmids: list[Pmid]) -> Payload:
        return Payload(self.name, "test", "text/plain", ",".join(map(str, pmids)).encode(), NOW)

    def parse_records(self, body: bytes) -> ParsedRecords:
        shelf = {record.pmid: record for record in (CITED, BY_TEXT, BY_NUMBER)}
        return ParsedRecords(tuple(enumerate((shelf[int(pmid)] for pmid in body.split(b",")), 1)))


@pytest.mark.parametrize("order", [(990000001, 990000002), (990000002, 990000001)])
def test_a_reference_recognised_through_another_paper_stays_so(tmp_path: Path, order: tuple[int, int]) -> None:
    sources = SourceSet(records=Shelf())  # type: ignore[arg-type]  # it takes lists only, and gets no others
    app = App(load_settings(environment={}, home=tmp_path), clock=lambda: NOW, given_sources=sources)
    seeds = tuple(Identifier("pmid", str(pmid)) for pmid in order)
    report = fetch(app, FetchRequest(seeds, references=True))
    assert report.references is not None
    assert (report.references.united.resolved, report.references.united.unresolved) == (2, 0)
    with app.library.reading() as connection:
        for record_id in (1, 2):
            assert [r.pmid for r in get_references(connection, record_id)] == [CITED.pmid]
    app.close()
