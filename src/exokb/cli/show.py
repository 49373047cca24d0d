"""``exokb show``: one record, with everything known of it and the words that prove it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from exokb.cli.options import DbOption, opened
from exokb.cli.output import clean, console, write_json
from exokb.domain.identifiers import parse_identifier
from exokb.evidence.registry_numbers import find_registry_numbers
from exokb.services.show import RecordView, show_record
from exokb.store.reading import REGISTRY

if TYPE_CHECKING:
    from rich.text import Text

    from exokb.store.reading import StoredReference, StoredTrial

SHOWN = 15


def show(
    context: typer.Context,
    identifier: Annotated[
        str, typer.Argument(help="PMID, DOI, PMCID, registry number or a link to one.", metavar="IDENTIFIER")
    ],
    evidence: Annotated[bool, typer.Option("--evidence", help="Mark the words of the evidence in the text.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help=f"All references and citing papers, not only the first {SHOWN}.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with the spans of the evidence.")] = False,
    db: DbOption = None,
) -> int:
    """Show one record with its evidence, trials, references, and the papers here that cite it; or one trial."""
    text = identifier.strip()
    named = list(find_registry_numbers(text))
    is_number = len(named) == 1 and (named[0].start, named[0].end) == (0, len(text))
    asked = None if is_number else parse_identifier(identifier)
    if asked is None or asked.kind == "trial":
        from exokb.cli.trials.show import show_trial

        return show_trial(context, asked.value if asked else text, db, everything=everything, as_json=as_json)
    with opened(context, db) as app:
        view = show_record(app, asked)
    if as_json:
        write_json(_as_data(view))
    else:
        _draw(view, evidence=evidence, shown=None if everything else SHOWN)
    return 0


def _as_data(view: RecordView) -> dict[str, Any]:
    return {
        "schema": 1,
        "record": view.record.document,
        "notices": view.row.notices,
        "source": view.record.source,
        "added_at": view.record.added_at,
        "updated_at": view.record.updated_at,
        "evidence": [asdict(annotation) for annotation in view.annotations],
        "decisions": [asdict(decision) for decision in view.decisions],
        "trials": [asdict(trial) for trial in view.trials],
        "references": [asdict(reference) for reference in view.references],
        "reference_checks": [
            dict(zip(("source", "outcome", "found", "detail", "observed_at"), check, strict=True))
            for check in view.checks
        ],
        "cited_by": [dict(zip(("pmid", "title", "first_author", "year"), row, strict=True)) for row in view.citing],
    }


def _draw(view: RecordView, *, evidence: bool, shown: int | None) -> None:
    from rich.text import Text

    out = console()
    row = view.row
    out.print(_marked(row.title, view, "title", evidence, style="bold"))
    for notice in row.notices:
        out.print(Text(f"!! {notice.upper()}", style="bold red"))
    for correction in view.record.document.get("corrections", ()):
        pmid = f" PMID {correction['pmid']}" if correction.get("pmid") else ""
        out.print(Text(clean(f"   {correction['kind']}: {correction['citation']}{pmid}"), style="red"))
    out.print(Text(clean(", ".join(row.authors))))
    place = ";".join(filter(None, (row.date, row.volume))) + (f"({row.issue})" if row.issue else "")
    out.print(Text(clean(f"{row.journal or ''}. {place}{':' + row.pages if row.pages else ''}"), style="dim"))
    names = (f"PMID {row.pmid}" if row.pmid else None, row.doi, row.pmcid, "; ".join(row.publication_types))
    out.print(Text(clean(" · ".join(filter(None, names))), style="cyan"))
    if row.abstract:
        out.print()
        out.print(_marked(row.abstract, view, "abstract", evidence))
    if row.keywords:
        out.print()
        out.print(Text("keywords  ", style="bold"), _marked("; ".join(row.keywords), view, "keywords", evidence))
    if row.mesh:
        out.print(Text("MeSH  ", style="bold"), _marked("; ".join(row.mesh), view, "mesh", evidence))
    _draw_evidence(view)
    _draw_decisions(view)
    _draw_trials(view)
    _draw_references(view, shown)
    out.print()
    source = view.record
    out.print(Text(f"from {source.source}, added {source.added_at}, updated {source.updated_at}", style="dim"))


def _marked(text: str, view: RecordView, field: str, evidence: bool, style: str = "") -> Text:
    """Give a text with the words of its evidence marked; those that do not count, or were rejected, otherwise."""
    from rich.text import Text

    marked = Text(clean_keeping_length(text), style=style)
    if not evidence:
        return marked
    spans: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
    for found in view.annotations:
        # a record that was changed behind the matchers' back has other words there
        if found.field == field and text[found.start : found.end] == found.words:
            counts = found.verdict == "confirm" or (found.assertion == "affirmed" and found.verdict != "reject")
            spans[counts].append((found.start, found.end))
    counting = merge_spans(spans[True])
    others = [(a, b) for a, b in merge_spans(spans[False]) if not any(a < d and c < b for c, d in counting)]
    if not console().coloured:
        return Text(_with_signs(marked.plain, counting, others), style=style)
    for look, places in (("black on yellow", counting), ("black on white", others)):
        for start, end in places:
            marked.stylize(look, start, end)
    return marked


def merge_spans(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that overlap or touch."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _with_signs(text: str, counting: list[tuple[int, int]], others: list[tuple[int, int]]) -> str:
    signs = [(start, end, "»", "«") for start, end in counting] + [(start, end, "›", "‹") for start, end in others]
    for start, end, before, after in sorted(signs, reverse=True):
        text = f"{text[:start]}{before}{text[start:end]}{after}{text[end:]}"
    return text


def clean_keeping_length(text: str) -> str:
    """Replace control characters by blanks, so that offsets stay right."""
    return "".join(c if clean(c) else " " for c in text)


def _draw_evidence(view: RecordView) -> None:
    from rich.table import Table
    from rich.text import Text

    if not view.annotations:
        return
    table = Table(box=None, header_style="bold", pad_edge=False, title="evidence", title_justify="left")
    for name in ("facet", "value", "words", "where", "said", "rule"):
        table.add_column(name, overflow="fold")
    for found in view.annotations:
        said = found.assertion if found.verdict in (None, "withdraw") else found.verdict
        rule = found.rule.removeprefix(f"{found.facet}/{found.value}:")
        table.add_row(*(Text(clean(t)) for t in (found.facet, found.value, found.words, found.field, said, rule)))
    out = console()
    out.print()
    out.print(table)


def _draw_decisions(view: RecordView) -> None:
    from rich.text import Text

    from exokb.cli.drawing import draw_named

    latest = [d for d in view.decisions if d.latest and d.verdict != "withdraw"]
    if not latest:
        return
    out = console()
    out.print()
    out.print(Text("decided by a person", style="bold"))
    draw_named(
        (f"{d.facet}:{d.value}", f"{d.verdict}  {d.decided_at[:10]}{f'  ({d.note})' if d.note else ''}") for d in latest
    )


def _draw_trials(view: RecordView) -> None:
    from rich.text import Text

    from exokb.cli.drawing import draw_named

    named = [trial for trial in view.trials if trial.field != REGISTRY]
    listing = [trial for trial in view.trials if trial.field == REGISTRY]
    for head, trials in (("trials it names", named), ("trials that list it as a report", listing)):
        if trials:
            console().print()
            console().print(Text(head, style="bold"))
            draw_named((trial.trial_id, _trial_line(trial)) for trial in trials)


def _trial_line(trial: StoredTrial) -> str:
    """The trial's state, and what links it to the record."""
    state = f"{trial.status or 'no status'} as of {trial.updated or '?'}" if trial.registered_as else "not here"
    own = f", registered as {trial.registered_as}" if trial.registered_as not in (None, trial.trial_id) else ""
    words = f"“{trial.words}”, " if trial.words else ""
    proofs = [f"{words}{trial.field}"] if trial.field != REGISTRY else []
    proofs += [f"listed by the registry: {trial.listed}"] if trial.listed else []
    return "  ".join(filter(None, (f"{state}{own}", trial.title, f"({'; '.join(proofs)})")))


def _draw_references(view: RecordView, shown: int | None) -> None:
    from rich.text import Text

    from exokb.cli.drawing import draw_named

    out = console()
    out.print()
    here = sum(1 for r in view.references if r.title)
    loose = sum(1 for r in view.references if not r.pmid)
    out.print(
        Text(f"references  {len(view.references)} known, {here} in the library, {loose} without a PMID", style="bold")
    )
    for source, outcome, found, detail, when in view.checks:
        out.print(Text(clean(f"  {source}: {outcome}, {found} ({when[:10]}) {detail}").rstrip(), style="dim"))
    draw_named(_reference_entry(reference) for reference in view.references[:shown])
    if shown and len(view.references) > shown:
        out.print(Text(f"  … {len(view.references) - shown} more: --all", style="dim"))
    if view.citing:
        out.print()
        out.print(Text(f"cited here by  {len(view.citing)}", style="bold"))
        draw_named(
            (str(pmid or "-"), f"{author or ''} {year or ''}  {title}")
            for pmid, title, author, year in view.citing[:shown]
        )


def _reference_entry(reference: StoredReference) -> tuple[str, str]:
    by = f"[{', '.join(reference.sources)}]"
    notice = f" [{reference.notices.upper()}]" if reference.notices else ""
    if reference.title:
        who = f"{reference.first_author or ''} {reference.year or ''}"
        return str(reference.pmid or reference.doi or "-"), f"{who}  {reference.title}{notice}  {by}"
    name = str(reference.pmid or reference.doi or "no identifier")
    tried = f"({reference.attempted})" if reference.attempted else ""
    words = " ".join(filter(None, (reference.text, tried)))
    return name, "  ".join(filter(None, ("(not in the library)" if reference.pmid else "", words, by)))
