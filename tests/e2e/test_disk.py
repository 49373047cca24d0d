"""A full disk and a read-only one: real ones, in a mount namespace of its own, which nobody else sees."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass

import pytest

from tests.e2e.conftest import Exokb
from tests.upstream import Corpus, bulk, load_written

NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]

DRIVER = """
import json, subprocess, sys
said = []
for command in json.load(sys.stdin):
    done = subprocess.run(command, capture_output=True, text=True)
    said.append({"code": done.returncode, "out": done.stdout, "err": done.stderr})
json.dump(said, sys.stdout)
"""


LEFT_IN_THE_WAL = """
import os, sqlite3
connection = sqlite3.connect("disk/unfinished.exokb")
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("INSERT INTO reading_list (name, created_at) VALUES ('newest', '2026-01-01')")
connection.commit()
os._exit(0)  # as if it were killed: what it wrote is not in the library file yet
"""


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def namespaces(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip where the system does not let a process have mounts of its own."""
    place = tmp_path_factory.mktemp("mount")
    if shutil.which("unshare") is None:
        pytest.skip("no unshare on this system")
    tried = subprocess.run([*NAMESPACE, f"mount -t tmpfs tmpfs '{place}'"], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip("this system gives no mount namespace")


def on_disk(exokb: Exokb, *commands: list[str], kilobytes: int) -> list[Said]:
    """Run commands with ``disk`` being a file system of that size, on which lies a copy of the library."""
    disk = exokb.home / "disk"
    disk.mkdir()
    script = (
        f"mount -t tmpfs -o size={kilobytes}k tmpfs '{disk}' && cp '{exokb.library}' '{disk}/library.exokb'"
        ' && exec "$0" -c "$1"'
    )
    done = subprocess.run(
        [*NAMESPACE, script, sys.executable, DRIVER],
        input=json.dumps(commands),
        env={**exokb.process_environment(), "EXOKB_DB": str(disk / "library.exokb")},
        cwd=exokb.home,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    said = [Said(**each) for each in json.loads(done.stdout)]
    assert not [each for each in said if "Traceback" in each.err or "bug" in each.err]
    return said


def exokb_(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "exokb", *arguments]


@pytest.fixture
def filled(offline: Exokb) -> Exokb:
    (offline.home / "written.xml").write_bytes(load_written().update_file())
    (offline.home / "many.xml").write_bytes(Corpus(bulk(400)).update_file())
    offline.run("import", "written.xml")
    return offline


@pytest.mark.usefixtures("namespaces")
def test_a_full_disk(filled: Exokb) -> None:
    size = filled.library.stat().st_size // 1024
    imported, counted, backup, filled_up, exported, listed, again = on_disk(
        filled,
        exokb_("import", "many.xml"),
        exokb_("search", "--count"),
        exokb_("db", "backup"),
        ["sh", "-c", "cat /dev/zero > disk/rest; ls -A disk"],
        exokb_("export", "-o", "disk/all.csv"),
        exokb_("list", "add", "new", "990000001"),
        exokb_("search", "--disease", "kidney", "--count"),
        kilobytes=size + 200,
    )
    assert imported.code == 6
    assert "the disk is full" in imported.err
    assert "free some room" in imported.err
    assert counted.out == "44\n", "what was there is there"
    assert backup.code == 6
    assert "the disk is full" in backup.err
    assert ".part" not in filled_up.out
    assert exported.code == 6
    assert "all.csv: cannot be written: No space left" in exported.err
    assert listed.code == 6
    assert again.out.strip().isdigit()


@pytest.mark.usefixtures("namespaces")
def test_a_read_only_disk(filled: Exokb) -> None:
    disk = filled.home / "disk"
    *prepared, counted, unfinished, shown, listed, imported, exported, beside, elsewhere, made = on_disk(
        filled,
        ["cp", "disk/library.exokb", "disk/unfinished.exokb"],
        [sys.executable, "-c", LEFT_IN_THE_WAL],
        ["rm", "disk/unfinished.exokb-shm"],
        ["mount", "-o", "remount,ro", str(disk)],
        exokb_("search", "--count"),
        exokb_("list", "show", "--db", "disk/unfinished.exokb"),
        exokb_("show", "990000002"),
        exokb_("list", "add", "new", "990000001"),
        exokb_("import", "many.xml"),
        exokb_("export", "-o", "disk/all.csv"),
        exokb_("db", "backup"),
        exokb_("db", "backup", "copy.exokb"),
        exokb_("import", "many.xml", "--db", "disk/new.exokb"),
        kilobytes=8_000,
    )
    assert [said.err for said in prepared] == [""] * 4
    assert counted.out == "44\n", counted.err
    assert unfinished.code == 6, "what is missing is never missing without a word"
    assert "its newest changes" in unfinished.err
    assert "unfinished.exokb-wal" in unfinished.err
    assert shown.code == 0
    for said in (listed, imported):
        assert said.code == 6
        assert "is read-only" in said.err
        assert "make it writable" in said.err
    for said in (exported, beside):
        assert said.code == 6
        assert "Read-only file system" in said.err
    assert elsewhere.code == 0
    assert filled.run("search", "--count", "--db", "copy.exokb").stdout == "44\n"
    assert made.code == 6
