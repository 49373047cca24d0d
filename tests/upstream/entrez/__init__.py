"""The E-utilities for PubMed, as far as exokb speaks with them."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import replace

from tests.upstream.corpus import Corpus
from tests.upstream.entrez.citmatch import ecitmatch
from tests.upstream.entrez.fetch import efetch, epost
from tests.upstream.entrez.history import History
from tests.upstream.entrez.link import elink
from tests.upstream.entrez.search import esearch
from tests.upstream.entrez.summary import esummary
from tests.upstream.message import Reply, Request, json_reply, text_reply, xml_reply
from tests.upstream.spoil import rate_limit_reply

UTILITIES = {
    "esearch.fcgi": "esearch",
    "efetch.fcgi": "efetch",
    "epost.fcgi": "epost",
    "elink.fcgi": "elink",
    "esummary.fcgi": "esummary",
    "ecitmatch.cgi": "ecitmatch",
}
URL_LIMIT = 8_192
"""Longest path with query, in bytes, before a 414."""

VALID_KEY = "0123456789abcdef0123456789abcdef0123"
"""The API key the server knows; any other, and an empty one, is refused."""

RATE_WINDOW = 0.95
"""Seconds over which requests are counted: a little under one, as arrival times jitter on a busy machine."""


class Entrez:
    """Dispatches to the utilities, after what holds for all of them: URL length, API key, rate, database."""

    def __init__(
        self,
        corpus: Corpus,
        *,
        enforce_rate: bool = False,
        rate_window: float = RATE_WINDOW,
        keys: Iterable[str] = (VALID_KEY,),
    ) -> None:
        self.history = History()
        self._corpus = corpus
        self._enforce_rate = enforce_rate
        self._rate_window = rate_window
        self._keys = frozenset(keys)
        self._recent: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Reply:
        """Answer one request."""
        if len(request.path) > URL_LIMIT:
            page = b"<html><head><title>414 Request-URI Too Large</title></head><body></body></html>\n"
            return Reply(page, 414, "text/html")
        if "api_key" in request.params and request.get("api_key") not in self._keys:
            key = request.get("api_key")
            return json_reply({"error": "API key invalid", "api-key": key, "type": "invalid", "status": "unknown"}, 400)
        limit = 10 if request.get("api_key") else 3
        count = self._count(request)
        if self._enforce_rate and count > limit:
            return rate_limit_reply(request.get("api_key") or request.address, count, limit)
        reply = self._dispatch(request)
        headers = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(max(0, limit - count))}
        return replace(reply, headers={**headers, **reply.headers})

    def _count(self, request: Request) -> int:
        now = time.monotonic()
        with self._lock:
            recent = self._recent.setdefault(request.get("api_key") or request.address, deque())
            while recent and now - recent[0] >= self._rate_window:
                recent.popleft()
            recent.append(now)
            return len(recent)

    def _dispatch(self, request: Request) -> Reply:
        database = request.get("dbfrom") or request.get("db")
        if database != "pubmed":
            root = "ePostResult" if request.endpoint == "epost" else f"e{request.endpoint[1:].capitalize()}Result"
            said = f"Invalid db name specified: {database}"
            return xml_reply(f'<?xml version="1.0" ?>\n<{root}>\n\t<ERROR>{said}</ERROR>\n</{root}>\n', 400)
        match request.endpoint:
            case "esearch":
                return esearch(request, self._corpus, self.history)
            case "efetch":
                return efetch(request, self._corpus, self.history)
            case "epost":
                return epost(request, self.history)
            case "elink":
                return elink(request, self._corpus)
            case "esummary":
                return esummary(request, self._corpus, self.history)
            case "ecitmatch":
                return ecitmatch(request, self._corpus)
        return text_reply("Not found\n", 404)
