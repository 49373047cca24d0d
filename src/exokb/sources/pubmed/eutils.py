"""One E-utilities request: built by Bio.Entrez, sent by our transport, an unusable API key dropped on the way.

Bio.Entrez knows the parameters, the POST switch for long requests, and what NCBI wants to be told of the caller. Its
own sending is not used: it has no timeout and repeats a 429 back to back (``docs/decisions/0003-sources.md``).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from urllib.parse import urljoin

from exokb.settings import Settings
from exokb.transport import Call, PoliteClient, Reply

T = TypeVar("T")

TOOL = "exokb"

# https://www.ncbi.nlm.nih.gov/books/NBK25497/#chapter2.Usage_Guidelines_and_Requiremen
RATE_WITHOUT_KEY = 3.0
RATE_WITH_KEY = 10.0

Params = Mapping[str, str | int | Sequence[str]]


class Eutils:
    """Asks the E-utilities under ``settings.entrez_url``."""

    def __init__(self, transport: PoliteClient, settings: Settings) -> None:
        self._transport = transport
        self._settings = settings
        self._api_key = settings.ncbi_api_key or None
        self._lock = threading.Lock()

    def ask(
        self,
        utility: str,
        params: Params,
        read: Callable[[Reply], T],
        *,
        key: str,
        post: bool | None = None,
        ecitmatch: bool = False,
        refused: Callable[[Reply], T] | None = None,
    ) -> T:
        """Ask one utility (``esearch.fcgi``) and read its reply.

        Args:
            utility: file name of the utility.
            params: its parameters; an ``id`` list is sent as repeated ``id=``, a text as it is.
            read: makes the answer of a reply, see `PoliteClient.request`.
            key: what is asked, for messages.
            post: True sends a POST; by default Bio.Entrez decides, by length and number of ids.
            ecitmatch: keep ``|`` unescaped, as ECitMatch wants it.
            refused: makes the answer, or raises, for a reply with status 400; by default it is SourceRejected.

        Raises:
            SourceUnavailable: every attempt failed.
            SourceRejected: NCBI will not answer this request.
        """
        while True:
            api_key = self._api_key
            call = self._build(utility, params, key=key, post=post, ecitmatch=ecitmatch, api_key=api_key)

            def read_checked(reply: Reply, call: Call = call, api_key: str | None = api_key) -> T:
                if reply.status != 400:
                    return read(reply)
                # {"error":"API key invalid","api-key":"...","type":"invalid",...}
                if api_key and b"api key" in reply.body.lower():
                    raise _KeyRefused
                if refused is not None:
                    return refused(reply)
                raise self._transport.reject(call, reply)

            try:
                return self._transport.request(call, read_checked)
            except _KeyRefused:
                self._drop_key()

    @property
    def per_second(self) -> float:
        """Requests a second that NCBI allows us."""
        return RATE_WITH_KEY if self._api_key else RATE_WITHOUT_KEY

    def _build(
        self, utility: str, params: Params, *, key: str, post: bool | None, ecitmatch: bool, api_key: str | None
    ) -> Call:
        from Bio import Entrez

        # An empty list is a parameter that urlencode leaves out: so neither the module's globals are read, nor does
        # Biopython warn where the user gave no address.
        told: Params = {"tool": TOOL, "email": self._settings.email or [], "api_key": api_key or []}
        request = Entrez._build_request(
            urljoin(self._settings.entrez_url, utility),
            {**params, **told},
            post=post,
            ecitmatch=ecitmatch,
            join_ids=isinstance(params.get("id", ""), str),
        )
        form = {"Content-Type": "application/x-www-form-urlencoded"} if request.data is not None else {}
        return Call(
            source="pubmed",
            key=key,
            url=request.full_url,
            per_second=RATE_WITH_KEY if api_key else RATE_WITHOUT_KEY,
            body=request.data,
            headers=form,
            accept=frozenset({400}),
            contact=True,
        )

    def _drop_key(self) -> None:
        with self._lock:
            if self._api_key is None:
                return
            self._api_key = None
        self._transport.notice(
            "NCBI does not accept the API key (NCBI_API_KEY); going on without it, at 3 requests a second"
        )


class _KeyRefused(Exception):
    """NCBI refused the API key; the request itself may be fine."""
