"""Fixtures of the local upstream; a conftest takes them with ``pytest_plugins = ["tests.upstream.fixtures"]``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.upstream.server import Upstream


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """A running server with the hand-written records, without latency or faults."""
    with Upstream() as server:
        yield server
