"""``stats``, ``doctor``, ``config``, ``db`` and ``annotate``; and libraries that cannot be used."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from exokb.packaged import packaged_folder
from exokb.store import connection as opening
from exokb.store import library as library_store
from exokb.store import migrate
from tests.cli.conftest import Cli

COMMANDS = (
    ("search",),
    ("search", "--count"),
    ("export",),
    ("show", "990000002"),
    ("stats",),
    ("list", "show"),
    ("list", "add", "new", "990000002"),
    ("annotate",),
    ("db", "upgrade"),
    ("db", "backup", "copy.exokb"),
    ("fetch", "990000002", "--dry-run"),
)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter="\t"))


def test_stats(reader: Cli) -> None:
    told = {(row["kind"], row["what"]): row["count"] for row in rows(reader("stats").out)}
    assert told["rows", "record"] == "44"
    assert told["records", "retracted"] == "1"
    assert told["trials", "COMPLETED"] == "1"
    assert told["list", "kidney"] == "3"
    whole = json.loads(reader("stats", "--json").out)
    assert whole["schema"] == 1
    assert whole["rows"]["record"] == 44
    assert sum(count for _, count in whole["years"]) == 44


def test_a_healthy_library(reader: Cli) -> None:
    told = {row["what"]: row for row in rows(reader("doctor").out)}
    assert told["library: file"]["found"] == "sound"
    assert told["library: text index"]["found"] == "44 of 44 records in the text index"
    assert "NCBI_EMAIL" in told["e-mail"]["what to do"]


def test_the_doctor_without_a_library(bare: Cli) -> None:
    assert "none yet" in bare("doctor").out
    assert not bare.library.exists()


def test_the_doctor_tells_what_to_do(cli: Cli, tmp_path: Path) -> None:
    with closing(sqlite3.connect(cli.library)) as raw:
        raw.execute("UPDATE record SET vocabulary = 'old'")
        raw.commit()
    said = cli("doctor", code=6)
    assert "44 records annotated with another version\trun `exokb annotate`" in said.out
    assert "44 records annotated, 0 changed" in cli("annotate").err
    cli("doctor")


def test_a_broken_vocabulary_is_no_broken_library(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "facets").mkdir()
    (tmp_path / "facets" / "mine.toml").write_text("[[term\n")
    told = {row["what"]: row for row in rows(cli("doctor").out)}
    assert told["vocabularies"][""] == "!"
    assert "mine.toml" in told["vocabularies"]["found"]
    assert told["library: file"]["found"] == "sound"
    assert "mine.toml" in cli("annotate", code=2).err


def test_annotating_again_says_what_changed(cli: Cli) -> None:
    before = cli("search", "--disease", "kidney", "--format", "ids").pmids
    with closing(sqlite3.connect(cli.library)) as raw:
        raw.execute("DELETE FROM annotation")
        raw.execute("DELETE FROM record_term")
        raw.commit()
    assert "0 records annotated" in cli("annotate").err
    said = cli("annotate", "--all")
    assert "44 records annotated" in said.err
    gained = {(row["facet"], row["value"]): row["gained"] for row in rows(said.out)}
    assert gained["disease", "kidney"] == str(len(before))
    assert cli("search", "--disease", "kidney", "--format", "ids").pmids == before


def test_annotating_a_selection_with_a_vocabulary_of_ones_own(cli: Cli, tmp_path: Path) -> None:
    assert f"none of your own in {tmp_path / 'facets'}" in cli("annotate", "--all", "--disease", "kidney").err
    (tmp_path / "facets").mkdir()
    mine = tmp_path / "facets" / "mine.toml"
    mine.write_text('facet = "disease"\n[[term]]\nid = "odd"\nlabel = "Odd"\nsynonyms = ["exosomes"]\n', "utf-8")
    pmids = cli("search", "--disease", "kidney", "--format", "ids").pmids
    said = cli("annotate", "--disease", "kidney")
    assert "with mine.toml in" in said.err
    assert f"{len(pmids)} records annotated" in said.err
    assert {row["value"] for row in rows(said.out)} == {"odd"}
    assert set(cli("search", "--disease", "odd", "--format", "ids").pmids) <= set(pmids)
    assert f"{44 - len(pmids)} records annotated" in cli("annotate").err
    mine.unlink()
    cli("annotate")
    assert "'odd' is no value of disease" in cli("search", "--disease", "odd", code=2).err
    assert "odd" not in cli("map", "--format", "csv").out


def origins(cli: Cli, *arguments: str, db: bool = True) -> dict[str, tuple[str, str]]:
    told = rows(cli("config", "show", *arguments, db=db).out)
    return {row["setting"]: (row["value"], row["from"]) for row in told}


def test_where_each_setting_comes_from(bare: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "review"
    place.mkdir()
    library = place / "my.exokb"
    (tmp_path / "config.toml").write_text("attempts = 7\nread_timeout = 11\nconnect_timeout = 3\n")
    (place / "exokb.toml").write_text("read_timeout = 12\nconnect_timeout = 4\n")
    monkeypatch.setenv("EXOKB_CONNECT_TIMEOUT", "5")
    told = origins(bare, "--db", str(library), db=False)
    assert told["vocabularies"][0] == str(tmp_path / "facets")
    assert told["db"] == (str(library), "flag --db")
    assert told["connect_timeout"] == ("5.0", "environment EXOKB_CONNECT_TIMEOUT")
    assert told["read_timeout"] == ("12.0", str(place / "exokb.toml"))
    assert told["attempts"] == ("7", str(tmp_path / "config.toml"))
    assert told["icite_url"][1] == "default"
    monkeypatch.setenv("EXOKB_DB", str(library))
    assert origins(bare, db=False)["db"] == (str(library), "environment EXOKB_DB")
    monkeypatch.setenv("EXOKB_DB", "")
    assert origins(bare, db=False)["db"] == (str(tmp_path / "library.exokb"), "default")


def test_secrets_are_not_shown(bare: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NCBI_API_KEY", "0123secret")
    monkeypatch.setenv("EMAIL", "me@example.org")
    monkeypatch.setenv("EXOKB_ICITE_URL", "https://me:hidden@mirror.example/?token=hidden")
    for command in (("config", "show"), ("doctor",)):
        said = bare(*command)
        for secret in ("0123secret", "me@example.org", "hidden"):
            assert secret not in said.out + said.err
    assert origins(bare)["email"] == ("set (not shown)", "environment EMAIL")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("EXOKB_ENTREZ_URL", "ftp://x/", "must start with http"),
        ("EXOKB_ENTREZ_URL", "http://x:abc/", "is no URL"),
        ("EXOKB_ENTREZ_URL", "http://[x/", "is no URL"),
        ("EXOKB_ENTREZ_URL", "http:///x", "is no URL"),
        ("EXOKB_ATTEMPTS", "many", "'many' is not a number"),
        ("EXOKB_READ_TIMEOUT", "nan", "out of bounds"),
        ("NCBI_API_KEY", "a b", "no blanks"),
        ("EXOKB_DB", "postgresql+psycopg://me:hidden@host/x", "only SQLite"),
        ("EXOKB_DB", "nosuch://me:hidden@host:port/x", "is no SQLAlchemy URL"),
        ("EXOKB_DB", "~nobody-of-that-name/x", "home folder"),
        ("EXOKB_HOME", "~nobody-of-that-name/x", "home folder"),
    ],
)
def test_a_wrong_setting_names_itself(
    bare: Cli, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    said = bare("stats", code=2, db=False)
    assert told in said.err
    assert "hidden" not in said.err
    assert "a b" not in said.err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'atempts = 3\n', "'atempts'"),
        (b"attempts = \n", "is not TOML"),
        (b"\xff\xfe\x00", "is not TOML"),
        (b"attempts = [1]\n", "must be a text or a number"),
    ],
)  # fmt: skip
def test_a_wrong_settings_file_names_itself(bare: Cli, tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "exokb.toml").write_bytes(content)
    said = bare("stats", code=2)
    assert told in said.err
    assert "exokb.toml" in said.err


def test_the_library_is_named_before_or_after_the_command(
    bare: Cli, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bare("--db", str(written), "search", "--count", db=False).out == "44\n"
    assert bare("search", "--count", "--db", str(written), db=False).out == "44\n"
    monkeypatch.setenv("EXOKB_DB", f"sqlite:///{written}")
    assert bare("search", "--count", db=False).out == "44\n"
    assert bare("db", "path", db=False).out == f"{written}\n"
    assert "no library yet" in bare("--db", "other.exokb", "search", code=4, db=False).err


def test_a_backup(cli: Cli, tmp_path: Path) -> None:
    said = cli("db", "backup", "copy.exokb")
    assert said.out == "copy.exokb\n"
    assert cli("search", "--count", "--db", "copy.exokb", db=False).out == "44\n"
    before = Path("copy.exokb").read_bytes()
    assert "is there already" in cli("db", "backup", "copy.exokb", code=6).err
    assert Path("copy.exokb").read_bytes() == before
    beside = Path(cli("db", "backup").out.strip())
    assert beside.parent == cli.library.parent
    assert cli("search", "--count", "--db", str(beside), db=False).out == "44\n"
    assert cli("db", "backup", "nowhere/copy.exokb", code=6).err


def test_an_upgrade_where_nothing_is_to_do(cli: Cli, bare: Cli, tmp_path: Path) -> None:
    assert "is up to date" in cli("db", "upgrade").err
    assert "made" in bare("db", "upgrade", "--db", str(tmp_path / "new.exokb"), db=False).err
    assert bare("search", "--count", "--db", str(tmp_path / "new.exokb"), db=False).out == "0\n"


NEXT = """
from alembic import op
import sqlalchemy as sa

revision, down_revision, branch_labels, depends_on = "{new:04d}", "{old:04d}", None, None


def upgrade():
    op.add_column("reading_list", sa.Column("purpose", sa.Text, server_default="screening"))
"""


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exokb with one more revision than there is."""
    folder = tmp_path_factory.mktemp("newer") / "alembic"
    shutil.copytree(packaged_folder("alembic"), folder, ignore=shutil.ignore_patterns("__pycache__"))
    newest = opening.SCHEMA_REVISION
    revision = NEXT.format(old=newest, new=newest + 1)
    (folder / "versions" / f"{newest + 1:04d}_add_purpose.py").write_text(revision)
    monkeypatch.setattr(migrate, "packaged_folder", lambda name: folder)
    for module in (opening, migrate, library_store):
        monkeypatch.setattr(module, "SCHEMA_REVISION", newest + 1)
    return folder


def test_an_older_library_is_upgraded_with_a_backup_and_keeps_everything(cli: Cli, newer: Path) -> None:
    with closing(sqlite3.connect(cli.library)) as raw:
        before = raw.execute("SELECT pmid, document, notices FROM record ORDER BY id").fetchall()
    said = cli("search", "--disease", "kidney", "--format", "ids")
    assert said.pmids
    assert "was upgraded to schema" in said.err
    backup = Path(said.err.strip().rpartition(": ")[2])
    with closing(sqlite3.connect(cli.library)) as raw, closing(sqlite3.connect(backup)) as saved:
        for connection in (raw, saved):
            assert connection.execute("SELECT pmid, document, notices FROM record ORDER BY id").fetchall() == before
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert raw.execute("SELECT purpose FROM reading_list").fetchall() == [("screening",)]
        assert "purpose" not in [column[1] for column in saved.execute("PRAGMA table_info(reading_list)")]
    assert cli("search", "--disease", "kidney", "--format", "ids").err == "", "it is upgraded once"
    assert cli("list", "show", "kidney", "--format", "ids").pmids == [990000033, 990000002, 990000004]
    cli("doctor")


def test_an_upgrade_that_fails_leaves_the_library_as_it_was(cli: Cli, newer: Path) -> None:
    (revision,) = newer.glob("versions/*_add_purpose.py")
    revision.write_text(revision.read_text() + '    op.execute("INSERT INTO nowhere VALUES (1)")\n')
    said = cli("db", "upgrade", code=6)
    assert "nowhere" in said.err
    with closing(sqlite3.connect(cli.library)) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (opening.SCHEMA_REVISION - 1,)
        assert "purpose" not in [column[1] for column in raw.execute("PRAGMA table_info(reading_list)")]
        assert raw.execute("SELECT count(*) FROM record").fetchone() == (44,)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
class TestALibraryThatCannotBeUsed:
    """Every command says what is the matter, and touches nothing."""

    def test_from_the_future(self, cli: Cli, command: tuple[str, ...]) -> None:
        with closing(sqlite3.connect(cli.library)) as raw:
            raw.execute(f"PRAGMA user_version = {opening.SCHEMA_REVISION + 1}")
        before = cli.library.read_bytes()
        assert "was written by a newer exokb" in cli(*command, code=6).err
        assert cli.library.read_bytes() == before

    def test_another_file(self, bare: Cli, command: tuple[str, ...]) -> None:
        bare.library.write_bytes(b"PMID,title\r\n1,x\r\n")
        assert "is a file, but not an exokb library" in bare(*command, code=6).err
        assert bare.library.read_bytes() == b"PMID,title\r\n1,x\r\n"

    def test_another_database(self, bare: Cli, command: tuple[str, ...]) -> None:
        with closing(sqlite3.connect(bare.library)) as raw:
            raw.execute("CREATE TABLE items (id)")
        before = bare.library.read_bytes()
        assert "not an exokb library" in bare(*command, code=6).err
        with closing(sqlite3.connect(bare.library)) as raw:
            assert raw.execute("SELECT name FROM sqlite_master").fetchall() == [("items",)]
        assert bare.library.read_bytes()[:16] == before[:16]

    def test_a_folder(self, bare: Cli, command: tuple[str, ...]) -> None:
        bare.library.mkdir()
        (bare.library / "x").touch()
        assert "is a folder" in bare(*command, code=6).err

    def test_damaged(self, cli: Cli, command: tuple[str, ...]) -> None:
        content = cli.library.read_bytes()
        cli.library.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
        said = cli(*command, code=6)
        assert "damaged" in said.err or "the database says" in said.err
        assert "→" in said.err


def test_the_doctor_of_a_damaged_library(cli: Cli) -> None:
    content = cli.library.read_bytes()
    cli.library.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    said = cli("doctor", code=6)
    assert "go back to a backup" in said.out


def test_a_library_that_another_process_writes_to(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(cli.library, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        said = cli("list", "add", "new", "990000002", code=6)
        assert "another exokb is writing to it" in said.err
        assert "wait for it" in said.err
        assert cli("search", "--count").out == "44\n", "reading goes on"
