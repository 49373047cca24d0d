"""Maps of papers as files: every count opens to its papers, every gap is shown."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from math import ceil
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from exokb.formats.drawing.shapes import Rect, Text, text_width
from exokb.formats.heatmap import MOST_LINKED, draw_heatmap, render_heatmap, render_heatmap_png
from exokb.formats.matrix import Axis, AxisValue, Matrix, matrix_csv, matrix_data, matrix_tsv

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
ROWS = Axis("disease", (AxisValue("kidney", "Kidney <&>", 3), AxisValue("liver", "Liver", 0)))
COLUMNS = Axis("cargo", (AxisValue("mirna", "microRNA", 2), AxisValue("lipid", "Lipid", 1)), left_out=4)
MATRIX = Matrix(
    ROWS, COLUMNS, {("kidney", "mirna"): (990000001, 990000002), ("kidney", "lipid"): (990000001, "10.5555/x")}, 5, 3
)


def test_counts_as_csv() -> None:
    assert list(csv.reader(io.StringIO("".join(matrix_csv(MATRIX))))) == [
        ["disease / cargo", "mirna", "lipid"], ["kidney", "2", "2"], ["liver", "0", "0"],
    ]  # fmt: skip


def test_each_count_opens_to_its_papers() -> None:
    lines = "".join(matrix_tsv(MATRIX, listed=True)).splitlines()
    assert lines[:2] == ["disease\tcargo\tpapers\tpmids", "kidney\tmirna\t2\t990000001; 990000002"]
    assert lines[3:] == ["liver\tmirna\t0\t", "liver\tlipid\t0\t"]
    data = matrix_data(MATRIX)
    assert data["cells"][1] == {"row": "kidney", "column": "lipid", "count": 2, "papers": (990000001, "10.5555/x")}
    assert data["gaps"] == [{"row": "liver", "column": "mirna"}, {"row": "liver", "column": "lipid"}]
    assert data["columns"]["left_out"] == 4


def test_a_facet_by_itself_keeps_its_two_names() -> None:
    same = Matrix(ROWS, ROWS, {}, 0, 0)
    assert next(iter(matrix_csv(same, listed=True))).strip() == "disease,disease (columns),papers,pmids"


def test_the_picture_holds_every_number_gap_and_link() -> None:
    root = ET.fromstring(render_heatmap(MATRIX))
    texts = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    assert {"Kidney <&>", "Liver", "microRNA", "Lipid"} <= set(texts)
    titles = [title.text for title in root.iter(f"{SVG}title")]
    assert "Kidney <&>, microRNA: 2 papers: 990000001, 990000002" in titles
    assert titles.count("Liver, Lipid: no paper") == 1
    links = [link.get(HREF) for link in root.iter(f"{SVG}a")]
    # the papers of the other cell are not all in PubMed, so a link would hide one
    assert links == ["https://pubmed.ncbi.nlm.nih.gov/?term=990000001+990000002"]
    dashed = [rect for rect in root.iter(f"{SVG}rect") if rect.get("stroke-dasharray")]
    assert len(dashed) == len(MATRIX.gaps) + 1, "and one in the legend"


def test_the_darkest_cell_has_most_papers() -> None:
    many = replace(MATRIX, cells={("kidney", "mirna"): tuple(range(1, 400)), ("liver", "mirna"): (1,)})
    root = ET.fromstring(render_heatmap(many))
    groups = [g for g in (*root.iter(f"{SVG}g"), *root.iter(f"{SVG}a")) if g.find(f"{SVG}title") is not None]
    fills = {g.findtext(f"{SVG}text"): g.find(f"{SVG}rect").get("fill") for g in groups}  # type: ignore[union-attr]
    assert fills["399"] == "#08306b"
    assert fills["1"] != fills["399"]
    titles = [title.text or "" for title in root.iter(f"{SVG}title")]
    (told,) = (title for title in titles if "399 papers" in title)
    assert told.endswith(f", {MOST_LINKED}, …")


def test_nothing_to_show_is_still_a_picture() -> None:
    empty = Matrix(Axis("year", ()), Axis("cargo", ()), {}, 0, 0)
    assert ET.fromstring(render_heatmap(empty)).tag == f"{SVG}svg"


@given(st.text(max_size=30))
def test_any_label_makes_well_formed_xml(label: str) -> None:
    odd = replace(MATRIX, rows=Axis("disease", (AxisValue("kidney", label, 1),)))
    ET.fromstring(render_heatmap(odd).encode("utf-8", "replace"))


def test_the_same_map_is_the_same_file() -> None:
    assert render_heatmap(MATRIX) == render_heatmap(MATRIX)


def test_the_image_is_the_same_picture() -> None:
    image = Image.open(io.BytesIO(render_heatmap_png(MATRIX).content))
    picture = draw_heatmap(MATRIX)
    assert image.size == (ceil(picture.width * 2), ceil(picture.height * 2))
    assert image.info["Title"] == "Papers by disease and cargo"
    colours = {colour for _, colour in image.convert("RGB").getcolors(1_000_000) or ()}
    assert (8, 48, 107) in colours, "the cell with most papers"
    empty = Matrix(Axis("year", ()), Axis("cargo", ()), {}, 0, 0)
    assert Image.open(io.BytesIO(render_heatmap_png(empty).content)).width > 300


@given(st.lists(st.text(max_size=60), max_size=5), st.lists(st.text(max_size=60), max_size=5))
def test_nothing_is_laid_out_beyond_the_edge(rows: list[str], columns: list[str]) -> None:
    def axis(facet: str, labels: list[str]) -> Axis:
        return Axis(facet, tuple(AxisValue(str(at), label, 1) for at, label in enumerate(labels)))

    picture = draw_heatmap(Matrix(axis("disease", rows), axis("cargo", columns), {("0", "0"): (1,)}, 1, 1))
    for shape in picture.shapes():
        if isinstance(shape, Rect):
            assert shape.x >= 0
            assert shape.x + shape.width <= picture.width
            assert shape.y + shape.height <= picture.height
        elif isinstance(shape, Text):
            reach = text_width(shape.words, shape.size) * (0.5**0.5 if shape.turned else 1)
            share = {"start": 0.0, "middle": 0.5, "end": 1.0}[shape.anchor]
            assert shape.x - share * reach >= 0
            assert shape.x + (1 - share) * reach <= picture.width
            assert not shape.turned or shape.y - reach >= 0
