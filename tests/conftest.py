from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of downloaded real data: ``EXOKB_REAL_DATA``, else beside the repository; skips where absent."""
    given = os.environ.get("EXOKB_REAL_DATA")
    folder = Path(given) if given else Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the downloaded real data is not here")
    return folder
