"""The names by which values of facets are asked for: ids and labels, and what the vocabularies call them besides.

Kept in the library as one JSON text, and read only where a value is asked by another name than its id or label.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from exokb.query.fold import FOLD_VERSION, SEPARATOR, fold_text

VERSION = 1
"""Of the JSON text; grows when older exokb could not read it."""


def fold_value(text: str) -> str:
    """Fold a value as words are: ``miR21``, ``Acute kidney injuries`` find ``miR-21``, ``acute_kidney_injury``."""
    return fold_text(text).partition(f" {SEPARATOR} ")[0].replace(" ", "_") or text.lower()


def near_values(asked: str, values: Iterable[str], names: Mapping[str, str] | None = None) -> list[str]:
    """Give up to three values that look like what was asked, best first.

    Args:
        asked: what was asked.
        values: what there is.
        names: further folded names, each with its value.
    """
    own = {fold_value(value): value for value in values}
    by_fold = {**(names or {}), **own}
    folded = fold_value(asked)
    same = [by_fold[folded]] if folded in by_fold else []
    near = [by_fold[close] for close in get_close_matches(folded, by_fold, n=3, cutoff=0.7)]
    holding = [value for fold, value in sorted(own.items()) if folded and (folded in fold or fold in folded)]
    # names are many: only whole words of theirs
    holding += [value for fold, value in sorted((names or {}).items()) if folded and f"_{folded}_" in f"_{fold}_"]
    return list(dict.fromkeys([*same, *near, *holding]))[:3]


class FacetNames(NamedTuple):
    """Further names of values.

    Attributes:
        exact: facet to folded name to value, for names that mean that value.
        hints: the same for names that the vocabulary counts under a value, but which may mean less.
    """

    exact: Mapping[str, Mapping[str, str]]
    hints: Mapping[str, Mapping[str, str]]

    def dumps(self) -> str:
        """Give the text to be kept."""
        whole = {"version": VERSION, "fold": FOLD_VERSION, "exact": self.exact, "hints": self.hints}
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


NO_NAMES = FacetNames({}, {})


def load_facet_names(text: str) -> FacetNames:
    """Read what `FacetNames.dumps` gave; no names where they are folded otherwise than this version does."""
    data = json.loads(text)
    if (data.get("version"), data.get("fold")) != (VERSION, FOLD_VERSION):
        return NO_NAMES
    return FacetNames(data["exact"], data["hints"])


def build_facet_names(names: Iterable[tuple[str, str, str, bool]]) -> FacetNames:
    """Make the table of (facet, name, value, whether it means that value) each.

    A name that two values of a facet share means neither, and hints at the first.
    """
    exact: dict[str, dict[str, str]] = {}
    hints: dict[str, dict[str, str]] = {}
    shared: set[tuple[str, str]] = set()
    for facet, name, value, means in names:
        key = fold_value(name)
        hints.setdefault(facet, {}).setdefault(key, value)
        if means and exact.setdefault(facet, {}).setdefault(key, value) != value:
            shared.add((facet, key))
    for facet, key in shared:
        del exact[facet][key]
    for facet, own in exact.items():
        for key in own:
            hints[facet].pop(key, None)
    return FacetNames(exact, {facet: own for facet, own in hints.items() if own})
