"""Holding criteria against records that are not in a library."""

from typing import Any

import pytest

from exokb.domain.record import AbstractSection, Author, Correction, Dates, OtherAbstract, Record
from exokb.errors import ExokbError, QuerySyntaxError
from exokb.query.criteria import Criteria
from exokb.query.match import Matcher

RECORD = Record(
    pmid=990000001,
    title="Exosomes of invented cells",
    vernacular_title="Erfundene Zellen",
    abstract=(AbstractSection(text="Mesenchymal cells release them.", label="AIM"),),
    other_abstracts=(OtherAbstract(type="x", language="ger", sections=(AbstractSection(text="Bläschen"),)),),
    authors=(Author(collective="Invented Vesicle Group"), Author(last="Yin", fore="Kan", initials="K")),
    dates=Dates(sort="2020-05-17"),
    publication_types=("Systematic Review",),
    corrections=(Correction(kind="RetractionIn", citation="Invented"),),
)
EMPTY = Record()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, True),
        ({"text": 'mesenchymal AND (exosome* OR "extracellular vesicle*")'}, True),
        ({"text": "zellen blaschen"}, True),
        ({"text": "aim[ab]"}, True),
        ({"text": "kidney"}, False),
        ({"text": "invented vesicle group[au]"}, True),
        ({"text": "invented vesicle group[1au]"}, True),
        ({"text": "yin[1au]"}, False),
        ({"text": "2020/05[dp] 990000001[pmid]"}, True),
        ({"years": (2020, 2020)}, True),
        ({"years": (None, 2019)}, False),
        ({"types": ("review",)}, True),
        ({"types": ("Review", "Letter")}, True),
        ({"types": ("letter",)}, False),
        ({"retracted": True}, True),
        ({"retracted": False}, False),
        ({"authors": ("kan yin",)}, True),
        ({"journals": ("Nature",)}, False),
        ({"ids": (990000001,)}, True),
        ({"ids": (1,)}, False),
    ],
)
def test_criteria(options: dict[str, Any], expected: bool) -> None:
    assert Matcher(Criteria(**options)).matches(RECORD) is expected


def test_an_empty_record_meets_nothing_but_denials() -> None:
    assert not Matcher(Criteria(text="exosome OR 1000:3000[dp] OR 1[pmid]")).matches(EMPTY)
    assert Matcher(Criteria(text="NOT exosome NOT 1000:3000[dp]")).matches(EMPTY)
    assert not Matcher(Criteria(years=(None, None))).matches(EMPTY)


@pytest.mark.parametrize("options", [{"terms": (("disease", "kidney"),)}, {"lists": ("a",)}, {"cites": (1,)}])
def test_what_needs_the_library_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ExokbError, match="can only be asked of a library"):
        Matcher(Criteria(**options))


def test_a_wrong_query_is_refused_before_any_record_is_seen() -> None:
    with pytest.raises(QuerySyntaxError):
        Matcher(Criteria(text="(exosome"))
    with pytest.raises(QuerySyntaxError):
        Matcher(Criteria(authors=("–",)))
