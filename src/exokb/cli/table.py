"""``exokb table``: the evidence table of a selection."""

from __future__ import annotations

from typing import Annotated

import typer

from exokb.cli.errors import UsageError
from exokb.cli.options import DbOption, OffsetOption, OutputOption, opened
from exokb.cli.output import is_terminal, say, write_chunks
from exokb.cli.selection import selecting
from exokb.cli.synonyms import tell_expansions
from exokb.formats.evidence_table import EvidenceRow, EvidenceTable
from exokb.query.criteria import Criteria

PAGE = 20
_SUFFIXES = {"markdown": "md"}


@selecting
def table(
    context: typer.Context,
    criteria: Criteria,
    *,
    proof: Annotated[
        bool, typer.Option("--proof", help="Add the words that prove each cell, with field and offsets.")
    ] = False,
    format_: Annotated[
        str, typer.Option("--format", help="table, csv, tsv, md, json, xlsx. Default: what the file's name says.")
    ] = "",
    output: OutputOption = None,
    sort: Annotated[
        str, typer.Option("--sort", help="relevance, date, title, author, journal, pmid, added; -date: newest first.")
    ] = "-date",
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, help=f"At most so many; a terminal shows {PAGE} if not told otherwise."),
    ] = None,
    offset: OffsetOption = 0,
    db: DbOption = None,
) -> int:
    """Print the evidence table: study, source, vesicle, cargo, finding, reference, each cell with its proof.

    Any option of `exokb search` selects the studies. A cell that no words prove is empty. JSON and XLSX always hold the
    proofs.
    """
    from exokb.formats.tables import TABLE_WRITERS
    from exokb.services.table import build_table

    suffix = output.suffix.lstrip(".").lower() if output else ""
    name = _SUFFIXES.get(format_, format_) or suffix or ("table" if is_terminal() else "tsv")
    if name != "table" and name not in TABLE_WRITERS:
        known = ", ".join(("table", *TABLE_WRITERS))
        raise UsageError("--format", f"{name!r} is no format", hint=f"there are {known}")
    if name == "table" and output:
        raise UsageError("--format", "a table is for the terminal", hint="name a file .csv, .md or .xlsx")
    if name == "xlsx" and (output is None or str(output) == "-"):
        raise UsageError("--output", "a workbook needs a file", hint="write -o table.xlsx")
    with opened(context, db) as app:
        tell_expansions(app, criteria)
        shown = limit if limit or name != "table" else PAGE
        found = build_table(app, criteria, sort=sort, limit=shown, offset=offset)
        if name == "table":
            _draw(found, proof=proof, full=limit is None)
        else:
            write_chunks(TABLE_WRITERS[name](found, proof, app.clock()), output)
            if output:
                say(f"written to {output}")
    return 0


def _draw(found: EvidenceTable, *, proof: bool, full: bool) -> None:
    from exokb.cli.drawing import draw_table, draw_wide_table

    rows = list(found.rows)
    header = found.header(proof=proof)
    cells = [[_text(value) for value in found.cells(row, proof=proof)] for row in rows]
    # On a terminal width is dear: columns without any value are left out, and so is what the reference says already.
    kept = [
        at for at, name in enumerate(header) if name not in ("pmid", "doi") and any(line[at] for line in cells)
    ]  # fmt: skip
    names, lines = [header[at] for at in kept], [[line[at] for at in kept] for line in cells]
    if rows and not draw_wide_table(names, lines, whole=(0,)):
        draw_table(("study", "evidence", "finding and reference"), [_stacked(found, row, proof=proof) for row in rows])
    if not rows:
        say("nothing found")
    empty = [name for at, name in enumerate(header) if name in found.facets and at not in kept]
    if rows and empty:
        say(f"nothing is proved for {', '.join(empty)}")
    if full and len(rows) == PAGE:
        say(f"the first {PAGE}; --limit and --offset show others, -o table.xlsx gives all")


def _stacked(found: EvidenceTable, row: EvidenceRow, *, proof: bool) -> list[str]:
    """A study for a narrow terminal: its facets one below the other, and the finding above the reference."""
    facts = []
    for facet in found.facets:
        own = row.facts.get(facet, ())
        if own:
            told = (f"{fact.label}: {fact.proof.text}" if proof else fact.label for fact in own)
            facts.append(f"{facet}: {'; '.join(told)}")
    finding = "" if row.finding is None else row.finding.words
    if proof and row.finding is not None:
        finding += f" ({row.finding.field} {row.finding.start}-{row.finding.end})"
    notices = "".join(f"\n{notice.upper()}" for notice in row.notices)
    return [f"{row.study}{notices}", "\n".join(facts) + "\n", "\n".join(filter(None, (finding, row.reference))) + "\n"]


def _text(value: str | int | tuple[str, ...] | None) -> str:
    if isinstance(value, tuple):
        return "; ".join(value)
    return "" if value is None else str(value)
