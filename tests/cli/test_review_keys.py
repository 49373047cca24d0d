"""What keys on a terminal mean to ``exokb review``."""

from __future__ import annotations

import sys

import click
import pytest

from exokb.cli import review


@pytest.mark.parametrize(
    ("pressed", "meant"), [("y", "y"), ("N", "n"), ("yy", "y"), ("\x04", "q"), ("\x1b[Aq", "q"), ("?q", "q")]
)
def test_keys(pressed: str, meant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # an arrow comes in one piece; after what means nothing the next key counts
    keys = ["\x1b[A", "q"] if pressed.startswith("\x1b") else list(pressed) if "?" in pressed else [pressed]

    def getchar() -> str:
        key = keys.pop(0)
        if key == "\x04":
            raise EOFError
        return key

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(click, "getchar", getchar)
    assert review._ask() == meant
