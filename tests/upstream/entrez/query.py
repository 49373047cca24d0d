"""PubMed's query language, as far as the tests need it.

Words and "phrases", each with an optional [field], joined by AND, OR, NOT (adjacency is AND), parentheses, date
ranges ``2019:2021[dp]``; operators run strictly left to right. What PubMed cannot find is dropped from the query and
named, so the hits are those of another query: https://pubmed.ncbi.nlm.nih.gov/help/.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.upstream.corpus import Corpus, words_of
from tests.upstream.paper import Paper

_TOKEN = re.compile(
    r"""(?P<open>\() | (?P<close>\))
      | (?P<range>"?\d{4}(?:/\d{1,2}){0,2}"?(?:\[[^\]]*\])?\s*:\s*"?\d{4}(?:/\d{1,2}){0,2}"?)
      | "(?P<phrase>[^"]*)" | \[(?P<tag>[^\]]*)\] | (?P<word>[^\s()\[\]"]+)""",
    re.X,
)
_OPERATORS = ("AND", "OR", "NOT")
_FIELDS = {
    "uid": ("uid", "pmid"),
    "doi": ("doi", "aid", "lid", "article identifier", "location id"),
    "pmcid": ("pmcid", "pmc"),
    "title": ("ti", "title"),
    "text": ("tiab", "title/abstract", "tw", "text word"),
    "author": ("au", "author", "auth", "1au", "author - first"),
    "mesh": ("mh", "mesh", "mesh terms", "majr", "mesh major topic"),
    "type": ("pt", "publication type", "ptyp"),
    "journal": ("ta", "journal", "jour"),
    "date": ("dp", "pdat", "date - publication", "edat", "crdt", "mhda"),
    "all": ("all", "all fields"),
}
_FIELD_OF = {tag: name for name, tags in _FIELDS.items() for tag in tags}


@dataclass
class Found:
    """What a query found: PMIDs, and all that PubMed dropped or changed on the way."""

    pmids: set[int] = field(default_factory=set)
    translation: str = ""
    phrases_not_found: list[str] = field(default_factory=list)
    fields_not_found: list[str] = field(default_factory=list)
    quoted_not_found: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Term:
    text: str
    tag: str
    quoted: bool = False

    def __str__(self) -> str:
        return f"{self.text}[{self.tag}]" if self.tag else self.text


class _Reader:
    """Reads one query; its methods give a set of PMIDs, or None for what was dropped."""

    def __init__(self, corpus: Corpus, query: str) -> None:
        self._corpus = corpus
        self._tokens = [(m.lastgroup or "", m.group(m.lastgroup or 0)) for m in _TOKEN.finditer(query)]
        self._at = 0
        self.found = Found()

    def read(self) -> Found:
        result = self._expression()
        self.found.pmids = result[0] or set()
        self.found.translation = result[1]
        return self.found

    def _next(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "")

    def _expression(self) -> tuple[set[int] | None, str]:
        left: set[int] | None = None
        said = ""
        operator = "AND"
        while (token := self._next())[0] not in ("", "close"):
            kind, text = token
            if kind == "word" and text.upper() in _OPERATORS:
                operator = text.upper()
                self._at += 1
                continue
            right, right_said = self._group() if kind == "open" else self._terms()
            if right is not None:
                left = right if left is None and operator != "NOT" else _combine(left or set(), operator, right)
                said = f"{said} {operator} {right_said}" if said else right_said
            operator = "AND"
        return left, said

    def _group(self) -> tuple[set[int] | None, str]:
        self._at += 1
        result, said = self._expression()
        if self._next()[0] == "close":
            self._at += 1
        return result, f"({said})"

    def _terms(self) -> tuple[set[int] | None, str]:
        """Read a phrase, a range, or a run of words; a tag behind a run makes one phrase of it."""
        kind, text = self._next()
        if kind in ("close", "tag"):
            self._at += 1
            return None, ""
        run: list[str] = []
        while (token := self._next())[0] == kind == "word" and token[1].upper() not in _OPERATORS:
            run.append(token[1])
            self._at += 1
        if kind != "word":
            run.append(text)
            self._at += 1
        tag = ""
        if self._next()[0] == "tag":
            tag = self._next()[1].strip()
            self._at += 1
        if kind == "range":
            return self._range(text), f"{text}[{tag or 'Date - Publication'}]"
        if kind == "phrase" or tag:
            return self._term(_Term(" ".join(run), tag, quoted=kind == "phrase"))
        found: set[int] | None = None
        said: list[str] = []
        for word in run:
            hits, word_said = self._term(_Term(word, ""))
            if hits is not None:
                found = hits if found is None else found & hits
                said.append(word_said)
        return found, " AND ".join(said)

    def _range(self, text: str) -> set[int]:
        first, last = re.findall(r"\d{4}(?:/\d{1,2}){0,2}", text)
        return dated(self._corpus, first, last)

    def _term(self, term: _Term) -> tuple[set[int] | None, str]:
        name = _FIELD_OF.get(term.tag.lower()) if term.tag else "all"
        if name is None:
            self.found.fields_not_found.append(term.tag)
            name = "all"
        hits = _lookup(self._corpus, name, term)
        if hits:
            return hits, f'"{term.text}"[{term.tag or "All Fields"}]'
        if name in ("doi", "all"):
            return self._as_words(term)
        self.found.phrases_not_found.append(str(term))
        return None, ""

    def _as_words(self, term: _Term) -> tuple[set[int] | None, str]:
        """Search the words of a phrase, or of a DOI (its numbers left out), that is not found as a whole."""
        is_doi = re.match(r"10\.\d{4,}/", term.text) is not None
        pieces = [piece for piece in re.split(r"[^\w*]+", term.text) if piece and not (is_doi and piece.isdigit())]
        found: set[int] | None = None
        said = []
        for piece in pieces if is_doi or len(pieces) > 1 else []:
            hits = self._corpus.with_word(piece)
            if hits:
                found = hits if found is None else found & hits
                said.append(f'"{piece}"[All Fields]')
            else:
                self.found.phrases_not_found.append(piece)
        if found is None:
            self.found.phrases_not_found.append(str(term))
        elif term.quoted or term.tag:
            self.found.quoted_not_found.append(f'"{term}"')
        return found, " AND ".join(said)


def find(corpus: Corpus, query: str) -> Found:
    """Run a query."""
    return _Reader(corpus, query).read()


def dated(corpus: Corpus, first: str, last: str) -> set[int]:
    """Find the papers published from ``first`` to ``last``, each ``YYYY``, ``YYYY/MM`` or ``YYYY/MM/DD``."""
    low, high = _full(first, "01"), _full(last, "99")
    return {paper.pmid for paper in corpus if low <= paper.date <= high}


def _full(date: str, missing: str) -> str:
    year, month, day, *_ = (*date.strip().split("/"), missing, missing)
    return f"{year}/{int(month):02}/{int(day):02}"


def _combine(left: set[int], operator: str, right: set[int]) -> set[int]:
    if operator == "OR":
        return left | right
    return left - right if operator == "NOT" else left & right


def _lookup(corpus: Corpus, name: str, term: _Term) -> set[int]:
    text = term.text
    if name == "uid":
        return {int(part) for part in re.split(r"[\s,]+", text) if part.isdigit() and int(part) in corpus.papers}
    if name in ("doi", "pmcid"):
        paper = corpus.by_doi(text) or corpus.by_pmcid(text)
        return {paper.pmid} if paper else set()
    if name == "date":
        return dated(corpus, text, text) if re.fullmatch(r"\d{4}(/\d{1,2}){0,2}", text) else set()
    if name == "all":
        return _anywhere(corpus, text)
    return {paper.pmid for paper in corpus if _HOLDS[name](paper, text.lower())}


def _anywhere(corpus: Corpus, text: str) -> set[int]:
    if text.isdigit() and int(text) in corpus.papers:
        return {int(text)}
    paper = corpus.by_doi(text) or corpus.by_pmcid(text)
    if paper:
        return {paper.pmid}
    if re.fullmatch(r"[\w+'-]+\*?", text):
        return corpus.with_word(text)
    candidates = [corpus.with_word(word) for word in words_of(text)]
    both = set.intersection(*candidates) if candidates else set()
    return {pmid for pmid in both if text.lower() in corpus.papers[pmid].text.lower()}


def _said(text: str, phrase: str) -> bool:
    if phrase.endswith("*"):
        return re.search(rf"\b{re.escape(phrase[:-1])}", text.lower()) is not None
    return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text.lower()) is not None


_HOLDS: dict[str, Callable[[Paper, str], bool]] = {
    "title": lambda paper, text: _said(paper.title, text),
    "text": lambda paper, text: _said(" ".join((paper.title, *(part for _, part in paper.abstract))), text),
    "author": lambda paper, text: any(author.name.lower().startswith(text) for author in paper.authors),
    "mesh": lambda paper, text: any(text == heading.split("/")[0].rstrip("*").lower() for heading in paper.mesh),
    "type": lambda paper, text: text in (kind.lower() for kind in paper.types),
    "journal": lambda paper, text: text in (paper.journal.title.lower(), paper.journal.abbreviation.lower()),
}
