"""Identifiers from the command line: arguments, ``@file``, or ``-`` for stdin."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from exokb.cli.errors import UsageError
from exokb.domain.identifiers import Identifier, parse_identifier, split_identifiers
from exokb.errors import InvalidIdentifier

_LONGEST = 2_000
"""No identifier, nor a link to one, has more characters; what has is the wrong file, and not worth repeating."""


def read_identifiers(arguments: Iterable[str]) -> tuple[list[Identifier], list[InvalidIdentifier]]:
    """Read all identifiers, each once, in the order given; what is none is given apart.

    Raises:
        UsageError: a file cannot be read.
    """
    found: dict[Identifier, None] = {}
    wrong: list[InvalidIdentifier] = []
    for text in arguments:
        for candidate in iter_candidates(text):
            if len(candidate) > _LONGEST:
                wrong.append(InvalidIdentifier(f"{candidate[:60]}…", f"it has {len(candidate)} characters"))
                continue
            try:
                found[parse_identifier(candidate)] = None
            except InvalidIdentifier as error:
                wrong.append(error)
    return list(found), wrong


def iter_candidates(argument: str) -> Iterator[str]:
    """Give what one argument names, ``@file`` and ``-`` read, each as it was written.

    Raises:
        UsageError: a file cannot be read.
    """
    if argument == "-":
        yield from split_identifiers(_decode(sys.stdin.buffer.read()))
    elif argument.startswith("@"):
        yield from split_identifiers(_decode(_read(argument)))
    else:
        yield from split_identifiers(argument) if argument.strip() else [argument]


def _read(argument: str) -> bytes:
    try:
        return Path(argument[1:]).expanduser().read_bytes()
    except (OSError, ValueError, RuntimeError) as error:  # a name with a null in it; ~nobody
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            argument, f"the file cannot be read: {reason}", hint="check its name; @FILE reads identifiers from FILE"
        ) from error


def _decode(content: bytes) -> str:
    """Lists come out of Excel and Windows editors too: UTF-16 and Latin-1 are read as well."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")
