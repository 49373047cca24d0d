"""``exokb search``: find papers, and see the words that prove what they are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from exokb.app import App
from exokb.cli.errors import UsageError
from exokb.cli.export import choose_exporter, write_rows
from exokb.cli.options import MOST, DbOption, OffsetOption, OutputOption, opened
from exokb.cli.output import clean, counted, is_terminal, say, write_json, write_line, write_table
from exokb.cli.selection import FACET_NAMES, selecting, split
from exokb.cli.synonyms import expansions_data, tell_expansions, write_expansions
from exokb.query.criteria import Criteria
from exokb.services.export import export_rows
from exokb.services.search import count_matches, get_expansions, get_facets, get_proofs, search_library

if TYPE_CHECKING:
    from rich.text import Text

    from exokb.query.expand import Expansion
    from exokb.store.search.hits import Hit
    from exokb.store.search.sqlite import SearchResult

PAGE = 20
INDENT = 5
"""Columns before a hit: its number."""
SHOWN_FACETS = ("disease", "cargo", "source", "design")
COUNTED_FACETS = (
    "disease,cargo,source,vesicle,isolation,engineering,route,model,design,relevance,trial_status,type,year"
)


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
    only_explain: Annotated[
        bool, typer.Option("--explain", help="Only list the synonyms that the words of the query find too.")
    ] = False,
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
    what lies below it, such as acute kidney injury. Words of the query find their synonyms too: ADSC finds
    adipose-derived stem cells.
    """
    chosen = [name for name, on in (("--count", only_count), ("--facets", facets), ("--explain", only_explain)) if on]
    if chosen:
        _refuse_beside(chosen, format_, output)
    drawn = output is None and (format_ == "table" or (not format_ and is_terminal()))
    exporter = None if drawn or chosen else choose_exporter(format_, output, default="tsv")
    with opened(context, db) as app:
        if only_explain:
            _explain(app, criteria, as_json=format_ == "json")
            return 0
        expanded = tell_expansions(app, criteria)
        if only_count:
            write_line(str(count_matches(app, criteria)))
        elif facets:
            names = [FACET_NAMES.get(name.strip(), name.strip()) for name in split([facet])]
            _write_facets(app, criteria, names, format_, expanded)
        elif exporter:
            rows = export_rows(app, criteria, sort=sort, limit=limit, offset=offset)
            write_rows(exporter, rows, output, about=_about(expanded))
        else:
            result = search_library(app, criteria, sort=sort, limit=limit or PAGE, offset=offset)
            _draw(app, result, offset)
    return 0


def _about(expanded: Sequence[Expansion]) -> dict[str, Any]:
    return {"expanded": expansions_data(expanded)} if expanded else {}


def _explain(app: App, criteria: Criteria, *, as_json: bool) -> None:
    if not criteria.text.strip() or not criteria.expand:
        why = "--no-expand turns synonyms off" if criteria.text.strip() else "there are no words of a query"
        raise UsageError("--explain", why, hint="write exokb search 'ADSC exosome' --explain")
    found = get_expansions(app, criteria)
    if found is None:
        tell_expansions(app, criteria)
    write_expansions(found or (), as_json=as_json)
    if found == ():
        say("nothing beside the words themselves is searched")


def _refuse_beside(chosen: Sequence[str], format_: str, output: object) -> None:
    """Counts are no records: what would say how to write records is refused rather than passed over."""
    option = chosen[0]
    if len(chosen) > 1:
        raise UsageError(option, f"cannot be given together with {chosen[1]}", hint="give one of them")
    if output:
        raise UsageError("-o", f"{option} writes to standard output only", hint=f"write {option} … > {output}")
    if format_ not in ("", "table", "tsv", "json"):
        raise UsageError("--format", f"{option} knows no {format_!r}", hint="there are table, tsv, json")


def _write_facets(app: App, criteria: Criteria, names: list[str], format_: str, expanded: Sequence[Expansion]) -> None:
    if not names:
        raise UsageError("--facet", "no facet is named", hint=f"write --facet {COUNTED_FACETS}, or some of them")
    found = get_facets(app, criteria, names)
    if format_ == "json":
        counts = {name: {c.value: c.count for c in counts} for name, counts in found.items()}
        write_json({"schema": 1, **_about(expanded), "facets": counts})
        return
    rows = [(name, c.value, c.label, c.count) for name, counts in found.items() for c in counts]
    write_table(("facet", "value", "label", "records"), rows, right=(3,))


def _draw(app: App, result: SearchResult, offset: int) -> None:
    from exokb.cli.drawing import draw_hanging

    shown = tuple(dict.fromkeys((*SHOWN_FACETS, *result.asked)))
    proofs = get_proofs(app, result, shown)
    for number, hit in enumerate(result.hits, offset + 1):
        draw_hanging(_title(hit), first=f"{number:>3}", indent=INDENT)
        for line in _below(result.asked, shown, hit, proofs.get(hit.record_id, {})):
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


def _below(
    asked: Mapping[str, Sequence[str]], facets: Sequence[str], hit: Hit, proofs: dict[tuple[str, str], tuple[str, str]]
) -> list[Text]:
    from rich.text import Text

    where = ", ".join(str(part) for part in (hit.first_author, hit.journal, hit.year) if part)
    lines = [Text(clean(where), style="dim")]
    evidence = Text()
    for facet in facets:
        proven = asked.get(facet, ())
        # What was asked for comes first, with its words; classes of molecules are the cargo facet's.
        own = [value for value in hit.terms.get(facet, ()) if value in proven or not value.startswith("class_")]
        values = sorted(own, key=lambda value: value not in proven)
        if not values:
            continue
        if evidence:
            evidence.append("  ")
        evidence.append(f"{facet} ", style="dim")
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
