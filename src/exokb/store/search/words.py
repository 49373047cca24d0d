"""The words of a search that a library keeps: synonyms, and names of facet values, as its vocabularies had them."""

from __future__ import annotations

import sqlite3

from exokb.query.facet_names import NO_NAMES, FacetNames, load_facet_names
from exokb.query.synonyms import Synonyms, load_synonyms

SYNONYMS_KEY = "search_synonyms"
NAMES_KEY = "search_names"
"""Rows of ``library_info``. They are written with the vocabulary, in `exokb.store.terms.TermTable.put_vocabulary`."""


def read_synonyms(connection: sqlite3.Connection) -> Synonyms | None:
    """Give the synonyms; None where the library was annotated before there were any, or by a version unlike this."""
    text = _read(connection, SYNONYMS_KEY)
    return load_synonyms(text) if text else None


def read_names(connection: sqlite3.Connection) -> FacetNames:
    """Give the further names of facet values; none where the library keeps none."""
    text = _read(connection, NAMES_KEY)
    return load_facet_names(text) if text else NO_NAMES


def _read(connection: sqlite3.Connection, key: str) -> str:
    row = connection.execute("SELECT value FROM library_info WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else ""
