"""Finding the papers that a person names among those of the library."""

from __future__ import annotations

from collections.abc import Sequence

from exokb.app import App
from exokb.domain.identifiers import Identifier
from exokb.services.retrieve import Failure
from exokb.store.reading import find_record_id, not_in_library


def find_papers(app: App, identifiers: Sequence[Identifier]) -> tuple[list[tuple[Identifier, int]], list[Failure]]:
    """Give the row id of each paper that is stored, and a failure for each that is not, in the order named.

    Raises:
        NotInLibrary: there is no library yet.
    """
    found: list[tuple[Identifier, int]] = []
    missing: list[Failure] = []
    with app.library.reading() as connection:
        for identifier in identifiers:
            at = None if identifier.kind == "trial" else find_record_id(connection, identifier)
            if at is None:
                missing.append(Failure(str(identifier), not_in_library(identifier)))
            else:
                found.append((identifier, at))
    return found, missing
