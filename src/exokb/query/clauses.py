"""What one term of a query asks of the folded columns: phrases, any of which may hold.

The SQL search and the matcher in memory both work from these, so that what a field means is said once.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from exokb.query.columns import ENTRY, ENTRY_END, FIRST_AUTHOR, QUALIFIER_END, SPOKEN_NAME
from exokb.query.fields import BY_TAG, LANGUAGES, Field
from exokb.query.fold import Pattern, Tokens, fold_name, fold_query
from exokb.query.tree import Term


class Clause(NamedTuple):
    """The tokens stand side by side in one of the columns; with ``prefix``, the last one may go on."""

    columns: tuple[str, ...]
    tokens: Tokens
    prefix: bool = False


@lru_cache(maxsize=2_000)
def term_clauses(term: Term) -> tuple[Clause, ...]:
    """Give the phrases of a term, joined by OR. Never empty for a term that the parser made."""
    field = BY_TAG[term.field]
    if field.style == "heading":
        return tuple(dict.fromkeys(_heading(term, field)))
    if field.style == "exact":
        words = LANGUAGES.get(term.words.lower(), term.words) if field.tag == "la" else term.words
        end: Tokens = () if term.prefix else (ENTRY_END,)
        return tuple(
            Clause(field.columns, (ENTRY, *pattern.tokens, *end), pattern.prefix)
            for pattern in fold_query(words, prefix=term.prefix)
        )
    if field.style == "author":
        return tuple(dict.fromkeys(_author(term, field)))
    return tuple(_text(term, field))


def _text(term: Term, field: Field) -> Iterable[Clause]:
    folded = fold_query(term.words, prefix=term.prefix)
    if not field.anywhere:
        return [Clause(field.columns, *pattern) for pattern in folded]
    # names keep the spelling and plural that words lose
    names = fold_name(term.words, prefix=term.prefix)
    columns = tuple(column for column in field.columns if column != "authors")
    both, words_only, names_only = (*columns, "authors"), columns, ("authors",)
    return [
        *(Clause(both if pattern in names else words_only, *pattern) for pattern in folded),
        *(Clause(names_only, *pattern) for pattern in names if pattern not in folded),
    ]


def _heading(term: Term, field: Field) -> Iterable[Clause]:
    """Ask for a heading, or ``heading/qualifier``.

    Without NLM's tree at hand, ``stem cells[mh]`` finds every heading that holds these words (Mesenchymal Stem
    Cells); ``[mh:noexp]`` finds that very heading.
    """
    descriptor, slash, qualifier = term.words.partition("/")
    start: Tokens = (ENTRY,) if field.whole else ()
    closed = field.whole and not term.prefix
    if not slash or not (qualifiers := fold_query(qualifier, prefix=term.prefix)):
        for pattern in fold_query(descriptor, prefix=term.prefix):
            end = (ENTRY_END,) if closed else ()
            yield Clause(field.columns, (*start, *pattern.tokens, *end), pattern.prefix)
        return
    for first, second in product(fold_query(descriptor) or (Pattern(()),), qualifiers):
        end = (QUALIFIER_END,) if closed else ()
        yield Clause(field.columns, (*start, *first.tokens, ENTRY_END, *second.tokens, *end), second.prefix)


def _author(term: Term, field: Field) -> Iterable[Clause]:
    """Ask for a name as PubMed does: ``yin`` is a last name, ``yin k`` also finds Yin KS, ``"yin k"`` does not.

    The full name is found either way round: ``yin kan``, ``kan yin``.
    """
    begin: Tokens = (FIRST_AUTHOR, ENTRY) if field.whole else (ENTRY,)
    for pattern in fold_name(term.words):
        goes_on = term.prefix or (len(pattern.tokens) > 1 and not term.quoted)
        closed: Tokens = () if goes_on or len(pattern.tokens) == 1 else (ENTRY_END,)
        yield Clause(field.columns, (*begin, *pattern.tokens, *closed), goes_on)
        if len(pattern.tokens) > 1 and not field.whole:
            yield Clause(field.columns, (SPOKEN_NAME, *pattern.tokens, *closed), goes_on)
