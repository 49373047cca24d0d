"""Reading lists: named selections of records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from exokb.app import App
from exokb.domain.identifiers import Identifier
from exokb.errors import NotInLibrary
from exokb.services.retrieve import Failure
from exokb.store.reading import find_record_id, get_lists


@dataclass
class ListReport:
    """What changed on a list, and which papers are not in the library."""

    changed: int = 0
    failures: list[Failure] = field(default_factory=list)


def add_to_list(app: App, name: str, identifiers: Sequence[Identifier], *, origin: str) -> ListReport:
    """Put papers at the end of a list, which is made if need be.

    Raises:
        NotInLibrary: there is no library yet.
    """
    report, ids = _find(app, identifiers)
    with app.library.transaction() as transaction:
        report.changed = transaction.lists.add(name, ids, origin=origin)
        transaction.log.note("list add", {"list": name, "added": report.changed, "origin": origin})
    return report


def remove_from_list(app: App, name: str, identifiers: Sequence[Identifier]) -> ListReport:
    """Take papers off a list; the papers stay in the library.

    Raises:
        NotInLibrary: there is no such list.
    """
    report, ids = _find(app, identifiers)
    with app.library.transaction() as transaction:
        list_id = transaction.lists.find(name)
        if list_id is None:
            raise no_such_list(name, [known for known, _, _ in _names(app)])
        report.changed = transaction.lists.remove(list_id, ids)
        transaction.log.note("list remove", {"list": name, "removed": [str(i) for i in identifiers]})
    return report


def no_such_list(name: str, known: Sequence[str]) -> NotInLibrary:
    """The error for a list that is not there."""
    there = f"there are {', '.join(known)}" if known else "there is none yet: make one with `exokb list add NAME PMID…`"
    return NotInLibrary(name, "is no reading list", hint=there)


def _names(app: App) -> list[tuple[str, int, str]]:
    with app.library.reading() as connection:
        return get_lists(connection)


def _find(app: App, identifiers: Sequence[Identifier]) -> tuple[ListReport, list[int]]:
    report, ids = ListReport(), []
    with app.library.reading() as connection:
        for identifier in identifiers:
            at = None if identifier.kind == "trial" else find_record_id(connection, identifier)
            if at is None:
                error = NotInLibrary(
                    str(identifier), "is not in the library", hint=f"run `exokb fetch {identifier.value}`"
                )
                report.failures.append(Failure(str(identifier), error))
            else:
                ids.append(at)
    return report, ids
