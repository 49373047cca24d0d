from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools.terminal import COLUMNS, reader_environment, run_in_terminal


def test_stdout_is_a_terminal_of_the_width_said(tmp_path: Path) -> None:
    environment = reader_environment(tmp_path, colour=False)
    program = "import sys, os; print(sys.stdout.isatty(), os.get_terminal_size(1).columns, sys.stderr.isatty())"
    screen = run_in_terminal(f"python -c '{program}'", cwd=tmp_path, environment=environment)
    assert (screen.stdout, screen.stderr, screen.code) == (f"True {COLUMNS} False\n", "", 0)


def test_a_pipe_is_no_terminal_and_the_exit_code_comes_back(tmp_path: Path) -> None:
    environment = reader_environment(tmp_path, colour=False)
    program = "import sys; print(sys.stdout.isatty())"
    screen = run_in_terminal(f"python -c '{program}' | cat; echo oh >&2; exit 3", cwd=tmp_path, environment=environment)
    assert (screen.stdout, screen.stderr, screen.code) == ("False\n", "oh\n", 3)


def test_much_output_arrives_whole(tmp_path: Path) -> None:
    program = "print('x' * 99 + chr(10), end='', flush=True); print(('y' * 9 + chr(10)) * 50_000, end='')"
    environment = reader_environment(tmp_path, colour=False)
    screen = run_in_terminal(f'python -c "{program}"', cwd=tmp_path, environment=environment)
    assert len(screen.stdout) == 100 + 10 * 50_000


def test_what_closes_its_output_and_stays_is_ended(tmp_path: Path) -> None:
    environment = reader_environment(tmp_path, colour=False)
    with pytest.raises(subprocess.TimeoutExpired):
        run_in_terminal("exec sleep 60 >&-", cwd=tmp_path, environment=environment, timeout=0.2)


def test_nothing_of_the_callers_settings_gets_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXOKB_DB", "mine.exokb")
    monkeypatch.setenv("NCBI_API_KEY", "0" * 36)
    monkeypatch.setenv("FORCE_COLOR", "1")
    plain = reader_environment(tmp_path, colour=False)
    assert plain["EXOKB_HOME"] == str(tmp_path)
    assert plain["NO_COLOR"] == "1"
    assert not {"EXOKB_DB", "NCBI_API_KEY", "FORCE_COLOR"} & plain.keys()
    assert "NO_COLOR" not in reader_environment(tmp_path, colour=True)
