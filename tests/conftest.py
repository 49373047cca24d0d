"""What every test may ask for."""

import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.upstream.fixtures"]

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of downloaded real records; the test is skipped where there is none."""
    folder = Path(os.environ.get("EXOKB_REAL_DATA") or REPOSITORY.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real data in {folder}")
    return folder
