"""What commands that fetch trials tell of it: the same words wherever trials are fetched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from exokb.cli.arguments import read_identifiers
from exokb.cli.errors import ExitCode, exit_code_of_items
from exokb.cli.output import SHOWN_FAILURES, counted, say, write_line, write_table
from exokb.errors import ExokbError, InvalidIdentifier

if TYPE_CHECKING:
    from exokb.domain.identifiers import TrialId
    from exokb.services.trials.changes import TrialChange
    from exokb.services.trials.fetch import TrialFetchPlan, TrialFetchReport
    from exokb.services.trials.retrieve import TrialRetrieveReport

CHANGE_HEADER = ("trial", "field", "before", "after", "registry date")


def read_trial_numbers(arguments: Iterable[str]) -> tuple[list[TrialId], list[InvalidIdentifier]]:
    """Read NCT numbers, each once, in the order given; what is none is given apart.

    Raises:
        UsageError: a file cannot be read.
    """
    from exokb.domain.identifiers import TrialId

    found, wrong = read_identifiers(arguments)
    for identifier in found:
        if identifier.kind != "trial":
            wrong.append(InvalidIdentifier(identifier.value, "it is no NCT number"))
            wrong[-1].hint = "give NCT numbers (NCT03384433) or links to them; `exokb fetch` takes papers"
    return [TrialId(i.value) for i in found if i.kind == "trial"], wrong


def tell_plan(plan: TrialFetchPlan) -> None:
    """Write what a fetch of trials would do."""
    if plan.answer:
        write_line(f"{plan.answer.announced:>7}  trials found by the query")
    write_line(f"{len(plan.known):>7}  trials in the library already")
    write_line(f"{len(plan.wanted):>7}  trials to fetch")
    write_line(f"{plan.requests:>7}  requests to ClinicalTrials.gov at least")
    tell_left_out(plan)


def tell_left_out(plan: TrialFetchPlan) -> None:
    """Say what is not asked for, and what the query's answer came with."""
    if plan.answer:
        for warning in plan.answer.warnings:
            say(f"exokb: {warning}")
    if plan.not_found:
        say(f"{counted(len(plan.not_found), 'number')} that papers name not asked for: the registry did not know them")
        _say_some([f"{number} (asked on {day})" for number, day in plan.not_found.items()])
        say("  → --refresh asks again")
    for registry, numbers in plan.elsewhere.items():
        say(f"{counted(len(numbers), 'number')} of {registry} cannot be fetched; it is another registry")
        _say_some(numbers)


def tell_report(report: TrialFetchReport) -> None:
    """Say what a fetch of trials did."""
    if report.plan.answer:
        say(f"ClinicalTrials.gov announced {counted(report.plan.answer.announced, 'trial')}")
    tell_left_out(report.plan)
    tell_retrieved(report.retrieved, known=len(report.plan.known))
    tell_changes(report.retrieved.changes)


def tell_retrieved(retrieved: TrialRetrieveReport, *, known: int, known_as: str = "in the library already") -> None:
    """Say what became of the trials that were asked for, and what is odd about them."""
    counts = retrieved.counts
    parts = [f"{counts[name]} {name}" for name in ("added", "updated", "unchanged", "older") if counts[name]]
    parts += [f"{known} {known_as}"] if known else []
    parts += [f"{len(retrieved.failures)} failed"] if retrieved.failures else []
    say(f"trials: {', '.join(parts)}" if parts else "trials: nothing to do")
    for line in retrieved.told:
        say(f"exokb: {line}")
    for note in dict.fromkeys(retrieved.notes):
        say(f"exokb: {note}")


def tell_changes(changes: Sequence[TrialChange]) -> None:
    """Write what changed, field by field, and name the fields whose texts are too long for a table."""
    shown = [c for c in changes if c.before or c.after]
    if shown:
        rows = [(c.trial_id, c.field, c.before, c.after, c.registry_date) for c in shown]
        write_table(CHANGE_HEADER, rows)
    others: dict[str, list[str]] = {}
    for change in changes:
        if not (change.before or change.after):
            others.setdefault(change.trial_id, []).append(change.field)
    for trial_id, fields in others.items():
        say(f"  {trial_id}: also changed {', '.join(fields)}")


def exit_code_of_trials(
    errors: Sequence[ExokbError], retrieved: TrialRetrieveReport | None, *, succeeded: int
) -> ExitCode:
    """The exit code: 3 also where all came, and some of it is not what was asked for (a number that moved)."""
    code = exit_code_of_items(errors, succeeded=succeeded)
    if code is ExitCode.OK and retrieved is not None and retrieved.told:
        return ExitCode.SOME_FAILED
    return code


def _say_some(items: Sequence[str]) -> None:
    more = f" and {len(items) - SHOWN_FAILURES} more" if len(items) > SHOWN_FAILURES else ""
    say(f"  {', '.join(items[:SHOWN_FAILURES])}{more}")
