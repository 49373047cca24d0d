"""The textual options of a search as one tree with its query text."""

from __future__ import annotations

from collections.abc import Sequence

from exokb.errors import QuerySyntaxError
from exokb.query.criteria import Criteria
from exokb.query.fold import fold_query
from exokb.query.syntax import parse_query
from exokb.query.tree import Node, Term, join_and, join_or


def criteria_node(criteria: Criteria) -> Node | None:
    """Join query text, authors and journals; None where the criteria hold no text at all.

    Raises:
        QuerySyntaxError: the text cannot be read, or a name holds no letter.
    """
    nodes = [parse_query(criteria.text)] if criteria.text.strip() else []
    for tag, values in (("au", criteria.authors), ("ta", criteria.journals)):
        if values:
            nodes.append(join_or(option_terms(tag, values)))
    return join_and(nodes) if nodes else None


def option_terms(tag: str, values: Sequence[str]) -> list[Term]:
    """Give the terms of option values; a trailing ``*`` asks for a prefix, as in a query."""
    terms = []
    for value in values:
        words = value.strip()
        prefix = words.endswith("*")
        words = words.rstrip("*").rstrip()
        if not fold_query(words):
            raise QuerySyntaxError(value, 0, "there is no letter or digit to search for")
        terms.append(Term(words, tag, prefix=prefix))
    return terms
