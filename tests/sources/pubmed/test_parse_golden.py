"""Whole records from invented XML, compared with what a person checked once.

``EXOKB_WRITE_GOLDEN=1`` writes the expected files anew; read the difference before committing it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from exokb.sources.pubmed.parse import parse_records

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "pubmed"
PAYLOADS = sorted(GOLDEN.glob("*.xml"))


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda path: path.stem)
def test_a_payload_gives_exactly_the_expected_records(payload: Path) -> None:
    parsed = parse_records(payload.read_bytes())
    found = {
        "records": [
            {"number": number, **record.model_dump(mode="json", exclude_defaults=True)}
            for number, record in parsed.records
        ],
        "failures": [str(failure) for failure in parsed.failures],
        "deleted": list(parsed.deleted),
        "complete": parsed.complete,
    }
    expected = payload.with_suffix(".json")
    if os.environ.get("EXOKB_WRITE_GOLDEN"):
        expected.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(expected.read_text(encoding="utf-8"))


def test_there_are_golden_pairs() -> None:
    assert {path.stem for path in PAYLOADS} >= {"article_full", "article_sparse", "book_and_chapter"}
