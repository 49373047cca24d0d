"""Identifiers from the command line: arguments, ``@file``, or ``-`` for stdin."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from exokb.domain.identifiers import Identifier, parse_identifier, split_identifiers
from exokb.errors import ConfigError, InvalidIdentifier


def read_identifiers(arguments: Iterable[str]) -> tuple[list[Identifier], list[InvalidIdentifier]]:
    """Read all identifiers, each once, in the order given; what is none is given apart.

    Raises:
        ConfigError: a file cannot be read.
    """
    found: dict[Identifier, None] = {}
    wrong: list[InvalidIdentifier] = []
    for text in arguments:
        for candidate in _candidates(text):
            try:
                found[parse_identifier(candidate)] = None
            except InvalidIdentifier as error:
                wrong.append(error)
    return list(found), wrong


def _candidates(argument: str) -> Iterator[str]:
    if argument == "-":
        yield from split_identifiers(_decode(sys.stdin.buffer.read()))
    elif argument.startswith("@"):
        path = Path(argument[1:]).expanduser()
        try:
            yield from split_identifiers(_decode(path.read_bytes()))
        except OSError as error:
            raise ConfigError(
                argument, "argument", f"cannot be read: {error.strerror}", hint="check the name"
            ) from error
    else:
        yield from split_identifiers(argument) if argument.strip() else [argument]


def _decode(content: bytes) -> str:
    """Lists come out of Excel and Windows editors too: UTF-16 and Latin-1 are read as well."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")
