"""Trials from files: every state is kept, and the order of files makes no difference."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from exokb.app import App
from exokb.formats.sheet import Sheet
from exokb.services.trials import importing, opening
from exokb.services.trials.importing import import_trials
from exokb.settings import load_settings
from exokb.sources.clinicaltrials.csv_table import is_trial_header
from exokb.sources.clinicaltrials.parse import parse_studies
from tests.upstream.trial_tables import UNTIL_2023, study, table, today, until_2023


def save(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def zipped(members: Iterable[tuple[str, str | bytes]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()


def rows(app: App, sql: str) -> list[tuple[Any, ...]]:
    with app.library.reading() as connection:
        return connection.execute(sql).fetchall()


def everything(app: App) -> list[list[tuple[Any, ...]]]:
    """Give all that is known of trials, but when this library came to know it."""
    return [
        rows(app, "SELECT trial_id, status, phases, updated, first_posted, document FROM trial ORDER BY 1"),
        rows(
            app, "SELECT trial_id, status, phases, enrollment, updated, seen FROM trial_states ORDER BY 1, 2, 3, 4, 5"
        ),
        rows(
            app,
            "SELECT n.number, x.trial_id, n.kind FROM trial_number n JOIN trial x ON x.id = trial_row ORDER BY 1, 2",
        ),
    ]


def apps(folder: Path) -> Iterable[App]:
    for number in itertools.count():
        settings = load_settings(db=str(folder / f"{number}.exokb"), environment={}, home=folder)
        yield App(settings)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """The same trials three times: as studies, as a newer table, and as an older table in another encoding."""
    newer = [today(1, Study_Status="COMPLETED", Last_Update_Posted="2025-02-01", Enrollment="17"), today(2)]
    older = [until_2023(1, Status="Not yet recruiting", Last_Update_Posted="March 3, 2023"), until_2023(3)]
    return [
        save(tmp_path / "studies.json", f"[{study(1)}, {study(2)}]"),
        save(tmp_path / "today.csv", table(newer)),
        save(tmp_path / "before.csv", table(older, UNTIL_2023, delimiter=";").encode("cp1252")),
    ]


def test_the_order_of_files_makes_no_difference(tmp_path: Path, files: list[Path]) -> None:
    states = []
    for app, order in zip(apps(tmp_path), itertools.permutations(files), strict=False):
        import_trials(app, order)
        report = import_trials(app, order)
        assert dict(report.outcomes) == {"unchanged": 6}, "again, it changes nothing"
        states.append(everything(app))
        app.close()
    assert all(state == states[0] for state in states)
    trials, history, numbers = states[0]
    assert [row[:4] for row in trials] == [
        ("NCT99000001", "COMPLETED", "PHASE1; PHASE2", "2025-02-01"),
        ("NCT99000002", "RECRUITING", "PHASE1; PHASE2", "2024-05-20"),
        ("NCT99000003", "RECRUITING", "PHASE1; PHASE2", "2024-05-20"),
    ]
    assert [row[1] for row in history[:3]] == ["COMPLETED", "NOT_YET_RECRUITING", "RECRUITING"]
    assert ("2019-009999-99", "NCT99000001", "secondary") in numbers


def test_says_what_became_of_each(app: App, files: list[Path]) -> None:
    outcomes = [dict(import_trials(app, [file]).outcomes) for file in files]
    assert outcomes == [{"added": 2}, {"updated": 2}, {"added": 1, "older": 1}]


def test_a_table_alone_says_not_what_it_does_not_know(app: App, files: list[Path]) -> None:
    import_trials(app, files[1:])
    documents = [json.loads(document) for (document,) in rows(app, "SELECT document FROM trial")]
    assert not any({"whole", "enrollment_type", "start_date_type", "official_title"} & set(d) for d in documents)


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_what_is_kept_can_be_read_again(
    app: App, files: list[Path], batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_BATCH", batch)
    import_trials(app, files)
    found: set[str] = set()
    with app.library.reading() as connection:
        kept = connection.execute("SELECT id, media_type, body FROM payload").fetchall()
    for _, media_type, body in kept:
        content = zlib.decompress(body)
        if media_type == "application/json":
            found |= {trial.trial_id for trial in parse_studies(content).trials}
        else:
            sheet = Sheet(io.BytesIO(content), is_trial_header)
            at = sheet.header.index("NCT Number")
            found |= {row.cells[at] for row in sheet.rows(str) if not isinstance(row, Exception)}
    assert found == {"NCT99000001", "NCT99000002", "NCT99000003"}
    assert rows(app, "SELECT count(*) FROM trial_observation WHERE payload_id IS NULL") == [(0,)]
    assert (len(kept) > 3) == (batch == 1)


def test_the_same_trial_twice_in_a_file(app: App, tmp_path: Path) -> None:
    twice = [today(1), today(1, Study_Status="COMPLETED", Last_Update_Posted="2025-01-01"), today(1)]
    report = import_trials(app, [save(tmp_path / "twice.csv", table(twice))])
    assert (report.read, dict(report.outcomes)) == (3, {"added": 1, "updated": 1, "unchanged": 1})
    assert rows(app, "SELECT status FROM trial") == [("COMPLETED",)]


def test_the_day_of_the_download_is_what_is_seen(app: App, files: list[Path]) -> None:
    import_trials(app, files[1:2])
    assert rows(app, "SELECT DISTINCT seen FROM trial_observation") == [(None,)], "a file alone does not tell"
    import_trials(app, files[1:2], observed="2025-03-01")
    assert rows(app, "SELECT DISTINCT seen FROM trial_observation") == [("2025-03-01",)]
    report = import_trials(app, files[1:2], observed="2024-12-31")
    assert [str(failure.error) for failure in report.rejected] == [
        "NCT99000001 at line 2: is of 2025-02-01, after the day given with --observed"
    ]


def test_the_registry_itself_says_of_which_day_its_data_are(app: App, tmp_path: Path) -> None:
    versioned = study(1, derivedSection={"miscInfoModule": {"versionHolder": "2024-06-01"}})
    import_trials(app, [save(tmp_path / "one.json", versioned)], observed="2024-06-03")
    assert rows(app, "SELECT seen FROM trial_observation") == [("2024-06-01",)]


def test_a_rehearsal_says_the_same_and_leaves_no_trace(app: App, files: list[Path]) -> None:
    assert dict(import_trials(app, files, dry_run=True).outcomes) == {"added": 3, "updated": 2, "older": 1}
    assert not app.library.exists
    import_trials(app, files[:1])
    before = app.library.path.read_bytes()
    rehearsed = import_trials(app, files, dry_run=True)
    assert app.library.path.read_bytes() == before
    assert rehearsed.outcomes == import_trials(app, files).outcomes
    assert rows(app, "SELECT count(*) FROM activity WHERE command = 'trials import'") == [(2,)]


def test_a_zip_of_anything(app: App, tmp_path: Path) -> None:
    archive = zipped(
        [
            ("NCT99000001.json", study(1)),
            ("folder/", ""),
            ("folder/NCT99000002.json", study(2)),
            ("__MACOSX/._NCT99000002.json", b"\0\1"),
            ("empty.json", ""),
            ("inner.zip", zipped([("NCT99000009.json", study(9))])),
            ("broken.json", study(8)[:50]),
            ("read.me", "kites"),
            ("table.csv", table([today(3)])),
        ]
    )
    report = import_trials(app, [save(tmp_path / "download.bin", archive)])
    assert rows(app, "SELECT trial_id FROM trial ORDER BY 1") == [(f"NCT9900000{n}",) for n in (1, 2, 3)]
    told = {failure.asked.rpartition(": ")[2]: str(failure.error) for failure in report.rejected}
    assert sorted(told) == ["broken.json", "empty.json", "inner.zip", "read.me"]
    assert "a zip inside of another file is not opened" in told["inner.zip"]
    assert "breaks off" in told["broken.json"]
    assert "it is empty" in told["empty.json"]
    assert rows(app, "SELECT DISTINCT substr(key, 1, 14) FROM payload") == [("download.bin: ",)], (
        "no folder of a person"
    )


def test_a_bomb_stays_closed(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_SURELY_SMALL", 100_000)
    bomb = zipped([("a.json", " " * 1_000_000), ("b.json", study(1))])
    (failure,) = import_trials(app, [save(tmp_path / "bomb.zip", bomb)]).rejected
    assert "claim to hold 1,000," in str(failure.error)
    assert not app.library.exists
    monkeypatch.setattr(opening, "MOST_MEMBERS", 1)
    (failure,) = import_trials(app, [save(tmp_path / "many.zip", zipped([("a", ""), ("b", "")]))]).rejected
    assert "(2 files)" in str(failure.error)


def test_a_zip_that_lies_about_the_size_of_a_file_gives_no_more(app: App, tmp_path: Path) -> None:
    honest = zipped([("a.json", study(1) + "\n" + study(2))])
    size = len(study(1) + "\n" + study(2))
    lying = honest.replace(size.to_bytes(4, "little"), (size - 300).to_bytes(4, "little"))
    assert lying != honest
    report = import_trials(app, [save(tmp_path / "lying.zip", lying)])
    assert report.rejected
    assert report.read <= 1


@pytest.mark.parametrize("damage", ["cut", "flipped", "encrypted", "no zip at all"])
def test_a_damaged_zip(app: App, tmp_path: Path, damage: str) -> None:
    archive = bytearray(zipped([("one.json", study(1)), ("two.json", study(2))]))
    if damage == "cut":
        del archive[-30:]
    elif damage == "flipped":
        archive[60] ^= 0xFF
    elif damage == "encrypted":
        archive[archive.index(b"PK\x01\x02") + 8] |= 1
    else:
        del archive[4:]
    report = import_trials(app, [save(tmp_path / "x.zip", bytes(archive))])
    assert len(report.rejected) == 1
    assert report.read == (1 if damage in {"flipped", "encrypted"} else 0)


def test_gzipped_and_cut_off(app: App, tmp_path: Path) -> None:
    packed = gzip.compress(table([today(number) for number in range(1, 400)]).encode())
    report = import_trials(app, [save(tmp_path / "x.csv.gz", packed)])
    assert (report.read, report.rejected) == (399, [])
    report = import_trials(app, [save(tmp_path / "y.gz", packed[:-200])])
    assert len(report.rejected) == 1
    assert "it breaks off" in str(report.rejected[0].error)
    assert 300 < report.read < 399, "what came before is not lost"


def test_what_a_table_lacks_is_told(app: App, tmp_path: Path) -> None:
    some = save(tmp_path / "some.csv", table([today(1)], ("NCT Number", "Study Title")))
    notes = import_trials(app, [some]).notes
    assert any("there is no column 'Study Status'" in note for note in notes)
    assert any("'Last Update Posted'" in note and "--observed" in note for note in notes)
    assert import_trials(app, [some]).lacking == [], "a table without the column lacks no status of a trial"
    more = [today(1) | {"Our notes": "windy"}]
    notes = import_trials(app, [save(tmp_path / "more.csv", table(more, [*today(), "Our notes"]))]).notes
    assert [note.rpartition(": ")[2] for note in notes] == ["'Our notes'"]


def test_a_trial_without_status_is_kept_and_told(app: App, tmp_path: Path) -> None:
    report = import_trials(
        app,
        [
            save(tmp_path / "some.csv", table([today(1, Study_Status=""), today(2)])),
            save(tmp_path / "one.json", study(3, status=None)),
        ],
    )
    assert [str(failure.error).split(" at ")[0] for failure in report.lacking] == ["NCT99000001", "NCT99000003"]
    assert report.rejected == []
    assert rows(app, "SELECT trial_id, status FROM trial ORDER BY 1") == [
        ("NCT99000001", None), ("NCT99000002", "RECRUITING"), ("NCT99000003", None),
    ]  # fmt: skip


def test_a_page_of_a_result_is_not_the_whole_of_it(app: App, tmp_path: Path) -> None:
    page = f'{{"totalCount": 70, "studies": [{study(1)}], "nextPageToken": "ab"}}'
    notes = import_trials(app, [save(tmp_path / "page.json", page), save(tmp_path / "none.json", "[]")]).notes
    assert notes[0].endswith("is one page of a result of 70 studies; the rest is not in it")
    assert notes[1].endswith("holds no study")


def test_dates_that_a_spreadsheet_rewrote(app: App, tmp_path: Path) -> None:
    rewritten = [
        today(1, First_Posted="15/01/2024", Last_Update_Posted="03/04/2024"),
        today(2, First_Posted="15/01/2024", Last_Update_Posted="Apr 24"),
    ]
    report = import_trials(app, [save(tmp_path / "excel.csv", table(rewritten, delimiter=";"))])
    assert any("read with the day first" in note for note in report.notes)
    assert "'Apr 24' is no date" in str(report.rejected[0].error)
    assert rows(app, "SELECT updated FROM trial") == [("2024-04-03",)]


@pytest.mark.realdata
def test_real_studies_and_the_sites_own_table_in_any_order(tmp_path: Path, real_data: Path) -> None:
    studies = sorted((real_data / "ctgov" / "studies").glob("*.json"))
    exported = real_data / "ctgov" / "export-exosome-2022-01.csv"
    states = []
    for app, order in zip(apps(tmp_path), ([*studies, exported], [exported, *reversed(studies)]), strict=False):
        for report in (import_trials(app, order), import_trials(app, order)):
            assert (report.rejected, report.lacking, report.notes, dict(report.unknown)) == ([], [], [], {})
        assert dict(report.outcomes) == {"unchanged": 132 + 133}
        states.append(everything(app))
        app.close()
    assert states[0] == states[1]
    assert len(states[0][0]) == 163
