"""Criteria to SQL: conditions on ``record r``, every value a parameter.

FTS5 gets quoted phrases of folded tokens only, which are letters, digits and our own signs; nothing that a person
wrote reaches it otherwise. What can be asked of the text index in one MATCH is; dates and identifiers in the same
query are conditions beside it, and where they are alternatives (``OR``) the MATCH becomes a subquery.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from exokb.errors import NotInLibrary, UnknownTerm
from exokb.query.clauses import Clause, term_clauses
from exokb.query.criteria import Criteria
from exokb.query.expand import Expanded, Expansion
from exokb.query.facet_names import near_values
from exokb.query.fields import COLUMNS
from exokb.query.options import expand_criteria, option_terms
from exokb.query.tree import And, DateRange, IdTerm, Node, Not, Or, Term, iter_leaves
from exokb.query.values import first_day, last_day
from exokb.store.search.index import INDEX
from exokb.store.search.trial_conditions import trial_conditions
from exokb.store.search.words import read_synonyms


@dataclass
class Conditions:
    """What a search compiles to.

    Attributes:
        node: the tree of the query text, authors and journals; None where there is no text.
        match: the FTS5 expression that every hit must match; empty if there is none.
        rank: the FTS5 expression that relevance is computed with, where it is not ``match``; hits need not match it.
        expansions: what is looked for beside the words of the query.
        asked: facet to the values that were found for what was asked, in the library's spelling.
        notes: what the searcher may not have meant.
        where: SQL conditions on ``record r`` to be joined by AND, beside ``match``.
        parameters: the values of ``where``, in order.
    """

    node: Node | None = None
    match: str = ""
    rank: str = ""
    where: list[str] = field(default_factory=list)
    parameters: list[object] = field(default_factory=list)
    expansions: tuple[Expansion, ...] = ()
    asked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def require(self, sql: str, *parameters: object) -> None:
        """Add a condition."""
        self.where.append(sql)
        self.parameters += parameters


def compile_criteria(connection: sqlite3.Connection, criteria: Criteria) -> Conditions:
    """Read the criteria, resolving names of terms and lists in the library.

    Raises:
        QuerySyntaxError: the query text cannot be read.
        UnknownTerm: a facet value, publication type, trial status or journal that the library does not know.
        NotInLibrary: a reading list, or the paper of ``cited_by``, is not there.
    """
    conditions = Conditions()
    synonyms = read_synonyms(connection) if criteria.expand and criteria.text.strip() else None
    if expanded := expand_criteria(criteria, synonyms):
        _add_text(conditions, expanded)
    _check_journals(connection, criteria.journals)
    if criteria.terms or criteria.types:
        _add_facets(connection, conditions, criteria)
    if criteria.trial_statuses or criteria.phases:
        for sql, parameters in trial_conditions(connection, criteria.trial_statuses, criteria.phases):
            conditions.require(sql, *parameters)
    _add_columns(conditions, criteria)
    _add_citations(connection, conditions, criteria)
    if criteria.lists:
        ids = _find_lists(connection, criteria.lists)
        conditions.require("r.id IN (SELECT record_id FROM reading_list_item WHERE list_id IN " + _in_json, _json(ids))
    return conditions


_in_json = "(SELECT value FROM json_each(?)))"


def _json(values: Iterable[object]) -> str:
    # one parameter however many values there are
    return json.dumps(list(values))


# -- text


def _add_text(conditions: Conditions, expanded: Expanded) -> None:
    node = conditions.node = expanded.node
    conditions.expansions = expanded.expansions
    children = node.children if isinstance(node, And) else (node,)
    texts = [child for child in children if _is_text(child)]
    if any(not isinstance(child, Not) for child in texts):
        conditions.match = _match_all(texts)
        children = tuple(child for child in children if child not in texts)
    if not conditions.match or expanded.level != node:
        wanted = [leaf for leaf, negated in iter_leaves(expanded.level) if isinstance(leaf, Term) and not negated]
        conditions.rank = " OR ".join(map(_match, dict.fromkeys(wanted)))
    for child in children:
        sql, parameters = _condition(child)
        conditions.require(sql, *parameters)


def _is_text(node: Node) -> bool:
    """Say whether FTS5 alone can decide on it, provided that something stands before each NOT."""
    if isinstance(node, Term):
        return True
    if isinstance(node, Not):
        return not isinstance(node.child, Not) and _is_text(node.child)
    if isinstance(node, And):
        return all(map(_is_text, node.children)) and any(not isinstance(child, Not) for child in node.children)
    if isinstance(node, Or):
        return all(_is_text(child) and not isinstance(child, Not) for child in node.children)
    return False


def _match_all(nodes: Iterable[Node]) -> str:
    wanted, unwanted = [], []
    for node in _deepest_first(nodes):
        if isinstance(node, Not):
            unwanted.append(_match(node.child))
        else:
            wanted.append(_match(node))
    together = " AND ".join(wanted)
    return f"({together}) NOT ({' OR '.join(unwanted)})" if unwanted else together


def _deepest_first(nodes: Iterable[Node]) -> list[Node]:
    """Put terms last: FTS5's parser has a stack of 100, and keeps on it all that stands before a parenthesis."""
    return sorted(nodes, key=lambda node: isinstance(node, Term))


def _match(node: Node) -> str:
    if isinstance(node, Term):
        clauses = " OR ".join(map(_phrase, term_clauses(node)))
        return f"({clauses})"
    if isinstance(node, Or):
        return f"({' OR '.join(map(_match, _deepest_first(node.children)))})"
    return f"({_match_all(node.children if isinstance(node, And) else (node,))})"


def _phrase(clause: Clause) -> str:
    columns = "" if clause.columns == COLUMNS else f"{{{' '.join(clause.columns)}}} : "
    return f'{columns}"{" ".join(clause.tokens)}"{" *" if clause.prefix else ""}'


def _condition(node: Node) -> tuple[str, list[object]]:
    if isinstance(node, DateRange):
        return (
            "(r.sort_date IS NOT NULL AND r.sort_date BETWEEN ? AND ?)",
            [first_day(node.first), last_day(node.last)],
        )
    if isinstance(node, IdTerm):
        # IS rather than =, so that NOT of it holds where there is no identifier
        return f"r.{node.kind} IS ?", [int(node.value) if node.kind == "pmid" else node.value]
    if isinstance(node, Not):
        sql, parameters = _condition(node.child)
        return f"NOT ({sql})", parameters
    if isinstance(node, Term) or _is_text(node):
        return _in_index(_match(node))
    word = "AND" if isinstance(node, And) else "OR"
    texts = [child for child in node.children if _is_text(child) and not isinstance(child, Not)]
    others = [child for child in node.children if child not in texts]
    compiled = list(map(_condition, others))
    if texts:
        compiled.insert(0, _in_index(f" {word} ".join(map(_match, texts))))
    return (
        _balanced(word, [sql for sql, _ in compiled]),
        [parameter for _, parameters in compiled for parameter in parameters],
    )


def _balanced(word: str, parts: Sequence[str]) -> str:
    """Join by AND or OR as a flat tree: SQLite allows no expression deeper than 1,000, and reads a chain as deep."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return f"({_balanced(word, parts[:half])} {word} {_balanced(word, parts[half:])})"


def _in_index(match: str) -> tuple[str, list[object]]:
    return f"r.id IN (SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH ?)", [match]


def _check_journals(connection: sqlite3.Connection, journals: Sequence[str]) -> None:
    for journal, term in zip(journals, option_terms("ta", journals), strict=True):
        sql = f"SELECT 1 FROM {INDEX} WHERE {INDEX} MATCH ? LIMIT 1"
        if connection.execute(sql, (_match(term),)).fetchone() is None:
            names = [name for (name,) in connection.execute("SELECT DISTINCT journal FROM record") if name]
            raise UnknownTerm("journal", journal, near_values(journal, names))


# -- facets


def _add_facets(connection: sqlite3.Connection, conditions: Conditions, criteria: Criteria) -> None:
    # imported where it is needed, as a search by words alone must not pay for it
    from exokb.store.search.facet_values import MOLECULES, find_terms, find_types, note_unsaid_arms

    facets: dict[str, list[str]] = {}
    for facet, value in criteria.terms:
        facets.setdefault(facet, []).append(value)
    for facet, values in facets.items():
        found = find_terms(connection, facet, values)
        conditions.asked[facet] = tuple(dict.fromkeys(found.values()))
        _require_terms(conditions, found)
    conditions.notes = note_unsaid_arms(connection, facets.get(MOLECULES, ()))
    if criteria.types:
        _require_terms(conditions, find_types(connection, criteria.types))


def _require_terms(conditions: Conditions, ids: Iterable[int]) -> None:
    conditions.require("r.id IN (SELECT record_id FROM record_term WHERE term_id IN " + _in_json, _json(ids))


def _add_columns(conditions: Conditions, criteria: Criteria) -> None:
    if criteria.years is not None:
        first, last = criteria.years
        conditions.require("r.year IS NOT NULL")
        if first is not None:
            conditions.require("r.year >= ?", first)
        if last is not None:
            conditions.require("r.year <= ?", last)
    if criteria.retracted is not None:
        conditions.require("r.retracted = ?", int(criteria.retracted))
    if criteria.ids:
        conditions.require("r.pmid IN (SELECT value FROM json_each(?))", _json(criteria.ids))


def _add_citations(connection: sqlite3.Connection, conditions: Conditions, criteria: Criteria) -> None:
    if criteria.cited_by:
        _check_pmids(connection, criteria.cited_by)
        edges = (
            "FROM reference e JOIN record c ON c.id = e.citing_id"
            " WHERE c.pmid IN (SELECT value FROM json_each(?))"
        )  # fmt: skip
        pmids = _json(criteria.cited_by)
        conditions.require(
            f"(r.pmid IN (SELECT e.cited_pmid {edges} AND e.cited_pmid IS NOT NULL)"
            f" OR r.doi IN (SELECT e.cited_doi {edges} AND e.cited_pmid IS NULL AND e.cited_doi IS NOT NULL))",
            pmids,
            pmids,
        )
    if criteria.cites:
        pmids = _json(criteria.cites)
        conditions.require(
            "(r.id IN (SELECT citing_id FROM reference WHERE cited_pmid IN (SELECT value FROM json_each(?)))"
            " OR r.id IN (SELECT e.citing_id FROM reference e JOIN record c ON c.doi = e.cited_doi"
            " WHERE e.cited_pmid IS NULL AND c.pmid IN (SELECT value FROM json_each(?))))",
            pmids,
            pmids,
        )


def _check_pmids(connection: sqlite3.Connection, pmids: Sequence[int]) -> None:
    for pmid in pmids:
        if connection.execute("SELECT 1 FROM record WHERE pmid = ?", (pmid,)).fetchone() is None:
            raise NotInLibrary(
                _path(connection),
                f"PMID {pmid} is not in the library, so what it cites is not known here",
                hint=f"run `exokb fetch {pmid} --references`",
            )


def _find_lists(connection: sqlite3.Connection, names: Sequence[str]) -> list[int]:
    known = dict(connection.execute("SELECT name, id FROM reading_list").fetchall())
    for name in names:
        if name not in known:
            near = near_values(name, known)
            hint = f"did you mean {', '.join(near)}?" if near else "there are no lists with a similar name"
            raise NotInLibrary(_path(connection), f"there is no reading list {name!r}", hint=hint)
    return [known[name] for name in names]


def _path(connection: sqlite3.Connection) -> str:
    return next((row[2] for row in connection.execute("PRAGMA database_list") if row[1] == "main"), "") or "library"
