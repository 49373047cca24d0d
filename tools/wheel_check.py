"""Build the wheel, look inside it, install it into an empty environment and run it far from the checkout.

A wheel that lacks its migrations, or a dependency that is used and not declared, is seen here and nowhere else: the
tests run on an editable install beside all the tools. The empty environment is filled from the wheels that
``tools/environment.py`` put by, so this needs no network.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from collections.abc import Iterable
from pathlib import Path

from tools.environment import CONSTRAINTS, ROOT, WHEELHOUSE, venv_python

REQUIRED = (
    "exokb/__init__.py",
    "exokb/py.typed",
    "exokb/cli/main.py",
    "exokb/_packaged/alembic/env.py",
    "exokb/_packaged/alembic/versions/",
    "exokb/_packaged/fixtures/records.xml",
    "exokb/_packaged/fixtures/trials.json",
)
"""What must be inside; a name that ends with ``/`` stands for at least one file below it."""

COMMANDS = (("--version",), ("--help",), ("demo",))
"""What must work in the empty environment; each a command line of ``exokb``."""


def content_faults(names: Iterable[str]) -> list[str]:
    """Say what is wrong with the content of a wheel.

    Args:
        names: the paths inside it.

    Returns:
        One sentence a fault; empty if there is none.
    """
    present = sorted(names)
    faults = [
        f"{wanted} is missing"
        for wanted in REQUIRED
        if not (any(name.startswith(wanted) for name in present) if wanted.endswith("/") else wanted in present)
    ]
    for name in present:
        top = name.split("/", 1)[0]
        if top != "exokb" and not top.endswith(".dist-info"):
            faults.append(f"{name} does not belong into a wheel")
        elif "__pycache__" in name or name.endswith((".pyc", ".sqlite", ".db", ".exokb")):
            faults.append(f"{name} was left over by a run")
    return faults


def run(*command: str | Path, cwd: Path, home: Path) -> str:
    """Run a command away from the checkout, and give its output.

    Raises:
        SystemExit: it failed; its output is in the message.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "COVERAGE", "VIRTUAL_ENV", "EXOKB_"))}
    environment = kept | {"EXOKB_HOME": str(home), "NO_COLOR": "1", "COLUMNS": "100"}
    line = [str(part) for part in command]
    done = subprocess.run(line, check=False, cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        said = f"{done.stdout}{done.stderr}".rstrip()
        raise SystemExit(f"wheel: {' '.join(line)} failed with {done.returncode}:\n{said}")
    return done.stdout


def main() -> int:
    """Do all of it in a temporary folder; gives the exit code."""
    with tempfile.TemporaryDirectory(prefix="exokb-wheel-") as name:
        folder = Path(name)
        away, home = folder / "elsewhere", folder / "home"
        away.mkdir()
        build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT))
        built = subprocess.run(build, check=False, capture_output=True, text=True)
        if built.returncode:
            raise SystemExit(f"wheel: the build failed:\n{built.stdout}{built.stderr}")
        (wheel,) = folder.glob("*.whl")
        faults = content_faults(zipfile.ZipFile(wheel).namelist())
        if faults:
            raise SystemExit("wheel: " + "\nwheel: ".join(faults))
        venv.create(folder / "venv", with_pip=True)
        python = venv_python(folder / "venv")
        pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index")
        run(*pip, "--find-links", WHEELHOUSE, "--constraint", CONSTRAINTS, wheel, cwd=away, home=home)
        for arguments in COMMANDS:
            run(python.parent / "exokb", *arguments, cwd=away, home=home)
        where = run(python, "-c", "import exokb; print(exokb.__file__)", cwd=away, home=home)
        if not Path(where.strip()).is_relative_to(folder.resolve()):
            raise SystemExit(f"wheel: what ran was {where.strip()}, not the wheel")
        print(f"wheel: {wheel.name} is complete, installs into an empty environment and runs there")
    return 0


if __name__ == "__main__":
    sys.exit(main())
