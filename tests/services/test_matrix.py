"""Maps of the library: counts, gaps, levels."""

from __future__ import annotations

import subprocess
import sys

import pytest

from exokb.app import App
from exokb.domain.identifiers import Identifier
from exokb.errors import UnknownTerm
from exokb.formats.matrix import Axis
from exokb.query.criteria import Criteria
from exokb.services.decisions import Decision, decide
from exokb.services.matrix import Level, build_map
from tests.services.conftest import HEART, KIDNEY, LIVER


def values(axis: Axis) -> list[str]:
    return [value.value for value in axis.values]


def test_counts_and_gaps(filled: App) -> None:
    found = build_map(filled, "disease", "cargo", Criteria())
    assert found.cells["kidney", "mirna"] == (KIDNEY,)
    assert found.count("cardiovascular", "growth_factor") == 1
    assert ("liver", "mirna") in found.gaps
    assert ("oral", "lipid") in found.gaps, "areas and classes without any paper are gaps, too"
    assert (found.records, found.placed) == (3, 2)
    assert {v.value: v.total for v in found.rows.values}["liver"] == 1
    assert len(found.gaps) + len(found.cells) == len(values(found.rows)) * len(values(found.columns))


def test_areas_by_default_and_conditions_when_asked(filled: App) -> None:
    areas = values(build_map(filled, "disease", "cargo", Criteria()).rows)
    assert "acute_kidney_injury" not in areas
    everything = values(build_map(filled, "disease", "cargo", Criteria(), level=Level.ALL).rows)
    assert set(areas) < set(everything)
    assert everything.index("acute_kidney_injury") == everything.index("kidney") + 1


def test_years_have_no_holes(filled: App) -> None:
    found = build_map(filled, "year", "disease", Criteria())
    assert values(found.rows) == ["2020", "2021"]
    assert found.cells["2021", "liver"] == (LIVER,)
    assert build_map(filled, "year", "disease", Criteria(years=(1999, 1999))).rows.values == ()


def test_open_facets_show_the_most_frequent(filled: App) -> None:
    decide(filled, [Identifier("pmid", str(LIVER))], [Decision("molecules", "miR-999", "confirm")])
    found = build_map(filled, "molecules", "disease", Criteria(), most=1)
    assert len(found.rows.values) == 1
    everything = build_map(filled, "molecules", "disease", Criteria())
    assert found.rows.left_out == len(everything.rows.values) - 1 >= 2
    assert {"miR-21-5p", "miR-999"} <= set(values(everything.rows))
    assert not [value for value in values(everything.rows) if value.startswith("class")]


def test_a_selection_and_a_facet_by_itself(filled: App) -> None:
    found = build_map(filled, "disease", "disease", Criteria(terms=(("disease", "kidney"),)))
    assert found.cells == {("kidney", "kidney"): (KIDNEY,)}
    assert build_map(filled, "source", "design", Criteria(ids=(HEART,))).records == 1


def test_people_decide_on_maps_too(filled: App) -> None:
    decide(filled, [Identifier("pmid", str(KIDNEY))], [Decision("cargo", "mirna", "reject")])
    assert ("kidney", "mirna") in build_map(filled, "disease", "cargo", Criteria()).gaps


def test_an_unknown_facet(filled: App) -> None:
    with pytest.raises(UnknownTerm, match="did you mean cargo"):
        build_map(filled, "disease", "cargos", Criteria())


def test_maps_import_nothing_heavy() -> None:
    heavy = "{'pydantic', 'sqlalchemy', 'lxml', 'Bio', 'httpx', 'xlsxwriter', 'rich'}"
    code = f"import exokb.services.matrix, exokb.formats.heatmap, sys; print(*{heavy} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
