"""Errors come back from another process as they were."""

from __future__ import annotations

import pickle

import pytest

from exokb.errors import ExokbError, FormatError, PayloadError, QuerySyntaxError, SourceUnavailable, UnknownTerm


@pytest.mark.parametrize(
    "error",
    [
        ExokbError("it failed", hint="try again"),
        PayloadError("PubmedArticle 3", "it has no end", position="byte 12", sha256="ab"),
        QuerySyntaxError("a AND", 5, "a word is missing"),
        SourceUnavailable("pubmed", "PMID 990000001", "no answer", retry_after=3.0),
        UnknownTerm("disease", "kidny", ["kidney"]),
        FormatError("PubMed XML", "a.xml", "it is none"),
    ],
)
def test_an_error_survives_pickling(error: ExokbError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error)
    assert str(back) == str(error)
    assert vars(back) == vars(error)


def test_the_pointer_stays_under_the_trouble_of_a_long_query() -> None:
    query = "kidney\nAND " * 1_000 + "("
    shown, pointer = str(QuerySyntaxError(query, len(query) - 1, "never closed")).splitlines()[1:]
    assert len(shown) < 130
    assert shown[len(pointer) - 1] == "("
