"""Vocabularies: the facets, their terms and the words that stand for them.

`exokb.evidence.vocabulary_files` reads them from ``facets/<facet>.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from exokb.domain.annotation import Term
from exokb.errors import VocabularyError
from exokb.evidence.folding import fold

EDITION = "2026.1"
"""Changes when the rules' code changes what is annotated; the rest of the version is a hash of the vocabularies."""

SEARCH_FACET = "search"
"""The internal facet of words that only searching uses."""

REACH = 16
"""How long a match of a pattern with ``ends`` is at most, in characters."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression over folded text, tried only in texts that hold one of the ``when`` phrases.

    Where it says how its matches start or end, it is looked for at such places only, which takes a fraction of the time
    of looking through the whole text.

    Attributes:
        when: phrases of which the text must hold one, anywhere.
        match: the regular expression.
        starts: words, or their first letters, of which every match starts with one.
        ends: last letters of words; every match begins with a word, ends with one of these as the end of a word, and is
            at most `REACH` characters long.
    """

    when: tuple[str, ...]
    match: re.Pattern[str]
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TermRules:
    """One term and what stands for it.

    Attributes:
        facet, id, label, parent: what the term is; ``parent`` is the id of a broader term of the facet.
        name: the value that annotations carry, where it is not the id (``miR-21``, ``VEGF``).
        also: ids of further terms of the facet that the same words support.
        synonyms: phrases, any case, hyphen or number; spelling variants are added by the loader.
        abbreviations: short forms that are matched in exactly this case.
        mesh: MeSH descriptors.
        exclude: phrases that hold one of the synonyms and mean something else.
        needs: words of which the record must hold one, for the term to count at all.
        patterns: regular expressions for what phrases cannot say.
    """

    facet: str
    id: str
    label: str
    parent: str | None = None
    name: str = ""
    also: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    mesh: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    patterns: tuple[Pattern, ...] = ()

    @property
    def value(self) -> str:
        """What an annotation with this term carries as its value."""
        return self.name or self.id

    def __hash__(self) -> int:
        # Mentions are kept in sets: hashing each synonym of a term again and again would cost more than matching.
        return hash((self.facet, self.id))


@dataclass(frozen=True)
class Facet:
    """One facet: its terms by id, and its lists of phrases by name; an internal one only serves other facets' rules."""

    name: str
    label: str
    rules: Mapping[str, TermRules] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    internal: bool = False

    def root(self, term_id: str) -> str:
        """Give the broadest term above (or equal to) a term."""
        rules = self.rules[term_id]
        while rules.parent:
            rules = self.rules[rules.parent]
        return rules.id


@dataclass(frozen=True)
class Vocabulary:
    """All facets.

    Attributes:
        facets: by name.
        version: edition and a hash over the whole content, the same for the same content in any order.
    """

    facets: Mapping[str, Facet]
    version: str

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """Every value, sorted by facet and value. Names that a record itself coins (``miR-1246``) are not listed."""
        return tuple(
            Term(facet.name, rules.value, rules.label, facet.rules[rules.parent].value if rules.parent else None)
            for _, facet in sorted(self.facets.items())
            if not facet.internal
            for _, rules in sorted(facet.rules.items())
        )

    def phrases(self, facet: str, name: str) -> tuple[str, ...]:
        """Give one list of phrases of a facet, longest first.

        Raises:
            VocabularyError: the facet has no such list.
        """
        try:
            found = self.facets[facet].lists[name]
        except KeyError:
            raise VocabularyError(f"{facet}.toml", None, f"the list {name!r} is missing") from None
        return tuple(sorted(found, key=lambda phrase: (-len(phrase), phrase)))


def any_of(phrases: Iterable[str]) -> str:
    """Make a regular expression of phrases, longest first; ``*`` at the end of a word stands for any letters."""
    ordered = sorted({fold(phrase) for phrase in phrases}, key=lambda phrase: (-len(phrase), phrase))
    return "(?:" + "|".join(re.escape(phrase).replace(r"\*", r"\w*") for phrase in ordered) + ")"
