"""Asking the server with the standard library alone, for the tests of the server itself."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from tests.upstream.server import Upstream


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply as it arrived."""

    status: int
    body: bytes
    headers: Message

    def json(self) -> Any:
        """Read the body as JSON."""
        return json.loads(self.body)

    def xml(self) -> ElementTree.Element:
        """Read the body as XML."""
        return ElementTree.fromstring(self.body)

    def texts(self, path: str) -> list[str]:
        """Give the texts of the elements at a path."""
        return [element.text or "" for element in self.xml().iterfind(path)]


def ask(
    upstream: Upstream,
    service: str,
    tail: str,
    params: dict[str, Any] | None = None,
    *,
    form: bool = False,
    headers: dict[str, str] | None = None,
    timeout: float = 10.0,
) -> Answer:
    """Send one request to ``entrez``, ``icite`` ...; a status of 400 and above is an answer too."""
    query = urlencode(params or {}, doseq=True)
    url = upstream.environment()[f"EXOKB_{service.upper()}_URL"] + tail
    data = query.encode() if form else None
    request = urllib.request.Request(url if form or not query else f"{url}?{query}", data, headers or {})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as reply:
            return Answer(reply.status, reply.read(), reply.headers)
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.read(), error.headers)


def eutil(upstream: Upstream, utility: str, *, form: bool = False, timeout: float = 10.0, **params: Any) -> Answer:
    """Ask one of the E-utilities about PubMed."""
    name = f"{utility}.cgi" if utility == "ecitmatch" else f"{utility}.fcgi"
    database = {"dbfrom": "pubmed"} if utility == "elink" else {"db": "pubmed"}
    return ask(upstream, "entrez", name, {**database, **params}, form=form, timeout=timeout)


def fetched(answer: Answer) -> list[str]:
    """Give the PMIDs of the records in an efetch reply, in order."""
    return [record.findtext(".//PMID") or "" for record in answer.xml()]
