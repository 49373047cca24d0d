"""A text index that is not whole is found by the doctor and mended by one command."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from exokb.cli.main import run


def test_the_doctor_finds_it_and_reindex_mends_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXOKB_HOME", str(tmp_path))
    library = str(tmp_path / "demo.exokb")
    assert run(["demo", library]) == 0
    raw = sqlite3.connect(library, isolation_level=None)
    raw.execute("INSERT INTO record_text_index(record_text_index) VALUES ('delete-all')")
    raw.close()
    capfd.readouterr()
    assert run(["doctor", "--db", library]) == 6
    assert "exokb db reindex" in capfd.readouterr().out
    assert run(["db", "reindex", "--db", library]) == 0
    assert "28 papers indexed" in capfd.readouterr().err
    assert run(["doctor", "--db", library]) == 0
    assert run(["search", "--count", "exosomes", "--db", library]) == 0
    assert int(capfd.readouterr().out.splitlines()[-1]) > 10
