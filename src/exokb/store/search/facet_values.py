"""Values of facets as people ask for them, found among the terms of the library."""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Mapping, Sequence

from exokb.errors import UnknownTerm
from exokb.query.facet_names import FacetNames, fold_value, near_values
from exokb.query.fields import fold_type, holds_type
from exokb.query.molecules import molecule_key, read_mirna
from exokb.store.search.words import read_names

MOLECULES = "molecules"
Found = dict[int, str]
"""Row id of a term to its value."""


def find_terms(connection: sqlite3.Connection, facet: str, values: Sequence[str]) -> Found:
    """Find values by id, label or another name of the vocabulary: ``kidney``, ``Acute kidney injury``, ``AKI``.

    A molecule holds for what it is the broader name of: ``miR-21`` for miR-21-5p, ``IL-1`` for IL-1β.

    Raises:
        UnknownTerm: a value that no term has; says what is near.
    """
    terms = connection.execute("SELECT id, value, label FROM term WHERE facet = ? ORDER BY value", (facet,)).fetchall()
    names: FacetNames | None = None
    found: Found = {}
    for asked in values:
        if facet == MOLECULES:
            names = names or read_names(connection)
            own = _find_molecules(terms, names.exact.get(facet, {}), asked)
        else:
            own = _find_value(terms, fold_value(asked))
            if not own:
                names = names or read_names(connection)
                known = names.exact.get(facet, {}).get(fold_value(asked))
                own = {at: value for at, value, _ in terms if value == known}
        if not own:
            near = _near(terms, names or read_names(connection), facet, asked)
            hint = f"`exokb search --facets --facet {facet}` lists what there is"
            if facet == MOLECULES:  # only what vesicles are said to carry is a value
                hint = f"`exokb search {shlex.quote(asked)}` finds papers that name it, whether as cargo or not"
            raise UnknownTerm(facet, asked, near, hint=hint)
        found |= own
    return found


def note_unsaid_arms(connection: sqlite3.Connection, asked: Sequence[str]) -> list[str]:
    """Say which papers a microRNA with an arm leaves out: those that name it without one."""
    terms = connection.execute(
        "SELECT value FROM term WHERE facet = ? AND id IN (SELECT term_id FROM record_term) ORDER BY value",
        (MOLECULES,),
    ).fetchall()
    notes = []
    for name in asked:
        mirna = read_mirna(name)
        if mirna and mirna.arm:
            whole = mirna._replace(arm="")
            said = [value for (value,) in terms if read_mirna(value) == whole]
            notes += [
                f"{name} does not find papers that name {value} without its arm; ask for {value}" for value in said
            ]
    return notes


def _find_value(terms: Sequence[tuple[int, str, str]], asked: str) -> Found:
    return {at: value for at, value, label in terms if asked in (fold_value(value), fold_value(label))}


def _find_molecules(terms: Sequence[tuple[int, str, str]], names: Mapping[str, str], asked: str) -> Found:
    mirna = read_mirna(asked)
    if mirna:
        read = ((at, value, read_mirna(value)) for at, value, _ in terms)
        return {at: value for at, value, other in read if other and mirna.covers(other)}
    key, begins = molecule_key(asked), f"{fold_value(asked)}_"
    # What the vocabulary calls it: "vascular endothelial growth factor"; all that has such a name is meant.
    meant = {
        value for name, value in names.items() if name.startswith(begins) or molecule_key(name.replace("_", " ")) == key
    }  # fmt: skip
    return {
        at: value
        for at, value, label in terms
        if value in meant
        or any(molecule_key(name) == key or fold_value(name).startswith(begins) for name in {value, label})
    }


def _near(terms: Sequence[tuple[int, str, str]], names: FacetNames, facet: str, asked: str) -> list[str]:
    """Values that look like what was asked, or of which the vocabulary says that it counts under them."""
    values = {value for _, value, _ in terms}
    family: list[str] = []
    if facet == MOLECULES and (mirna := read_mirna(asked)):
        # 5p of another number looks more alike than the same number without an arm, and is something else
        read = ((value, read_mirna(value)) for value in sorted(values))
        family = [value for value, other in read if other and other[:2] == mirna[:2]]
    others = {fold_value(label): value for _, value, label in terms}
    for kind in (names.hints, names.exact):
        others.update((name, value) for name, value in kind.get(facet, {}).items() if value in values)
    return list(dict.fromkeys([*family, *near_values(asked, sorted(values), others)]))[:3]


def find_types(connection: sqlite3.Connection, asked: Sequence[str]) -> list[int]:
    """Find publication types: ``review`` also finds systematic reviews.

    Raises:
        UnknownTerm: no record has such a type.
    """
    known = dict(connection.execute("SELECT value, id FROM term WHERE facet = 'type'").fetchall())
    found: list[int] = []
    for name in asked:
        ids = [term_id for value, term_id in known.items() if holds_type(value, fold_type(name))]
        if not ids:
            raise UnknownTerm("type", name, near_values(name, known))
        found += ids
    return found
