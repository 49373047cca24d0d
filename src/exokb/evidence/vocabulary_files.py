"""Reading vocabularies from ``facets/<facet>.toml``: the packaged ones, and those of a user's folder on top.

A file holds ``facet``, ``label``, any number of ``[[term]]`` and a ``[lists]`` table of phrases that the facet's rules
use. ``docs/evidence.md`` describes the keys. A term with a known id gets the further words, an unknown id is a new one.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from importlib import resources
from itertools import product
from pathlib import Path
from typing import Any

from exokb.errors import VocabularyError
from exokb.evidence.folding import fold
from exokb.evidence.spelling import spellings
from exokb.evidence.vocabulary import EDITION, Facet, Pattern, TermRules, Vocabulary

_ID = re.compile(r"[a-z][a-z0-9_]*")
_WORD = re.compile(r"[^\W_]")
_PHRASE_KEYS = ("synonyms", "abbreviations", "mesh", "exclude", "needs", "also", "drop")
_TERM_KEYS = {"id", "label", "parent", "name", "combine", "patterns", "comment", "replace", *_PHRASE_KEYS}
_FILE_KEYS = {"facet", "label", "comment", "internal", "term", "lists"}


def load_vocabulary(user_folder: Path | None = None) -> Vocabulary:
    """Read the packaged vocabularies, and those of a user's folder on top.

    Args:
        user_folder: folder with ``<facet>.toml`` files; None or a folder that is not there adds nothing.

    Raises:
        VocabularyError: a file is not TOML or breaks a rule of vocabularies; names file and line.
    """
    sources = [(entry.name, entry.read_text("utf-8")) for entry in resources.files("exokb.evidence.facets").iterdir()
               if entry.name.endswith(".toml")]  # fmt: skip
    return build_vocabulary(sources, [(str(path), _read(path)) for path in find_user_files(user_folder)])


def find_user_files(user_folder: Path | None) -> list[Path]:
    """Give the vocabulary files of a user's folder, sorted; none where there is no such folder."""
    return sorted(user_folder.glob("*.toml")) if user_folder is not None and user_folder.is_dir() else []


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise VocabularyError(str(path), None, f"it cannot be read: {error.strerror}") from error
    try:
        # Windows' own editor puts a byte order mark first, which TOML does not know
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise VocabularyError(str(path), line, "not UTF-8: save it with the encoding UTF-8") from error


def build_vocabulary(sources: Iterable[tuple[str, str]], additions: Iterable[tuple[str, str]] = ()) -> Vocabulary:
    """Make a vocabulary of (file name, TOML text) pairs; later ones add to earlier ones.

    ``additions`` come last and may only add to facets that are there: no rule would look for those of another.

    Raises:
        VocabularyError: see `load_vocabulary`.
    """
    facets: dict[str, Facet] = {}
    places: dict[tuple[str, str], tuple[str, int | None]] = {}
    for file, text in sources:
        facet = _FileReader(file, text).read(facets, places)
        facets[facet.name] = facet
    for file, text in additions:
        facet = _FileReader(file, text).read(facets, places, closed=True)
        facets[facet.name] = facet
    for facet in facets.values():
        for rules in facet.rules.values():
            file, line = places[(facet.name, rules.id)]
            _check_links(facet, rules, file, line)
    return Vocabulary(facets, f"{EDITION}+{_digest(facets)}")


def _check_links(facet: Facet, rules: TermRules, file: str, line: int | None) -> None:
    for key, ids in (("parent", (rules.parent,) if rules.parent else ()), ("also", rules.also)):
        for other in ids:
            if other not in facet.rules:
                raise VocabularyError(file, line, f"term {rules.id!r}: {key} {other!r} is no term of {facet.name}")
    seen = {rules.id}
    above = rules.parent
    while above:
        if above in seen:
            raise VocabularyError(file, line, f"term {rules.id!r} is its own ancestor")
        seen.add(above)
        above = facet.rules[above].parent


def _digest(facets: Mapping[str, Facet]) -> str:
    content = {
        name: {
            "terms": {
                term_id: [
                    rules.label, rules.parent, rules.name, *(sorted(getattr(rules, key)) for key in _PHRASE_KEYS[:-1]),
                    sorted((sorted(p.when), p.match.pattern) for p in rules.patterns),
                ] for term_id, rules in facet.rules.items()
            },
            "lists": {key: sorted(phrases) for key, phrases in facet.lists.items()},
        } for name, facet in facets.items()
    }  # fmt: skip
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:8]


class _FileReader:
    """Reads one file, and knows on which line things stand."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.lines = file, text.splitlines()
        try:
            self.data: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            at = re.search(r"at line (\d+)", str(error))
            raise VocabularyError(file, int(at.group(1)) if at else len(self.lines), f"not TOML: {error}") from error
        self.heads = [n for n, line in enumerate(self.lines, 1) if line.split("#")[0].strip() == "[[term]]"]

    def fail(self, reason: str, *, term: int | None = None, key: str | None = None) -> VocabularyError:
        """Make the error, with the line of a key (in the n-th term's block, or at the top)."""
        first = self.heads[term] if term is not None else 1
        following = self.heads[term + 1] if term is not None and term + 1 < len(self.heads) else len(self.lines) + 1
        line = first
        if key:
            for number in range(first, following):
                if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", self.lines[number - 1]):
                    line = number
                    break
        return VocabularyError(self.file, line, reason)

    def read(
        self,
        known: Mapping[str, Facet],
        places: dict[tuple[str, str], tuple[str, int | None]],
        *,
        closed: bool = False,
    ) -> Facet:
        for key in self.data:
            if key not in _FILE_KEYS:
                raise self.fail(f"unknown key {key!r}; known are {', '.join(sorted(_FILE_KEYS))}", key=key)
        name = self.data.get("facet")
        if not isinstance(name, str) or not _ID.fullmatch(name):
            raise self.fail("`facet` must name the facet in lower case", key="facet")
        if closed and name not in known:
            names = sorted(facet.name for facet in known.values() if not facet.internal)
            near = get_close_matches(name, names, 1)
            guess = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
            raise self.fail(f"there is no facet {name!r}; {guess}", key="facet")
        base = known.get(name, Facet(name, name))
        label = self.data.get("label", base.label)
        if not isinstance(label, str):
            raise self.fail("`label` must be text", key="label")
        rules = dict(base.rules)
        tables = self.data.get("term", [])
        if not isinstance(tables, list):
            raise self.fail("terms are written as [[term]]", key="term")
        seen: set[str] = set()
        for number, table in enumerate(tables):
            term = self.term(name, number, table, rules)
            if term.id in seen:
                raise self.fail(f"term {term.id!r} stands twice in this file", term=number, key="id")
            seen.add(term.id)
            places[(name, term.id)] = (self.file, self.heads[number] if number < len(self.heads) else None)
            rules[term.id] = term
        return Facet(name, label, rules, self.lists(base), bool(self.data.get("internal", base.internal)))

    def lists(self, base: Facet) -> dict[str, tuple[str, ...]]:
        lists = dict(base.lists)
        table = self.data.get("lists", {})
        if not isinstance(table, dict):
            raise self.fail("`lists` is a table of lists of phrases", key="lists")
        for key, phrases in table.items():
            if not _are_phrases(phrases):
                raise self.fail(f"list {key!r} must hold texts", key=key)
            lists[key] = tuple(sorted({*lists.get(key, ()), *phrases}))
        return lists

    def term(self, facet: str, number: int, table: Any, known: Mapping[str, TermRules]) -> TermRules:
        for key in table:
            if key not in _TERM_KEYS:
                reason = f"unknown key {key!r}; a term knows {', '.join(sorted(_TERM_KEYS))}"
                raise self.fail(reason, term=number, key=key)
        term_id = table.get("id")
        if not isinstance(term_id, str) or not _ID.fullmatch(term_id):
            raise self.fail("a term needs an `id` of lower-case letters, digits and _", term=number, key="id")
        for key in ("label", "parent", "name"):
            if not isinstance(table.get(key, ""), str):
                raise self.fail(f"`{key}` must be text", term=number, key=key)
        for key in _PHRASE_KEYS:
            if not _are_phrases(table.get(key, [])):
                raise self.fail(f"`{key}` must be a list of texts", term=number, key=key)
            for phrase in table.get(key, ()):
                self.check_words(phrase, number, key)
        extends = known.get(term_id) if not table.get("replace", False) else None
        base = extends or TermRules(facet, term_id, term_id.replace("_", " "))
        dropped = _variants(table.get("drop", ()))
        combined = self.combinations(number, table.get("combine", []))
        variants = {*base.synonyms, *_variants(table.get("synonyms", ())), *combined} - dropped
        excluded = _variants(table.get("exclude", ()))
        return replace(
            base,
            label=table.get("label", base.label),
            parent=table.get("parent", base.parent) or None,
            name=table.get("name", base.name),
            also=_merged(base.also, table, "also"),
            synonyms=tuple(sorted(variants)),
            abbreviations=tuple(a for a in _merged(base.abbreviations, table, "abbreviations")
                                if a not in table.get("drop", ())),
            mesh=_merged(base.mesh, table, "mesh"),
            exclude=tuple(sorted({*base.exclude, *excluded})),
            needs=_merged(base.needs, table, "needs"),
            patterns=(*base.patterns, *self.patterns(number, table.get("patterns", []))),
        )  # fmt: skip

    def check_words(self, phrase: str, number: int, key: str) -> None:
        # signs alone fold to blanks, which stand everywhere
        if not _WORD.search(phrase):
            raise self.fail(f"{phrase!r} in `{key}` holds no letter or digit", term=number, key=key)

    def combinations(self, number: int, groups: Any) -> Iterable[str]:
        if not isinstance(groups, list) or not all(
            isinstance(group, list) and group and all(_are_phrases(words) for words in group) for group in groups
        ):
            reason = '`combine` is a list of lists of word lists: [[["renal"], ["injury", "damage"]]]'
            raise self.fail(reason, term=number, key="combine")
        for group in groups:
            parts = [self.words_of(words, number) for words in group]
            empty = [next((word for word in words if not _WORD.search(word)), None) for words in parts]
            if None not in empty:
                self.check_words(" ".join(filter(None, empty)), number, "combine")
            # Each word is spelled once, not each combination.
            yield from (" ".join(filter(None, chosen)) for chosen in product(*map(_variants, parts)))

    def words_of(self, words: list[str], number: int) -> list[str]:
        """Give words to combine; ``@harms`` stands for all of a list of the same file."""
        lists = self.data.get("lists", {})
        found: list[str] = []
        for word in words:
            if word.startswith("@") and not _are_phrases(lists.get(word[1:])):
                reason = f"`combine` names {word!r}, but [lists] holds no such list"
                raise self.fail(reason, term=number, key="combine")
            found += lists[word[1:]] if word.startswith("@") else [word]
        return found

    def patterns(self, number: int, tables: Any) -> Iterable[Pattern]:
        if not isinstance(tables, list):
            raise self.fail("`patterns` is a list of { when = [...], match = '...' }", term=number, key="patterns")
        for table in tables:
            if (
                not isinstance(table, dict)
                or not {"when", "match"} <= set(table) <= {"when", "match", "starts", "ends"}
                or {"starts", "ends"} <= set(table)
                or not all(_are_phrases(table.get(key, [])) for key in ("when", "starts", "ends"))
            ):
                reason = "a pattern is { when = [...], match = '...' }, with starts = [...] or ends = [...] or neither"
                raise self.fail(reason, term=number, key="patterns")
            try:
                compiled = re.compile(table["match"])
            except (re.error, TypeError) as error:
                raise self.fail(f"pattern {table['match']!r}: {error}", term=number, key="patterns") from error
            for phrase in table["when"]:
                self.check_words(phrase, number, "patterns")
            if compiled.match(""):
                raise self.fail(f"pattern {table['match']!r} matches nothing at all", term=number, key="patterns")
            when = tuple(s for phrase in table["when"] for s in spellings(phrase))
            starts, ends = (tuple(map(fold, table.get(key, ()))) for key in ("starts", "ends"))
            yield Pattern(when, compiled, starts, ends)


def _variants(phrases: Iterable[str]) -> set[str]:
    return {spelling for phrase in phrases for spelling in spellings(phrase)}


def _are_phrases(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item == item.strip() for item in value)


def _merged(base: tuple[str, ...], table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(sorted({*base, *table.get(key, ())}))
