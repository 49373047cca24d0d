"""The command line on a library of invented trials."""

from __future__ import annotations

from pathlib import Path

import pytest

from exokb.app import open_app
from tests.cli.conftest import Cli, tidy_environment
from tests.services.trials.shelf import fill


@pytest.fixture(scope="session")
def shelf_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trials and papers of `tests.services.trials.shelf`; to be read only."""
    home = tmp_path_factory.mktemp("shelf")
    with pytest.MonkeyPatch.context() as patch:
        tidy_environment(patch, home)
        app = open_app(db=str(home / "shelf.exokb"))
        fill(app).close()
    return home / "shelf.exokb"


@pytest.fixture
def shelf(bare: Cli, shelf_file: Path) -> Cli:
    """The command line on the library that all tests of trials share: it is only read."""
    return Cli(shelf_file, bare.capsys)
