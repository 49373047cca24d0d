"""What a search makes of a vocabulary: synonyms of words, and the names by which values of facets are asked for.

Three sources, so that nothing is listed twice: ``search.toml`` for cells and vesicles; the short forms of all other
facets, each with those phrases of its term that it is short for (``AKI``: acute kidney injury); the names of
molecules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from exokb.evidence.vocabulary import SEARCH_FACET, Facet, Vocabulary
from exokb.query.facet_names import FacetNames, build_facet_names
from exokb.query.fold import Tokens, fold_query
from exokb.query.synonyms import Group, Synonyms, build_synonyms

_MOLECULES = "molecules"
_WORDS_OF_A_HINT = 2
_HAVE_THEIR_OWN = frozenset({_MOLECULES, "cargo", "source", "vesicle"})
"""Facets whose words ``search.toml`` or their own rule gives."""
_SMALL_WORDS = frozenset({"a", "an", "and", "for", "in", "of", "or", "the", "to", "versus", "vs", "with"})
_LONGEST_ALONE = 3
"""Short forms up to this length are asked for but not looked for: standing alone they mostly mean something else
(``SEC`` seconds, ``PAH`` hydrocarbons)."""


@dataclass(frozen=True, slots=True)
class SearchWords:
    """What a library keeps of the vocabularies for searching it."""

    synonyms: Synonyms
    names: FacetNames


def make_search_words(vocabulary: Vocabulary) -> SearchWords:
    """Read the synonyms and names out of a vocabulary, the user's own additions included."""
    groups = [*_cell_and_vesicle_groups(vocabulary), *_short_form_groups(vocabulary), *_molecule_groups(vocabulary)]
    return SearchWords(build_synonyms(groups, vocabulary.version), build_facet_names(_names(vocabulary)))


# -- synonyms


def _cell_and_vesicle_groups(vocabulary: Vocabulary) -> Iterator[tuple[Group, tuple[str, ...]]]:
    facet = vocabulary.facets.get(SEARCH_FACET)
    if facet is None:
        return
    # in the order of the file, which puts what is asked most first
    for term_id, rules in facet.rules.items():
        words = _shortest(rules.synonyms)
        below = [other for at, other in facet.rules.items() if at != term_id and _is_below(facet, at, term_id)]
        narrower = _shortest((phrase for other in below for phrase in other.synonyms), beside=words)
        kinds = tuple(other.label for other in below)
        yield Group(rules.label, words, narrower, kinds), (*rules.abbreviations, *rules.synonyms)


def _is_below(facet: Facet, term_id: str, broader: str) -> bool:
    at: str | None = term_id
    while at and at != broader:
        at = facet.rules[at].parent
    return at == broader


def _short_form_groups(vocabulary: Vocabulary) -> Iterator[tuple[Group, tuple[str, ...]]]:
    for name, facet in sorted(vocabulary.facets.items()):
        if facet.internal or name in _HAVE_THEIR_OWN:
            continue
        for _, rules in sorted(facet.rules.items()):
            for short in rules.abbreviations:
                if long_forms := long_forms_of(short, {rules.label.lower(), *rules.synonyms}):
                    found = [*long_forms, short] if _letters(short) > _LONGEST_ALONE else long_forms
                    label = rules.label if rules.label.lower() in long_forms else short
                    yield Group(label, _shortest(found)), (short, *long_forms)


def _molecule_groups(vocabulary: Vocabulary) -> Iterator[tuple[Group, tuple[str, ...]]]:
    for _, rules in sorted(vocabulary.facets.get(_MOLECULES, Facet("", "")).rules.items()):
        words = _shortest((*rules.synonyms, *rules.abbreviations))
        if len(words) > 1:
            yield Group(rules.value, words), (*rules.synonyms, *rules.abbreviations)


def _letters(short: str) -> int:
    return sum(char.isalnum() for char in short)


def _shortest(phrases: Iterable[str], *, beside: Iterable[str] = ()) -> tuple[str, ...]:
    """Leave out phrases that fold alike, and those that hold another, which finds them anyway; sorted."""
    known = {pattern.tokens for phrase in beside for pattern in fold_query(phrase)}
    kept: list[str] = []
    # of those that fold alike, the hyphenated one, which also finds what is written together
    ordered = sorted(set(phrases), key=_finds_most)
    for phrase in ordered:
        patterns = [pattern.tokens for pattern in fold_query(phrase)]
        if not all(any(part in known for part in _parts(tokens)) for tokens in patterns):
            known.update(patterns)
            kept.append(phrase)
    return tuple(sorted(kept))


def _finds_most(phrase: str) -> tuple[int, int, int, str]:
    patterns = fold_query(phrase)
    return len(patterns[0].tokens), -len(patterns), len(phrase), phrase


def _parts(tokens: Tokens) -> Iterator[Tokens]:
    for start in range(len(tokens)):
        for end in range(start + 1, len(tokens) + 1):
            yield tokens[start:end]


def long_forms_of(short: str, phrases: Iterable[str]) -> list[str]:
    """Give those of the phrases that a short form can be read out of, sorted; of several, those with most words.

    After Schwartz and Hearst 2003 (https://psb.stanford.edu/psb-online/proceedings/psb03/schwartz.pdf): every word
    gives its first letter, and any letters behind it. ``HCC`` is short for hepatocellular carcinoma, not liver cancer.
    Small words may stay out, and so may the ``s`` of a plural.
    """
    letters = "".join(char for char in short.lower() if char.isalnum())
    read: dict[str, int] = {}
    for phrase in phrases:
        words = re.findall(r"\w+", phrase.lower())
        if any(_reads(form, words) for form in dict.fromkeys((letters, letters.removesuffix("s"))) if form):
            read[phrase] = sum(word not in _SMALL_WORDS for word in words)
    most = max(read.values(), default=0)
    # "nonalcoholic" has a word less than "non alcoholic", and is the same
    best = {_glued(phrase) for phrase, words in read.items() if words == most}
    return sorted(phrase for phrase in read if _glued(phrase) in best)


def _glued(phrase: str) -> str:
    return "".join(re.findall(r"\w", phrase.lower()))


def _reads(letters: str, words: list[str]) -> bool:
    if not words:
        return not letters
    first, *rest = words
    if first in _SMALL_WORDS and _reads(letters, rest):
        return True
    if not letters or letters[0] != first[0]:
        return False
    taken, at = 1, 1
    while not _reads(letters[taken:], rest):
        at = first.find(letters[taken], at) + 1 if taken < len(letters) else 0
        if not at:
            return False
        taken += 1
    return True


# -- names of values


def _names(vocabulary: Vocabulary) -> Iterator[tuple[str, str, str, bool]]:
    """Give (facet, name, value, whether the name means that value and nothing narrower)."""
    for facet_name, facet in sorted(vocabulary.facets.items()):
        if facet.internal:
            continue
        for _, rules in sorted(facet.rules.items()):
            exact = facet_name == _MOLECULES
            for phrase in rules.synonyms:
                # of longer ones their beginning: "wharton's jelly" of "wharton's jelly stem cell"
                said = phrase if exact else " ".join(phrase.split()[:_WORDS_OF_A_HINT])
                yield facet_name, said, rules.value, exact
            for short in rules.abbreviations:
                yield facet_name, short, rules.value, exact or bool(long_forms_of(short, [rules.label]))
            for heading in rules.mesh:
                yield facet_name, heading, rules.value, False
