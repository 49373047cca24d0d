"""``exokb trials import`` as a person meets it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.upstream.trial_tables import UNTIL_2023, study, table, today, until_2023


def save(path: Path, content: str | bytes) -> str:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def test_a_download_and_then_a_newer_one(bare: Cli, tmp_path: Path) -> None:
    before = save(tmp_path / "before.csv", table([until_2023(1), until_2023(2)], UNTIL_2023))
    newer = [today(1, Study_Status="COMPLETED", Last_Update_Posted="2025-01-01"), today(3)]
    now = save(tmp_path / "now.csv", "\ufeff" + table(newer))
    said = bare("trials", "import", before)
    assert (said.out, said.err) == ("", "2 trials read, 2 added\n")
    said = bare("trials", "import", now, "--dry-run")
    assert said.err == "would be: 2 trials read, 1 added, 1 updated\n"
    assert bare("trials", "import", now, "--observed", "2025-02-01").err == "2 trials read, 1 added, 1 updated\n"
    assert bare("trials", "import", now, before).err == "4 trials read, 4 unchanged\n"


def test_what_is_wrong_is_told_one_by_one_and_the_rest_goes_on(bare: Cli, tmp_path: Path) -> None:
    rows = [
        today(1),
        today(2, NCT_Number=""),
        today(3, NCT_Number="CTRI/2020"),
        today(4, Study_Status=""),
        today(5, Last_Update_Posted="yesterday"),
        today(6, Study_Status="PAUSED", Phases="PHASE9"),
    ]
    source = save(tmp_path / "table.csv", table(rows))
    said = bare("trials", "import", source, "missing.json", save(tmp_path / "one.json", study(7)), code=3)
    assert said.err.splitlines()[:2] == [
        "4 trials read, 4 added, 4 rejected, 1 without a status",
        "kept as they came, since this version of exokb does not know them: phase PHASE9 (1), status PAUSED (1)",
    ]
    for told in (
        "table.csv: NCT Number at line 4: is missing",
        "table.csv: NCT Number at line 6: 'CTRI/2020' is no NCT number",
        "table.csv: NCT99000004 at line 8: has no status; the rest is kept",
        "table.csv: NCT99000005, Last Update Posted at line 10: 'yesterday' is no date",
        "missing.json: cannot be read: No such file or directory",
    ):
        assert told in said.err
    assert "7 read" not in said.err


def test_many_failures_do_not_bury_the_rest(bare: Cli, tmp_path: Path) -> None:
    rows = [today(number, Enrollment="many") for number in range(1, 100)]
    said = bare("trials", "import", save(tmp_path / "table.csv", table(rows)), code=3)
    assert said.err.startswith("0 trials read, 99 rejected\n")
    assert "and 79 more that failed" in said.err
    assert not bare.library.exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "it is empty"),
        ("Titre;Statut\r\nÉtude;x\r\n".encode("cp1252"), "no column 'NCT Number'; the columns are 'Titre', 'Statut'"),
        (b"<html>", "it looks like XML or HTML"),
        (b"kite\0" * 100, "it is no text"),
        (b"PK\x05\x06" + bytes(18), "the zip is empty"),
    ],
)
def test_another_file_is_refused(bare: Cli, tmp_path: Path, content: bytes, told: str) -> None:
    said = bare("trials", "import", save(tmp_path / "other.csv", content), code=2)
    assert f"other.csv: {told}" in said.err
    assert "  → " in said.err
    assert not bare.library.exists()


@pytest.mark.parametrize("day", ["2022", "15.01.2022", "2999-01-01", ""])
def test_a_day_that_is_none(bare: Cli, tmp_path: Path, day: str) -> None:
    source = save(tmp_path / "one.json", study(1))
    assert "--observed" in bare("trials", "import", source, "--observed", day, code=2).err
    assert not bare.library.exists()


def test_a_name_that_is_no_text(bare: Cli, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/k\xefte.json"
    try:
        Path(os.fsdecode(path)).write_text(study(1))
    except OSError:
        pytest.skip("this file system takes only names in UTF-8")
    assert bare("trials", "import", os.fsdecode(path)).err == "1 trial read, 1 added\n"


@pytest.mark.parametrize("content", [study(1), table([today(1)]), table([until_2023(1)], UNTIL_2023)])
def test_import_of_papers_points_to_it(bare: Cli, tmp_path: Path, content: str) -> None:
    said = bare("import", save(tmp_path / "trials.csv", content), code=2)
    assert "`exokb trials import FILE`" in said.err


def test_imported_trials_are_shown_with_the_papers_that_name_them(cli: Cli, tmp_path: Path) -> None:
    rows = [today(1, Study_Status="TERMINATED", Last_Update_Posted="2026-01-01")]
    cli("trials", "import", save(tmp_path / "table.csv", table(rows)))
    assert set(cli("search", "--trial-status", "terminated", "--format", "ids").pmids)
