"""The options that select records: the same for ``search``, ``export`` and whatever else takes a selection."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable
from typing import Annotated, Any

import typer

from exokb.cli.errors import UsageError
from exokb.domain.identifiers import parse_pmid
from exokb.domain.trial_status import parse_status, split_statuses
from exokb.query.criteria import Criteria

FACET_NAMES = {"molecule": "molecules"}
"""Options whose facet has another name."""
MSC_VESICLES = ("relevance", "msc_ev")


def _selection(
    text: Annotated[
        str,
        typer.Argument(
            help="Words, \"phrases\", prefix*, AND, OR, NOT, parentheses and PubMed's field tags: 'miR-21[ti]'.",
            metavar="QUERY",
            show_default=False,
        ),
    ] = "",
    disease: Annotated[
        list[str] | None, typer.Option("--disease", help="Disease area or condition, and all below it.", metavar="AREA")
    ] = None,
    cargo: Annotated[
        list[str] | None, typer.Option("--cargo", help="What the vesicles carry: mirna, protein, …", metavar="CLASS")
    ] = None,
    molecule: Annotated[
        list[str] | None,
        typer.Option("--molecule", help="A named cargo molecule, in any spelling: miR-21, VEGF.", metavar="NAME"),
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Tissue of the parent cells: adipose, …", metavar="TISSUE")
    ] = None,
    vesicle: Annotated[
        list[str] | None, typer.Option("--vesicle", help="Kind of vesicle: exosome, small_ev, …", metavar="KIND")
    ] = None,
    isolation: Annotated[
        list[str] | None,
        typer.Option("--isolation", help="How they were isolated: ultracentrifugation, SEC, …", metavar="METHOD"),
    ] = None,
    engineering: Annotated[
        list[str] | None,
        typer.Option("--engineering", help="What was done to them: preconditioned, loaded, …", metavar="KIND"),
    ] = None,
    route: Annotated[
        list[str] | None, typer.Option("--route", help="How they were given: intravenous, …", metavar="ROUTE")
    ] = None,
    model: Annotated[
        list[str] | None, typer.Option("--model", help="In what they were tried: mouse, rat, cells, …", metavar="MODEL")
    ] = None,
    design: Annotated[
        list[str] | None, typer.Option("--design", help="Study design: in_vivo, clinical_trial, …", metavar="DESIGN")
    ] = None,
    relevance: Annotated[
        list[str] | None, typer.Option("--relevance", help="msc_ev: about vesicles of MSC.", metavar="VALUE")
    ] = None,
    msc: Annotated[bool, typer.Option("--msc", help="Short for --relevance msc_ev.")] = False,
    trial_status: Annotated[
        list[str] | None,
        typer.Option(
            "--trial-status",
            help="Status of a trial it is linked to: recruiting, completed, …; any; none.",
            metavar="STATUS",
        ),
    ] = None,
    phase: Annotated[
        list[str] | None,
        typer.Option("--phase", help="Phase of a trial it is linked to: 2, 'phase II', 1/2, …", metavar="PHASE"),
    ] = None,
    year: Annotated[
        str | None, typer.Option("--year", help="Year or years: 2019, 2018:2021, 2018:, :2021.", metavar="YEARS")
    ] = None,
    type_: Annotated[
        list[str] | None, typer.Option("--type", help="Publication type: review, 'clinical trial', …", metavar="TYPE")
    ] = None,
    author: Annotated[list[str] | None, typer.Option("--author", help="Author: 'yin k', zhao.", metavar="NAME")] = None,
    journal: Annotated[
        list[str] | None, typer.Option("--journal", help="Journal: title, abbreviation or ISSN.", metavar="NAME")
    ] = None,
    cited_by: Annotated[
        list[str] | None, typer.Option("--cited-by", help="In the reference list of this paper.", metavar="PMID")
    ] = None,
    cites: Annotated[list[str] | None, typer.Option("--cites", help="Cites this paper.", metavar="PMID")] = None,
    list_: Annotated[list[str] | None, typer.Option("--list", help="On this reading list.", metavar="NAME")] = None,
    retracted: Annotated[
        bool | None, typer.Option("--retracted/--no-retracted", help="Only retracted papers, or none of them.")
    ] = None,
    no_expand: Annotated[
        bool, typer.Option("--no-expand", help="Search the words as they are, without their synonyms.")
    ] = False,
) -> Criteria:
    """Read the options into criteria."""
    facets = {
        "disease": disease, "cargo": cargo, "molecule": molecule, "source": source, "vesicle": vesicle,
        "isolation": isolation, "engineering": engineering, "route": route, "model": model, "design": design,
        "relevance": relevance,
    }  # fmt: skip
    refuse_empty(
        **facets, trial_status=trial_status, phase=phase, type=type_, author=author, journal=journal, cited_by=cited_by,
        cites=cites, list=list_,
    )  # fmt: skip
    terms = [
        (FACET_NAMES.get(facet, facet), value.strip()) for facet, values in facets.items() for value in split(values)
    ]
    return Criteria(
        text=text,
        terms=tuple(dict.fromkeys((*terms, MSC_VESICLES) if msc else terms)),
        trial_statuses=tuple(
            status.strip().lower() if status.strip().lower() in ("any", "none") else parse_status(status)
            for text in trial_status or ()
            for status in split_statuses(text)
        ),
        phases=tuple(part.strip() for part in split(phase)),
        years=_read_years(year),
        types=tuple(type_ or ()),
        authors=tuple(author or ()),
        journals=tuple(journal or ()),
        cited_by=tuple(int(parse_pmid(text)) for text in split(cited_by)),
        cites=tuple(int(parse_pmid(text)) for text in split(cites)),
        lists=tuple(list_ or ()),
        retracted=retracted,
        expand=not no_expand,
    )


def refuse_empty(**options: list[str] | None) -> None:
    """An empty value is an unset variable of a script, most likely, and must not quietly select everything."""
    for name, values in options.items():
        if any(not value.strip(" ,") for value in values or ()):
            option = f"--{name.replace('_', '-')}"
            raise UsageError(option, "the value is empty", hint=f"give a value, or leave out {option}")


def split(values: list[str] | None) -> list[str]:
    """Several values of an option may be given apart or with commas."""
    return [part for value in values or () for part in value.split(",") if part.strip()]


def _read_years(text: str | None) -> tuple[int | None, int | None] | None:
    if text is None:
        return None
    match = re.fullmatch(r"\s*(\d{4})?\s*([:-])?\s*(\d{4})?\s*", text)
    if not match or not (match.group(1) or match.group(3)):
        raise UsageError("--year", f"{text!r} is no year", hint="write 2019, 2018:2021, 2018: or :2021")
    first, colon, last = match.groups()
    start, end = (int(first) if first else None), (int(last) if last else None)
    if start is not None and end is not None and start > end:
        raise UsageError("--year", f"{start} is after {end}", hint=f"write {end}:{start}")
    return (start, end) if colon else (start, start)


def with_selection(selection: Callable[..., Any]) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Give what makes a command take the options of a selection before its own.

    ``selection`` has these options as its parameters, and makes of their values the ``criteria`` that the command is
    called with.
    """
    shared = list(inspect.signature(selection, eval_str=True).parameters.values())

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        own = [p for p in inspect.signature(command, eval_str=True).parameters.values() if p.name != "criteria"]

        @functools.wraps(command)
        def wrapped(**values: Any) -> int:
            criteria = selection(**{p.name: values.pop(p.name) for p in shared})
            return command(criteria=criteria, **values)

        keyword = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in (*own[:1], *shared, *own[1:])]
        wrapped.__signature__ = inspect.Signature(keyword)  # type: ignore[attr-defined]  # typer reads the options here
        wrapped.__annotations__ = {p.name: p.annotation for p in keyword}
        return wrapped

    return decorate


selecting = with_selection(_selection)
"""Makes a command take the options that select papers."""
