"""``exokb map``: papers by two facets, and the gaps between them."""

from __future__ import annotations

from typing import Annotated

import typer

from exokb.cli.errors import UsageError
from exokb.cli.options import DbOption, OutputOption, opened
from exokb.cli.output import counted, is_terminal, say, write_chunks
from exokb.cli.selection import selecting
from exokb.cli.synonyms import tell_expansions
from exokb.cli.tag import FACET_NAMES
from exokb.formats.matrix import Axis, Matrix
from exokb.query.criteria import Criteria

FORMATS = ("table", "csv", "tsv", "json", "svg", "png")
LEVELS = ("areas", "all")
GAP = "·"


@selecting
def map_papers(
    context: typer.Context,
    criteria: Criteria,
    *,
    rows: Annotated[str, typer.Option("--rows", help="The facet of the rows, or year.", metavar="FACET")] = "disease",
    columns: Annotated[
        str, typer.Option("--columns", help="The facet of the columns, or year.", metavar="FACET")
    ] = "cargo",
    level: Annotated[
        str, typer.Option("--level", help="areas: the broadest values; all: also the narrower ones that papers have.")
    ] = "areas",
    top: Annotated[
        int, typer.Option("--top", min=1, max=1000, help="So many values of a facet without a fixed list: molecules.")
    ] = 30,
    listed: Annotated[bool, typer.Option("--papers", help="One line a cell, with its PMIDs.")] = False,
    format_: Annotated[
        str, typer.Option("--format", help="table, csv, tsv, json, svg, png. Default: what the file's name says.")
    ] = "",
    output: OutputOption = None,
    db: DbOption = None,
) -> int:
    """Count papers by two facets; empty cells are the gaps of research.

    Any option of `exokb search` selects the papers. JSON and --papers open each count to its PMIDs, the SVG heat map to
    PubMed; a PNG is the same picture for slides and word processors.
    """
    from exokb.services.matrix import Level, build_map

    suffix = output.suffix.lstrip(".").lower() if output else ""
    name = format_ or suffix or ("table" if is_terminal() else "tsv")
    if name not in FORMATS:
        raise UsageError("--format", f"{name!r} is no format", hint=f"there are {', '.join(FORMATS)}")
    if level not in LEVELS:
        raise UsageError("--level", f"{level!r} is none", hint="write areas or all")
    if name == "png" and is_terminal() and (output is None or str(output) == "-"):
        raise UsageError("--output", "an image needs a file", hint="write -o map.png")
    down, across = FACET_NAMES.get(rows, rows), FACET_NAMES.get(columns, columns)
    with opened(context, db) as app:
        tell_expansions(app, criteria)
        matrix = build_map(app, down, across, criteria, level=Level(level), most=top)
    if name == "table" and output is None:
        _draw(matrix, listed=listed)
    elif name == "table":
        raise UsageError("--format", "a table is for the terminal", hint="name a file .csv, .json, .svg or .png")
    else:
        write_chunks([_content(matrix, name, listed=listed)], output)
    _tell(matrix)
    return 0


def _content(matrix: Matrix, name: str, *, listed: bool) -> bytes:
    if name == "png":
        return _image(matrix)
    return _writing(matrix, name, listed=listed).encode("utf-8", "replace")


def _image(matrix: Matrix) -> bytes:
    from exokb.formats.heatmap import render_heatmap_png

    image = render_heatmap_png(matrix)
    if image.missing:
        say(f"the font of the image has no shape for {' '.join(image.missing)}: drawn as a box; an SVG shows all")
    return image.content


def _writing(matrix: Matrix, name: str, *, listed: bool) -> str:
    from exokb.formats.heatmap import render_heatmap
    from exokb.formats.matrix import matrix_csv, matrix_data, matrix_tsv

    if name == "json":
        import json

        return json.dumps(matrix_data(matrix), ensure_ascii=False) + "\n"
    if name == "svg":
        return render_heatmap(matrix)
    return "".join((matrix_csv if name == "csv" else matrix_tsv)(matrix, listed=listed))


def _draw(matrix: Matrix, *, listed: bool) -> None:
    from exokb.cli.drawing import draw_table, draw_wide_table
    from exokb.formats.matrix import listing

    if listed:
        header, lines = listing(matrix)
        cells = [["; ".join(c) if isinstance(c, tuple) else str(c) for c in line] for line in lines]
        draw_table(header, cells, right=(2,))
        return
    names = [column.label for column in matrix.columns.values]
    body = [
        [row.label, *(str(matrix.count(row.value, c.value) or GAP) for c in matrix.columns.values), str(row.total)]
        for row in matrix.rows.values
    ]
    totals = ["all", *(str(column.total) for column in matrix.columns.values), str(matrix.records)]
    header = [matrix.rows.facet, *names, "all"]
    draw_wide_table(header, [*body, totals], right=tuple(range(1, len(header))), parts=True)


def _tell(matrix: Matrix) -> None:
    size = len(matrix.rows.values) * len(matrix.columns.values)
    placed = f"{matrix.placed} of {counted(matrix.records, 'paper')} have both"
    say(f"{placed} {matrix.rows.facet} and {matrix.columns.facet}; {len(matrix.gaps)} of {size} cells are gaps")
    for axis in dict.fromkeys((matrix.rows, matrix.columns)):
        _tell_left_out(axis)


def _tell_left_out(axis: Axis) -> None:
    if axis.left_out:
        say(f"{counted(axis.left_out, 'rarer value')} of {axis.facet} not shown: --top shows more")
