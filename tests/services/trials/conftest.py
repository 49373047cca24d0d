"""An application whose registry is the local server, asked without pauses."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from exokb.app import App
from exokb.settings import load_settings
from exokb.sources.clinicaltrials.client import ClinicalTrials
from exokb.sources.interface import SourceSet
from exokb.transport import PoliteClient
from tests.service_double import FakeTime
from tests.services.fake_source import FakeSource
from tests.services.trials.shelf import fill
from tests.upstream import Upstream


@dataclass
class Desk:
    """The application, and the day that it is."""

    app: App
    upstream: Upstream
    days: list[datetime] = field(default_factory=lambda: [datetime(2026, 3, 3, 12, tzinfo=UTC)])

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.app.library.reading() as connection:
            return connection.execute(sql).fetchall()

    def asked(self) -> list[str]:
        """The last part of the path of every request, and the numbers in it."""
        return [
            entry.request.tail + ":" + ",".join(entry.request.ids("filter.ids")) for entry in self.upstream.requests
        ]


@pytest.fixture(scope="session")
def shelf_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented trials and papers of `tests.services.trials.shelf`, to be copied."""
    home = tmp_path_factory.mktemp("shelf")
    settings = load_settings(db=str(home / "library.exokb"), environment={}, home=home)
    app = App(settings, clock=lambda: datetime(2026, 11, 23, 12, tzinfo=UTC))
    fill(app).close()
    return home / "library.exokb"


@pytest.fixture
def shelf(app: App, shelf_file: Path) -> App:
    """An application with a library of its own of these trials and papers."""
    shutil.copy(shelf_file, app.library.path)
    return app


@pytest.fixture
def desk(tmp_path: Path, upstream: Upstream) -> Iterator[Desk]:
    settings = load_settings(
        db=str(tmp_path / "library.exokb"),
        environment={**upstream.environment(), "EXOKB_READ_TIMEOUT": "4", "EXOKB_ATTEMPTS": "2"},
        home=tmp_path,
    )
    made: list[Desk] = []

    def now() -> datetime:
        return made[0].days[0]

    client = PoliteClient(settings, clock=now, notice=print, timing=FakeTime().timing())
    sources = SourceSet(records=FakeSource(0), trials=ClinicalTrials(client, settings))
    made.append(Desk(App(settings, clock=now, given_sources=sources), upstream))
    yield made[0]
    made[0].app.close()
