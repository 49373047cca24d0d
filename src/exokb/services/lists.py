"""Reading lists: named selections of records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from exokb.app import App
from exokb.domain.identifiers import Identifier
from exokb.errors import NotInLibrary, StoreError
from exokb.formats.columns import ExportRow
from exokb.services.export import iter_export_rows
from exokb.services.papers import find_papers
from exokb.services.retrieve import Failure
from exokb.store.reading import find_list_ids, get_lists

if TYPE_CHECKING:
    from exokb.store.transaction import Transaction


@dataclass
class ListReport:
    """What changed on a list, which papers are not in the library, and which are."""

    changed: int = 0
    failures: list[Failure] = field(default_factory=list)
    found: list[Identifier] = field(default_factory=list)


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
        report.changed = transaction.lists.remove(_get(app, transaction, name), ids)
        transaction.log.note("list remove", {"list": name, "removed": [str(i) for i in identifiers]})
    return report


def create_list(app: App, name: str, *, description: str = "") -> None:
    """Make an empty list.

    Raises:
        StoreError: there is one of that name.
    """
    with app.library.transaction() as transaction:
        if transaction.lists.find(name) is not None:
            raise _taken(name)
        transaction.lists.create(name, description=description)
        transaction.log.note("list create", {"list": name})


def rename_list(app: App, name: str, new: str) -> None:
    """Give a list another name.

    Raises:
        NotInLibrary: there is no such list.
        StoreError: there is one of the new name.
    """
    with app.library.transaction() as transaction:
        list_id = _get(app, transaction, name)
        if transaction.lists.find(new) is not None:
            raise _taken(new)
        transaction.lists.rename(list_id, new)
        transaction.log.note("list rename", {"list": name, "to": new})


def delete_list(app: App, name: str) -> int:
    """Delete a list, with what was said of its papers there; the papers stay. Gives how many were on it.

    Raises:
        NotInLibrary: there is no such list.
    """
    with app.library.transaction() as transaction:
        count = transaction.lists.delete(_get(app, transaction, name))
        transaction.log.note("list delete", {"list": name, "papers": count})
    return count


def merge_lists(app: App, name: str, others: Sequence[str]) -> int:
    """Put the papers of other lists on a list, with what was said of them there; gives how many were added.

    The other lists stay. What the first list says of a paper counts above what another says.

    Raises:
        NotInLibrary: one of the lists is not there; nothing is changed then.
    """
    with app.library.transaction() as transaction:
        into = _get(app, transaction, name)
        added = sum(transaction.lists.copy(into, _get(app, transaction, other)) for other in others)
        transaction.log.note("list merge", {"list": name, "from": list(others), "added": added})
    return added


def diff_lists(app: App, first: str, second: str) -> tuple[list[ExportRow], list[ExportRow], list[ExportRow]]:
    """Give the papers that only the first list has, only the second, and both, each in its list's order.

    Raises:
        NotInLibrary: one of the lists is not there.
    """
    with app.library.reading() as connection:
        known = [name for name, _, _ in get_lists(connection)]
        members = []
        for name in (first, second):
            ids = find_list_ids(connection, name)
            if ids is None:
                raise no_such_list(name, known)
            members.append(ids)
        mine, theirs = members
        parts = (
            [at for at in mine if at not in set(theirs)],
            [at for at in theirs if at not in set(mine)],
            [at for at in mine if at in set(theirs)],
        )
        only_first, only_second, both = (list(iter_export_rows(connection, part)) for part in parts)
    return only_first, only_second, both


def say_of_papers(app: App, name: str, identifiers: Sequence[Identifier], said: Mapping[str, Any]) -> ListReport:
    """Keep what a reader says of papers on a list: see `exokb.store.lists.ListTable.say` for what can be said.

    Raises:
        NotInLibrary: there is no such list.
    """
    report, ids = _find(app, identifiers)
    with app.library.transaction() as transaction:
        list_id = _get(app, transaction, name)
        there = set(transaction.lists.get_members(list_id))
        missing = [i for i, at in zip(report.found, ids, strict=True) if at not in there]
        report.failures += [Failure(str(i), NotInLibrary(str(i), f"is not on the list {name!r}")) for i in missing]
        report.changed = sum(transaction.lists.say(list_id, at, said) for at in ids if at in there)
        told = {key: value for key, value in said.items() if value not in (None, "")}
        transaction.log.note("list set", {"list": name, "papers": [str(i) for i in identifiers], **told})
    return report


def _get(app: App, transaction: Transaction, name: str) -> int:
    list_id = transaction.lists.find(name)
    if list_id is None:
        raise no_such_list(name, [known for known, _, _ in get_all_lists(app)])
    return list_id


def _taken(name: str) -> StoreError:
    return StoreError(f"the list {name!r}", "is there already", hint="give another name")


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
    return ListReport(failures=missing, found=[i for i, _ in found]), [at for _, at in found]
