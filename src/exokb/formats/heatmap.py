"""A heat map of papers by two facets as SVG 1.1 (https://www.w3.org/TR/SVG11/): text, rectangles and links only.

The darker a cell, the more papers; a gap is empty with a dashed border. A cell tells its papers when it is pointed at,
and opens them in PubMed, which takes PMIDs with blanks between (https://pubmed.ncbi.nlm.nih.gov/help/#pmid).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import sqrt
from xml.sax.saxutils import escape, quoteattr

from exokb.formats.delimited import plain
from exokb.formats.matrix import Key, Matrix

CELL_WIDTH, CELL_HEIGHT = 46, 26
MOST_LINKED = 150
"""PMIDs in one link: more make an address that servers refuse."""
_CHARACTER = 6.6
"""About the width of a character at 12 px, in px: SVG cannot measure text."""
_MARGIN = 16
_FONTS = "Helvetica, Arial, 'DejaVu Sans', sans-serif"
_LIGHT, _DARK = (222, 235, 247), (8, 48, 107)
_NOT_XML = re.compile("[\ufffe\uffff]")


def render_heatmap(matrix: Matrix) -> str:
    """Give the SVG document of a matrix; the same matrix gives the same document."""
    return "".join(_pieces(matrix))


def _pieces(matrix: Matrix) -> Iterator[str]:
    rows, columns = matrix.rows.values, matrix.columns.values
    longest = max((len(row.label) for row in rows), default=0)
    slanted = max((len(column.label) for column in columns), default=0) * _CHARACTER * sqrt(0.5)
    left = _MARGIN + longest * _CHARACTER + 8
    top = _MARGIN + 44 + slanted + 10
    width = max(left + len(columns) * CELL_WIDTH + slanted, left + 330, 460) + _MARGIN
    height = top + len(rows) * CELL_HEIGHT + 34 + _MARGIN
    title = f"Papers by {matrix.rows.facet} and {matrix.columns.facet}"
    gaps = f"{len(matrix.gaps)} of {len(rows) * len(columns)} cells are gaps"
    told = f"{matrix.placed} of {matrix.records} papers have both; {gaps}"
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width:.0f}"'
        f' height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" font-family="{_FONTS}"'
        f' font-size="12" role="img">\n<title>{_text(title)}</title>\n<desc>{_text(told)}</desc>\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n'
        f'<text x="{_MARGIN}" y="{_MARGIN + 14}" font-size="16" font-weight="bold">{_text(title)}</text>\n'
        f'<text x="{_MARGIN}" y="{_MARGIN + 32}" fill="#555555">{_text(told)}</text>\n'
    )
    for at, column in enumerate(columns):
        x = left + (at + 0.5) * CELL_WIDTH
        place = f'x="{x:.1f}" y="{top - 8:.1f}" transform="rotate(-45 {x:.1f} {top - 8:.1f})"'
        yield f"<text {place}>{_text(column.label)}</text>\n"
    most = max(map(len, matrix.cells.values()), default=0)
    for down, row in enumerate(rows):
        y = top + down * CELL_HEIGHT
        yield f'<text x="{left - 8:.1f}" y="{y + 17:.1f}" text-anchor="end">{_text(row.label)}</text>\n'
        for at, column in enumerate(columns):
            papers = matrix.cells.get((row.value, column.value), ())
            yield _cell(left + at * CELL_WIDTH, y, f"{row.label}, {column.label}", papers, most)
    yield from _legend(left, top + len(rows) * CELL_HEIGHT + 14, most)
    yield "</svg>\n"


def _cell(x: float, y: float, name: str, papers: tuple[Key, ...], most: int) -> str:
    box = f'x="{x + 1:.1f}" y="{y + 1:.1f}" width="{CELL_WIDTH - 2}" height="{CELL_HEIGHT - 2}" rx="2"'
    if not papers:
        dashed = 'fill="#ffffff" stroke="#bbbbbb" stroke-dasharray="3 2"'
        return f"<g><title>{_text(name)}: no paper</title><rect {box} {dashed}/></g>\n"
    colour, ink = _colours(len(papers) / most)
    shown = ", ".join(map(str, papers[:MOST_LINKED])) + (", …" if len(papers) > MOST_LINKED else "")
    count = "1 paper" if len(papers) == 1 else f"{len(papers)} papers"
    middle = f'x="{x + CELL_WIDTH / 2:.1f}" y="{y + 17:.1f}" text-anchor="middle" fill="{ink}"'
    inner = (
        f"<title>{_text(f'{name}: {count}: {shown}')}</title>"
        f'<rect {box} fill="{colour}"/><text {middle}>{len(papers)}</text>'
    )
    link = _link(papers)
    return f"<a xlink:href={quoteattr(link)}>{inner}</a>\n" if link else f"<g>{inner}</g>\n"


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


def _legend(x: float, y: float, most: int) -> Iterator[str]:
    yield f'<g transform="translate({x:.1f} {y:.1f})" fill="#555555">'
    yield '<rect width="18" height="14" fill="#ffffff" stroke="#bbbbbb" stroke-dasharray="3 2"/>'
    yield '<text x="24" y="12">no paper: a gap</text>'
    at = 130
    for count in sorted({min(1, most), (most + 1) // 2, most} - {0}):
        yield f'<rect x="{at}" width="18" height="14" fill="{_colours(count / most)[0]}"/>'
        yield f'<text x="{at + 24}" y="12">{count}</text>'
        at += 60
    yield "</g>\n"


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("", plain(text)))
