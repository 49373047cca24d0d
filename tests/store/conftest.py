"""A real SQLite library in a temporary folder, with a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from exokb.store.library import Library

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library that holds nothing yet."""
    opened = Library(str(tmp_path / "library.exokb"), clock=lambda: NOW)
    yield opened
    opened.close()
