"""What goes between the wire and the services: a request that was read, and the reply to send."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """One request, whether its parameters came in the URL or as a form.

    ``endpoint`` is the name faults and the log go by: ``esearch``, ``efetch``, ``icite``, ``crossref`` ...
    ``tail`` is the part of the path behind the service's base URL, still percent-encoded.
    """

    method: str
    endpoint: str
    path: str
    tail: str
    params: Mapping[str, tuple[str, ...]]
    headers: Mapping[str, str]
    address: str = "127.0.0.1"

    def get(self, name: str, default: str = "") -> str:
        """Give the first value of a parameter."""
        values = self.params.get(name)
        return values[0] if values else default

    def number(self, name: str, default: int) -> int:
        """Give a parameter as a number, or the default where it is none."""
        text = self.get(name).strip()
        return int(text) if text.isdigit() else default

    def ids(self, name: str = "id") -> list[str]:
        """Give the parts of a comma list, over all its occurrences."""
        return [part.strip() for value in self.params.get(name, ()) for part in value.split(",") if part.strip()]


@dataclass(frozen=True, slots=True)
class RecordXml:
    """One record of an efetch reply."""

    pmid: int
    xml: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as the service means it; a fault may still spoil it on its way.

    The body is ``head``, the records (efetch alone has any), and ``tail``.
    """

    head: bytes = b""
    status: int = 200
    media_type: str = "text/xml; charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    records: tuple[RecordXml, ...] = ()
    tail: bytes = b""

    @property
    def body(self) -> bytes:
        """The whole body."""
        return self.head + b"".join(record.xml + b"\n" for record in self.records) + self.tail


def xml_reply(text: str, status: int = 200) -> Reply:
    """Reply with XML."""
    return Reply(text.encode(), status)


def json_reply(value: Any, status: int = 200) -> Reply:
    """Reply with JSON."""
    return Reply(json.dumps(value, ensure_ascii=False).encode(), status, "application/json; charset=UTF-8")


def text_reply(text: str, status: int = 200) -> Reply:
    """Reply with plain text."""
    return Reply(text.encode(), status, "text/plain; charset=UTF-8")


def unspoken(what: str) -> Reply:
    """Say that this server does not speak a part of the real protocol, so that no test mistakes it for an answer."""
    return text_reply(f"The test server does not speak {what}.\n", 501)
