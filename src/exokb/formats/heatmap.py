"""A heat map of papers by two facets, as SVG and PNG.

The darker a cell, the more papers; a gap is empty with a dashed border. In SVG a cell tells its papers when it is
pointed at, and opens them in PubMed, which takes PMIDs with blanks between
(https://pubmed.ncbi.nlm.nih.gov/help/#pmid).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

from exokb.formats.drawing.png import Png, render_png
from exokb.formats.drawing.shapes import PALE_INK, PAPER, RULE, Anchor, Group, Picture, Rect, Shape, Text, text_width
from exokb.formats.drawing.svg import render_svg
from exokb.formats.matrix import Key, Matrix

CELL_WIDTH, CELL_HEIGHT = 46, 26
MOST_LINKED = 150
"""PMIDs in one link: more make an address that servers refuse."""
_MARGIN = 16
_TITLE_SIZE = 16
_SLANT = -45
_LIGHT, _DARK = (222, 235, 247), (8, 48, 107)
_LEGEND_WIDTH = 330


def render_heatmap(matrix: Matrix) -> str:
    """Give the SVG document of a matrix; the same matrix gives the same document."""
    return render_svg(draw_heatmap(matrix))


def render_heatmap_png(matrix: Matrix) -> Png:
    """Give the PNG image of a matrix.

    Raises:
        FormatError: it is too large for an image.
    """
    return render_png(draw_heatmap(matrix))


def draw_heatmap(matrix: Matrix) -> Picture:
    """Lay out the heat map of a matrix."""
    rows, columns = matrix.rows.values, matrix.columns.values
    slanted = [text_width(column.label) * sqrt(0.5) for column in columns]
    left = _MARGIN + max((text_width(row.label) for row in rows), default=0) + 8
    top = _MARGIN + 44 + max(slanted, default=0) + 10
    title = f"Papers by {matrix.rows.facet} and {matrix.columns.facet}"
    gaps = f"{len(matrix.gaps)} of {len(rows) * len(columns)} cells are gaps"
    told = f"{matrix.placed} of {matrix.records} papers have both; {gaps}"
    widths = [left + (at + 0.5) * CELL_WIDTH + reach for at, reach in enumerate(slanted)]
    widths += [left + len(columns) * CELL_WIDTH, left + _LEGEND_WIDTH]
    widths += [_MARGIN + text_width(title, _TITLE_SIZE), _MARGIN + text_width(told)]
    height = top + len(rows) * CELL_HEIGHT + 34
    items = (
        Text(_MARGIN, _MARGIN + 14, title, _TITLE_SIZE, bold=True),
        Text(_MARGIN, _MARGIN + 32, told, colour=PALE_INK),
        *_grid(matrix, left, top),
        *_legend(left, top + len(rows) * CELL_HEIGHT + 14, _most(matrix)),
    )
    return Picture(max(widths) + _MARGIN, height + _MARGIN, title, told, items)


def _most(matrix: Matrix) -> int:
    return max(map(len, matrix.cells.values()), default=0)


def _grid(matrix: Matrix, left: float, top: float) -> Iterator[Text | Group]:
    for at, column in enumerate(matrix.columns.values):
        yield Text(left + (at + 0.5) * CELL_WIDTH, top - 8, column.label, turned=_SLANT)
    most = _most(matrix)
    for down, row in enumerate(matrix.rows.values):
        y = top + down * CELL_HEIGHT
        yield Text(left - 8, y + 17, row.label, anchor=Anchor.END)
        for at, column in enumerate(matrix.columns.values):
            papers = matrix.cells.get((row.value, column.value), ())
            yield _cell(left + at * CELL_WIDTH, y, f"{row.label}, {column.label}", papers, most)


def _cell(x: float, y: float, name: str, papers: tuple[Key, ...], most: int) -> Group:
    box = (x + 1, y + 1, CELL_WIDTH - 2, CELL_HEIGHT - 2)
    if not papers:
        return Group((Rect(*box, PAPER, stroke=RULE, dashed=True, radius=2),), f"{name}: no paper")
    colour, ink = _colours(len(papers) / most)
    shown = ", ".join(map(str, papers[:MOST_LINKED])) + (", …" if len(papers) > MOST_LINKED else "")
    count = "1 paper" if len(papers) == 1 else f"{len(papers)} papers"
    number = Text(x + CELL_WIDTH / 2, y + 17, str(len(papers)), anchor=Anchor.MIDDLE, colour=ink)
    return Group((Rect(*box, colour, radius=2), number), f"{name}: {count}: {shown}", _link(papers))


def _link(papers: tuple[Key, ...]) -> str:
    pmids = [str(paper) for paper in papers if isinstance(paper, int)]
    if not pmids or len(pmids) < len(papers) or len(pmids) > MOST_LINKED:
        return ""
    return f"https://pubmed.ncbi.nlm.nih.gov/?term={'+'.join(pmids)}"


def _colours(share: float) -> tuple[str, str]:
    """Give the colour of a cell and of the number in it; the eye tells few from none better by the square root."""
    depth = sqrt(share)
    colour = "".join(f"{round(light + (dark - light) * depth):02x}" for light, dark in zip(_LIGHT, _DARK, strict=True))
    return f"#{colour}", "#ffffff" if depth > 0.5 else "#111111"


def _legend(x: float, y: float, most: int) -> Iterator[Shape]:
    yield Rect(x, y, 18, 14, PAPER, stroke=RULE, dashed=True)
    yield Text(x + 24, y + 12, "no paper: a gap", colour=PALE_INK)
    at = x + 130
    for count in sorted({min(1, most), (most + 1) // 2, most} - {0}):
        yield Rect(at, y, 18, 14, _colours(count / most)[0])
        yield Text(at + 24, y + 12, str(count), colour=PALE_INK)
        at += 60
