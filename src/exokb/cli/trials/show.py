"""``exokb trials show``: one trial, with everything known of it and the words that prove it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from exokb.cli.options import DbOption, opened
from exokb.cli.output import clean, console, say, write_json
from exokb.domain.trial_kind import KIND_NAMES
from exokb.domain.trial_status import phases_in_words, status_in_words
from exokb.formats.trial_columns import TrialPaper, TrialState, plain_value
from exokb.formats.trial_tables import VERSION, paper_object, state_object

if TYPE_CHECKING:
    from exokb.services.trials.show import TrialView
    from exokb.store.reading import StoredAnnotation

SHOWN = 15
STATES_SHOWN = 5
_SIMPLE = (
    ("official title", "official_title"), ("acronym", "acronym"), ("conditions", "conditions"),
    ("keywords", "keywords"),
)  # fmt: skip
_DATED = (("start", "start_date"), ("primary completion", "primary_completion_date"), ("completion", "completion_date"))


def show(
    context: typer.Context,
    number: Annotated[
        str,
        typer.Argument(help="A number of the trial: its own, a former one, or another registry's.", metavar="NUMBER"),
    ],
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help=f"All words, papers and states, not only the first of each value, {SHOWN} and {STATES_SHOWN}."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with the spans of the evidence.")] = False,
    db: DbOption = None,
) -> int:
    """Show one trial: its state with dates, its fields, the evidence, papers with what links them, and its history."""
    return show_trial(context, number, db, everything=everything, as_json=as_json)


def show_trial(context: typer.Context, number: str, db: str | None, *, everything: bool, as_json: bool) -> int:
    """Show the trial that goes by a number, whatever command was asked to."""
    from exokb.services.trials.show import show_trials

    with opened(context, db) as app:
        views = show_trials(app, number)
    if len(views) > 1:
        say(f"note: {len(views)} trials go by {number}: {', '.join(view.entry.trial_id for view in views)}")
    if as_json:
        write_json({"schema": VERSION, "trials": [_as_data(view) for view in views]})
        return 0
    for at, view in enumerate(views):
        if at:
            console().print()
        _draw(view, shown=None if everything else SHOWN, states=None if everything else STATES_SHOWN)
    return 0


def _as_data(view: TrialView) -> dict[str, Any]:
    entry = view.entry
    return {
        "trial": entry.trial,
        "kind": entry.kind,
        "terms": entry.terms,
        "registry_date": entry.trial.get("updated"),
        "shown": entry.shown,
        "observed": entry.observed,
        "url": entry.url,
        "other_numbers": [{"number": number, "kind": kind} for number, kind in entry.numbers],
        "evidence": [
            {name: value for name, value in asdict(annotation).items() if name != "verdict"}
            for annotation in view.annotations
        ],
        "papers": [paper_object(paper) for paper in entry.papers],
        "background": [{"pmid": link.pmid, "type": link.type or None, "title": link.title} for link in view.background],
        "history": [state_object(state) for state in view.states],
    }


def _draw(view: TrialView, *, shown: int | None, states: int | None) -> None:
    from rich.text import Text

    from exokb.cli.drawing import draw_named

    out = console()
    entry, trial = view.entry, view.entry.trial
    out.print(Text(clean(str(trial.get("title") or "no title")), style="bold"))
    out.print(Text(clean(" · ".join(filter(None, (entry.trial_id, entry.url)))), style="cyan"))
    out.print()
    draw_named(_state_lines(view))
    out.print()
    draw_named(_field_lines(view))
    if summary := trial.get("summary"):
        out.print()
        out.print(Text(clean(str(summary))))
    if view.annotations:
        _draw_evidence(view.annotations, everything=shown is None)
    _draw_papers(view, shown)
    _draw_history(view.states, states)


def _state_lines(view: TrialView) -> Iterator[tuple[str, str]]:
    """The state that matters now, and how old that knowledge is."""
    trial, newest = view.entry.trial, view.states[-1] if view.states else None
    status = status_in_words(trial.get("status")) or "not known"
    if before := trial.get("last_known_status"):
        status += f" (last known: {status_in_words(before)})"
    yield "status", status
    if why := trial.get("why_stopped"):
        yield "why stopped", str(why)
    source = f", from {newest.source}" if newest else ""
    said = f"last update {trial['updated']}" if trial.get("updated") else "date of the last update not known"
    shown = f"; shown so on {view.entry.shown}" if view.entry.shown else ""
    yield "registry", f"{said}{shown}; taken in on {view.entry.observed or '?'}{source}"
    if trial.get("phases"):
        yield "phase", phases_in_words(trial["phases"])
    kind = " · ".join(_in_words(trial.get(name)) for name in ("study_type", "purpose") if trial.get(name))
    if kind:
        yield "type", kind
    if view.entry.kind:
        yield "vesicles", KIND_NAMES.get(view.entry.kind, view.entry.kind)
    if trial.get("enrollment") is not None:
        yield "people", _qualified(str(trial["enrollment"]), trial.get("enrollment_type"))
    for name, field in _DATED:
        if trial.get(field):
            yield name, _qualified(trial[field], trial.get(f"{field}_type"))
    if posted := trial.get("results_posted"):
        yield "results", f"posted in the registry on {posted}"
    elif trial.get("has_results"):
        yield "results", "posted in the registry"


def _qualified(value: str, kind: str | None) -> str:
    return f"{value} ({kind.lower()})" if kind else value


def _in_words(value: Any) -> str:
    return str(value or "").replace("_", " ").lower()


def _field_lines(view: TrialView) -> Iterator[tuple[str, str]]:
    trial = view.entry.trial
    for name, field in _SIMPLE:
        if value := trial.get(field):
            yield name, "; ".join(value) if isinstance(value, (list, tuple)) else str(value)
    for at, item in enumerate(trial.get("interventions", ())):
        yield "" if at else "interventions", _intervention(item)
    for at, arm in enumerate(trial.get("arms", ())):
        about = f" ({_in_words(arm['type'])})" if arm.get("type") else ""
        told = ": ".join(filter(None, (arm.get("label", "") + about, arm.get("description"))))
        yield "" if at else "arms", told
    if sponsor := trial.get("sponsor"):
        yield "sponsor", sponsor
    if others := trial.get("collaborators"):
        yield "collaborators", "; ".join(others)
    if countries := trial.get("countries"):
        yield "countries", "; ".join(countries)
    if posted := trial.get("first_posted"):
        yield "registered", str(posted)
    if org := trial.get("org_study_id"):
        yield "sponsor's number", str(org)
    if numbers := [_number(item) for item in trial.get("secondary_ids", ())]:
        yield "other numbers", "; ".join(numbers)
    if former := [number for number, kind in view.entry.numbers if kind == "former"]:
        yield "former numbers", "; ".join(former)


def _intervention(item: Mapping[str, Any]) -> str:
    names = f" (also: {'; '.join(item['other_names'])})" if item.get("other_names") else ""
    what = ": ".join(filter(None, (_in_words(item.get("type")), item.get("name")))) + names
    return f"{what}. {item['description']}" if item.get("description") else what


def _number(item: Mapping[str, Any]) -> str:
    about = ", ".join(filter(None, (_in_words(item.get("type")), item.get("domain"))))
    return f"{item['value']} ({about})" if about else str(item["value"])


def _draw_evidence(annotations: Sequence[StoredAnnotation], *, everything: bool) -> None:
    """Draw each value once with the first of its words, or all there is."""
    from rich.text import Text

    from exokb.cli.drawing import draw_table

    first = {(a.facet, a.value): a for a in reversed(annotations) if a.assertion == "affirmed"}
    chosen = annotations if everything else sorted(first.values(), key=lambda a: (a.facet, a.value))
    out = console()
    out.print()
    out.print(Text("evidence", style="bold"))
    rows = [(a.facet, a.value, a.words, a.field.replace("_", " "), a.assertion) for a in chosen]
    draw_table(("facet", "value", "words", "where", "said"), rows)
    if more := len(annotations) - len(chosen):
        out.print(Text(f"  … {more} more words: --all", style="dim"))


def _draw_papers(view: TrialView, shown: int | None) -> None:
    from rich.text import Text

    from exokb.cli.drawing import draw_named

    out = console()
    reports = view.entry.reports
    others = tuple(paper for paper in view.entry.papers if not paper.reports)
    out.print()
    out.print(Text(f"publications  {len(reports) or 'none is linked'}", style="bold"))
    draw_named(_paper_lines(reports, shown))
    if others:
        out.print(Text(f"other papers that are linked  {len(others)}", style="bold"))
        draw_named(_paper_lines(others, shown))
    if away := [str(paper.pmid) for paper in view.entry.papers if not paper.here]:
        draw_named([("", f"`exokb fetch {' '.join(away[:SHOWN])}` brings them here")])
    if view.background:
        pmids = [str(link.pmid) for link in view.background]
        more = f" … {len(pmids) - shown} more: --all" if shown and len(pmids) > shown else ""
        out.print(Text(f"listed as background  {len(pmids)}", style="bold"))
        draw_named([("", f"PMID {', '.join(pmids[:shown])}{more}")])


def _paper_lines(papers: Sequence[TrialPaper], shown: int | None) -> Iterator[tuple[str, str]]:
    for paper in papers[:shown]:
        notice = f" [{'; '.join(paper.notices).upper()}]" if paper.notices else ""
        about = f"{paper.first_author or ''} {paper.year or ''}  {paper.title}".strip()
        yield paper.identifier or "-", f"{about}{notice}" if paper.here else f"not in the library{notice}"
        why = "" if paper.reports else f"; does not count: {paper.why}"
        yield "", "; ".join(link.text for link in paper.links) + why
    if shown and len(papers) > shown:
        yield "", f"… {len(papers) - shown} more: --all"


def _draw_history(states: Sequence[TrialState], shown: int | None) -> None:
    from rich.text import Text

    from exokb.cli.drawing import draw_named

    out = console()
    out.print()
    out.print(Text(f"history  {len(states)} {'state' if len(states) == 1 else 'states'} seen", style="bold"))
    left_out = len(states) - shown if shown and len(states) > shown else 0
    lines = [("", f"… {left_out} older: --all, or `exokb trials history`")] if left_out else []
    told = [(state.held_from or "no date", say_state(state, first=not at)) for at, state in enumerate(states)]
    draw_named([*lines, *told[left_out:]])


def say_state(state: TrialState, *, first: bool) -> str:
    """What a state says, on one line: the first one whole, later ones by what they changed."""
    if state.changes:
        return "; ".join(f"{_in_words(name)} {say_change(name, a, b)}" for name, a, b in state.changes)
    if not first:
        also = f"; changed: {', '.join(map(_in_words, state.described))}" if state.described else ""
        return f"status, phase, people and dates as before{also}"
    values = state.values
    parts = [
        status_in_words(values.get("status")) or "no status",
        f"phase {phases_in_words(values['phases'])}" if values.get("phases") else "",
        _qualified(f"{values['enrollment']} people", values.get("enrollment_type")) if values.get("enrollment") else "",
        f"completion {_qualified(values['completion_date'], values.get('completion_date_type'))}"
        if values.get("completion_date")
        else "",
    ]
    return ", ".join(filter(None, parts))


def say_change(name: str, before: Any, after: Any) -> str:
    """A change in words: ``recruiting → completed``."""
    if name in ("status", "last_known_status"):
        before, after = status_in_words(before) or None, status_in_words(after) or None
    elif name == "phases":
        before, after = phases_in_words(before or ()) or None, phases_in_words(after or ()) or None
    elif name.endswith("_type"):
        before, after = _in_words(before) or None, _in_words(after) or None
    return f"{plain_value(before)} → {plain_value(after)}"
