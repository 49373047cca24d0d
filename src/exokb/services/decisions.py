"""Decisions of people about evidence: above what the matchers say, and kept through everything."""

from __future__ import annotations

from collections.abc import Iterable

from exokb.app import App
from exokb.domain.identifiers import Identifier
from exokb.store.reading import get_record


def confirm_terms(app: App, identifier: Identifier, terms: Iterable[tuple[str, str]], *, note: str) -> None:
    """Say that a record has facet values, (facet, value) each, whatever the matchers found in its words.

    Raises:
        NotInLibrary: the record is not there.
        UnknownTerm: the vocabulary has no such value; nothing is changed then.
    """
    with app.library.reading() as connection:
        record_id = get_record(connection, identifier).id
    with app.library.transaction() as transaction:
        for facet, value in terms:
            transaction.terms.decide(record_id, facet, value, verdict="confirm", note=note)
