"""Pictures as SVG 1.1 (https://www.w3.org/TR/SVG11/)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from exokb.formats.delimited import plain
from exokb.formats.drawing.shapes import INK, TEXT_SIZE, Anchor, Group, Line, Picture, Shape, Text

_FONTS = "Helvetica, Arial, 'DejaVu Sans', sans-serif"
_DASHES = ' stroke-dasharray="3 2"'
_NOT_XML = re.compile("[\ufffe\uffff]")


def render_svg(picture: Picture) -> str:
    """Give the SVG document of a picture; the same picture gives the same document."""
    return "".join(_pieces(picture))


def _pieces(picture: Picture) -> Iterator[str]:
    width, height = f"{picture.width:.0f}", f"{picture.height:.0f}"
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}"'
        f' height="{height}" viewBox="0 0 {width} {height}" font-family="{_FONTS}" font-size="{_number(TEXT_SIZE)}"'
        f' role="img">\n<title>{_text(picture.title)}</title>\n<desc>{_text(picture.description)}</desc>\n'
        '<rect width="100%" height="100%" fill="#ffffff"/>\n'
    )
    for item in picture.items:
        yield f"{_group(item) if isinstance(item, Group) else _shape(item)}\n"
    yield "</svg>\n"


def _group(group: Group) -> str:
    tip = f"<title>{_text(group.tip)}</title>" if group.tip else ""
    inner = tip + "".join(map(_shape, group.shapes))
    return f"<a xlink:href={quoteattr(_clean(group.link))}>{inner}</a>" if group.link else f"<g>{inner}</g>"


def _shape(shape: Shape) -> str:
    if isinstance(shape, Text):
        return _words(shape)
    if isinstance(shape, Line):
        ends = " ".join(f'{name}="{_number(getattr(shape, name))}"' for name in ("x1", "y1", "x2", "y2"))
        dashes = _DASHES if shape.dashed else ""
        return f'<line {ends} stroke="{shape.colour}" stroke-width="{_number(shape.width)}"{dashes}/>'
    box = " ".join(f'{name}="{_number(getattr(shape, name))}"' for name in ("x", "y", "width", "height"))
    corners = f' rx="{_number(shape.radius)}"' if shape.radius else ""
    border = f' stroke="{shape.stroke}"{_DASHES if shape.dashed else ""}' if shape.stroke else ""
    return f'<rect {box}{corners} fill="{shape.fill}"{border}/>'


def _words(text: Text) -> str:
    x, y = _number(text.x), _number(text.y)
    more = f' font-size="{_number(text.size)}"' if text.size != TEXT_SIZE else ""
    more += ' font-weight="bold"' if text.bold else ""
    more += f' text-anchor="{text.anchor}"' if text.anchor is not Anchor.START else ""
    more += f' fill="{text.colour}"' if text.colour != INK else ""
    more += f' transform="rotate({_number(text.turned)} {x} {y})"' if text.turned else ""
    return f'<text x="{x}" y="{y}"{more}>{_text(text.words)}</text>'


def _number(value: float) -> str:
    return f"{round(value, 1):g}" if abs(value) < 100_000 else f"{value:.1f}"


def _text(text: str) -> str:
    return escape(_clean(text))


def _clean(text: str) -> str:
    return _NOT_XML.sub("", plain(text))
