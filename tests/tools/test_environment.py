from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools import environment


def test_run_needs_what_the_package_states_and_dev_needs_more() -> None:
    run, dev = environment.requirements("run"), environment.requirements("dev")
    assert any(requirement.startswith("biopython") for requirement in run)
    assert not any(requirement.startswith("pytest") for requirement in run)
    assert dev[: len(run)] == run
    assert any(requirement.startswith("pytest") for requirement in dev)


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A checkout without an environment; gives what pip and venv are asked, none of which is done."""
    (tmp_path / "pyproject.toml").write_text((environment.ROOT / "pyproject.toml").read_text("utf-8"), "utf-8")
    (tmp_path / "constraints.txt").write_text("rich==1.0\n", "utf-8")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".venv" / "stamp.json")
    monkeypatch.setattr(environment, "CONSTRAINTS", tmp_path / "constraints.txt")
    asked: list[str] = []

    def pretend(command: list[str], **_: object) -> None:
        asked.append(" ".join(command[1:4]))
        if command[1:3] == ["-m", "venv"]:
            python = environment.venv_python(tmp_path / ".venv")
            python.parent.mkdir(parents=True)
            python.touch()

    monkeypatch.setattr("tools.environment.subprocess.run", pretend)
    return asked


def test_a_second_run_does_nothing(fresh: list[str]) -> None:
    environment.set_up("dev")
    assert len(fresh) == 3  # venv, install, wheels to keep
    environment.set_up("dev")
    environment.set_up("run")
    assert len(fresh) == 3


def test_the_demo_needs_no_tools_and_the_gate_adds_them(fresh: list[str]) -> None:
    environment.set_up("run")
    assert len(fresh) == 2
    environment.set_up("dev")
    assert len(fresh) == 4
    environment.set_up("run")
    assert len(fresh) == 4


def test_changed_constraints_install_again_into_the_same_environment(fresh: list[str]) -> None:
    environment.set_up("run")
    environment.CONSTRAINTS.write_text("rich==2.0\n", "utf-8")
    environment.set_up("run")
    assert [line.startswith("-m venv") for line in fresh] == [True, False, False]


@pytest.mark.parametrize("key", ["python", "folder"])
def test_another_python_or_a_moved_checkout_starts_anew(fresh: list[str], key: str) -> None:
    environment.set_up("run")
    stamp = json.loads(environment.STAMP.read_text("utf-8"))
    environment.STAMP.write_text(json.dumps(stamp | {key: "elsewhere"}), "utf-8")
    environment.set_up("run")
    assert [line.startswith("-m venv") for line in fresh] == [True, False, True, False]


def test_a_set_up_that_broke_off_is_done_again(fresh: list[str]) -> None:
    environment.set_up("run")
    environment.STAMP.write_text("{", "utf-8")
    environment.set_up("run")
    assert len(fresh) == 4


def test_a_wrong_call_says_how_it_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    assert environment.main([]) == 2
    assert "usage" in capsys.readouterr().err
