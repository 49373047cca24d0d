"""Plain words with their synonyms beside them."""

import pytest

from exokb.query.expand import expand_query
from exokb.query.synonyms import Group, Synonyms, build_synonyms, load_synonyms
from exokb.query.syntax import parse_query
from exokb.query.tree import Node

SYNONYMS = build_synonyms(
    [
        (Group("vesicle", ("extracellular vesicle",), ("exosome", "ectosome"), ("exosome", "microvesicle")), ("EV",)),
        (Group("exosome", ("exosome", "small EV")), ("Exo",)),
        (Group("MSC", ("MSC", "mesenchymal stem"), ("ADSC",), ("adipose MSC",)), ("mesenchymal stem cell",)),
        (Group("adipose MSC", ("ADSC", "adipose-derived stem cell")), ("ASC",)),
        (Group("apoptosis speck", ("PYCARD",)), ("ASC",)),
    ],
    "1",
)


def expand(query: str) -> Node:
    return expand_query(parse_query(query), query, SYNONYMS).node


def asked(query: str) -> list[str]:
    return [expansion.asked for expansion in expand_query(parse_query(query), query, SYNONYMS).expansions]


@pytest.mark.parametrize(
    ("query", "expanded"),
    [
        ("EV", 'EV OR "extracellular vesicle"[tw] OR "exosome"[tw] OR "ectosome"[tw]'),
        ("exosomes", 'exosomes OR "small EV"[tw]'),
        ("kidney exosome", 'kidney AND (exosome OR "small EV"[tw])'),
        # words side by side are one phrase for this, the longest that is known
        ("extracellular vesicles", '(extracellular AND vesicles) OR "exosome"[tw] OR "ectosome"[tw]'),
        ("mesenchymal stem cells", '(mesenchymal AND stem AND cells) OR "MSC"[tw] OR "mesenchymal stem"[tw]'
         ' OR "ADSC"[tw]'),
        ("ASC", 'ASC OR "ADSC"[tw] OR "adipose-derived stem cell"[tw] OR "PYCARD"[tw]'),
        ("miR21", 'miR21 OR "miRNA-21"[tw] OR "microRNA-21"[tw] OR "micro-RNA-21"[tw]'),
        ("hsa-let-7a-5p", 'hsa-let-7a-5p OR "let-7a-5p"[tw] OR "MIRLET-7a-5p"[tw]'),
        ("miR 21 5p", '(miR AND 21 AND 5p) OR "miRNA-21-5p"[tw] OR "microRNA-21-5p"[tw] OR "micro-RNA-21-5p"[tw]'),
        ("ADSC-derived", 'ADSC-derived OR "adsc"[tw] OR "adipose-derived stem cell"[tw]'),
        ("ADSC-Exo", 'ADSC-Exo OR (("adsc"[tw] OR "adipose-derived stem cell"[tw])'
         ' AND ("exo"[tw] OR "exosome"[tw] OR "small EV"[tw]))'),
        ("exosomal miR-21", 'exosomal AND (miR-21 OR "miRNA-21"[tw] OR "microRNA-21"[tw] OR "micro-RNA-21"[tw])'),
        ("(exosome OR kidney) liver", '(exosome OR "small EV"[tw] OR kidney) AND liver'),
    ],
)  # fmt: skip
def test_synonyms_stand_beside_the_words(query: str, expanded: str) -> None:
    assert expand(query) == parse_query(expanded)


@pytest.mark.parametrize(
    "query",
    [
        '"exosome"', "exosome*", "exosome[ti]", "mesenchymal stem cells[tiab]", "exosome[mh]", "kidney", "NOT exosome",
        "kidney NOT (exosome OR EV)", "extracellular AND vesicles", "extracellular, (vesicles)",
        "vesicles extracellular", "yin[au]", "exosome-depleted", "miR-21/22/23", "2019[dp]", "derived", "-derived",
    ],
)  # fmt: skip
def test_what_says_exactly_what_it_means_is_left_alone(query: str) -> None:
    assert expand(query) == parse_query(query)
    assert asked(query) == []


def test_what_was_asked_is_told_once_and_as_it_was_written() -> None:
    assert asked("EVs OR kidney EVs") == ["EVs"]
    assert asked("kidney; EV, (ASC)") == ["EV", "ASC"]
    assert asked("Mesenchymal  Stem Cells and exosomes") == ["Mesenchymal Stem Cells", "exosomes"]
    (told,) = expand_query(parse_query("EV"), "EV", SYNONYMS).expansions
    assert (told.label, told.words, told.narrower) == ("vesicle", ("extracellular vesicle",), ("exosome", "ectosome"))
    assert told.kinds == ("exosome", "microvesicle")


def test_ranking_leaves_narrower_words_out() -> None:
    found = expand_query(parse_query("EV kidney"), "EV kidney", SYNONYMS)
    assert found.level == parse_query('(EV OR "extracellular vesicle"[tw]) AND kidney')


def test_what_is_kept_is_read_back() -> None:
    read = load_synonyms(SYNONYMS.dumps())
    assert read is not None
    assert (read.groups, read.vocabulary) == (SYNONYMS.groups, "1")
    assert read.find(("asc",)) == SYNONYMS.find(("asc",))
    assert [group.label for group in read.find(("asc",))] == ["adipose MSC", "apoptosis speck"]
    assert read.find(("nothing",)) == ()
    assert load_synonyms(SYNONYMS.dumps().replace('"fold":', '"fold":9')) is None


def test_without_synonyms_only_names_by_form_are_known() -> None:
    empty = Synonyms((), {})
    assert expand_query(parse_query("exosome"), "exosome", empty).expansions == ()
    assert [e.asked for e in expand_query(parse_query("miR-21"), "miR-21", empty).expansions] == ["miR-21"]
