"""Set up ``.venv``: made once, brought up to date when what it was made from changes, left alone otherwise.

Runs on the bare interpreter, so it uses the standard library only. Two levels: ``run`` installs exokb and what it
needs, ``dev`` adds the tools of the gate. What was installed is written to ``.venv/exokb-environment.json``; a second
run reads that and touches neither pip nor the network. Dependency groups are read here rather than by pip, because
pip understands ``--group`` only from 25.1 and Python 3.11 may bring one that is years older.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "exokb-environment.json"
WHEELHOUSE = VENV / "wheelhouse"
CONSTRAINTS = ROOT / "constraints.txt"
HEADER = """\
# The versions that the gate passed with; `make constraints` writes them again.
# For development and `make demo` only: the installed package states ranges (pyproject.toml).
"""


def venv_python(venv: Path) -> Path:
    """Where the interpreter of an environment is."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def requirements(level: str) -> list[str]:
    """The requirements that ``pyproject.toml`` states for ``run`` or ``dev``, without exokb itself."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted: list[str] = list(table["project"]["dependencies"])
    if level == "dev":
        wanted += table["dependency-groups"]["dev"]
    return wanted


def fingerprint(level: str) -> dict[str, str]:
    """What an environment of this level is made from; equal fingerprints mean there is nothing to do."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    made_from = [requirements(level), table["project"].get("scripts"), CONSTRAINTS.read_text("utf-8")]
    digest = hashlib.sha256(json.dumps(made_from).encode()).hexdigest()
    # The editable install holds the folder's absolute path, so a copied or moved clone starts anew.
    return {"python": f"{sys.version} {sys.base_prefix}", "folder": str(ROOT), level: digest}


def read_stamp() -> dict[str, str]:
    """What is installed, as the last run wrote it; empty where there is no usable environment."""
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) and venv_python(VENV).exists() else {}


def pip(*arguments: str) -> None:
    """Run the environment's pip, held to the constraints."""
    command = [str(venv_python(VENV)), "-m", "pip", "--disable-pip-version-check", *arguments]
    subprocess.run([*command, "--quiet", "--constraint", str(CONSTRAINTS)], check=True, cwd=ROOT)


def set_up(level: str) -> None:
    """Make ``.venv`` fit for ``run`` or ``dev``.

    Raises:
        subprocess.CalledProcessError: venv or pip failed, and has said why.
    """
    wanted, stamp = fingerprint(level), read_stamp()
    same_place = stamp.get("python") == wanted["python"] and stamp.get("folder") == wanted["folder"]
    if same_place and stamp.get(level) == wanted[level]:
        return
    if not same_place:
        stamp = {}
        if VENV.exists():
            shutil.rmtree(VENV)
        say(f"making .venv with Python {sys.version.split()[0]}")
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    STAMP.unlink(missing_ok=True)
    say("installing exokb and what it needs" + (", and the tools of the gate" if level == "dev" else ""))
    pip("install", "--editable", ".", *requirements(level))
    if level == "dev":
        # Kept so that the wheel can be installed into an empty environment again without the network.
        pip("wheel", "--wheel-dir", str(WHEELHOUSE), *requirements("run"))
        wanted |= {"run": fingerprint("run")["run"]}
    kept = {key: value for key, value in stamp.items() if key in ("run", "dev")}
    STAMP.write_text(json.dumps(kept | wanted, indent=1) + "\n", "utf-8")


def write_constraints() -> None:
    """Write the installed versions to ``constraints.txt``; exokb, pip and setuptools are left out."""
    command = [str(venv_python(VENV)), "-m", "pip", "list", "--format=json", "--disable-pip-version-check"]
    installed = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    pins = [f"{d['name']}=={d['version']}" for d in installed if d["name"] not in ("exokb", "pip", "setuptools")]
    CONSTRAINTS.write_text(HEADER + "\n".join(sorted(pins, key=str.lower)) + "\n", "utf-8")


def say(text: str) -> None:
    """Tell what takes its time."""
    print(f"exokb: {text}", file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    """Run ``environment.py run|dev|constraints``; gives the exit code."""
    if arguments == ["constraints"]:
        write_constraints()
        return 0
    if arguments not in (["run"], ["dev"]):
        say("usage: environment.py run|dev|constraints")
        return 2
    try:
        import ensurepip  # noqa: F401  (Debian and Ubuntu leave it out of python3)
    except ImportError:
        say("this Python cannot make environments; on Debian and Ubuntu: apt install python3-venv")
        return 2
    try:
        set_up(arguments[0])
    except subprocess.CalledProcessError as error:
        say(f"setting up .venv failed (exit code {error.returncode}); the first set-up needs the network")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
