"""A query held against one record in memory, for `exokb import --match`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from exokb.errors import ExokbError
from exokb.query.clauses import term_clauses
from exokb.query.columns import Document, fold_document
from exokb.query.criteria import Criteria
from exokb.query.fields import fold_type, holds_type
from exokb.query.options import expand_criteria
from exokb.query.synonyms import Synonyms
from exokb.query.tree import And, DateRange, IdTerm, Node, Or, Term, iter_leaves
from exokb.query.values import first_day, last_day

if TYPE_CHECKING:
    from exokb.domain.record import Record

_IN_MEMORY = ("text", "expand", "years", "types", "authors", "journals", "retracted", "ids")


def document_of(record: Record) -> dict[str, Any]:
    """Give the document of a record as the library keeps it: without defaults and references."""
    return record.model_dump(exclude_defaults=True, exclude={"references"})


class Matcher:
    """Holds the criteria against records: ``Matcher(Criteria(text="exosome*")).matches(record)``.

    Args:
        criteria: what is asked for.
        synonyms: what plain words of the text find too, unless ``criteria.expand`` is off.

    Raises:
        QuerySyntaxError: the query cannot be read.
        ExokbError: a criterion needs the library (facets, trials, citations, lists).
    """

    def __init__(self, criteria: Criteria, synonyms: Synonyms | None = None) -> None:
        empty = Criteria()
        for name in Criteria.__dataclass_fields__:
            if name not in _IN_MEMORY and getattr(criteria, name) != getattr(empty, name):
                raise ExokbError(f"{name} can only be asked of a library, not of records on their way in")
        self._criteria = criteria
        expanded = expand_criteria(criteria, synonyms)
        self._node = expanded.node if expanded else None
        self.expansions = expanded.expansions if expanded else ()
        leaves = [leaf for leaf, _ in iter_leaves(self._node)] if self._node else []
        self._columns = {
            column
            for leaf in leaves
            if isinstance(leaf, Term)
            for clause in term_clauses(leaf)
            for column in clause.columns
        }
        self._types = tuple(map(fold_type, criteria.types))

    def matches(self, record: Record) -> bool:
        """Say whether the record meets all criteria."""
        criteria = self._criteria
        if criteria.ids and record.pmid not in criteria.ids:
            return False
        if criteria.years is not None and not _within(record.year, *criteria.years):
            return False
        if criteria.retracted is not None and _is_retracted(record) is not criteria.retracted:
            return False
        kinds = [fold_type(kind) for kind in record.publication_types]
        if self._types and not any(holds_type(kind, asked) for asked in self._types for kind in kinds):
            return False
        return self._node is None or self.matches_document(document_of(record))

    def matches_document(self, document: Document) -> bool:
        """Say whether a document meets the query text, the authors and the journals."""
        if self._node is None:
            return True
        columns = {name: f" {tokens} " for name, tokens in fold_document(document, self._columns).items()}
        return _holds(self._node, document, columns)


def _holds(node: Node, document: Document, columns: dict[str, str]) -> bool:
    if isinstance(node, And):
        return all(_holds(child, document, columns) for child in node.children)
    if isinstance(node, Or):
        return any(_holds(child, document, columns) for child in node.children)
    if isinstance(node, Term):
        return any(
            f" {' '.join(clause.tokens)}{'' if clause.prefix else ' '}" in columns[column]
            for clause in term_clauses(node)
            for column in clause.columns
        )
    if isinstance(node, DateRange):
        date = (document.get("dates") or {}).get("sort") or ""
        return bool(date) and first_day(node.first) <= date <= last_day(node.last)
    if isinstance(node, IdTerm):
        return str(document.get(node.kind) or "") == node.value
    return not _holds(node.child, document, columns)


def _within(year: int | None, first: int | None, last: int | None) -> bool:
    return year is not None and (first is None or first <= year) and (last is None or year <= last)


def _is_retracted(record: Record) -> bool:
    # reading the domain costs pydantic, which the search of a library must not pay for
    from exokb.domain.notices import RETRACTED, find_notices

    find: Callable[[Record], tuple[str, ...]] = find_notices
    return RETRACTED in find(record)
