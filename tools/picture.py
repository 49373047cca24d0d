"""Draw ``docs/images/session.svg``: a terminal session for the README, made by running the commands it shows."""

from __future__ import annotations

import io
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from tools.environment import ROOT
from tools.terminal import COLUMNS, reader_environment, run_in_terminal

PICTURE = ROOT / "docs" / "images" / "session.svg"

LIBRARY = "tour.exokb"
"""The library that all commands use."""

PREPARATION = (f"exokb demo {LIBRARY}",)
"""What is run before, unseen."""

SESSION = (
    "exokb search --disease kidney",
    "exokb search --cargo mirna --limit 2",
    "exokb export --disease kidney -o kidney.csv",
)
"""What the picture shows."""

# rich's SVG names fonts on a content delivery network; a reader's viewer should load nothing from elsewhere.
_FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def draw(session: Sequence[tuple[str, str]], *, title: str = "exokb") -> str:
    """Draw commands and what they showed.

    Args:
        session: (command, output with ANSI sequences) pairs.
        title: what stands in the window's bar.

    Returns:
        The text of an SVG file, the same for the same session.
    """
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    for command, output in session:
        console.print(Text.assemble(("$ ", "bold green"), (command, "bold")))
        console.print(Text.from_ansi(output.rstrip("\n")))
    return _FONT_FACE.sub("", console.export_svg(title=title, unique_id="exokb"))


def record(preparation: Sequence[str], commands: Sequence[str], folder: Path) -> list[tuple[str, str]]:
    """Run commands in a terminal, in an empty folder with an empty library.

    Raises:
        SystemExit: one of them failed.
    """
    environment = reader_environment(folder / "home", colour=True) | {"EXOKB_DB": LIBRARY}
    session = []
    for command in (*preparation, *commands):
        screen = run_in_terminal(command, cwd=folder, environment=environment)
        if screen.code:
            raise SystemExit(f"picture: `{command}` ended with {screen.code}:\n{screen.stdout}{screen.stderr}")
        # What a command says of its output, it says after it.
        session.append((command, screen.stdout + screen.stderr))
    return session[len(preparation) :]


def main() -> int:
    """Record and write the picture; gives the exit code."""
    with tempfile.TemporaryDirectory(prefix="exokb-picture-") as folder:
        picture = draw(record(PREPARATION, SESSION, Path(folder)))
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(picture, "utf-8")
    print(f"picture: {PICTURE.relative_to(ROOT)} shows {len(SESSION)} command(s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
