from __future__ import annotations

import json

import pytest

from exokb.domain.record import Reference
from exokb.errors import PayloadError
from exokb.sources.crossref.parse import parse_work


def work(**message: object) -> bytes:
    return json.dumps({"status": "ok", "message-type": "work", "message": {"DOI": "10.1000/a", **message}}).encode()


def test_entries_keep_what_the_publisher_deposited() -> None:
    entries = [
        {
            "key": "159_CR1",
            "doi-asserted-by": "publisher",
            "DOI": "10.1000/B",
            "article-title": "An invented title",
            "journal-title": "J Invent",
            "year": "2005a",
            "volume": "4",
            "first-page": "12",
            "author": "A Alpha",
            "unstructured": "Alpha A. An invented title. J Invent. 2005;4:12.",
        },
        {"key": "159_CR2", "volume-title": "An invented book", "series-title": "Series", "DOI": "broken"},
        {"key": "159_CR3"},
    ]
    answer = parse_work(work(reference=entries))
    assert (answer.source, answer.outcome) == ("crossref", "listed")
    assert answer.references == (
        Reference(
            position=1,
            text="Alpha A. An invented title. J Invent. 2005;4:12.",
            doi="10.1000/b",
            title="An invented title",
            journal="J Invent",
            year=2005,
            volume="4",
            first_page="12",
            author="A Alpha",
        ),
        Reference(position=2, text="doi:broken", title="An invented book", journal="Series"),
        Reference(position=3),
    )


@pytest.mark.parametrize("message", [{}, {"reference": []}, {"reference": None}])
def test_no_list_is_none_deposited(message: dict[str, object]) -> None:
    assert parse_work(work(**message)).outcome == "none deposited"


@pytest.mark.parametrize(
    "body", [b"{}", b'{"message": []}', work(reference={}), work(reference=["x"]), b"Resource not found."]
)
def test_another_shape_is_an_error(body: bytes) -> None:
    with pytest.raises(PayloadError, match="crossref"):
        parse_work(body)
