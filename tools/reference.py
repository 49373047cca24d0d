"""Write the generated parts of the documentation from the code they describe.

A page keeps its own prose; what stands between ``<!-- generated: NAME -->`` and ``<!-- end of NAME -->`` is replaced.
``make docs-update`` writes the pages; a test fails where a page is not current.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

from tools.environment import ROOT
from tools.reference_commands import commands
from tools.reference_store import tables, views
from tools.reference_values import (
    columns,
    decisions,
    exit_codes,
    history_columns,
    paper_columns,
    settings,
    trial_columns,
)

DOCS = ROOT / "docs"

SECTIONS: dict[str, Callable[[], str]] = {
    "commands": commands,
    "exit codes": exit_codes,
    "settings": settings,
    "columns": columns,
    "trial columns": trial_columns,
    "trial history columns": history_columns,
    "trial paper columns": paper_columns,
    "tables": tables,
    "views": views,
    "decisions": decisions,
}

_SECTION = re.compile(r"(?P<open><!-- generated: (?P<name>[a-z ]+) -->\n).*?(?P<close><!-- end of (?P=name) -->)", re.S)


def section_names(text: str) -> list[str]:
    """The names of the generated sections a page asks for, in order."""
    return re.findall(r"<!-- generated: (.*?) -->", text)


def bring_up_to_date(text: str) -> str:
    """Give a page with its generated sections as the code has them now.

    Raises:
        ValueError: it asks for a section that does not exist, or that is not closed.
    """
    made: list[str] = []

    def write(found: re.Match[str]) -> str:
        made.append(found["name"])
        if found["name"] not in SECTIONS:
            raise ValueError(f"there is no generated section {found['name']!r}")
        return f"{found['open']}\n{SECTIONS[found['name']]().strip()}\n\n{found['close']}"

    new = _SECTION.sub(write, text)
    if made != section_names(text):
        raise ValueError(f"a generated section is not closed: {section_names(text)}")
    return new


def pages() -> list[Path]:
    """The pages that have generated sections."""
    return [page for page in sorted(DOCS.rglob("*.md")) if section_names(page.read_text("utf-8"))]


def main() -> int:
    """Write every page that is not current, and name it; gives the exit code."""
    for page in pages():
        old = page.read_text("utf-8")
        new = bring_up_to_date(old)
        if new != old:
            page.write_text(new, "utf-8")
            print(f"docs: wrote {page.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
