"""The options that select trials: the same for ``list``, ``export``, ``changes`` and whatever else takes some."""

from __future__ import annotations

from typing import Annotated

import typer

from exokb.cli.arguments import iter_candidates
from exokb.cli.errors import UsageError
from exokb.cli.selection import refuse_empty, split, with_selection
from exokb.domain.trial_kind import MSC_THERAPY
from exokb.domain.trial_status import split_statuses
from exokb.evidence.registry_numbers import find_registry_numbers
from exokb.query.trials import TrialCriteria
from exokb.query.values import first_day, last_day, read_date_range

SORTS = "updated, number, title, status, phase, enrollment, start, completion, posted"
SinceOption = Annotated[
    str | None,
    typer.Option("--since", help="Updated by the registry on this day or later.", metavar="DATE"),
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", help="As known at the end of that day, as far as it is known now.", metavar="DATE"),
]
SortOption = Annotated[str, typer.Option("--sort", help=f"{SORTS}; -updated: newest first.")]


def _selection(
    numbers: Annotated[
        list[str] | None,
        typer.Argument(help="Registry numbers; none: all trials. @FILE and - read them from there.", metavar="NUMBER…"),
    ] = None,
    status: Annotated[
        list[str] | None,
        typer.Option("--status", help="Status: recruiting, completed, 'active, not recruiting', …", metavar="STATUS"),
    ] = None,
    phase: Annotated[
        list[str] | None, typer.Option("--phase", help="Phase: 2, 'phase II', 1/2, early 1, N/A.", metavar="PHASE")
    ] = None,
    disease: Annotated[
        list[str] | None, typer.Option("--disease", help="Disease area or condition, and all below it.", metavar="AREA")
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Tissue of the parent cells: adipose, …", metavar="TISSUE")
    ] = None,
    msc: Annotated[bool, typer.Option("--msc", help=f"Short for --kind {MSC_THERAPY}.")] = False,
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", help="What vesicles have to do with it: msc_ev_therapy, …", metavar="KIND"),
    ] = None,
    country: Annotated[
        list[str] | None, typer.Option("--country", help="With a site in this country.", metavar="NAME")
    ] = None,
    published: Annotated[
        bool | None, typer.Option("--published/--unpublished", help="A paper reports on it; none is linked that does.")
    ] = None,
) -> TrialCriteria:
    """Read the options into criteria."""
    refuse_empty(status=status, phase=phase, disease=disease, source=source, kind=kind, country=country)
    facets = {"disease": disease, "source": source}
    kinds = [name.strip() for name in split(kind)]
    return TrialCriteria(
        numbers=tuple(dict.fromkeys(number for text in numbers or () for number in _read_numbers(text))),
        statuses=tuple(part for text in status or () for part in split_statuses(text)),
        phases=tuple(part.strip() for part in split(phase)),
        terms=tuple((facet, value.strip()) for facet, values in facets.items() for value in split(values)),
        kinds=tuple(dict.fromkeys((MSC_THERAPY, *kinds) if msc else kinds)),
        countries=tuple(country or ()),
        published=published,
    )


def _read_numbers(text: str) -> list[str]:
    """Give what an argument names: a registry number may have blanks in it (``ISRCTN 12345678``)."""
    found = [] if text.startswith("@") else [number.value for number in find_registry_numbers(text)]
    return found or list(iter_candidates(text))


def read_since(text: str | None) -> str | None:
    """Read a date to count from; of a month or a year its first day.

    Raises:
        UsageError: it is no date.
    """
    return None if text is None else first_day(_read_date("--since", text))


def read_as_of(text: str | None, today: str) -> str | None:
    """Read a date whose state is asked for; of a month or a year its last day.

    Raises:
        UsageError: it is no date, or in the future.
    """
    if text is None:
        return None
    day = _read_date("--as-of", text)
    if first_day(day) > today:
        raise UsageError("--as-of", f"{text} is in the future", hint="leave it out for what is known now")
    return min(last_day(day), today)


def _read_date(option: str, text: str) -> str:
    try:
        if ":" in text:
            raise ValueError(f"{text!r} is more than one date")
        return read_date_range(text)[0]
    except ValueError as error:
        reason = str(error).partition(";")[0]
        raise UsageError(option, reason, hint="write 2019-04-04, 2019-04 or 2019") from error


selecting = with_selection(_selection)
"""Makes a command take the options that select trials."""
