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
