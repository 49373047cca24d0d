"""Faults that upstream services are known for, and the plan of when they strike."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from tests.upstream.message import Request

When = Callable[[Request], bool]


class Fault(StrEnum):
    """One way for a reply to go wrong."""

    TOO_MANY = "429 with the rate-limit body"
    SERVER_ERROR = "500"
    BAD_GATEWAY = "502 with an HTML page"
    UNAVAILABLE = "503"
    HTML = "200 with an HTML page"
    EMPTY = "200 with an empty body"
    ERROR_ELEMENT = "200 with an ERROR element (or its JSON form)"
    STUB = "200 with a JSON stub that holds no result"
    HANG = "no reply until the client gives up"
    DISCONNECT = "connection reset before the reply"
    RESET = "connection reset in the middle of the body"
    TRUNCATED = "body broken off, Content-Length agreeing with it"
    SHORT = "body broken off, Content-Length promising the rest"
    FALSE_GZIP = "plain bytes declared as gzip"
    BAD_BYTES = "a byte in the body that is not UTF-8"
    TRICKLE = "body in small pieces, slowly"
    MISSING = "a record left out"
    DUPLICATED = "a record given twice"
    REORDERED = "records in another order than asked"
    WITHOUT_PMID = "a record without its PMID"
    FOREIGN = "a record that was never asked for"
    MALFORMED_RECORD = "a record that is not well-formed"


RECORD_FAULTS = frozenset(
    {
        Fault.MISSING,
        Fault.DUPLICATED,
        Fault.REORDERED,
        Fault.WITHOUT_PMID,
        Fault.FOREIGN,
        Fault.MALFORMED_RECORD,
    }
)
"""Faults of single records, which only efetch can have."""

ENDPOINTS = (
    *("esearch", "efetch", "epost", "elink", "esummary", "ecitmatch"),
    *("idconv", "icite", "europepmc", "crossref", "trials"),
)
"""The names faults and the request log go by."""


@dataclass(frozen=True, slots=True)
class Strike:
    """One fault about to strike one reply.

    Attributes:
        fault: which.
        retry_after: the Retry-After header of 429 and 503, none if empty.
        seconds: how long `Fault.TRICKLE` takes over the body, and `Fault.HANG` waits at most.
        pmid: the record that a record fault hits; else the one in the middle of the reply.
    """

    fault: Fault
    retry_after: str = ""
    seconds: float = 30.0
    pmid: int | None = None


@dataclass(slots=True)
class _Planned:
    endpoint: str
    strike: Strike
    left: int | None
    skip: int
    when: When | None

    def matches(self, request: Request) -> bool:
        if self.endpoint not in ("*", request.endpoint):
            return False
        return self.when is None or self.when(request)


@dataclass
class FaultPlan:
    """Which replies are spoiled, and how long all of them take. Safe to change while the server runs.

    Attributes:
        latency: seconds before every reply, spoiled or not.
    """

    latency: float = 0.0
    _planned: list[_Planned] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(
        self,
        endpoint: str,
        *faults: Fault,
        times: int = 1,
        after: int = 0,
        when: When | None = None,
        retry_after: str | float = "",
        seconds: float = 30.0,
        pmid: int | None = None,
    ) -> None:
        """Spoil the next replies of an endpoint (``*`` for any), each fault ``times`` over, in the order given.

        Args:
            endpoint: one of `ENDPOINTS`, or ``*``.
            faults: one or more; ``add("efetch", A, B)`` strikes A first, then B.
            times: how many replies each of them hits.
            after: how many matching requests are let pass first.
            when: takes the request; only those it answers True for count and are hit.
            retry_after: value of Retry-After for 429 and 503.
            seconds: see `Strike`.
            pmid: see `Strike`.

        Raises:
            ValueError: no such endpoint, or a fault of records on an endpoint that gives none.
        """
        for position, fault in enumerate(faults):
            strike = Strike(fault, str(retry_after), seconds, pmid)
            self._plan(endpoint, strike, times, after if position == 0 else 0, when)

    def always(
        self,
        endpoint: str,
        fault: Fault,
        *,
        when: When | None = None,
        retry_after: str | float = "",
        seconds: float = 30.0,
        pmid: int | None = None,
    ) -> None:
        """Spoil every matching reply until `clear`; the arguments are those of `add`."""
        self._plan(endpoint, Strike(fault, str(retry_after), seconds, pmid), None, 0, when)

    def clear(self) -> None:
        """Forget every planned fault, and the latency."""
        with self._lock:
            self._planned.clear()
            self.latency = 0.0

    @property
    def pending(self) -> int:
        """How many finite faults have not struck yet."""
        with self._lock:
            return sum(planned.left or 0 for planned in self._planned)

    def strike(self, request: Request) -> Strike | None:
        """Take the fault that hits this request, if one does; the earliest planned comes first."""
        with self._lock:
            for planned in self._planned:
                if planned.left == 0 or not planned.matches(request):
                    continue
                if planned.skip:
                    planned.skip -= 1
                    continue
                if planned.left is not None:
                    planned.left -= 1
                return planned.strike
        return None

    def _plan(self, endpoint: str, strike: Strike, left: int | None, skip: int, when: When | None) -> None:
        if endpoint not in (*ENDPOINTS, "*"):
            raise ValueError(f"no endpoint {endpoint!r}; known are {', '.join(ENDPOINTS)}")
        if strike.fault in RECORD_FAULTS and endpoint != "efetch":
            raise ValueError(f"{strike.fault.name} is a fault of efetch alone")
        with self._lock:
            self._planned.append(_Planned(endpoint, strike, left, skip, when))
