"""The query language: PubMed's spelling, read into a tree.

Words, ``"phrases"``, ``prefix*``, ``AND OR NOT`` in capitals, parentheses, and field tags after the term. What the
operators mean is PubMed's way (https://pubmed.ncbi.nlm.nih.gov/help/): they are taken **from left to right**, none
binds closer than another, so ``a OR b AND c`` is ``(a OR b) AND c``. Terms side by side are joined by AND first:
``a OR b c`` is ``a OR (b AND c)``. A tag holds for all unquoted words before it back to the last operator,
parenthesis, quote or tag: ``stem cell[ti]`` asks for both words in the title, ``yin k[au]`` is one name. Dates,
identifiers and languages are single words: ``exosome 2019[dp]`` asks for the word and the year.
Lower-case ``and``, ``or``, ``not`` are words, see `find_lowercase_operators`.
Beyond PubMed: ``NOT`` may stand first (``NOT review[pt]``: everything else).

The tree is in `exokb.query.tree`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from exokb.errors import QuerySyntaxError
from exokb.query.fields import BY_NAME, BY_TAG, Field
from exokb.query.fold import fold_query
from exokb.query.tree import And, DateRange, IdTerm, Node, Not, Or, Term, join_and, join_or
from exokb.query.values import read_date_range, read_identifier

MAX_LENGTH = 50_000
"""Characters of a query."""
MAX_TERMS = 1_000
"""Terms of a query; the longest published search strategies have a few hundred."""
MAX_PHRASE = 200
"""Words and numbers of one phrase, parts of compounds counted apart."""
MAX_DEPTH = 40
"""How deep a query nests, by parentheses or by AND and OR taking turns."""


class _Token(NamedTuple):
    kind: str  # word, phrase, tag, (, ), operator, :
    text: str
    position: int


_QUOTES = '"“”„‟«»'
_SCAN = re.compile(
    rf"(?P<blank>\s+)|(?P<paren>[()])|(?P<quote>[{_QUOTES}])|(?P<tag>\[)|(?P<close>\])"
    rf"|(?P<range>:(?=\s*[{_QUOTES}]|\s*\d{{4}}\b))"
    # a parenthesis right behind a letter, without blanks in it, is of the word: poly(I:C), CD63(+)
    rf"|(?P<word>(?!(?:AND|OR|NOT)\()[^\s()\[\]{_QUOTES}]+(?:\([^\s()\[\]{_QUOTES}]*\)[^\s()\[\]{_QUOTES}]*)*"
    rf"|(?:AND|OR|NOT)(?=\())"
)
_OPERATORS = frozenset({"AND", "OR", "NOT"})


def _tokenise(query: str) -> Iterator[_Token]:
    place = 0
    while place < len(query):
        found = _SCAN.match(query, place)
        if found is None:  # pragma: no cover - every character is in one of the classes
            raise QuerySyntaxError(query, place, "this character is not understood")
        kind, text = found.lastgroup, found.group()
        if kind == "quote":
            closing = next((at for at in range(place + 1, len(query)) if query[at] in _QUOTES), None)
            if closing is None:
                raise QuerySyntaxError(query, place, "this quotation mark is never closed")
            yield _Token("phrase", query[place + 1 : closing], place)
            place = closing + 1
            continue
        if kind == "tag":
            closing_at = query.find("]", place)
            if closing_at < 0:
                raise QuerySyntaxError(query, place, "this square bracket is never closed")
            yield _Token("tag", query[place + 1 : closing_at], place)
            place = closing_at + 1
            continue
        if kind == "close":
            raise QuerySyntaxError(query, place, "this square bracket was never opened")
        if kind == "paren":
            yield _Token(text, text, place)
        elif kind == "range":
            yield _Token(":", text, place)
        elif kind == "word":
            yield _Token("operator" if text in _OPERATORS else "word", text, place)
        place = found.end()


def parse_query(query: str) -> Node:
    """Read a query.

    Raises:
        QuerySyntaxError: it cannot be read; the error points at the place and says what is near.
    """
    if len(query) > MAX_LENGTH:
        raise QuerySyntaxError(query[:60] + "…", 0, f"it has more than {MAX_LENGTH} characters")
    tokens = list(_tokenise(query))
    if not tokens:
        raise QuerySyntaxError(query, 0, "it is empty")
    return _Parser(query, tokens).parse()


def find_lowercase_operators(query: str) -> tuple[tuple[int, str], ...]:
    """Find ``or`` and ``not`` in lower case, which are searched as words: (0-based offset, word) each.

    A lower-case ``and`` is not among them: words side by side are joined by AND anyway.
    """
    return tuple((t.position, t.text) for t in _tokenise(query) if t.kind == "word" and t.text.lower() in {"or", "not"})


class _Parser:
    """Recursive descent, with the depth bounded; each method gives a node and the depth of the tree below it."""

    def __init__(self, query: str, tokens: Sequence[_Token]) -> None:
        self._query = query
        self._tokens = tokens
        self._place = 0
        self._terms = 0

    def parse(self) -> Node:
        node, _ = self._expression(0)
        if (token := self._peek()) is not None:
            raise self._error(token.position, "this parenthesis closes nothing")
        return node

    def _peek(self) -> _Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _error(self, position: int, reason: str) -> QuerySyntaxError:
        return QuerySyntaxError(self._query, position, reason)

    def _check_depth(self, depth: int, position: int) -> int:
        if depth > MAX_DEPTH:
            raise self._error(position, f"it nests deeper than {MAX_DEPTH} levels; take a parenthesis away")
        return depth

    def _expression(self, level: int) -> tuple[Node, int]:
        token = self._peek()
        negated = token is not None and token.text == "NOT" and token.kind == "operator"
        if negated:
            self._place += 1
        node, depth = self._run(level, token if negated else None)
        if negated:
            node, depth = Not(node), depth + 1
        while (token := self._peek()) is not None and token.kind == "operator":
            self._place += 1
            following = self._peek()
            negated = token.text == "NOT"
            if not negated and following is not None and (following.kind, following.text) == ("operator", "NOT"):
                self._place += 1
                token, negated = _Token("operator", token.text, following.position), True
            right, right_depth = self._run(level, token)
            if negated:
                right, right_depth = Not(right), right_depth + 1
            join, kind = (join_or, Or) if token.text == "OR" else (join_and, And)
            below = max(depth - isinstance(node, kind), right_depth - isinstance(right, kind))
            node, depth = join((node, right)), self._check_depth(below + 1, token.position)
        return node, depth

    def _run(self, level: int, operator: _Token | None) -> tuple[Node, int]:
        """Read terms and groups side by side."""
        nodes: list[Node] = []
        depths = [0]
        start = self._peek()
        while (token := self._peek()) is not None and token.kind not in {"operator", ")"}:
            if token.kind == "(":
                node, inner = self._group(token, level + 1)
                depths.append(inner - isinstance(node, And))
                nodes.append(node)
            elif token.kind == "phrase":
                nodes.append(self._phrase())
            elif token.kind == "word":
                nodes.append(self._words())
            elif token.kind == "tag":
                raise self._error(token.position, "a field tag stands right after a word or a phrase")
            else:
                raise self._error(token.position, "a range is written 2019:2021[dp]")
            self._terms += 1
            if self._terms > MAX_TERMS:
                raise self._error(token.position, f"it has more than {MAX_TERMS} terms")
        if nodes:
            node = join_and(nodes)
            # a single group is itself, several become children of one And (an And among them gives its children)
            return node, max(depths) + isinstance(node, And)
        if start is not None and start.kind == "operator":
            side = "before" if operator is None else "between the operators before and at"
            raise self._error(start.position, f"a term is missing {side} {start.text}")
        if operator is not None:
            raise self._error(operator.position, f"a term is missing after {operator.text}")
        if start is not None and start.kind == ")" and level == 0:
            raise self._error(start.position, "this parenthesis closes nothing")
        raise self._error(start.position if start else len(self._query), "a term is missing here")

    def _group(self, opening: _Token, level: int) -> tuple[Node, int]:
        self._check_depth(level, opening.position)
        self._place += 1
        if self._peek() is None:
            raise self._error(opening.position, "this parenthesis is never closed")
        node, depth = self._expression(level)
        if (closing := self._peek()) is None or closing.kind != ")":
            raise self._error(opening.position, "this parenthesis is never closed")
        self._place += 1
        if (tag := self._peek()) is not None and tag.kind == "tag":
            raise self._error(tag.position, "a field tag stands after each term, not after a parenthesis")
        return node, depth

    def _tag(self) -> Field | None:
        token = self._peek()
        if token is None or token.kind != "tag":
            return None
        self._place += 1
        name = " ".join(token.text.lower().split())
        if (known := BY_NAME.get(name)) is not None:
            return known
        if ":~" in name:
            raise self._error(token.position, "proximity search is not offered; use a phrase")
        near = get_close_matches(name, BY_NAME, n=1, cutoff=0.5)
        hint = f"; did you mean [{near[0]}]?" if near else "; see the list of fields in the documentation"
        raise self._error(token.position, f"there is no field [{token.text}]{hint}")

    def _phrase(self) -> Node:
        token = self._tokens[self._place]
        self._place += 1
        text = " ".join(token.text.split())
        following = self._peek()
        if following is not None and following.text == "*" and following.kind == "word":
            self._place += 1
            text += "*"
        found = self._tag() or BY_TAG[""]
        if found.style == "date":
            return self._dates(text, token.position)
        return self._leaf(text, found, token.position + 1, quoted=True)

    def _words(self) -> Node:
        """Read unquoted words up to the next operator, parenthesis, quote, or a tag, which then holds for them all."""
        words: list[_Token] = []
        while (token := self._peek()) is not None and token.kind in {"word", ":"}:
            words.append(token)
            self._place += 1
        found = self._tag() or BY_TAG[""]
        if found.style in {"date", "id"} or found.tag == "la":
            own = _count_own(words, found)
            node = self._value(words[-own:], found)
            return join_and((self._run_of(words[:-own], BY_TAG[""]), node)) if words[:-own] else node
        return self._run_of(words, found)

    def _value(self, words: Sequence[_Token], found: Field) -> Node:
        position = words[0].position
        if found.style == "date":
            return self._dates("".join(word.text for word in words), position)
        ids = [(part, word.position) for word in words for part in word.text.split(",") if part]
        return join_or(self._leaf(part, found, at, quoted=False) for part, at in ids or [("", position)])

    def _run_of(self, words: Sequence[_Token], found: Field) -> Node:
        position = words[0].position
        text = " ".join(word.text for word in words)
        if found.style in {"heading", "exact", "author"} or found.tag == "pt":
            return self._leaf(text, found, position, quoted=False)
        for word in words:
            if word.text.strip("|") == "":
                raise self._error(word.position, "for alternatives write OR")
            if re.fullmatch(r"\d{4}(?:/\d+)*:\d{4}(?:/\d+)*", word.text):
                raise self._error(word.position, f"a range of dates needs its field: {word.text}[dp]")
        # signs that stand alone in pasted titles (``–``, ``&``, ``+``) say nothing
        said = [word for word in words if _says_something(word.text)] or words[:1]
        self._terms += len(said) - 1
        return join_and(self._leaf(word.text, found, word.position, quoted=False) for word in said)

    def _leaf(self, text: str, found: Field, position: int, *, quoted: bool) -> Node:
        if found.style == "id":
            try:
                return IdTerm(found.tag, read_identifier(found.tag, text))
            except ValueError as error:
                raise self._error(position, str(error)) from error
        prefix = text.endswith("*")
        words = text[:-1].rstrip() if prefix else text
        if "*" in words:
            raise self._error(position + words.index("*"), "a * can only stand at the end of a word or phrase")
        patterns = fold_query(words)
        if not patterns:
            raise self._error(position, "there is no letter or digit to search for")
        if max(len(pattern.tokens) for pattern in patterns) > MAX_PHRASE:
            raise self._error(position, f"this phrase has more than {MAX_PHRASE} words")
        if prefix and not words[-1].isalnum():
            raise self._error(position + len(words) - 1, "a * stands right after a letter or digit")
        return Term(words, found.tag, quoted, prefix, position)

    def _dates(self, text: str, position: int) -> Node:
        """Read ``2019``, ``2019/03:2021``, or PubMed's own ``"2019/01/01"[dp] : "2021"[dp]``."""
        token = self._peek()
        if ":" not in text and token is not None and token.text == ":":
            self._place += 1
            last = self._peek()
            if last is None or last.kind not in {"phrase", "word"}:
                raise self._error(token.position, "the end of the range is missing")
            self._place += 1
            ending = self._tag()
            if ending is None or ending.style != "date":
                raise self._error(last.position, "the end of the range needs [dp] as well")
            text = f"{text}:{last.text}"
        try:
            return DateRange(*read_date_range(text))
        except ValueError as error:
            raise self._error(position, str(error)) from error


def _count_own(words: Sequence[_Token], found: Field) -> int:
    """Count the last words that a tag of single values holds for: ``exosome 2019[dp]`` has one, ``1 2[pmid]`` two."""
    if found.style == "date":
        own = 1
        while own < len(words) and (words[-own].text.startswith(":") or words[-own - 1].text.endswith(":")):
            own += 1
        return own
    own = 1
    while found.style == "id" and own < len(words) and _is_identifier(found.tag, words[-own - 1].text):
        own += 1
    return own


def _is_identifier(kind: str, text: str) -> bool:
    try:
        return all(read_identifier(kind, part) for part in text.split(",") if part)
    except ValueError:
        return False


def _says_something(text: str) -> bool:
    return bool(fold_query(text))
