"""The textual options of a search as one tree with its query text."""

from __future__ import annotations

from collections.abc import Sequence

from exokb.errors import QuerySyntaxError
from exokb.query.criteria import Criteria
from exokb.query.expand import Expanded, expand_query
from exokb.query.fold import fold_query
from exokb.query.synonyms import Synonyms
from exokb.query.syntax import parse_query
from exokb.query.tree import Term, join_and, join_or


def expand_criteria(criteria: Criteria, synonyms: Synonyms | None = None) -> Expanded | None:
    """Join query text, authors and journals; None where the criteria hold no text at all.

    Args:
        criteria: what is asked for.
        synonyms: what the plain words of the text find too, unless ``criteria.expand`` is off; None for no synonyms.

    Raises:
        QuerySyntaxError: the text cannot be read, or a name holds no letter.
    """
    names = [
        join_or(option_terms(tag, values))
        for tag, values in (("au", criteria.authors), ("ta", criteria.journals))
        if values
    ]
    if criteria.text.strip():
        node = parse_query(criteria.text)
        if synonyms is not None and criteria.expand:
            text = expand_query(node, criteria.text, synonyms)
        else:
            text = Expanded(node, node)
        return Expanded(join_and((text.node, *names)), join_and((text.level, *names)), text.expansions)
    if not names:
        return None
    node = join_and(names)
    return Expanded(node, node)


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
