"""``exokb fetch``: papers from PubMed, and trials from ClinicalTrials.gov, into the library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from exokb.cli.arguments import read_identifiers
from exokb.cli.errors import ExitCode, UsageError, exit_code_of_items
from exokb.cli.options import MOST, DbOption, opened
from exokb.cli.output import SHOWN_FAILURES, counted, say, tell_failures, write_line, write_table
from exokb.cli.progress import progress_bar
from exokb.cli.trial_reports import exit_code_of_trials, tell_plan, tell_report

if TYPE_CHECKING:
    from exokb.errors import InvalidIdentifier
    from exokb.services.fetch import FetchPlan, FetchReport
    from exokb.services.links import LinkReport
    from exokb.services.references import ReferencesReport


def fetch(
    context: typer.Context,
    identifiers: Annotated[
        list[str] | None,
        typer.Argument(
            help="PMIDs, DOIs, PMCIDs, NCT numbers or links; @FILE reads them from a file, - from standard input.",
            metavar="IDENTIFIER…",
            show_default=False,
        ),
    ] = None,
    query: Annotated[
        str | None, typer.Option("--query", help="Fetch what this PubMed query finds.", metavar="TEXT")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, max=MOST, help="At most so many hits of the query.")
    ] = None,
    references: Annotated[bool, typer.Option("--references", help="Also fetch what these papers cite.")] = False,
    cited_by: Annotated[bool, typer.Option("--cited-by", help="Also fetch the papers that cite these.")] = False,
    similar: Annotated[
        int, typer.Option("--similar", min=0, max=500, help="Also fetch so many similar papers of each.", metavar="N")
    ] = 0,
    refresh: Annotated[bool, typer.Option("--refresh", help="Fetch again what is stored; say what changed.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done; fetch and store nothing.")
    ] = False,
    db: DbOption = None,
) -> int:
    """Fetch papers, and what they cite, from PubMed into the library; trials from ClinicalTrials.gov.

    What is stored already is not fetched again, so the same command goes on where a broken run ended.
    """
    from exokb.services.fetch import FetchRequest, plan_fetch
    from exokb.services.fetch import fetch as fetch_papers

    found, wrong = read_identifiers(identifiers or ())
    if query is not None and not query.strip():
        raise UsageError("--query", "the query is empty", hint="write words or PubMed's own syntax between the quotes")
    if limit is not None and query is None:
        raise UsageError("--limit", "limits the hits of a query, and there is none", hint="give --query, or leave it")
    if not found and not wrong and query is None:
        given = "holds no identifier" if identifiers else "nothing is given to fetch"
        raise UsageError(" ".join(identifiers or ["IDENTIFIER"]), given, hint="see `exokb fetch --help`")
    request = FetchRequest(tuple(found), query or "", limit, references, cited_by, similar, refresh)
    with opened(context, db) as app:
        if dry_run:
            _tell_plan(plan_fetch(app, request), wrong)
            return exit_code_of_items(wrong, succeeded=len(found))
        with progress_bar() as progress:
            report = fetch_papers(app, request, progress)
    _tell(report, wrong)
    errors = [*wrong, *(failure.error for failure in report.failures)]
    succeeded = report.known + sum(report.ingest.outcomes.values())
    trials = report.trials
    if trials:
        errors += [failure.error for failure in trials.retrieved.failures]
        succeeded += trials.succeeded
    if report.references and any(tally.failed for tally in report.references.tallies.values()) and not errors:
        return ExitCode.SOME_FAILED
    return exit_code_of_trials(errors, trials.retrieved if trials else None, succeeded=succeeded)


def _tell_plan(plan: FetchPlan, wrong: list[InvalidIdentifier]) -> None:
    if plan.answer:
        write_line(f"{plan.answer.announced:>7}  hits of the query")
        for warning in plan.answer.warnings:
            say(f"exokb: PubMed says: {warning}")
    write_line(f"{len(plan.known):>7}  in the library already")
    write_line(f"{len(plan.pmids):>7}  to fetch by PMID")
    write_line(f"{len(plan.unresolved):>7}  to resolve first (DOI or PMCID)")
    write_line(f"{plan.requests:>7}  requests at least; references, citing and similar papers come on top")
    if plan.trials:
        tell_plan(plan.trials)
    tell_failures(wrong)


def _tell(report: FetchReport, wrong: list[InvalidIdentifier]) -> None:
    outcomes = report.ingest.outcomes
    if report.announced is not None:
        say(f"PubMed announced {report.announced} hits")
    parts = [f"{outcomes[name]} {name}" for name in ("added", "updated", "unchanged", "older") if outcomes[name]]
    parts += [f"{report.known} in the library already"] if report.known else []
    failed = len(report.failures) + len(wrong)
    if parts or failed or not report.trials:
        say(", ".join([*parts, f"{failed} failed"] if failed else parts) or "nothing to do")
    for label, fields in list(report.ingest.changed.items())[:SHOWN_FAILURES]:
        say(f"  {label}: changed {', '.join(fields)}")
    for warning in dict.fromkeys(report.warnings):
        say(f"exokb: {warning}")
    if report.references:
        _tell_references(report.references)
    for name, links in (("citing", report.citing), ("similar", report.similar)):
        if links:
            _tell_links(name, links)
    if report.ingest.recognised and not report.references:
        say(f"{report.ingest.recognised} references of papers here have found their paper")
    failures = [*report.failures]
    if report.trials:
        tell_report(report.trials)
        failures += report.trials.retrieved.failures
    tell_failures([*wrong, *(failure.error for failure in failures)])


def _tell_references(report: ReferencesReport) -> None:
    header = ("source", "found", "resolved", "fetched", "unresolved", "note")
    rows = []
    for name, tally in (*report.tallies.items(), ("all together", report.united)):
        notes = [f"none deposited for {tally.none_deposited}"] if tally.none_deposited else []
        notes += [f"{tally.not_indexed} papers unknown to it"] if tally.not_indexed else []
        notes += [f"failed for {tally.failed}: {tally.reason}"] if tally.failed else []
        rows.append((name, tally.found, tally.resolved, tally.fetched, tally.unresolved, "; ".join(notes)))
    say(f"references of {counted(report.papers, 'paper')}:")
    write_table(header, rows, right=(1, 2, 3, 4))


def _tell_links(name: str, report: LinkReport) -> None:
    per_source = ", ".join(f"{source} {count}" for source, count in report.named.items())
    say(f"{name} papers: {report.found} found ({per_source or 'no source knows any'}), {report.known} here already")
    for reason in report.reasons:
        say(f"exokb: {reason}")
