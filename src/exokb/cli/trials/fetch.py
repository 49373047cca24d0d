"""``exokb trials fetch``: trials from ClinicalTrials.gov into the library."""

from __future__ import annotations

from typing import Annotated

import typer

from exokb.cli.errors import UsageError
from exokb.cli.options import MOST, DbOption, opened
from exokb.cli.output import tell_failures
from exokb.cli.progress import progress_bar
from exokb.cli.trial_reports import exit_code_of_trials, read_trial_numbers, tell_plan, tell_report

_WORDS = "words, or the registry's own query language."


def fetch(
    context: typer.Context,
    numbers: Annotated[
        list[str] | None,
        typer.Argument(
            help="NCT numbers or links to them; @FILE reads them from a file, - from standard input.",
            metavar="NCT…",
            show_default=False,
        ),
    ] = None,
    query: Annotated[
        str | None, typer.Option("--query", help=f"Fetch what this finds anywhere: {_WORDS}", metavar="TEXT")
    ] = None,
    condition: Annotated[
        str | None, typer.Option("--condition", help=f"Fetch what has this condition: {_WORDS}", metavar="TEXT")
    ] = None,
    intervention: Annotated[
        str | None, typer.Option("--intervention", help=f"Fetch what tests this: {_WORDS}", metavar="TEXT")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, max=MOST, help="At most so many of these, best matches first.")
    ] = None,
    from_library: Annotated[
        bool, typer.Option("--from-library", help="Fetch every trial that a paper of the library names.")
    ] = False,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Ask again for what is stored, and for what the registry did not know.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done; fetch and store nothing.")
    ] = False,
    db: DbOption = None,
) -> int:
    """Fetch trials from ClinicalTrials.gov into the library.

    --query, --condition and --intervention together find what fits all of them. What is stored already is not fetched
    again, so the same command goes on where a broken run ended.
    """
    from exokb.services.trials.fetch import TrialFetchRequest, fetch_trials, plan_trial_fetch
    from exokb.sources.interface import TrialQuery

    found, wrong = read_trial_numbers(numbers or ())
    given = {"--query": query, "--condition": condition, "--intervention": intervention}
    for option, text in given.items():
        if text is not None and not text.strip():
            raise UsageError(option, "the text is empty", hint="write words between the quotes")
    asked = TrialQuery(*((text or "").strip() for text in given.values())) if any(given.values()) else None
    if limit is not None and asked is None:
        raise UsageError("--limit", "limits the trials of a query, and there is none", hint="give --query, or leave it")
    if not found and not wrong and asked is None and not from_library:
        nothing = "holds no NCT number" if numbers else "nothing is given to fetch"
        raise UsageError(" ".join(numbers or ["NCT"]), nothing, hint="see `exokb trials fetch --help`")
    request = TrialFetchRequest(tuple(found), asked, limit, from_library, refresh)
    with opened(context, db) as app:
        if dry_run:
            plan = plan_trial_fetch(app, request)
            tell_plan(plan)
            tell_failures(wrong)
            return exit_code_of_trials(wrong, None, succeeded=len(found) + len(plan.wanted))
        with progress_bar() as progress:
            report = fetch_trials(app, request, progress)
    tell_report(report)
    errors = [*wrong, *([report.broken_off] if report.broken_off else [])]
    errors += [failure.error for failure in report.retrieved.failures]
    tell_failures(errors)
    return exit_code_of_trials(errors, report.retrieved, succeeded=report.succeeded)
