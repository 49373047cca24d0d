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
from difflib import get_close_matches

from exokb.domain.trial_status import PHASES, STATUSES, parse_phases, parse_status
from exokb.errors import NotInLibrary, UnknownTerm
from exokb.query.clauses import Clause, term_clauses
from exokb.query.criteria import Criteria
from exokb.query.fields import COLUMNS, fold_type, holds_type
from exokb.query.fold import SEPARATOR, fold_text
from exokb.query.options import criteria_node, option_terms
from exokb.query.tree import And, DateRange, IdTerm, Node, Not, Or, Term, iter_leaves
from exokb.query.values import first_day, last_day
from exokb.store.search.index import INDEX


@dataclass
class Conditions:
    """What a search compiles to.

    Attributes:
        node: the tree of the query text, authors and journals; None where there is no text.
        match: the FTS5 expression that every hit must match; empty if there is none.
        rank: the FTS5 expression that relevance is computed with, where it is not ``match``; hits need not match it.
        where: SQL conditions on ``record r`` to be joined by AND, beside ``match``.
        parameters: the values of ``where``, in order.
    """

    node: Node | None = None
    match: str = ""
    rank: str = ""
    where: list[str] = field(default_factory=list)
    parameters: list[object] = field(default_factory=list)

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
    _add_text(conditions, criteria_node(criteria))
    _check_journals(connection, criteria.journals)
    facets: dict[str, list[str]] = {}
    for facet, value in criteria.terms:
        facets.setdefault(facet, []).append(value)
    for facet, values in facets.items():
        _require_terms(conditions, find_terms(connection, facet, values))
    if criteria.types:
        _require_terms(conditions, _find_types(connection, criteria.types))
    if criteria.trial_statuses or criteria.phases:
        _add_trials(connection, conditions, criteria.trial_statuses, criteria.phases)
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


def _add_text(conditions: Conditions, node: Node | None) -> None:
    conditions.node = node
    if node is None:
        return
    children = node.children if isinstance(node, And) else (node,)
    texts = [child for child in children if _is_text(child)]
    if any(not isinstance(child, Not) for child in texts):
        conditions.match = _match_all(texts)
        children = tuple(child for child in children if child not in texts)
    else:
        wanted = [leaf for leaf, negated in iter_leaves(node) if isinstance(leaf, Term) and not negated]
        conditions.rank = " OR ".join(map(_match, wanted))
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


def fold_value(text: str) -> str:
    """Fold a value as words are: ``miR21``, ``Acute kidney injuries`` find ``miR-21``, ``acute_kidney_injury``."""
    return fold_text(text).partition(f" {SEPARATOR} ")[0].replace(" ", "_") or text.lower()


def near_values(asked: str, values: Iterable[str]) -> list[str]:
    """Give up to three values that look like what was asked, best first."""
    by_fold = {fold_value(value): value for value in values}
    folded = fold_value(asked)
    near = [by_fold[close] for close in get_close_matches(folded, by_fold, n=3, cutoff=0.7)]
    holding = (value for fold, value in sorted(by_fold.items()) if folded and (folded in fold or fold in folded))
    return list(dict.fromkeys([*near, *holding]))[:3]


def find_terms(connection: sqlite3.Connection, facet: str, values: Sequence[str]) -> list[int]:
    """Find values by id or label. A molecule holds for its forms too: ``miR-21`` for miR-21-5p, ``VEGF`` for VEGF-A."""
    known: list[tuple[str, int]] = []
    names: list[str] = []
    for term_id, value, label in connection.execute("SELECT id, value, label FROM term WHERE facet = ?", (facet,)):
        known += [(fold_value(value), term_id), (fold_value(label), term_id)]
        names.append(value)
    found: list[int] = []
    for value in values:
        asked = fold_value(value)
        ids = [term_id for name, term_id in known if name == asked]
        if facet == "molecules":
            ids += [term_id for name, term_id in known if name.startswith(f"{asked}_")]
        if not ids:
            raise UnknownTerm(facet, value, near_values(value, names))
        found += ids
    return found


def _find_types(connection: sqlite3.Connection, asked: Sequence[str]) -> list[int]:
    known = dict(connection.execute("SELECT value, id FROM term WHERE facet = 'type'").fetchall())
    found: list[int] = []
    for name in asked:
        ids = [term_id for value, term_id in known.items() if holds_type(value, fold_type(name))]
        if not ids:
            raise UnknownTerm("type", name, near_values(name, known))
        found += ids
    return found


def _require_terms(conditions: Conditions, ids: Iterable[int]) -> None:
    conditions.require("r.id IN (SELECT record_id FROM record_term WHERE term_id IN " + _in_json, _json(ids))


def _stored_phases(connection: sqlite3.Connection) -> set[str]:
    """Phases that trials of the library have: the registry may have added some."""
    rows = connection.execute("SELECT DISTINCT phases FROM trial")
    return {phase for (phases,) in rows for phase in phases.split("; ")}


def _add_trials(
    connection: sqlite3.Connection, conditions: Conditions, statuses: Sequence[str], phases: Sequence[str]
) -> None:
    """Registered trials that a record is linked to, by what the registry says of them; ``any``, ``none`` linked or not.

    A status and a phase must be those of one trial.
    """
    linked = "SELECT l.record_id FROM trial_links l"
    with_trial = f"{linked} JOIN trial x ON x.id = l.trial_row WHERE"
    ways, asked = [], []
    for status in statuses:
        folded = parse_status(status)
        if folded == "ANY":
            ways.append(f"r.id IN ({linked})")
        elif folded == "NONE":
            ways.append(f"r.id NOT IN ({linked})")
        else:
            asked.append(folded)
    known = {*STATUSES, *(s for (s,) in connection.execute("SELECT DISTINCT status FROM trial") if s)} if asked else ()
    for status in asked:
        if status not in known:
            raise UnknownTerm("trial status", status, near_values(status, [*map(str.lower, known), "any", "none"]))
    in_phase, wanted = _compile_phases(connection, phases)
    if asked:
        ways.append(f"r.id IN ({with_trial} x.status IN (SELECT value FROM json_each(?)) AND ({in_phase}))")
        conditions.require(f"({' OR '.join(ways)})", _json(asked), *wanted)
        return
    if ways:
        conditions.require(f"({' OR '.join(ways)})")
    if phases:
        conditions.require(f"r.id IN ({with_trial} ({in_phase}))", *wanted)


def _compile_phases(connection: sqlite3.Connection, phases: Sequence[str]) -> tuple[str, list[str]]:
    """Give the condition on ``trial x`` to be of one of the phases, and its parameters; ``1/2`` asks for both."""
    ways: list[str] = []
    wanted: list[str] = []
    for phase in phases:
        together = parse_phases(phase)
        if not set(together) <= {*PHASES, *_stored_phases(connection)}:
            raise UnknownTerm("phase", phase, near_values(phase, list(map(str.lower, PHASES))))
        ways.append(" AND ".join(["instr('; ' || x.phases || ';', '; ' || ? || ';') > 0"] * len(together)))
        wanted += together
    return " OR ".join(ways) or "1", wanted


# -- columns, citations, lists


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
