"""Pictures as SVG: each shape as the element that says the same."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from exokb.formats.drawing.shapes import Anchor, Group, Line, Picture, Rect, Shape, Text
from exokb.formats.drawing.svg import render_svg

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"


def drawn(*items: Shape | Group) -> ET.Element:
    return ET.fromstring(render_svg(Picture(200.4, 100, "Title <1>", "What it shows", items)))


def test_size_and_words_for_those_who_cannot_see() -> None:
    root = drawn()
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("200", "100", "0 0 200 100")
    assert (root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")) == ("Title <1>", "What it shows")


def test_shapes() -> None:
    text = Text(10, 20.04, "a & b", 16, bold=True, anchor=Anchor.END, colour="#555555", turned=-45)
    root = drawn(text, Rect(1, 2, 3, 4, "#ffffff", stroke="#bbbbbb", dashed=True, radius=2), Line(1, 2, 3, 4.5))
    words, rect, line = root.find(f"{SVG}text"), root.findall(f"{SVG}rect")[1], root.find(f"{SVG}line")
    assert words is not None
    assert words.text == "a & b"
    assert words.attrib == {
        "x": "10", "y": "20", "font-size": "16", "font-weight": "bold", "text-anchor": "end", "fill": "#555555",
        "transform": "rotate(-45 10 20)",
    }  # fmt: skip
    assert rect.attrib == {
        "x": "1", "y": "2", "width": "3", "height": "4", "rx": "2", "fill": "#ffffff", "stroke": "#bbbbbb",
        "stroke-dasharray": "3 2",
    }  # fmt: skip
    assert line is not None
    assert line.attrib == {"x1": "1", "y1": "2", "x2": "3", "y2": "4.5", "stroke": "#bbbbbb", "stroke-width": "1"}


def test_groups_have_tips_and_links() -> None:
    inner = (Text(1, 2, "3"),)
    root = drawn(Group(inner, "three papers", "https://example.org/?a=1&b=2"), Group(inner, "none"), Group(inner))
    link = root.find(f"{SVG}a")
    assert link is not None
    assert link.get(HREF) == "https://example.org/?a=1&b=2"
    assert link.findtext(f"{SVG}title") == "three papers"
    assert [group.findtext(f"{SVG}title") for group in root.findall(f"{SVG}g")] == ["none", None]


@given(st.text(max_size=30))
def test_any_words_make_well_formed_xml(words: str) -> None:
    svg = render_svg(Picture(10, 10, words, words, (Group((Text(1, 2, words),), words, words),)))
    ET.fromstring(svg.encode("utf-8", "replace"))
