"""The command among others: in pipes, with streams closed or full, in any character set, and on a terminal."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from exokb.formats.columns import COLUMNS
from tests.e2e.conftest import Exokb
from tests.upstream import Corpus, Fault, Upstream, bulk, load_written

COMMAND = [sys.executable, "-m", "exokb"]
FULL = Path("/dev/full")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("written")
    (home / "written.xml").write_bytes(load_written().update_file())
    exokb = Exokb(home)
    exokb.run("import", "written.xml")
    return exokb.library


@pytest.fixture
def filled(offline: Exokb, written: Path) -> Exokb:
    """The command with a library of the written records."""
    shutil.copy(written, offline.library)
    return offline


def shell(exokb: Exokb, command: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Run a shell command in which ``exokb`` stands for the command."""
    environment = {**exokb.process_environment(), **variables, "PYTHON": sys.executable}
    script = 'exokb() { "$PYTHON" -m exokb "$@"; }\n' + command
    done = subprocess.run(
        ["bash", "-c", script], env=environment, cwd=exokb.home, capture_output=True, timeout=60, check=False
    )
    assert b"Traceback" not in done.stderr, done.stderr
    assert b"Exception ignored" not in done.stderr, done.stderr
    assert b"bug" not in done.stderr, done.stderr
    return done


def on_a_terminal(exokb: Exokb, *arguments: str, **variables: str) -> tuple[int, str]:
    """Run a command whose output and messages go to a terminal."""
    ours, theirs = pty.openpty()
    environment = {**exokb.process_environment(), "TERM": "xterm-256color", **variables}
    process = subprocess.Popen(
        [*COMMAND, *arguments], env=environment, cwd=exokb.home, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    return process.wait(30), shown.decode()


@pytest.mark.parametrize(
    "command",
    ["search", "search --format json", "search --format table", "show 990000002", "--help", "config show"],
)
def test_whoever_reads_may_stop_reading(filled: Exokb, command: str) -> None:
    done = shell(filled, f"exokb {command} | (exec <&-; sleep 0.4); echo ${{PIPESTATUS[0]}}")
    assert done.stderr == b""
    assert done.stdout in (b"141\n", b"0\n")


def test_head_ends_a_long_search_in_silence(offline: Exokb) -> None:
    (offline.home / "bulk.xml").write_bytes(Corpus(bulk(400)).update_file())
    offline.run("import", "bulk.xml")
    done = shell(offline, "exokb search | head -1; echo ${PIPESTATUS[0]}")
    assert done.stderr == b""
    assert done.stdout.startswith(b"pmid\tdoi")
    assert done.stdout.endswith(b"\n141\n")


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("command", ["search", "search --format table", "stats --json", "search --help"])
def test_output_that_cannot_be_written_is_told(filled: Exokb, command: str) -> None:
    done = shell(filled, f"exokb {command} > {FULL}")
    assert done.returncode == 6
    assert b"No space left on device" in done.stderr
    closed = shell(filled, f"exokb {command} >&-")
    assert closed.returncode == 6, "data that went nowhere is no success"


def test_closed_streams(filled: Exokb) -> None:
    assert shell(filled, "exokb search --count 2>&-").stdout == b"44\n"
    assert shell(filled, "exokb search --nonsense 2>&-").returncode == 2
    assert shell(filled, "exokb show 123 2>&- >&- <&-").returncode == 4
    assert b"-: holds no identifier" in shell(filled, "exokb fetch - <&-").stderr
    assert shell(filled, "exokb list add new 990000001 >&- 2>&- <&-").returncode == 0
    assert filled.query("PRAGMA quick_check") == [("ok",)], "no message went into the library file"


@pytest.mark.parametrize("options", ["--format table", "--format json", ""])
def test_a_small_character_set_is_no_trouble(filled: Exokb, options: str) -> None:
    small = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    done = shell(filled, f"exokb search catenin {options}", **small)
    assert done.returncode == 0
    assert "β-catenin" in done.stdout.decode(), "what is piped is UTF-8 everywhere"
    code, shown = on_a_terminal(filled, "show", "990000043", **small)
    assert code == 0
    assert "\\u03b2-catenin" in shown or "β" in shown


def test_bytes_that_are_no_text(filled: Exokb) -> None:
    for command in ("show $'10.5555/\\xff'", "list show $'\\xff'", "search --list $'\\xff'", "import $'\\xff'"):
        done = shell(filled, f"exokb {command}")
        assert done.returncode in (2, 4), done.stderr
        assert done.stderr


@pytest.mark.parametrize("columns", ["1", "0", "abc"])
def test_a_terminal_of_any_width(filled: Exokb, columns: str) -> None:
    for command in (("search", "--limit", "3"), ("show", "990000002"), ("--help",)):
        code, shown = on_a_terminal(filled, *command, COLUMNS=columns)
        assert code == 0, shown
        assert "Traceback" not in shown


def test_tables_on_a_terminal_and_tabs_in_a_pipe(filled: Exokb) -> None:
    _, shown = on_a_terminal(filled, "search", "eosinophils")
    assert "1 record found" in shown
    assert "abstract:" in shown
    piped = shell(filled, "exokb search catenin", FORCE_COLOR="1").stdout.decode()
    assert piped.splitlines()[0].split("\t") == [column.name for column in COLUMNS], "colours make no pipe a terminal"
    _, lists = on_a_terminal(filled, "list", "show")
    assert "list" in lists
    assert "\t" not in lists


def test_colours_where_they_are_wanted(filled: Exokb) -> None:
    def colours(**variables: str) -> bool:
        _, shown = on_a_terminal(filled, "show", "990000002", "--evidence", **variables)
        return "\x1b[30;4" in shown

    assert colours(NO_COLOR="")
    assert not colours(NO_COLOR="1")
    assert "\x1b" not in shell(filled, "exokb show 990000002 --evidence", NO_COLOR="").stdout.decode()


def test_no_escape_of_a_title_reaches_the_terminal(offline: Exokb) -> None:
    """XML cannot hold most of them, but what other sources give, and what a person writes into the library, can."""
    offline.home.joinpath("written.xml").write_bytes(load_written().update_file([990000002]))
    offline.run("import", "written.xml")
    evil = "Red \x1b[31malert\x1b[0m \x9b2J \x1b]0;owned\x07 [bold]kidney[/bold] \u202egnp.exe"
    ((document,),) = offline.query("SELECT document FROM record")
    record = {**json.loads(document), "title": evil, "authors": [{"last": "\x1b[31mA"}], "keywords": ["\x9b31mk"]}
    offline.change("UPDATE record SET title = ?, document = ?", evil, json.dumps(record))
    for command in (
        ("search",), ("search", "--format", "csv"), ("search", "--format", "json"), ("search", "--format", "tsv"),
        ("show", "990000002"), ("show", "990000002", "--json"), ("show", "990000002", "--evidence"),
    ):  # fmt: skip
        code, shown = on_a_terminal(offline, *command, NO_COLOR="1", TERM="dumb")
        assert code == 0
        assert "alert" in shown, command
        assert not set("\x1b\x9b\x07\u202e") & set(shown), (command, shown)
        assert "[bold]kidney" in shown or "[bold]" in shown.replace("\r\n", ""), (
            "no markup of the drawing library either"
        )
    assert json.loads(offline.run("show", "990000002", "--json").stdout)["record"]["title"] == evil


def test_a_progress_bar_only_on_a_terminal(exokb: Exokb) -> None:
    assert "\r" not in exokb.run("fetch", "990000002").stderr
    code, shown = on_a_terminal(exokb, "fetch", "990000003", "990000004")
    assert code == 0
    assert "2 added" in shown


def start(exokb: Exokb, *arguments: str) -> subprocess.Popen[str]:
    process: subprocess.Popen[str] = exokb.start(*arguments)
    return process


def wait_for(what: Any, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_ctrl_c_ends_a_fetch_at_once_and_leaves_a_sound_library(tmp_path: Path) -> None:
    with Upstream(1_000, written=False) as upstream:
        exokb = Exokb(tmp_path, {**upstream.environment(), "EXOKB_READ_TIMEOUT": "60"})
        wanted = upstream.corpus.pmids
        exokb.run("fetch", *map(str, wanted[:3]))
        upstream.requests.clear()
        upstream.faults.always("efetch", Fault.HANG)
        (tmp_path / "pmids.txt").write_text("\n".join(map(str, wanted)))
        process = start(exokb, "fetch", "@pmids.txt")
        wait_for(lambda: upstream.requests.count("efetch") > 0)
        process.send_signal(signal.SIGINT)
        pressed = time.monotonic()
        out, err = process.communicate(timeout=30)
        assert time.monotonic() - pressed < 3
        assert process.returncode == 130, err
        assert "interrupted; what was stored before stays" in err
        assert "Traceback" not in err
        assert out == ""
        assert exokb.query("PRAGMA quick_check") == [("ok",)]
        assert exokb.pmids() == set(wanted[:3])
        upstream.faults.clear()
        exokb.run("fetch", "@pmids.txt")
        assert exokb.pmids() == set(wanted)
