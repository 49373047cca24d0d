"""A fetch that is killed at any moment leaves a sound library, and the next run finishes the work."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Exokb
from tests.upstream import Upstream

COUNT = 1_000
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


def _has_tables(exokb: Exokb) -> bool:
    return exokb.library.exists() and bool(exokb.query("SELECT 1 FROM sqlite_master WHERE name = 'record'"))
