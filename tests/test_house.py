"""The rules of the house that no other tool checks."""

from __future__ import annotations

import inspect
import re
import subprocess
from pathlib import Path

import pytest

from exokb import errors
from tools.environment import ROOT
from tools.reference_values import class_exit_code, error_classes

MODULES = sorted((ROOT / "src").rglob("*.py"))
LONGEST = 400
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "core", "manager", "managers"}
"""Names that say nothing of what belongs into a module and what does not."""

# Folders of one machine, and the hosts of its package index, in any tracked text.
MACHINE_PATHS = re.compile(r"/(?:home|Users|root|work|opt|tmp)/[A-Za-z0-9_.-]+|[A-Z]:\\Users\\|pypi\.|pythonhosted")
# Test files make up such paths to show that they are not leaked; documents of recorded replies are not ours.
MAY_NAME_PATHS = ("tests/",)


def tracked_files() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout, so nothing says which files belong to the project")
    return [ROOT / name for name in listing.stdout.decode().split("\0") if name]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_stay_short(module: Path) -> None:
    assert len(module.read_text("utf-8").splitlines()) <= LONGEST, "split it"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_are_named_for_what_they_hold(module: Path) -> None:
    assert not {module.stem, module.parent.name} & EMPTY_NAMES


def test_tracked_files_name_no_folder_of_one_machine() -> None:
    leaks = []
    for path in tracked_files():
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(MAY_NAME_PATHS) or not path.is_file():
            continue
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        leaks += [f"{name}: {found[0]}" for found in MACHINE_PATHS.finditer(text)]
    assert leaks == []


def test_constraints_are_exact_and_say_no_place() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert len(pins) > 20
    assert [pin for pin in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", pin)] == []


def hierarchy_in_docstring() -> dict[str, tuple[str | None, int | None]]:
    """Class name to (parent, exit code), as the tree in the docstring of ``exokb.errors`` draws it."""
    drawn: dict[str, tuple[str | None, int | None]] = {}
    above: list[tuple[int, str]] = []
    tree = (errors.__doc__ or "").split("::", 1)[1].split("Each error")[0]
    for line in tree.splitlines():
        found = re.search(r"[A-Z]\w+", line)
        if found is None:
            continue
        depth = found.start()
        above = [(column, name) for column, name in above if column < depth]
        code = re.search(r"(\d+)\s*$", line)
        drawn[found[0]] = (above[-1][1] if above else None, int(code[1]) if code else None)
        above.append((depth, found[0]))
    return drawn


def test_the_drawn_error_hierarchy_is_the_real_one() -> None:
    real = {}
    for kind in error_classes():
        root = kind is errors.ExokbError
        parent = None if root else kind.__bases__[0].__name__
        real[kind.__name__] = (parent, None if root else int(class_exit_code(kind)))
    assert hierarchy_in_docstring() == real


@pytest.mark.parametrize("kind", error_classes(), ids=lambda kind: kind.__name__)
def test_every_error_says_what_it_means(kind: type[errors.ExokbError]) -> None:
    # getdoc would give the base class's docstring
    assert inspect.cleandoc(kind.__dict__.get("__doc__") or "")
