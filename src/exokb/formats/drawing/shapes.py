"""What a picture is made of. Lengths are px of 1/96 inch from the top left corner, colours are ``#rrggbb``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from unicodedata import east_asian_width

TEXT_SIZE = 12.0
INK, PALE_INK, PAPER, RULE = "#000000", "#555555", "#ffffff", "#bbbbbb"


class Anchor(StrEnum):
    """Which part of a text stands at its place."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, slots=True)
class Text:
    """Words whose baseline begins, is centred or ends at ``x, y``; ``turned``: degrees clockwise about that place."""

    x: float
    y: float
    words: str
    size: float = TEXT_SIZE
    bold: bool = False
    anchor: Anchor = Anchor.START
    colour: str = INK
    turned: float = 0


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle; without ``stroke`` it has no border."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    stroke: str | None = None
    dashed: bool = False
    radius: float = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str = RULE
    width: float = 1
    dashed: bool = False


Shape: TypeAlias = Text | Rect | Line


@dataclass(frozen=True, slots=True)
class Group:
    """Shapes that belong together: where a format can, ``tip`` is told when they are pointed at, ``link`` is opened."""

    shapes: tuple[Shape, ...]
    tip: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole picture on white; ``title`` and ``description`` are for those who cannot see it, and are not drawn."""

    width: float
    height: float
    title: str
    description: str
    items: Sequence[Shape | Group]

    def shapes(self) -> Iterator[Shape]:
        """Every shape in the order of drawing, without groups."""
        for item in self.items:
            if isinstance(item, Group):
                yield from item.shapes
            else:
                yield item


def text_width(words: str, size: float = TEXT_SIZE) -> float:
    """About how wide a text is at most, in px: SVG cannot measure text, and its reader's font is not known."""
    return size * sum(map(_share, words))


def _share(character: str) -> float:
    """A character's width by the size of its font, as common sans-serif fonts have it."""
    if east_asian_width(character) in "WF":
        return 1
    return 0.72 if character.isupper() or character in "mwMW%&@…—" else 0.55
