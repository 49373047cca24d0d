"""Whatever is wrong with a library file has a message of its own, and nothing is damaged."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from exokb.domain.record import Record
from exokb.errors import LibraryLocked, LibraryTooNew, NotALibrary, NotInLibrary, StoreError
from exokb.query.criteria import Criteria
from exokb.store import connection as opening
from exokb.store.library import Library
from exokb.store.migrate import backup
from exokb.store.search.sqlite import find_ids
from tests.store.conftest import NOW


def test_no_library_says_how_to_make_one(library: Library) -> None:
    with pytest.raises(NotInLibrary, match="no library yet") as caught, library.reading():
        pass
    assert "exokb fetch" in caught.value.hint


@pytest.mark.parametrize("content", [b"PMID,title\n1,x\n", b"\x1f\x8b\x08 gzip", b"S"])
def test_another_file_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.csv"
    path.write_bytes(content)
    library = Library(str(path), clock=lambda: NOW)
    with pytest.raises(NotALibrary), library.reading():
        pass
    with pytest.raises(NotALibrary), library.transaction():
        pass
    assert path.read_bytes() == content


def test_a_folder_is_no_library(tmp_path: Path) -> None:
    with pytest.raises(NotALibrary, match="folder"), Library(str(tmp_path), clock=lambda: NOW).reading():
        pass


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "zotero.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE items (id)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(NotALibrary), Library(str(path), clock=lambda: NOW).transaction():
        pass
    assert path.read_bytes()[:16] == before[:16]
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("items",)]
    other.close()


def test_a_library_from_the_future_is_left_alone(library: Library) -> None:
    library.upgrade()
    with sqlite3.connect(library.path) as raw:
        raw.execute(f"PRAGMA user_version = {opening.SCHEMA_REVISION + 1}")
    raw.close()
    with pytest.raises(LibraryTooNew, match="newer exokb"), library.reading():
        pass


def test_a_locked_library_says_so(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.05)
    library.upgrade()
    other = sqlite3.connect(library.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(LibraryLocked, match="writing to it"), library.transaction():
            pass
    finally:
        other.close()
    with library.transaction() as transaction:
        transaction.log.note("test", {})


def test_reading_goes_on_while_another_writes(library: Library) -> None:
    library.upgrade()
    other = sqlite3.connect(library.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with library.reading() as connection:
            assert connection.execute("SELECT count(*) FROM record").fetchone() == (0,)
    finally:
        other.close()


def read_everything(library: Library) -> None:
    with library.reading() as connection:
        for table in ("record", "term", "library_info"):
            connection.execute(f"SELECT * FROM {table}").fetchall()
        connection.execute("PRAGMA quick_check").fetchall()


def test_a_damaged_library_says_so(library: Library) -> None:
    library.upgrade()
    library.close()
    content = bytearray(library.path.read_bytes())
    content[4096:12288] = b"\xff" * 8192
    library.path.write_bytes(bytes(content))
    with pytest.raises(StoreError, match=r"damaged|says"):
        read_everything(library)


def test_an_unwritable_place_says_so(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(StoreError), Library(str(blocked / "sub" / "x.exokb"), clock=lambda: NOW).transaction():
        pass


def test_a_full_disk_says_so_and_loses_nothing(library: Library) -> None:
    """The file may not grow in this process: what SQLite sees is what it sees on a full disk."""
    library.upgrade()
    library.close()
    script = (
        "import resource, signal, sys\n"
        "from datetime import UTC, datetime\n"
        "from exokb.store.library import Library\n"
        "from exokb.errors import StoreError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "size = __import__('os').path.getsize(sys.argv[1])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (size + 4096, size + 4096))\n"
        "library = Library(sys.argv[1], clock=lambda: datetime.now(UTC))\n"
        "try:\n"
        "    with library.transaction() as t:\n"
        "        for n in range(3000): t.log.note('x' * 500, {'n': n})\n"
        "except StoreError as error: print(type(error).__name__, error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(library.path)], capture_output=True, text=True, check=True)
    assert "StoreError" in done.stdout, done
    with library.reading() as connection:
        assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM activity").fetchone() == (0,)


def test_a_backup_is_whole_and_never_overwrites(library: Library, tmp_path: Path) -> None:
    with library.transaction() as transaction:
        transaction.log.note("test", {"a": 1})
    target = tmp_path / "copy.exokb"
    library.backup(target)
    with Library(str(target), clock=lambda: NOW).reading() as connection:
        assert connection.execute("SELECT count(*) FROM activity").fetchone() == (1,)
    with pytest.raises(StoreError, match="there already"):
        backup(library.path, target)


def test_an_interrupted_start_is_taken_up_again(tmp_path: Path) -> None:
    path = tmp_path / "library.exokb"
    path.touch()
    library = Library(str(path), clock=lambda: NOW)
    with library.transaction() as transaction:
        transaction.log.note("test", {})
    library.close()


def test_no_password_in_a_message() -> None:
    with pytest.raises(Exception, match="SQLite") as caught:
        _ = Library("postgresql+psycopg://me:secret@db.example/exokb", clock=lambda: NOW).path
    assert "secret" not in str(caught.value)


def test_an_index_of_another_folding_is_made_again(library: Library) -> None:
    told: list[str] = []
    with library.transaction() as transaction:
        transaction.records.upsert([(1, Record(pmid=990000001, title="Tumour vesicles"))], source="pubmed")
    raw = sqlite3.connect(library.path, isolation_level=None)
    raw.execute("UPDATE library_info SET value = '0' WHERE key = 'fold_version'")
    raw.execute("INSERT INTO record_text_index(record_text_index) VALUES ('delete-all')")
    raw.close()
    again = Library(str(library.path), clock=lambda: NOW, notice=told.append)
    with again.reading() as connection:
        assert find_ids(connection, Criteria(text="tumor")) == [1]
    assert len(told) == 1
    with again.reading() as connection:
        assert find_ids(connection, Criteria(text="tumor")) == [1]
    assert len(told) == 1


def test_a_reader_sees_one_state(library: Library) -> None:
    library.upgrade()
    with library.reading() as connection:
        assert connection.execute("SELECT count(*) FROM activity").fetchone() == (0,)
        with library.transaction() as transaction:
            transaction.log.note("test", {})
        assert connection.execute("SELECT count(*) FROM activity").fetchone() == (0,)
    with library.reading() as connection:
        assert connection.execute("SELECT count(*) FROM activity").fetchone() == (1,)
