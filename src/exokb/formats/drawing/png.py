"""Pictures as PNG, with Pillow and a font that comes with exokb's dependencies: no font of the system is needed.

Pillow's own font (``ImageFont.load_default``) has neither Greek nor accented letters, and no micro sign
(`docs/decisions/0011-pictures.md`), so Source Sans Pro is used. Pillow is imported only when something is drawn.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from math import ceil, sqrt
from typing import TYPE_CHECKING

from exokb.errors import FormatError
from exokb.formats.delimited import plain
from exokb.formats.drawing.shapes import Anchor, Line, Picture, Rect, Text

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

SCALE = 2.0
"""Pixels a px: sharp on a screen of high density, and 192 dots an inch in print."""
MOST_PIXELS = 60_000_000
"""Larger pictures get a smaller scale: Pillow and others warn of images of more than 89 million pixels."""
LONGEST_SIDE = 32_000
"""In pixels: viewers that draw with cairo stop at 32,767."""
_PX_AN_INCH = 96
_DASH, _GAP = 3.0, 2.0
_FONT_PACKAGE = "font_source_sans_pro"
_LIKE = str.maketrans({"\u2010": "-", "\u2011": "-", "\u00ad": "", "\u200b": "", "\ufeff": ""})
"""What the font lacks and what looks the same: kinds of hyphen, and characters that are not seen."""


@dataclass(frozen=True, slots=True)
class Png:
    """The bytes of an image, and the characters that the font has no shape for: they are drawn as boxes."""

    content: bytes
    missing: str


def render_png(picture: Picture, *, scale: float = SCALE) -> Png:
    """Give a picture as a PNG image; the same picture gives the same image.

    Args:
        picture: what to draw. Tips and links are lost; title and description become text chunks.
        scale: pixels a px, at most; a very large picture gets fewer, but at least one.

    Raises:
        FormatError: it is too large even so.
    """
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    scale = _fitting(picture, scale)
    image = Image.new("RGB", (ceil(picture.width * scale), ceil(picture.height * scale)), "#ffffff")
    pen = _Pen(image, scale)
    for shape in picture.shapes():
        if isinstance(shape, Text):
            pen.text(shape)
        elif isinstance(shape, Rect):
            pen.rect(shape)
        else:
            pen.line(shape)
    about = PngInfo()
    about.add_itxt("Title", plain(picture.title))
    about.add_itxt("Description", plain(picture.description))
    target = BytesIO()
    image.save(target, "PNG", pnginfo=about, dpi=(scale * _PX_AN_INCH,) * 2, optimize=False)
    return Png(target.getvalue(), "".join(sorted(pen.missing)))


def _fitting(picture: Picture, scale: float) -> float:
    most = min(sqrt(MOST_PIXELS / (picture.width * picture.height)), LONGEST_SIDE / max(picture.width, picture.height))
    if most < 1:
        size = f"{picture.width:,.0f} by {picture.height:,.0f} px"
        raise FormatError("PNG", size, "the picture is too large for an image", hint="show less of it, or write SVG")
    return min(scale, most)


class _Pen:
    """Draws shapes on an image."""

    def __init__(self, image: Image, scale: float) -> None:
        from PIL import ImageDraw

        self._image, self._scale = image, scale
        self._draw = ImageDraw.Draw(image)
        self.missing: set[str] = set()

    def text(self, text: Text) -> None:
        font = _font(text.size * self._scale, bold=text.bold)
        words = unicodedata.normalize("NFC", plain(text.words).translate(_LIKE)).replace("\n", " ")
        words = "".join(self._character(font, character) for character in words)
        x, y = text.x * self._scale, text.y * self._scale
        anchor = {Anchor.START: "ls", Anchor.MIDDLE: "ms", Anchor.END: "rs"}[text.anchor]
        if text.turned:
            self._turned(text, words, font, anchor)
        else:
            self._draw.text((x, y), words, text.colour, font, anchor)

    def _turned(self, text: Text, words: str, font: FreeTypeFont, anchor: str) -> None:
        from PIL import Image, ImageDraw

        # a square around the place about which the text turns, so that turning needs no more reckoning
        reach = ceil(font.getlength(words) + 2 * text.size * self._scale)
        mask = Image.new("L", (2 * reach, 2 * reach))
        ImageDraw.Draw(mask).text((reach, reach), words, 255, font, anchor)
        mask = mask.rotate(-text.turned, Image.Resampling.BICUBIC)
        corner = (round(text.x * self._scale) - reach, round(text.y * self._scale) - reach)
        self._image.paste(text.colour, corner, mask)

    def _character(self, font: FreeTypeFont, character: str) -> str:
        if _has(font, character):
            return character
        # a superscript plus or a full-width letter has a plain form
        like = unicodedata.normalize("NFKC", character)
        if like != character and all(_has(font, part) for part in like):
            return like
        self.missing.add(character)
        return "\ufffd" if _has(font, "\ufffd") else character

    def rect(self, rect: Rect) -> None:
        left, top = rect.x * self._scale, rect.y * self._scale
        # Pillow draws the last row and column, too
        right, bottom = left + rect.width * self._scale - 1, top + rect.height * self._scale - 1
        border = rect.stroke if not rect.dashed else None
        self._draw.rounded_rectangle(
            (left, top, right, bottom), rect.radius * self._scale, rect.fill, border, width=self._width(1)
        )
        if rect.stroke and rect.dashed:
            x1, y1, x2, y2 = rect.x, rect.y, rect.x + rect.width, rect.y + rect.height
            for ends in ((x1, y1, x2, y1), (x1, y2, x2, y2), (x1, y1, x1, y2), (x2, y1, x2, y2)):
                self.line(Line(*ends, colour=rect.stroke, dashed=True))

    def line(self, line: Line) -> None:
        x1, y1, x2, y2 = (value * self._scale for value in (line.x1, line.y1, line.x2, line.y2))
        width = self._width(line.width)
        length = sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2)
        if not line.dashed or not length:
            self._draw.line((x1, y1, x2, y2), line.colour, width)
            return
        across, down = (x2 - x1) / length, (y2 - y1) / length
        at = 0.0
        while at < length:
            end = min(at + _DASH * self._scale, length)
            self._draw.line((x1 + at * across, y1 + at * down, x1 + end * across, y1 + end * down), line.colour, width)
            at = end + _GAP * self._scale

    def _width(self, px: float) -> int:
        return max(1, round(px * self._scale))


@lru_cache(maxsize=16)
def _font(size: float, *, bold: bool) -> FreeTypeFont:
    from PIL import ImageFont

    name = "SourceSansPro-Bold.ttf" if bold else "SourceSansPro-Regular.ttf"
    data = (files(_FONT_PACKAGE) / "files" / name).read_bytes()
    # the basic layout is the same everywhere; raqm comes with some builds of Pillow only
    return ImageFont.truetype(BytesIO(data), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def _has(font: FreeTypeFont, character: str) -> bool:
    """Whether a font has a shape for a character: what it lacks looks like what no font has."""
    return character.isspace() or bytes(font.getmask(character)) != bytes(font.getmask("\U0010ffff"))
