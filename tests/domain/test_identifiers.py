"""Identifiers in every form that people paste, and nothing that only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exokb.domain.identifiers import Identifier, normalise_doi, parse_identifier, parse_pmid, split_identifiers
from exokb.errors import InvalidIdentifier

SEED = Identifier("doi", "10.1186/s40364-019-0159-x")
SICI = "10.1002/(sici)1097-0142(19960101)77:1<1::aid-cncr1>3.0.co;2-x"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("33857817", Identifier("pmid", "33857817")),
        ("0033857817", Identifier("pmid", "33857817")),
        ("PMID:33857817", Identifier("pmid", "33857817")),
        ("pmid 33857817", Identifier("pmid", "33857817")),
        ("https://pubmed.ncbi.nlm.nih.gov/34096448/", Identifier("pmid", "34096448")),
        ("pubmed.ncbi.nlm.nih.gov/34096448", Identifier("pmid", "34096448")),
        ("https://pubmed.ncbi.nlm.nih.gov/34096448/?from=x#a", Identifier("pmid", "34096448")),
        ("https://www.ncbi.nlm.nih.gov/pubmed/34096448", Identifier("pmid", "34096448")),
        ("https://www.ncbi.nlm.nih.gov/pubmed/?term=34096448", Identifier("pmid", "34096448")),
        ("https://europepmc.org/article/MED/34096448", Identifier("pmid", "34096448")),
        ("PMC7477653", Identifier("pmcid", "PMC7477653")),
        ("pmc7477653.2", Identifier("pmcid", "PMC7477653")),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC7477653/", Identifier("pmcid", "PMC7477653")),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7477653/", Identifier("pmcid", "PMC7477653")),
        ("10.1186/s40364-019-0159-x", SEED),
        ("10.1186/S40364-019-0159-X", SEED),
        ("doi:10.1186/s40364-019-0159-x.", SEED),
        ("https://doi.org/10.1186/s40364-019-0159-x", SEED),
        ("http://dx.doi.org/10.1186%2Fs40364-019-0159-x", SEED),
        ("https://biomarkerres.biomedcentral.com/articles/10.1186/s40364-019-0159-x", SEED),
        ("<10.1186/s40364-019-0159-x>,", SEED),
        ("NCT03384433", Identifier("trial", "NCT03384433")),
        ("nct 03384433", Identifier("trial", "NCT03384433")),
        ("https://clinicaltrials.gov/study/NCT03384433", Identifier("trial", "NCT03384433")),
    ],
)
def test_every_form_is_understood(text: str, expected: Identifier) -> None:
    assert parse_identifier(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "  ", "ABC123", "0", "1234567890", "10.1186", "kidney", "https://example.org/338578", "PMC", "NCT123"],
)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(InvalidIdentifier):
        parse_identifier(text)


def test_digits_are_not_picked_out_of_words() -> None:
    with pytest.raises(InvalidIdentifier):
        parse_pmid("ABC123")


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1016/ j.cell. 2020.01.001", "10.1016/j.cell.2020.01.001"),
        ("(10.1016/0092-8674(82)90001-1)", "10.1016/0092-8674(82)90001-1"),
        (SICI.upper(), SICI),
    ],
)
def test_dois_are_normalised(text: str, doi: str) -> None:
    assert normalise_doi(text) == doi


def test_pasted_text_is_split_at_any_separator() -> None:
    text = f"\ufeffPMID: 123, 456;789|PMC 22\n# a comment\n{SICI} doi: 10.5555/a,b\n10.5555/c # why\n"
    assert list(split_identifiers(text)) == [
        "PMID:123", "456", "789", "PMC22", SICI, "doi:10.5555/a,b", "10.5555/c",
    ]  # fmt: skip


@given(st.lists(st.integers(1, 999_999_999), max_size=20), st.sampled_from([",", ", ", ";", "\n", "\t", " | ", "\r\n"]))
def test_numbers_come_back(numbers: list[int], separator: str) -> None:
    text = separator.join(map(str, numbers))
    assert [parse_identifier(part).pmid for part in split_identifiers(text)] == numbers


@given(st.text(max_size=60))
def test_any_text_is_an_identifier_or_refused(text: str) -> None:
    for part in split_identifiers(text):
        try:
            found = parse_identifier(part)
        except InvalidIdentifier:
            continue
        assert parse_identifier(found.value) == found
