"""Reading lists: named selections of records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from exokb.app import App
from exokb.domain.identifiers import Identifier
from exokb.errors import NotInLibrary
from exokb.formats.columns import ExportRow
from exokb.services.export import iter_export_rows
from exokb.services.papers import find_papers
from exokb.services.retrieve import Failure
from exokb.store.reading import find_list_ids, get_lists


@dataclass
class ListReport:
    """What changed on a list, and which papers are not in the library."""

    changed: int = 0
    failures: list[Failure] = field(default_factory=list)


def add_to_list(app: App, name: str, identifiers: Sequence[Identifier], *, origin: str) -> ListReport:
    """Put papers at the end of a list, which is made if need be.

    A list is not made for papers none of which is in the library.

    Raises:
        NotInLibrary: there is no library yet.
    """
    report, ids = _find(app, identifiers)
    if not ids:
        return report
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
            raise no_such_list(name, [known for known, _, _ in get_all_lists(app)])
        report.changed = transaction.lists.remove(list_id, ids)
        transaction.log.note("list remove", {"list": name, "removed": [str(i) for i in identifiers]})
    return report


def list_rows(app: App, name: str) -> Iterator[ExportRow]:
    """Give the rows of a list's papers, in the order of the list.

    Raises:
        NotInLibrary: there is no such list.
    """
    with app.library.reading() as connection:
        ids = find_list_ids(connection, name)
        if ids is None:
            raise no_such_list(name, [known for known, _, _ in get_lists(connection)])
        yield from iter_export_rows(connection, ids)


def get_all_lists(app: App) -> list[tuple[str, int, str]]:
    """Give all lists: (name, how many papers, when made).

    Raises:
        NotInLibrary: there is no library yet.
    """
    with app.library.reading() as connection:
        return get_lists(connection)


def no_such_list(name: str, known: Sequence[str]) -> NotInLibrary:
    """The error for a list that is not there."""
    if not known:
        hint = "there is none yet: make one with `exokb list add NAME PMID…`"
    elif len(known) == 1:
        hint = f"there is only {known[0]!r}"
    else:
        hint = f"there are {', '.join(map(repr, known))}"
    return NotInLibrary(repr(name), "is no reading list", hint=hint)


def _find(app: App, identifiers: Sequence[Identifier]) -> tuple[ListReport, list[int]]:
    found, missing = find_papers(app, identifiers)
    return ListReport(failures=missing), [at for _, at in found]
