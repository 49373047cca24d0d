"""Decisions of people about evidence: above what the matchers say, and kept through everything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from exokb.app import App
from exokb.domain.identifiers import Identifier
from exokb.errors import UnknownTerm
from exokb.services.papers import find_papers
from exokb.services.retrieve import Failure
from exokb.store.reading import get_record
from exokb.store.transaction import Transaction

MOLECULES = "molecules"


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word: ``confirm``, ``reject`` or ``withdraw`` (what was said before) of a facet's value."""

    facet: str
    value: str
    verdict: str


@dataclass
class DecisionReport:
    """What was decided: (identifier, decision) that are new, how many were so already, what is not in the library."""

    decided: list[tuple[Identifier, Decision]] = field(default_factory=list)
    unchanged: int = 0
    failures: list[Failure] = field(default_factory=list)


def decide(
    app: App, identifiers: Sequence[Identifier], decisions: Sequence[Decision], *, note: str = ""
) -> DecisionReport:
    """Keep decisions on records; all of them are stored together.

    Values may be given by id or label. A molecule that no vocabulary lists is taken where it is a microRNA's name.

    Raises:
        NotInLibrary: there is no library.
        UnknownTerm: a facet or value does not exist; nothing is changed then.
        StoreError: the library cannot be written.
    """
    records, missing = find_papers(app, identifiers)
    report = DecisionReport(failures=missing)
    if not records:
        return report
    with app.library.transaction() as transaction:
        known = [Decision(d.facet, _resolve(app, transaction, d.facet, d.value), d.verdict) for d in decisions]
        for identifier, at in records:
            for one in known:
                if transaction.terms.decide(at, one.facet, one.value, verdict=one.verdict, note=note):
                    report.decided.append((identifier, one))
                else:
                    report.unchanged += 1
        if report.decided:
            told = [f"{i} {d.facet}:{d.value} {d.verdict}" for i, d in report.decided]
            transaction.log.note("tag", {"decisions": told, "note": note})
    return report


def _resolve(app: App, transaction: Transaction, facet: str, value: str) -> str:
    coin = False
    if facet == MOLECULES:
        from exokb.evidence.molecule_names import normalise_mirna

        name = normalise_mirna(value)
        value, coin = name or value, name is not None
    try:
        return transaction.terms.resolve(facet, value, coin=coin)
    except UnknownTerm:
        # The library may have been made with an older vocabulary than the one at hand.
        transaction.terms.put_vocabulary(app.annotator.vocabulary.terms, app.annotator.search_words)
        return transaction.terms.resolve(facet, value, coin=coin)


def confirm_terms(app: App, identifier: Identifier, terms: Iterable[tuple[str, str]], *, note: str) -> None:
    """Say that a record has facet values, (facet, value) each, whatever the matchers found in its words.

    Raises:
        NotInLibrary: the record is not there.
        UnknownTerm: the vocabulary has no such value; nothing is changed then.
    """
    with app.library.reading() as connection:
        get_record(connection, identifier)
    decide(app, [identifier], [Decision(facet, value, "confirm") for facet, value in terms], note=note)
