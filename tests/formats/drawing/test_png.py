"""Images: what is drawn stands where the layout says, in letters that the font has."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from exokb.errors import FormatError
from exokb.evidence.vocabulary_files import load_vocabulary
from exokb.formats.drawing.png import LONGEST_SIDE, MOST_PIXELS, render_png
from exokb.formats.drawing.shapes import Anchor, Group, Line, Picture, Rect, Shape, Text, text_width

Box = tuple[int, int, int, int]
WHITE = (255, 255, 255)


def picture(*items: Shape | Group, width: float = 200, height: float = 100) -> Picture:
    return Picture(width, height, "A title", "β is told", items)


def opened(drawn: Picture, scale: float = 2.0) -> Image.Image:
    image = Image.open(io.BytesIO(render_png(drawn, scale=scale).content))
    image.load()
    return image


def inked(image: Image.Image) -> Box:
    """The smallest box around everything that is not white."""
    box = Image.eval(image.convert("L"), lambda value: 255 - value).getbbox()
    assert box is not None
    return box


def test_size_density_and_words_for_those_who_cannot_see() -> None:
    image = opened(picture())
    assert image.size == (400, 200)
    assert image.info["dpi"] == pytest.approx((192, 192), abs=0.1)
    assert (image.info["Title"], image.info["Description"]) == ("A title", "β is told")
    assert image.getcolors() == [(400 * 200, WHITE)]


def test_a_rectangle_and_a_line_stand_where_they_should() -> None:
    image = opened(picture(Group((Rect(10, 20, 30, 40, "#08306b"),), "told when pointed at")))
    assert inked(image) == (20, 40, 80, 120)
    assert image.getpixel((50, 80)) == (8, 48, 107)
    left, top, right, bottom = inked(opened(picture(Line(10, 50, 110, 50, "#000000", width=2))))
    assert (left, right) == (20, 221)
    assert abs(top - 98) <= 1
    assert abs(bottom - 102) <= 1


def test_a_border_is_whole_or_dashed() -> None:
    def outline(*, dashed: bool) -> set[object]:
        image = opened(picture(Rect(10, 20, 60, 40, "#ffffff", stroke="#000000", dashed=dashed)))
        assert image.getpixel((60, 80)) == WHITE
        return {image.getpixel((x, 40)) for x in range(24, 136)}

    assert outline(dashed=False) == {(0, 0, 0)}
    assert outline(dashed=True) == {(0, 0, 0), WHITE}


@pytest.mark.parametrize(
    ("anchor", "expected"), [(Anchor.START, (200, 300)), (Anchor.MIDDLE, (150, 250)), (Anchor.END, (100, 200))]
)
def test_a_text_is_anchored(anchor: Anchor, expected: tuple[int, int]) -> None:
    wide = Text(100, 50, "mmmmm", anchor=anchor)
    left, top, right, bottom = inked(opened(picture(wide)))
    assert expected[0] <= left < right <= expected[1]
    assert bottom == pytest.approx(100, abs=1), "the baseline"
    assert top > 100 - 24


def test_a_turned_text_goes_up_to_the_right() -> None:
    image = opened(picture(Text(100, 80, "iiiiiiiiii", turned=-45)))
    left, top, right, bottom = inked(image)
    assert abs(left - 200) <= 20
    assert abs(bottom - 160) <= 8
    assert right - left == pytest.approx(bottom - top, abs=12)
    straight = inked(opened(picture(Text(100, 80, "iiiiiiiiii"))))
    assert right - left < straight[2] - straight[0]


def test_bold_is_bolder_and_larger_is_larger() -> None:
    def ink(text: Text) -> int:
        image = opened(picture(text)).convert("L")
        return sum(count * (255 - value) for count, value in image.getcolors() or ())  # type: ignore[operator, misc]

    plain = ink(Text(10, 50, "microRNA"))
    assert ink(Text(10, 50, "microRNA", bold=True)) > 1.2 * plain
    assert ink(Text(10, 50, "microRNA", size=24)) > 2 * plain
    assert ink(Text(10, 50, "microRNA", colour="#888888")) < 0.7 * plain


def test_every_label_of_the_vocabularies_can_be_drawn_in_the_width_reckoned_for_it() -> None:
    labels = [term.label for term in load_vocabulary().terms]
    assert any("β" in label for label in labels)
    for label in labels:
        width = text_width(label)
        drawn = render_png(picture(Text(0, 20, label), width=width + 20, height=30), scale=1)
        assert drawn.missing == "", label
        box = inked(Image.open(io.BytesIO(drawn.content)))
        assert box[2] <= width + 3, label


def test_what_the_font_lacks_is_told_and_drawn_as_a_box() -> None:
    drawn = render_png(picture(Text(10, 50, "病β毒é")))
    assert drawn.missing == "毒病"
    assert inked(Image.open(io.BytesIO(drawn.content)))


@pytest.mark.parametrize(
    ("odd", "same"),
    [("let‑7c", "let-7c"), ("10⁺", "10+"), ("Sjo\u0308gren", "Sj\u00f6gren"), ("a\u200bb", "ab"), ("a\nb", "a b")],
)
def test_what_looks_the_same_is_drawn_the_same(odd: str, same: str) -> None:
    assert render_png(picture(Text(10, 50, odd))) == render_png(picture(Text(10, 50, same)))


def test_a_large_picture_gets_fewer_pixels_and_a_larger_one_is_refused() -> None:
    wide = opened(picture(width=23_400, height=200))
    assert wide.width == LONGEST_SIDE
    assert wide.height == pytest.approx(200 * LONGEST_SIDE / 23_400, abs=1)
    many = opened(picture(width=7_000, height=7_000))
    assert many.width > 7_000
    assert many.width * many.height == pytest.approx(MOST_PIXELS, rel=0.001)
    with pytest.raises(FormatError, match="too large") as caught:
        render_png(picture(width=40_000, height=40_000))
    assert "SVG" in caught.value.hint


@given(st.text(max_size=20), st.sampled_from([0, -45, 90]))
@settings(max_examples=50, deadline=None)
def test_any_text_makes_an_image_and_the_same_one_again(words: str, turned: float) -> None:
    drawn = picture(Text(100, 50, words, turned=turned), width=300)
    assert render_png(drawn) == render_png(drawn)
