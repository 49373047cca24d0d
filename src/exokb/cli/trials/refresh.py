"""``exokb trials refresh``: what became of the trials of the library."""

from __future__ import annotations

from typing import Annotated

import typer

from exokb.cli.errors import UsageError
from exokb.cli.options import DbOption, opened
from exokb.cli.output import counted, say, tell_failures, write_line
from exokb.cli.progress import progress_bar
from exokb.cli.trial_reports import exit_code_of_trials, read_trial_numbers, tell_changes, tell_retrieved


def refresh(
    context: typer.Context,
    numbers: Annotated[
        list[str] | None,
        typer.Argument(
            help="Only these trials of the library; @FILE and - read them from there. None: all.",
            metavar="NCT…",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done; store nothing.")] = False,
    db: DbOption = None,
) -> int:
    """Ask ClinicalTrials.gov again for the trials of the library, and say what changed.

    Trials that were seen in the data the registry shows now are not asked for, so the same command goes on where a
    broken run ended. Writes a line for each field that changed: what it was, and what it is. Earlier states stay.
    """
    from exokb.services.trials.refresh import plan_refresh, refresh_trials

    found, wrong = read_trial_numbers(numbers or ())
    if numbers and not found and not wrong:
        raise UsageError(" ".join(numbers), "holds no NCT number", hint="leave it out to ask for all trials")
    if numbers and not found:
        tell_failures(wrong)
        return exit_code_of_trials(wrong, None, succeeded=0)
    with opened(context, db) as app:
        if dry_run:
            plan = plan_refresh(app, found)
            write_line(f"{len(plan.current):>7}  trials seen in the registry's present data already")
            write_line(f"{len(plan.wanted):>7}  trials to ask for")
            write_line(f"{plan.requests:>7}  requests at least")
            errors = [*wrong, *(failure.error for failure in plan.not_held)]
            tell_failures(errors)
            return exit_code_of_trials(errors, None, succeeded=len(plan.current) + len(plan.wanted))
        with progress_bar() as progress:
            report = refresh_trials(app, found, progress)
    if report.plan.version:
        say(f"ClinicalTrials.gov shows its data of {report.plan.version.day}")
    elif report.plan.wanted:
        say("the registry does not tell of what day its data are, so that all trials were asked for")
    tell_retrieved(report.retrieved, known=len(report.plan.current), known_as="seen in these data already")
    tell_changes(report.retrieved.changes)
    changed = len({change.trial_id for change in report.retrieved.changes})
    if report.retrieved.outcomes:
        say(f"{counted(changed, 'trial')} changed" if changed else "nothing changed")
    errors = [*wrong, *(failure.error for failure in report.failures)]
    tell_failures(errors)
    succeeded = len(report.plan.current) + len(report.retrieved.outcomes)
    return exit_code_of_trials(errors, report.retrieved, succeeded=succeeded)
