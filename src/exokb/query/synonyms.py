"""Words that stand for one another in a search: which may be asked, and what they find.

Made of the vocabularies (`exokb.evidence.search_words`) when a library is annotated, and kept in it as one small JSON
text, so that searching reads no vocabulary.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from exokb.query.fold import FOLD_VERSION, Tokens, fold_query

VERSION = 1
"""Of the JSON text; grows when older exokb could not read it."""


class Group(NamedTuple):
    """One meaning.

    Attributes:
        label: the meaning in words.
        words: phrases that say it.
        narrower: phrases that say a narrower meaning, which a search for it finds too.
        kinds: labels of the narrower meanings.
    """

    label: str
    words: tuple[str, ...]
    narrower: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


class Synonyms:
    """All groups, and the folded words by which each is asked for.

    Attributes:
        groups: the meanings.
        asked: folded phrase, a blank between its tokens, to the places of its groups.
        vocabulary: version of the vocabularies it was made of.
    """

    def __init__(self, groups: tuple[Group, ...], asked: Mapping[str, Sequence[int]], vocabulary: str = "") -> None:
        self.groups, self.asked, self.vocabulary = groups, asked, vocabulary

    @cached_property
    def longest(self) -> int:
        """How many tokens the longest phrase has that can be asked."""
        return max((key.count(" ") + 1 for key in self.asked), default=0)

    def find(self, tokens: Tokens) -> tuple[Group, ...]:
        """Give the meanings of a folded phrase; none where it is not known."""
        return tuple(self.groups[at] for at in self.asked.get(" ".join(tokens), ()))

    def dumps(self) -> str:
        """Give the text to be kept."""
        groups = [[group.label, group.words, group.narrower, group.kinds] for group in self.groups]
        asked = {key: list(places) for key, places in sorted(self.asked.items())}
        whole = {"version": VERSION, "fold": FOLD_VERSION, "vocabulary": self.vocabulary}
        return json.dumps({**whole, "groups": groups, "asked": asked}, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=2)
def load_synonyms(text: str) -> Synonyms | None:
    """Read what `Synonyms.dumps` gave; None where a version of exokb wrote it that folds words otherwise."""
    data = json.loads(text)
    if (data.get("version"), data.get("fold")) != (VERSION, FOLD_VERSION):
        return None
    groups = tuple(Group(label, *(tuple(words) for words in lists)) for label, *lists in data["groups"])
    return Synonyms(groups, data["asked"], data["vocabulary"])


def build_synonyms(groups: Sequence[tuple[Group, Iterable[str]]], vocabulary: str = "") -> Synonyms:
    """Make the table of groups, each with the phrases that ask for it beside its own words."""
    asked: dict[str, dict[int, None]] = {}
    for at, (group, also) in enumerate(groups):
        for phrase in (*group.words, *also):
            for pattern in fold_query(phrase):
                asked.setdefault(" ".join(pattern.tokens), {})[at] = None
    return Synonyms(
        tuple(group for group, _ in groups), {key: tuple(places) for key, places in asked.items()}, vocabulary
    )
