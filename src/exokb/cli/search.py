"""``exokb search``: find papers, and see the words that prove what they are about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from exokb.app import App
from exokb.cli.errors import UsageError
from exokb.cli.export import choose_exporter, write_rows
from exokb.cli.options import MOST, DbOption, OffsetOption, OutputOption, opened
from exokb.cli.output import clean, counted, is_terminal, say, write_json, write_line, write_table
from exokb.cli.selection import selecting, split
from exokb.query.criteria import Criteria
from exokb.services.export import export_rows
from exokb.services.search import count_matches, get_facets, get_proofs, search_library

if TYPE_CHECKING:
    from rich.text import Text

    from exokb.store.search.hits import Hit
    from exokb.store.search.sqlite import SearchResult

PAGE = 20
INDENT = 5
"""Columns before a hit: its number."""
SHOWN_FACETS = ("disease", "cargo", "source", "design")
COUNTED_FACETS = "disease,cargo,source,design,relevance,trial_status,type,year"


@selecting
def search(
    context: typer.Context,
    criteria: Criteria,
    *,
    sort: Annotated[
        str,
        typer.Option("--sort", help="relevance, date, title, author, journal, pmid, added; -date: newest first."),
    ] = "relevance",
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, max=MOST, help=f"At most so many; a table shows {PAGE} if not told otherwise."),
    ] = None,
    offset: OffsetOption = 0,
    only_count: Annotated[bool, typer.Option("--count", help="Only say how many there are.")] = False,
    facets: Annotated[bool, typer.Option("--facets", help="Count the results by facet value.")] = False,
    facet: Annotated[
        str, typer.Option("--facet", help="With --facets: the facets to count, with commas.", metavar="NAMES")
    ] = COUNTED_FACETS,
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            help="table, csv, tsv, json, jsonl, ids. Default: what the file's name says, else a table, piped tsv.",
        ),
    ] = "",
    output: OutputOption = None,
    db: DbOption = None,
) -> int:
    """Find papers in the library by words, facets, trial status, year, type, author, citation or list.

    Several values of one option mean any of them; different options must all hold. --disease kidney also finds
    what lies below it, such as acute kidney injury.
    """
    if only_count or facets:
        _refuse_beside("--count" if only_count else "--facets", format_, output, only_count and facets)
    drawn = output is None and (format_ == "table" or (not format_ and is_terminal()))
    exporter = None if drawn or only_count or facets else choose_exporter(format_, output, default="tsv")
    with opened(context, db) as app:
        if only_count:
            write_line(str(count_matches(app, criteria)))
        elif facets:
            _write_facets(app, criteria, [name.strip() for name in split([facet])], format_)
        elif exporter:
            write_rows(exporter, export_rows(app, criteria, sort=sort, limit=limit, offset=offset), output)
        else:
            result = search_library(app, criteria, sort=sort, limit=limit or PAGE, offset=offset)
            _draw(app, criteria, result, offset)
    return 0


def _refuse_beside(option: str, format_: str, output: object, both: bool) -> None:
    """Counts are no records: what would say how to write records is refused rather than passed over."""
    if both:
        raise UsageError("--count", "cannot be given together with --facets", hint="give one of them")
    if output:
        raise UsageError("-o", f"{option} writes to standard output only", hint=f"write {option} … > {output}")
    if format_ not in ("", "table", "tsv", "json"):
        raise UsageError("--format", f"{option} knows no {format_!r}", hint="there are table, tsv, json")


def _write_facets(app: App, criteria: Criteria, names: list[str], format_: str) -> None:
    if not names:
        raise UsageError("--facet", "no facet is named", hint=f"write --facet {COUNTED_FACETS}, or some of them")
    found = get_facets(app, criteria, names)
    if format_ == "json":
        write_json({"schema": 1, "facets": {n: {c.value: c.count for c in counts} for n, counts in found.items()}})
        return
    rows = [(name, c.value, c.label, c.count) for name, counts in found.items() for c in counts]
    write_table(("facet", "value", "label", "records"), rows, right=(3,))


def _draw(app: App, criteria: Criteria, result: SearchResult, offset: int) -> None:
    from exokb.cli.drawing import draw_hanging

    proofs = get_proofs(app, result, SHOWN_FACETS)
    for number, hit in enumerate(result.hits, offset + 1):
        draw_hanging(_title(hit), first=f"{number:>3}", indent=INDENT)
        for line in _below(criteria, hit, proofs.get(hit.record_id, {})):
            draw_hanging(line, indent=INDENT)
    last = offset + len(result.hits)
    if not result.hits:
        say("nothing found" if not offset else f"there are only {result.total}")
    elif last < result.total or offset:
        say(f"{offset + 1} to {last} of {result.total}; --limit and --offset show others, --format csv gives all")
    else:
        say(f"{counted(result.total, 'record')} found")
    for _, note in result.notes:
        say(f"note: {note}")


def _title(hit: Hit) -> Text:
    from rich.text import Text

    line = Text()
    line.append(f"{hit.pmid or hit.doi or 'no identifier'}", style="bold cyan")
    line.append("  ")
    for piece in hit.title_pieces:
        line.append(clean(piece.text), style="bold yellow" if piece.marked else "bold")
    if hit.notices:
        line.append(f"  [{'; '.join(hit.notices).upper()}]", style="bold red")
    return line


def _below(criteria: Criteria, hit: Hit, proofs: dict[tuple[str, str], tuple[str, str]]) -> list[Text]:
    from rich.text import Text

    where = ", ".join(str(part) for part in (hit.first_author, hit.journal, hit.year) if part)
    lines = [Text(clean(where), style="dim")]
    evidence = Text()
    for facet in SHOWN_FACETS:
        # What was asked for comes first, with its words.
        values = sorted(hit.terms.get(facet, ()), key=lambda value: (facet, value) not in criteria.terms)
        if not values:
            continue
        if evidence:
            evidence.append("  ")
        evidence.append(f"{facet} ", style="dim")
        proven = _asked(criteria, facet, values)
        for at, value in enumerate(values):
            evidence.append(", " if at else "")
            evidence.append(value, style="green")
            if value in proven and (facet, value) in proofs:
                words, field = proofs[facet, value]
                quoted = f"“{clean(words)}” " if words else ""
                evidence.append(f" {quoted}({field})", style="italic")
    if evidence:
        lines.append(evidence)
    if hit.trials:
        told = ", ".join(f"{t.trial_id} {t.status or '(not in the library)'}" for t in hit.trials)
        lines.append(Text(f"trials {told}", style="magenta"))
    if hit.snippet:
        snippet = Text(f"{hit.snippet.field}: ", style="dim")
        for piece in hit.snippet.pieces:
            snippet.append(clean(piece.text), style="yellow" if piece.marked else "")
        lines.append(snippet)
    return lines


def _asked(criteria: Criteria, facet: str, values: Sequence[str]) -> set[str]:
    """Those of a hit's values that were asked for, whose proof is to be shown; all where they were asked by label."""
    asked = {"_".join(re.findall(r"[^\W_]+", value.lower())) for name, value in criteria.terms if name == facet}
    return (asked & set(values)) or (set(values) if asked else set())
