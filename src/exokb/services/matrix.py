"""Maps of the literature: how many papers have each pair of values of two facets, and where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from exokb.app import App
from exokb.formats.matrix import Axis, AxisValue, Key, Matrix
from exokb.query.criteria import Criteria
from exokb.store.connection import Reader
from exokb.store.evidence import StoredTerm, get_facet_terms, get_keys, iter_members
from exokb.store.search.sqlite import find_ids

YEAR = "year"
OPEN_FACETS = frozenset({"molecules", "trial", "type", "dose"})
"""Facets whose values nobody can list beforehand: only those that papers have are shown, the most frequent first."""


class Level(StrEnum):
    """How finely a facet is told: by its broadest values, or by all that papers have."""

    AREAS = "areas"
    ALL = "all"


def build_map(
    app: App, rows: str, columns: str, criteria: Criteria, *, level: Level = Level.AREAS, most: int = 30
) -> Matrix:
    """Count the papers that meet the criteria by two facets.

    Args:
        app: the application.
        rows: a facet, or ``year``.
        columns: a facet, or ``year``.
        criteria: which papers.
        level: areas shows every broadest value, with or without papers; all adds the narrower ones that papers have.
        most: how many values of an open facet, such as molecules, are shown.

    Raises:
        UnknownTerm: there is no such facet; and, with the others, as `exokb.services.search.search_library` does.
    """
    with app.library.reading() as connection:
        ids = find_ids(connection, criteria, sort="-date")
        keys = get_keys(connection, ids)
        down, by_row = _axis(connection, rows, keys, level, most)
        across, by_column = (down, by_row) if rows == columns else _axis(connection, columns, keys, level, most)
    order = {record_id: at for at, record_id in enumerate(ids)}
    cells: dict[tuple[str, str], tuple[Key, ...]] = {}
    placed: set[int] = set()
    for row in down.values:
        for column in across.values:
            both = by_row.get(row.value, set()) & by_column.get(column.value, set())
            if both:
                placed |= both
                cells[row.value, column.value] = tuple(_key(keys[at]) for at in sorted(both, key=order.__getitem__))
    return Matrix(down, across, cells, len(ids), len(placed))


def _key(key: tuple[int | None, str | None, int | None]) -> Key:
    pmid, doi, _ = key
    return pmid or doi or "no identifier"


def _axis(
    connection: Reader,
    facet: str,
    keys: Mapping[int, tuple[int | None, str | None, int | None]],
    level: Level,
    most: int,
) -> tuple[Axis, dict[str, set[int]]]:
    """Give the values of a facet in the order shown, and the records that have each."""
    members: dict[str, set[int]] = {}
    if facet == YEAR:
        for record_id, (_, _, year) in keys.items():
            if year is not None:
                members.setdefault(str(year), set()).add(record_id)
        shown = _years(members)
        return Axis(facet, tuple(AxisValue(y, y, len(members.get(y, ()))) for y in shown)), members
    terms = get_facet_terms(connection, facet)
    for record_id, value in iter_members(connection, facet):
        if record_id in keys:
            members.setdefault(value, set()).add(record_id)
    left_out = 0
    if facet in OPEN_FACETS:
        broader = {term.parent for term in terms.values()}
        used = sorted((v for v in members if v not in broader), key=lambda v: (-len(members[v]), terms[v].label))
        shown, left_out = used[:most], max(0, len(used) - most)
    else:
        shown = sorted(
            (v for v, term in terms.items() if term.parent is None or (level is Level.ALL and v in members)),
            key=lambda v: _path(terms, v),
        )
    values = (AxisValue(v, terms[v].label, len(members.get(v, ()))) for v in shown)
    return Axis(facet, tuple(values), left_out), members


def _years(members: Mapping[str, set[int]]) -> list[str]:
    """All years from the first to the last: a year without papers is a gap, too."""
    return [str(year) for year in range(int(min(members)), int(max(members)) + 1)] if members else []


def _path(terms: Mapping[str, StoredTerm], value: str) -> tuple[str, ...]:
    """The labels from the broadest value down, so that narrower values stand below their own."""
    labels: list[str] = []
    seen: set[str] = set()
    at: str | None = value
    while at is not None and at in terms and at not in seen:
        seen.add(at)
        labels.insert(0, terms[at].label.casefold())
        at = terms[at].parent
    return tuple(labels)
