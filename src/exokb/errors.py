"""Every failure that exokb means to report, as one hierarchy.

::

    ExokbError                               exit code
    ├ ConfigError(key, source, reason)           2
    ├ InvalidIdentifier(text, reason)            2
    ├ QuerySyntaxError(query, position, reason)  2
    ├ UnknownTerm(facet, term, near)             2
    ├ SourceError(source, key, reason)           5
    │  ├ SourceUnavailable                       5
    │  ├ SourceRejected                          5
    │  └ UpstreamNotFound                        4
    ├ PayloadError(element, reason, ...)         3
    ├ VocabularyError(file, line, reason)        2
    ├ StoreError(path, reason)                   6
    │  ├ NotInLibrary(what)                      4
    │  ├ LibraryLocked                           6
    │  ├ LibraryTooNew                           6
    │  └ NotALibrary                             6
    └ FormatError(format, where, reason)         2

Each error carries its data as attributes and says what to run next in ``hint``. The command line maps them to
exit codes in one place (``cli/errors.py``); nothing here prints. No error may carry a secret.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_QUERY_SHOWN = 120  # characters of a query around its trouble


class ExokbError(Exception):
    """Base of every failure exokb reports on purpose.

    Attributes:
        hint: what the reader can do or run next; may be empty.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the message and the attributes: an error of another process comes back as it was."""
        return _restore, (type(self), self.args, self.__dict__)


def _restore(kind: type[ExokbError], args: tuple[object, ...], attributes: dict[str, object]) -> ExokbError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(attributes)
    return error


class ConfigError(ExokbError):
    """A setting is unknown, malformed or contradictory."""

    def __init__(self, key: str, source: str, reason: str, *, hint: str = "") -> None:
        super().__init__(
            f"setting {key!r} ({source}): {reason}",
            hint=hint or "run `exokb config show` to see every setting",
        )
        self.key, self.source, self.reason = key, source, reason


class InvalidIdentifier(ExokbError):
    """A text that was given as an identifier is none that exokb knows."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(
            f"{text!r} is not an identifier exokb understands: {reason}",
            hint="give a PMID (33857817), a DOI (10.1186/s40364-019-0159-x), a PMCID (PMC7477653) or a link to one",
        )
        self.text, self.reason = text, reason


class QuerySyntaxError(ExokbError):
    """A search text cannot be read; ``position`` is the 0-based offset of the trouble."""

    def __init__(self, query: str, position: int, reason: str) -> None:
        # One line and not a long one, so that the pointer is under the trouble.
        start = max(0, position - _QUERY_SHOWN // 2)
        shown = re.sub(r"\s", " ", query[start : start + _QUERY_SHOWN])
        before, after = "…" * (start > 0), "…" * (len(query) > start + _QUERY_SHOWN)
        pointer = f"{before}{shown}{after}\n{' ' * (len(before) + position - start)}^"
        super().__init__(f"the query cannot be read: {reason}\n{pointer}", hint="see `exokb search --help`")
        self.query, self.position, self.reason = query, position, reason


class UnknownTerm(ExokbError):
    """A facet value that the vocabulary does not hold; ``near`` lists similar ones, best first."""

    def __init__(self, facet: str, term: str, near: Sequence[str] = (), *, hint: str = "") -> None:
        near_text = f"; did you mean {', '.join(near)}?" if near else ""
        hint = hint or "`exokb search --facets` lists what there is"
        super().__init__(f"{term!r} is no value of {facet}{near_text}", hint=hint)
        self.facet, self.term, self.near = facet, term, tuple(near)


class SourceError(ExokbError):
    """A source did not give what was asked.

    Attributes:
        source: the source's name, such as ``pubmed``.
        key: what was asked of it (identifiers or a query), never a URL with a key in it.
        reason: what went wrong, in words.
        retry_after: seconds the service asked to wait, where it said so.
    """

    def __init__(self, source: str, key: str, reason: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"{source}: {key}: {reason}", hint=hint)
        self.source, self.key, self.reason, self.retry_after = source, key, reason, retry_after


class SourceUnavailable(SourceError):
    """The source could not be reached, or kept failing; the same request may work later.

    ``partial`` holds the body of the last broken reply, where there was one.
    """

    partial: bytes | None = None


class SourceRejected(SourceError):
    """The source answered that it will not answer this request; repeating it is no use."""


class UpstreamNotFound(SourceError):
    """The source works, and does not hold what was asked."""


class PayloadError(ExokbError):
    """Bytes that a parser could not read.

    Attributes:
        element: the element or field where it went wrong (``PubmedArticle 12``, ``MedlineCitation/PMID``).
        reason: what is wrong with it.
        position: where in the payload: ``line 4, column 20``, ``line 4`` or ``byte 1234``; empty if unknown.
        sha256: hex digest of the payload, so that the kept bytes can be found; empty if it was not kept.
    """

    def __init__(self, element: str, reason: str, *, position: str = "", sha256: str = "") -> None:
        at = f" at {position}" if position else ""
        super().__init__(f"{element}{at}: {reason}")
        self.element, self.reason, self.position, self.sha256 = element, reason, position, sha256


class VocabularyError(ExokbError):
    """A vocabulary file breaks a rule of vocabularies."""

    def __init__(self, file: str, line: int | None, reason: str) -> None:
        at = f"{file}:{line}" if line is not None else file
        super().__init__(f"{at}: {reason}", hint="correct the file, then run `exokb annotate`")
        self.file, self.line, self.reason = file, line, reason


class StoreError(ExokbError):
    """The library cannot be used; ``path`` names it without any password."""

    def __init__(self, path: str, reason: str, *, hint: str = "") -> None:
        super().__init__(f"{path}: {reason}", hint=hint)
        self.path, self.reason = path, reason


class NotInLibrary(StoreError):
    """A record, list or trial that was asked for by name is not in the library."""


class LibraryLocked(StoreError):
    """Another process is writing and did not finish in time."""


class LibraryTooNew(StoreError):
    """The library was written by a newer exokb."""


class NotALibrary(StoreError):
    """The file is there, and is not an exokb library."""


class FormatError(ExokbError):
    """A file to import or export breaks the rules of its format; ``where`` is a line or an entry."""

    def __init__(self, format_name: str, where: str, reason: str, *, hint: str = "") -> None:
        super().__init__(f"{format_name}, {where}: {reason}", hint=hint)
        self.format_name, self.where, self.reason = format_name, where, reason
