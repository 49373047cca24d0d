"""Files of API v2 JSON, cut into studies as the text streams by. Pure: no parsing of studies, no files.

A download holds one study, a list of them, a page of a reply, or any of these one after the other (JSON Lines). Cutting
at brackets keeps memory at one study, and a study that is no JSON costs itself alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from exokb.domain.trial import Trial
from exokb.errors import PayloadError
from exokb.sources.clinicaltrials.parse import parse_study

MAX_STUDY = 64 * 1024 * 1024
"""Characters. The largest studies, with results and adverse events of a hundred arms, have some 20 million."""

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*+"|[\[\]{}]|"', re.S)
_BETWEEN = re.compile(r"[\s,\x1e]*")  # JSON text sequences (RFC 7464) put 1E before each
_SCALAR = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*+"|[^\s,\[\]{}"]+', re.S)
_STRAY = re.compile("[}:]+")
_PAGE = re.compile(
    r'\{\s*(?:"(?:totalCount|nextPageToken)"\s*:\s*(?:\d+|"[^"\\]*"|null)\s*,\s*)*"studies"\s*:\s*\[', re.S
)
_PAGE_HEAD = 1000
_STUDY = re.compile(r'\{\s*"protocolSection"\s*:')
_NUMBER = re.compile(r'"nctId"\s*:\s*"([^"\\]{1,40})"')
_SURROGATE = re.compile("[\ud800-\udfff]")
_MORE = re.compile(r'"nextPageToken"\s*:\s*"[^"\\]+"')
_TOTAL = re.compile(r'"totalCount"\s*:\s*(\d+)')


@dataclass(frozen=True, slots=True)
class StudyPiece:
    """One study as it stands in the file.

    Attributes:
        text: its JSON, or what stands there in place of one.
        where: which of the file's studies it is, with its number where that can be seen.
        line: number of the line on which it begins, from 1.
    """

    text: str
    where: str
    line: int

    def parse(self) -> Trial:
        """Read the study.

        Raises:
            PayloadError: it cannot be read; ``position`` is the line.
        """
        at = f"line {self.line}"
        if _SURROGATE.search(self.text):
            raise PayloadError(self.where, "the bytes are not UTF-8 text", position=at)
        try:
            study = json.loads(self.text)
        except json.JSONDecodeError as error:
            line = self.line + error.lineno - 1
            raise PayloadError(self.where, f"is not JSON: {error.msg}", position=f"line {line}") from error
        except (ValueError, RecursionError) as error:
            raise PayloadError(self.where, f"is not JSON of a study: {error}", position=at) from error
        try:
            return parse_study(study, where=self.where)
        except PayloadError as error:
            raise PayloadError(error.element, error.reason, position=at) from error


class StudyCutter:
    """Cuts one file.

    Args:
        text: the file, in pieces of any length.

    Attributes:
        total: how many studies the query had of which the file holds a page, where that is said.
        has_more: the last page in the file says that another one follows.
    """

    def __init__(self, text: Iterable[str]) -> None:
        self._text = iter(text)
        self._buffer = ""
        self._at = 0  # what stands before it in the buffer is done with
        self._line = 1
        self._count = 0
        self.total: int | None = None
        self.has_more = False

    def cut(self) -> Iterator[StudyPiece | PayloadError]:
        """Give the studies in order, and in place of what is none the reason.

        Raises:
            PayloadError: the text is no JSON of studies from some place on; the studies before are given first.
        """
        while sign := self._next_sign():
            if sign == "[":
                self._pass(self._at + 1)
                yield from self._cut_list()
            elif sign == "{" and (page := self._page()):
                self._note_page(page.group(), begins=True)
                self._pass(page.end())
                yield from self._cut_list()
                self._end_page()
            elif sign == "{":
                yield from self._cut_one()
            else:
                shown = self._buffer[self._at : self._at + 20].split("\n")[0]
                raise PayloadError("studies", f"{shown!r} is no JSON of studies", position=f"line {self._line}")

    def _cut_list(self) -> Iterator[StudyPiece | PayloadError]:
        while (sign := self._next_sign()) != "]":
            if not sign:
                raise PayloadError("studies", "the list breaks off", position=f"line {self._line}")
            if stray := _STRAY.match(self._buffer, self._at):
                yield PayloadError("studies", f"{stray.group()[:9]!r} stands between studies",
                                   position=f"line {self._line}")  # fmt: skip
                self._pass(stray.end())
            else:
                yield from self._cut_one()
        self._pass(self._at + 1)

    def _cut_one(self) -> Iterator[StudyPiece | PayloadError]:
        self._count += 1
        end, is_whole = self._find_end()
        text = self._buffer[self._at : end]
        number = _NUMBER.search(text)
        where = f"studies[{self._count}] ({number[1]})" if number else f"studies[{self._count}]"
        if is_whole:
            yield StudyPiece(text, where, self._line)
        else:
            reason = "breaks off" if end == len(self._buffer) else "is not JSON: its brackets do not match"
            yield PayloadError(where, reason, position=f"line {self._line}")
        self._pass(end)

    def _next_sign(self) -> str:
        """Skip what stands between values; give the first character of what comes then, empty at the end."""
        while True:
            found = _BETWEEN.match(self._buffer, self._at)
            self._pass(found.end() if found else self._at)
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._read():
                return ""

    def _find_end(self) -> tuple[int, bool]:
        """Give where the value ends that comes now, and whether it is whole; a broken one ends where the next begins.

        Raises:
            PayloadError: it goes on and on.
        """
        while True:
            # A study holds no other, and in a text inside of one the quotes would have backslashes before them.
            following = _STUDY.search(self._buffer, self._at + 1)
            limit = following.start() if following else len(self._buffer)
            end = _end_of_value(self._buffer, self._at, limit)
            if end and (end < len(self._buffer) or self._buffer[end - 1] in "]}"):
                return end, True
            length = len(self._buffer) - self._at
            if following:
                return limit, False
            if length > MAX_STUDY:
                reason = f"goes on for more than {MAX_STUDY} characters without an end"
                raise PayloadError(f"studies[{self._count}]", reason, position=f"line {self._line}")
            while len(self._buffer) - self._at < 2 * length:
                if not self._read():
                    end = _end_of_value(self._buffer, self._at, len(self._buffer))
                    return end or len(self._buffer), bool(end)

    def _page(self) -> re.Match[str] | None:
        while len(self._buffer) - self._at < _PAGE_HEAD and self._read():
            pass
        return _PAGE.match(self._buffer, self._at)

    def _end_page(self) -> None:
        while "}" not in self._buffer[self._at :] and len(self._buffer) - self._at < _PAGE_HEAD and self._read():
            pass
        end = self._buffer.find("}", self._at)
        if end < 0:
            raise PayloadError("page", "breaks off", position=f"line {self._line}")
        self._note_page(self._buffer[self._at : end])
        self._pass(end + 1)

    def _note_page(self, text: str, *, begins: bool = False) -> None:
        self.has_more = bool(_MORE.search(text)) or (self.has_more and not begins)
        if total := _TOTAL.search(text):
            self.total = int(total[1])

    def _read(self) -> bool:
        chunk = next(self._text, "")
        self._buffer = self._buffer[self._at :] + chunk
        self._at = 0
        return bool(chunk)

    def _pass(self, end: int) -> None:
        self._line += self._buffer.count("\n", self._at, end)
        self._at = end


def _end_of_value(text: str, start: int, limit: int) -> int:
    """Give where the value ends that begins there; 0 where it has no end before the limit."""
    if text[start] not in "{[":
        scalar = _SCALAR.match(text, start, limit)
        return scalar.end() if scalar else 0
    depth = 0
    for token in _TOKEN.finditer(text, start, limit):
        sign = token.group()
        if sign in {"{", "["}:
            depth += 1
        elif sign in {"}", "]"}:
            depth -= 1
            if depth == 0:
                return token.end()
        elif sign == '"':
            return 0  # a text whose end has not been read yet
    return 0
