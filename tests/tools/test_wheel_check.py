from __future__ import annotations

import pytest

from tools.wheel_check import REQUIRED, content_faults

WHOLE = [name + "0001_create_library.py" if name.endswith("/") else name for name in REQUIRED]


def test_a_whole_wheel_has_no_faults() -> None:
    assert content_faults([*WHOLE, "exokb/evidence/facets/cargo.toml", "exokb-0.1.0.dist-info/METADATA"]) == []


@pytest.mark.parametrize("missing", range(len(WHOLE)))
def test_what_is_missing_is_named(missing: int) -> None:
    assert content_faults(WHOLE[:missing] + WHOLE[missing + 1 :]) == [f"{REQUIRED[missing]} is missing"]


@pytest.mark.parametrize("surplus", ["tests/test_house.py", "tools/picture.py", "alembic/env.py", "README.md"])
def test_what_does_not_belong_is_named(surplus: str) -> None:
    assert content_faults([*WHOLE, surplus]) == [f"{surplus} does not belong into a wheel"]


@pytest.mark.parametrize("left", ["exokb/_packaged/alembic/__pycache__/env.cpython-311.pyc", "exokb/library.exokb"])
def test_what_a_run_left_is_named(left: str) -> None:
    assert content_faults([*WHOLE, left]) == [f"{left} was left over by a run"]
