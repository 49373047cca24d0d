"""``exokb tag``: say what a paper is about, above what the matchers say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from exokb.cli.arguments import read_identifiers
from exokb.cli.errors import UsageError, exit_code_of_items
from exokb.cli.options import DbOption, opened
from exokb.cli.output import say, tell_failures

if TYPE_CHECKING:
    from exokb.services.decisions import Decision

FACET_NAMES = {"molecule": "molecules"}
"""Other names that people give to facets."""
_SAID = {"confirm": "confirmed", "reject": "rejected", "withdraw": "withdrawn"}
# What may stand before a colon in an identifier or a link to one is no facet.
_TERM = re.compile(r"(?!(?:pmid|pubmed|pmcid|pmc|doi|https?|nct):)(?P<facet>[a-z_]+):(?P<value>.*\S.*)", re.I | re.S)


def tag(
    context: typer.Context,
    arguments: Annotated[
        list[str],
        typer.Argument(
            help="Papers (PMID, DOI, PMCID, @FILE, -) and what they are about: disease:kidney, cargo:mirna.",
            metavar="IDENTIFIER… [FACET:VALUE…]",
        ),
    ],
    reject: Annotated[
        list[str] | None, typer.Option("--reject", help="Say that this is wrong: cargo:mirna.", metavar="FACET:VALUE")
    ] = None,
    withdraw: Annotated[
        list[str] | None,
        typer.Option("--withdraw", help="Take back what was decided on this before.", metavar="FACET:VALUE"),
    ] = None,
    note: Annotated[str, typer.Option("--note", help="Why; kept with the decision.", metavar="TEXT")] = "",
    db: DbOption = None,
) -> int:
    """Say what papers are about, or are not: a person's decision stands above what the matchers find.

    Decisions are kept when papers are annotated or fetched again; `exokb show` and exports tell them.
    """
    from exokb.services.decisions import Decision, decide

    papers = [text for text in arguments if not _TERM.fullmatch(text)]
    confirmed = [text for text in arguments if _TERM.fullmatch(text)]
    given = (("confirm", confirmed), ("reject", reject or ()), ("withdraw", withdraw or ()))
    decisions = [Decision(*read_term(text), verdict) for verdict, texts in given for text in texts]
    _check(papers, decisions)
    found, wrong = read_identifiers(papers)
    with opened(context, db) as app:
        report = decide(app, found, decisions, note=note)
    for identifier, decision in report.decided:
        say(f"{identifier}: {decision.facet}:{decision.value} {_SAID[decision.verdict]}")
    if report.unchanged:
        say(f"{report.unchanged} decided so before")
    errors = [*wrong, *(failure.error for failure in report.failures)]
    tell_failures(errors)
    return exit_code_of_items(errors, succeeded=len(found) - len(report.failures))


def read_term(text: str) -> tuple[str, str]:
    """Read ``facet:value``.

    Raises:
        UsageError: it is not written so.
    """
    match = _TERM.fullmatch(text)
    if match is None:
        raise UsageError("FACET:VALUE", f"{text!r} is none", hint="write disease:kidney or cargo:mirna")
    facet = match["facet"].lower()
    return FACET_NAMES.get(facet, facet), match["value"].strip()


def _check(papers: list[str], decisions: list[Decision]) -> None:
    if not papers:
        raise UsageError("IDENTIFIER", "no paper was given", hint="exokb tag 33857817 disease:kidney")
    if not decisions:
        raise UsageError("FACET:VALUE", "nothing to decide", hint="write disease:kidney, or --reject …")
    terms = [(d.facet, d.value) for d in decisions]
    if len(set(terms)) < len(terms):
        raise UsageError("FACET:VALUE", "one value is given twice", hint="give each value once")
