"""A fetch that is killed at any moment leaves a sound library, and the next run finishes the work."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Exokb
from tests.upstream import Upstream, bulk
from tests.upstream.pubmedxml import file_xml

COUNT = 1_000
IMPORTED = 3_000
MOMENTS = (0.15, 0.4, 0.7, 0.9, 1.1, 1.3, 1.6, 2.0)


@pytest.mark.parametrize("seconds", MOMENTS)
def test_killed_and_taken_up_again(tmp_path: Path, seconds: float) -> None:
    with Upstream(COUNT, written=False, latency=0.1) as upstream:
        exokb = Exokb(tmp_path, upstream.environment())
        wanted = upstream.corpus.pmids
        (tmp_path / "pmids.txt").write_text("\n".join(map(str, wanted)))
        exokb.kill_after(seconds, "fetch", "@pmids.txt")
        stored = exokb.pmids() if _has_tables(exokb) else set()
        if stored:
            assert exokb.query("PRAGMA quick_check") == [("ok",)]
            half = "SELECT count(*) FROM record WHERE payload_id IS NULL OR vocabulary IS NULL"
            assert exokb.query(half) == [(0,)]
        upstream.requests.clear()
        exokb.run("fetch", "@pmids.txt")
        assert exokb.pmids() == set(wanted)
        again = upstream.requests.count("efetch")
        assert again <= -(-(len(wanted) - len(stored)) // 200), "what is stored is not fetched again"
        index = "SELECT count(*) FROM record_text_index_docsize"
        assert exokb.query(index) == [(COUNT,)]


@pytest.mark.parametrize("seconds", [0.5, 1.0, 1.6, 2.2, 3.0])
def test_an_import_killed_and_taken_up_again(tmp_path: Path, seconds: float) -> None:
    exokb = Exokb(tmp_path)
    (tmp_path / "update.xml").write_text(file_xml(bulk(IMPORTED)), encoding="utf-8")
    exokb.kill_after(seconds, "import", "update.xml")
    stored = len(exokb.pmids()) if _has_tables(exokb) else 0
    if stored:
        assert exokb.query("PRAGMA quick_check") == [("ok",)]
        half = "SELECT count(*) FROM record WHERE payload_id IS NULL OR vocabulary IS NULL"
        assert exokb.query(half) == [(0,)]
    said = exokb.run("import", "update.xml").stderr
    assert len(exokb.pmids()) == IMPORTED
    assert exokb.query("SELECT count(*) FROM record_text_index_docsize") == [(IMPORTED,)]
    assert exokb.query("SELECT count(*) FROM reference_check") == [(IMPORTED,)]
    if IMPORTED > stored > 0:
        assert f"{IMPORTED - stored} added" in said.replace(",", "")


def _has_tables(exokb: Exokb) -> bool:
    return exokb.library.exists() and bool(exokb.query("SELECT 1 FROM sqlite_master WHERE name = 'record'"))
