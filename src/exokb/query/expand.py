"""Plain words of a query with their synonyms beside them.

Expanded are words without a tag, quotation marks or ``*``, and not what stands under NOT: so a query that says exactly
what it means is left alone, as PubMed leaves it, and a search with synonyms finds all that one without them finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from exokb.query.fold import Tokens, fold_query
from exokb.query.molecules import read_mirna_tokens
from exokb.query.synonyms import Group, Synonyms
from exokb.query.tree import And, Node, Not, Or, Term, join_and, join_or

SUBJECT = "tw"
"""The field in which synonyms are looked for: text words, not names of people."""
_LINKS = frozenset({"derived"})
"""Words in a hyphenated word that add no meaning: ``MSC-derived`` is about MSC."""
_STRAY = ",;:.…"
"""Signs at the ends of words that are not told with them."""
_LONGEST_MIRNA = 9
"""Tokens: hsa micro rna 125 b 1 3 p."""


class Expansion(NamedTuple):
    """What was looked for beside the words of a query.

    Attributes:
        asked: the words, as they stand in the query.
        label: what they were taken to mean.
        words: phrases of the same meaning.
        narrower: phrases of narrower meanings.
        kinds: the narrower meanings, in words.
    """

    asked: str
    label: str
    words: tuple[str, ...]
    narrower: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


class Expanded(NamedTuple):
    """An expanded query.

    Attributes:
        node: what is searched.
        level: the same without narrower meanings: what hits are ranked by, so that a rare narrower word does not come
            before the word that was asked for.
        expansions: what was added, in the order of the query.
    """

    node: Node
    level: Node
    expansions: tuple[Expansion, ...] = ()


def expand_query(node: Node, query: str, synonyms: Synonyms) -> Expanded:
    """Put synonyms beside the plain words of a query.

    Args:
        node: the tree of ``query``.
        query: its text, which says what stands side by side.
        synonyms: what stands for what.
    """
    return _Expander(query, synonyms).expand(node)


class _Expander:
    def __init__(self, query: str, synonyms: Synonyms) -> None:
        self._query = query
        self._synonyms = synonyms

    def expand(self, node: Node) -> Expanded:
        if isinstance(node, Not):
            return Expanded(node, node)
        if isinstance(node, Or):
            return _join(join_or, map(self.expand, node.children))
        runs = list(self._runs(node.children if isinstance(node, And) else (node,)))
        return _join(join_and, (self._expand_run(run) if _is_plain(run[0]) else self._other(run[0]) for run in runs))

    def _other(self, node: Node) -> Expanded:
        return self.expand(node) if isinstance(node, Or | Not) else Expanded(node, node)

    def _runs(self, children: Iterable[Node]) -> Iterator[list[Node]]:
        """Give plain words that stand side by side together, everything else alone."""
        run: list[Node] = []
        for child in children:
            if run and not (_is_plain(child) and _is_plain(run[-1]) and self._is_behind(run[-1], child)):
                yield run
                run = []
            run.append(child)
        if run:
            yield run

    def _is_behind(self, first: Node, second: Node) -> bool:
        assert isinstance(first, Term)
        assert isinstance(second, Term)
        between = self._query[first.position + len(first.words) : second.position]
        return second.position > first.position and not between.strip()

    def _expand_run(self, run: Sequence[Node]) -> Expanded:
        terms = [term for term in run if isinstance(term, Term)]
        tokens = [fold_query(term.words)[0].tokens for term in terms]
        parts: list[Expanded] = []
        at = 0
        while at < len(terms):
            length, found = self._longest(tokens[at:])
            own = join_and(terms[at : at + length])
            asked = " ".join(term.words.strip(_STRAY) for term in terms[at : at + length])
            parts.append(_beside(own, asked, found) if found else self._compound(terms[at], tokens[at]))
            at += length
        return _join(join_and, parts)

    def _longest(self, tokens: Sequence[Tokens]) -> tuple[int, tuple[Group, ...]]:
        """Give how many of the words have a meaning together, and which: as many as can be."""
        most = max(self._synonyms.longest, _LONGEST_MIRNA)
        whole: list[str] = []
        best: tuple[int, tuple[Group, ...]] = 1, ()
        for length, word in enumerate(tokens, 1):
            whole += word
            if len(whole) > most:
                break
            if found := self._meanings(tuple(whole)):
                best = length, found
        return best

    def _meanings(self, tokens: Tokens) -> tuple[Group, ...]:
        if mirna := read_mirna_tokens(tokens):
            written = mirna.spellings()
            return (Group(written[0], written),)
        return self._synonyms.find(tokens)

    def _compound(self, term: Term, tokens: Tokens) -> Expanded:
        """Expand a hyphenated word of which every part has a meaning: ``MSC-EVs``, ``ADSC-derived``."""
        alone = Expanded(term, term)
        parts: list[Expanded] = []
        at = 0
        while at < len(tokens):
            for end in range(len(tokens), at, -1):
                # a piece of a number or of a chemical name is none
                if found := self._meanings(tokens[at:end]) if end - at < len(tokens) else ():
                    asked = " ".join(tokens[at:end])
                    parts.append(_beside(Term(asked, SUBJECT, quoted=True), asked, found))
                    at = end
                    break
            else:
                if tokens[at] not in _LINKS or not at:
                    return alone
                at += 1
        return _join(join_or, (alone, _join(join_and, parts))) if parts else alone


def _is_plain(node: Node) -> bool:
    return isinstance(node, Term) and not (node.field or node.quoted or node.prefix)


def _beside(own: Node, asked: str, found: Sequence[Group]) -> Expanded:
    folded = {pattern.tokens for pattern in fold_query(asked)}
    words = [word for group in found for word in group.words if fold_query(word)[0].tokens not in folded]
    narrower = [word for group in found for word in group.narrower]
    level = join_or([own, *map(_phrase, words)])
    expansion = Expansion(
        asked,
        " or ".join(dict.fromkeys(group.label for group in found)),
        tuple(dict.fromkeys(words)),
        tuple(dict.fromkeys(narrower)),
        tuple(dict.fromkeys(kind for group in found for kind in group.kinds)),
    )
    node = join_or([level, *map(_phrase, narrower)])
    return Expanded(node, level, (expansion,) if node != own else ())


def _phrase(words: str) -> Term:
    return Term(words, SUBJECT, quoted=True)


def _join(join: Callable[[Iterable[Node]], Node], parts: Iterable[Expanded]) -> Expanded:
    each = list(parts)
    return Expanded(
        join(part.node for part in each),
        join(part.level for part in each),
        tuple(dict.fromkeys(expansion for part in each for expansion in part.expansions)),
    )
