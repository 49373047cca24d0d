from __future__ import annotations

import pytest

from exokb.sources.reference_fields import read_doi, read_first_author, read_first_page, read_year


@pytest.mark.parametrize(
    ("text", "year"),
    [("2005", 2005), ("2005a", 2005), ("c1998", 1998), ("in press", None), ("", None), ("120051", None)],
)
def test_a_year_is_found_in_what_publishers_write(text: str, year: int | None) -> None:
    assert read_year(text) == year


def test_a_doi_is_normalised_and_a_malformed_one_is_kept_as_text() -> None:
    assert read_doi("https://doi.org/10.1000/ABC", "T") == ("10.1000/abc", "T")
    assert read_doi("doi pending", "T") == (None, "T doi:doi pending")
    assert read_doi("11.5/x", "see 11.5/x") == (None, "see 11.5/x")
    assert read_doi("", "T") == (None, "T")


@pytest.mark.parametrize(
    ("pages", "first"), [("107-114", "107"), ("e12–e19", "e12"), ("7", "7"), ("", None), ("-3", None)]
)
def test_the_first_page(pages: str, first: str | None) -> None:
    assert read_first_page(pages) == first


@pytest.mark.parametrize(("authors", "first"), [("Yin K, Wang S.", "Yin K"), ("WHO.", "WHO"), ("", None)])
def test_the_first_author(authors: str, first: str | None) -> None:
    assert read_first_author(authors) == first
