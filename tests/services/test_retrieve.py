"""Every reply is held against what was asked: nothing is lost, nothing is believed that was not asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from exokb.app import App
from exokb.domain.identifiers import Pmid
from exokb.services.ingest import Ingest
from exokb.services.retrieve import OUTAGE, Retriever, RetrieveReport, batches_of
from exokb.settings import load_settings
from exokb.sources.interface import SourceSet
from tests.services.fake_source import NOW, FakeSource, unavailable


@pytest.fixture
def retrieve(tmp_path: Path) -> Callable[..., RetrieveReport]:
    def run(source: FakeSource, pmids: list[int], **more: object) -> RetrieveReport:
        settings = load_settings(environment={}, home=tmp_path)
        app = App(settings, clock=lambda: NOW, given_sources=SourceSet(records=source))
        wanted = [Pmid(pmid) for pmid in pmids]
        try:
            return Retriever(app, Ingest(app)).retrieve(list(batches_of(wanted, source.batch_size)), **more)  # type: ignore[arg-type]  # keywords pass through
        finally:
            app.close()

    return run


def stored(report: RetrieveReport) -> list[int]:
    return sorted(report.stored)


def test_all_is_stored_and_each_asked_once(retrieve: Callable[..., RetrieveReport]) -> None:
    source = FakeSource(10)
    report = retrieve(source, [*range(1, 11), 3, 3])
    assert stored(report) == list(range(1, 11))
    assert sorted(pmid for batch in source.asked for pmid in batch) == list(range(1, 11))
    assert not report.failures


def test_what_is_missing_is_asked_again_once_and_then_named(retrieve: Callable[..., RetrieveReport]) -> None:
    source = FakeSource(3)
    report = retrieve(source, [1, 2, 3, 99])
    assert stored(report) == [1, 2, 3]
    assert [failure.asked for failure in report.failures] == ["PMID 99"]
    assert source.asked == [(1, 2, 3, 99), (99,)]


def test_order_and_doubles_do_not_matter(retrieve: Callable[..., RetrieveReport]) -> None:
    report = retrieve(FakeSource(4, lambda pmids: [*reversed(pmids), *pmids]), [1, 2, 3, 4])
    assert stored(report) == [1, 2, 3, 4]
    assert not report.failures


def test_what_was_not_asked_for_is_not_stored_and_said(retrieve: Callable[..., RetrieveReport]) -> None:
    report = retrieve(FakeSource(4, lambda pmids: [*pmids, 777]), [1, 2])
    assert stored(report) == [1, 2]
    assert any("777" in note for note in report.notes)


def test_a_record_that_is_not_the_one_looked_for_is_refused(retrieve: Callable[..., RetrieveReport]) -> None:
    report = retrieve(FakeSource(4), [1, 2], accept={Pmid(2): lambda record: f"{record.title} is another"})
    assert stored(report) == [1]
    assert report.refused == {2: "Paper 2 is another"}
    assert not report.failures


def test_a_reply_that_cannot_be_read_is_asked_for_in_pieces(retrieve: Callable[..., RetrieveReport]) -> None:
    """One record breaks every reply it is in: the others still come."""

    def spoil(pmids: list[int]) -> list[int]:
        if 3 in pmids:
            raise unavailable()
        return pmids

    report = retrieve(FakeSource(4, spoil), [1, 2, 3, 4])
    assert {1, 2} <= set(report.stored)
    assert {failure.asked for failure in report.failures} <= {"PMID 3", "PMID 4"}


def test_the_good_records_of_a_broken_reply_are_kept(retrieve: Callable[..., RetrieveReport]) -> None:
    def spoil(pmids: list[int]) -> list[int]:
        raise unavailable(b"[1, 2]")

    report = retrieve(FakeSource(4, spoil), [1, 2, 3, 4])
    assert stored(report) == [1, 2]
    assert [failure.asked for failure in report.failures] == ["PMID 3", "PMID 4"]


def test_a_source_that_is_down_is_not_asked_for_everything(retrieve: Callable[..., RetrieveReport]) -> None:
    def spoil(_: list[int]) -> list[int]:
        raise unavailable()

    source = FakeSource(4, spoil)
    wanted = list(range(1, 401))
    report = retrieve(source, wanted)
    assert len(report.failures) == len(wanted)
    assert len(source.asked) < 8 * OUTAGE, "100 batches were wanted"
    assert any("not tried" in str(failure.error) for failure in report.failures)
