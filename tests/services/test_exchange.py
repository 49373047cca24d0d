"""Files go in the same however they are read, and what is in the library is passed over only where that is safe."""

from __future__ import annotations

import gzip
import multiprocessing
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from exokb.app import App
from exokb.query.criteria import Criteria
from exokb.query.match import Matcher
from exokb.services import exchange, prepare
from exokb.services.exchange import ImportReport, import_files
from exokb.services.ingest import Ingest
from exokb.services.retrieve import Failure
from exokb.settings import load_settings
from exokb.sources.pubmed.parse import parse_records
from tests.upstream import bulk, load_written
from tests.upstream.pubmedxml import file_xml, record_xml

COUNT = 1_100
TABLES = (
    "record", "payload", "term", "annotation", "record_term", "reference", "reference_source", "reference_check",
    "record_text_index_data", "record_text_index_docsize",
)  # fmt: skip


def make_app(folder: Path, name: str) -> App:
    settings = load_settings(db=str(folder / f"{name}.exokb"), environment={}, home=folder)
    return App(settings, clock=lambda: datetime(2026, 11, 23, 12, tzinfo=UTC))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    made = make_app(tmp_path, "library")
    yield made
    made.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More records than one transaction takes, some of them citing one another, one in two versions."""
    papers = [*load_written(), *bulk(COUNT)]
    text = file_xml(papers, deleted=[papers[-1].pmid])
    again = record_xml(papers[3], version=2)
    path = tmp_path_factory.mktemp("files") / "update.xml.gz"
    path.write_bytes(gzip.compress(text.replace("</PubmedArticle>", f"</PubmedArticle>\n{again}", 1).encode()))
    return path


def rows(app: App) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(app.library.path)) as connection:
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}


def figures(report: ImportReport) -> tuple[object, ...]:
    failures = [(failure.asked, str(failure.error)) for failure in report.failures]
    return report.read, report.matched, report.deleted, dict(report.ingest.outcomes), failures


def spoiled(path: Path, folder: Path) -> Path:
    """The same file with one record broken, and cut off in its middle."""
    text = gzip.decompress(path.read_bytes())
    text = re.sub(rb"<PMID Version=\"1\">(\d+)</PMID>", rb"<PMID Version='1'>?</PMID>", text, count=1)
    target = folder / "spoiled.xml.gz"
    target.write_bytes(gzip.compress(text)[:-2000])
    return target


def count_parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    parsed: list[bytes] = []

    def parse(body: bytes, *, first: int, offset: int) -> object:
        parsed.append(body)
        return parse_records(body, first=first, offset=offset)

    monkeypatch.setattr(prepare, "parse_records", parse)
    return parsed


def test_workers_make_the_same_library(tmp_path: Path, file: Path) -> None:
    alone, helped = make_app(tmp_path, "alone"), make_app(tmp_path, "helped")
    one = import_files(alone, [file, spoiled(file, tmp_path)])
    other = import_files(helped, [file, spoiled(file, tmp_path)], processes=2)
    assert figures(one) == figures(other)
    assert one.ingest.outcomes["added"] > COUNT
    assert one.failures
    assert rows(alone) == rows(helped)
    alone.close()
    helped.close()


def test_one_record_at_a_time_makes_the_same_library(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once, singly = make_app(tmp_path, "at_once"), make_app(tmp_path, "singly")
    import_files(at_once, [file])
    monkeypatch.setattr(exchange, "_BATCHES_AT_ONCE", 1)
    import_files(singly, [file])
    assert rows(at_once)["record"] == rows(singly)["record"]
    for table in set(TABLES) - {"record_text_index_data"}:
        assert rows(at_once)[table] == rows(singly)[table], table
    at_once.close()
    singly.close()


def test_workers_that_die_cost_nothing(app: App, file: Path) -> None:
    report = import_files(app, [file], processes=2, matches=_dies_in_a_worker)
    assert report.failures == []
    assert report.ingest.outcomes["added"] > COUNT


def _dies_in_a_worker(record: object) -> bool:
    if multiprocessing.parent_process() is not None:
        os._exit(3)
    return True


def test_a_query_chooses_what_workers_keep(app: App, file: Path) -> None:
    matches = Matcher(Criteria(text="kidney")).matches
    report = import_files(app, [file], processes=2, matches=matches)
    assert 0 < report.matched < report.read
    assert report.ingest.outcomes.total() == report.matched


def test_what_is_stored_as_it_is_is_not_read_again(app: App, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = import_files(app, [file])
    before = rows(app)
    parsed = count_parsed(monkeypatch)
    again = import_files(app, [file])
    assert len(parsed) == 2, "the first piece holds a record in two versions, the last a deletion"
    assert (again.read, again.matched, again.deleted) == (first.read, first.matched, first.deleted)
    assert again.ingest.outcomes["unchanged"] == first.ingest.outcomes["added"]
    assert rows(app) == before


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM record WHERE id = 500",
        "UPDATE record SET payload_id = 1 WHERE id = 500",
        "UPDATE payload SET parsed_with = '0.0.0'",
        "UPDATE payload SET parsed_with = NULL",
    ],
)
def test_whatever_changed_is_read_again(app: App, file: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    import_files(app, [file])
    with closing(sqlite3.connect(app.library.path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(change)
    parsed = count_parsed(monkeypatch)
    report = import_files(app, [file])
    assert len(parsed) == (3 if "record" in change else 6)
    assert report.ingest.outcomes["added"] == ("DELETE" in change)
    parsed.clear()
    import_files(app, [file])
    assert len(parsed) == 2 or "UPDATE record" in change


def test_a_piece_with_a_failure_tells_it_every_time(app: App, file: Path, tmp_path: Path) -> None:
    broken = spoiled(file, tmp_path)
    first = [str(failure.error) for failure in import_files(app, [broken]).failures]
    assert len(first) == 2
    assert [str(failure.error) for failure in import_files(app, [broken]).failures] == first


def test_all_of_a_file_after_a_part_of_it(app: App, file: Path) -> None:
    part = import_files(app, [file], matches=Matcher(Criteria(text="kidney")).matches)
    rest = import_files(app, [file])
    assert rest.ingest.outcomes["added"] + part.ingest.outcomes["added"] > COUNT


def test_a_new_vocabulary_neither_hides_nor_annotates_what_is_stored(app: App, file: Path, tmp_path: Path) -> None:
    import_files(app, [file])
    before = rows(app)["annotation"]
    newer = make_app(tmp_path, "library")
    newer.annotator.vocabulary = replace(newer.annotator.vocabulary, version="later")
    report = import_files(newer, [file])
    assert report.ingest.outcomes["added"] == 0
    assert rows(newer)["annotation"] == before
    newer.close()


def test_interrupted_between_transactions_and_taken_up_again(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, broken = make_app(tmp_path, "whole"), make_app(tmp_path, "broken")
    import_files(whole, [file])
    store = Ingest.store_prepared

    def store_once(self: Ingest, batches: object) -> object:
        if self.report.outcomes:
            raise KeyboardInterrupt
        return store(self, batches)  # type: ignore[arg-type]  # passed on as it is

    with monkeypatch.context() as patched:
        patched.setattr(Ingest, "store_prepared", store_once)
        with pytest.raises(KeyboardInterrupt):
            import_files(broken, [file], processes=2)
    stored = len(rows(broken)["record"])
    assert 0 < stored < COUNT
    report = import_files(broken, [file], processes=2)
    assert report.ingest.outcomes["added"] == len(rows(whole)["record"]) - stored
    for table in ("record", "annotation", "record_term", "reference", "reference_check"):
        assert rows(whole)[table] == rows(broken)[table], table
    whole.close()
    broken.close()


def test_what_came_before_a_break_is_stored(app: App, file: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.xml.gz"
    cut.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    report = import_files(app, [cut], processes=2)
    assert [type(failure) for failure in report.failures] == [Failure]
    assert "breaks off" in str(report.failures[0].error)
    assert report.ingest.outcomes["added"] > 100
