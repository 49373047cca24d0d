"""A query as a tree of frozen dataclasses; ``str`` of a tree is a query that reads to the same tree."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase in one field; ``field`` is a tag of `exokb.query.fields`, empty where none is given."""

    words: str
    field: str = ""
    quoted: bool = False
    prefix: bool = False
    position: int = dataclasses.field(default=0, compare=False)

    def __str__(self) -> str:
        text = self.words + ("*" if self.prefix else "")
        return (f'"{text}"' if self.quoted else text) + (f"[{self.field}]" if self.field else "")


@dataclass(frozen=True, slots=True)
class DateRange:
    """Publication dates, both ends included, as precise as given: ``2019``, ``2019-03`` or ``2019-03-05``."""

    first: str
    last: str

    def __str__(self) -> str:
        first, last = self.first.replace("-", "/"), self.last.replace("-", "/")
        return f"{first}[dp]" if first == last else f"{first}:{last}[dp]"


@dataclass(frozen=True, slots=True)
class IdTerm:
    """One record by its identifier; ``kind`` is ``pmid``, ``doi`` or ``pmcid``, the value normalised."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f'"{self.value}"[{self.kind}]'


@dataclass(frozen=True, slots=True)
class And:
    """All of the children hold. Never a child of another `And`."""

    children: tuple[Node, ...]

    def __str__(self) -> str:
        first, *others = (f"({child})" if isinstance(child, Or) else str(child) for child in self.children)
        return first + "".join(f" {other}" if other.startswith("NOT ") else f" AND {other}" for other in others)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of the children holds. Never a child of another `Or`."""

    children: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(f"({child})" if isinstance(child, And) else str(child) for child in self.children)


@dataclass(frozen=True, slots=True)
class Not:
    """The child does not hold."""

    child: Node

    def __str__(self) -> str:
        return f"NOT {self.child}" if isinstance(self.child, Term | DateRange | IdTerm) else f"NOT ({self.child})"


Node = Term | DateRange | IdTerm | And | Or | Not


def join_and(nodes: Iterable[Node]) -> Node:
    """Join by AND, taking the children of `And` nodes in, each child once."""
    children = dict.fromkeys(child for node in nodes for child in (node.children if isinstance(node, And) else (node,)))
    return And(tuple(children)) if len(children) > 1 else next(iter(children))


def join_or(nodes: Iterable[Node]) -> Node:
    """Join by OR, taking the children of `Or` nodes in, each child once."""
    children = dict.fromkeys(child for node in nodes for child in (node.children if isinstance(node, Or) else (node,)))
    return Or(tuple(children)) if len(children) > 1 else next(iter(children))


def iter_leaves(node: Node) -> Iterator[tuple[Term | DateRange | IdTerm, bool]]:
    """Give every leaf in order, and whether it stands under an odd number of NOTs."""
    if isinstance(node, And | Or):
        for child in node.children:
            yield from iter_leaves(child)
    elif isinstance(node, Not):
        yield from ((leaf, not negated) for leaf, negated in iter_leaves(node.child))
    else:
        yield node, False
