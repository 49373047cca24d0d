"""The log of requests, for tests that ask what was asked, how often, how fast and how many at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from tests.upstream.faults import Fault
from tests.upstream.message import Request


@dataclass(slots=True)
class Logged:
    """One request that arrived.

    Attributes:
        request: what was asked.
        time: when its last byte was read, seconds of `time.monotonic`.
        fault: the fault that struck its reply.
        status: status of the reply, 0 while it is under way or where none was sent.
    """

    request: Request
    time: float
    fault: Fault | None = None
    status: int = 0

    @property
    def endpoint(self) -> str:
        """Such as ``efetch``."""
        return self.request.endpoint

    @property
    def method(self) -> str:
        """``GET`` or ``POST``."""
        return self.request.method

    @property
    def path(self) -> str:
        """Path and query, as they came."""
        return self.request.path

    @property
    def params(self) -> dict[str, str]:
        """The parameters, from URL and form; several values of one name are joined by commas."""
        return {name: ",".join(values) for name, values in self.request.params.items()}


class RequestLog:
    """What arrived, in order of arrival. Iterating gives a snapshot."""

    def __init__(self) -> None:
        self._entries: list[Logged] = []
        self._changed = threading.Condition()
        self._in_flight = 0
        self._peak = 0

    def __len__(self) -> int:
        with self._changed:
            return len(self._entries)

    def __iter__(self) -> Iterator[Logged]:
        with self._changed:
            return iter(list(self._entries))

    def __getitem__(self, place: int) -> Logged:
        with self._changed:
            return self._entries[place]

    def to(self, *endpoints: str) -> list[Logged]:
        """Give the requests to these endpoints."""
        return [entry for entry in self if entry.endpoint in endpoints]

    def count(self, endpoint: str | None = None) -> int:
        """Count the requests, to one endpoint or all."""
        return len(self) if endpoint is None else len(self.to(endpoint))

    def ids(self, endpoint: str = "efetch", name: str = "id") -> list[str]:
        """Give every id asked of an endpoint, in order, as often as it was asked."""
        return [part for entry in self.to(endpoint) for part in entry.request.ids(name)]

    @property
    def peak(self) -> int:
        """The most requests that were under way at once."""
        with self._changed:
            return self._peak

    def peak_rate(self, *endpoints: str, window: float = 1.0) -> int:
        """Give the most requests that arrived within any ``window`` seconds; of all endpoints where none is named."""
        times = sorted(entry.time for entry in self if not endpoints or entry.endpoint in endpoints)
        most = start = 0
        for end, moment in enumerate(times):
            while moment - times[start] >= window:
                start += 1
            most = max(most, end - start + 1)
        return most

    def wait_for(self, endpoint: str, count: int = 1, timeout: float = 30.0) -> None:
        """Return once ``count`` requests to an endpoint have arrived, replied to or not.

        Raises:
            TimeoutError: they did not arrive within ``timeout`` seconds.
        """

        def arrived() -> bool:
            return sum(entry.endpoint == endpoint for entry in self._entries) >= count

        with self._changed:
            if not self._changed.wait_for(arrived, timeout):
                raise TimeoutError(f"fewer than {count} requests to {endpoint} within {timeout} s")

    def clear(self) -> None:
        """Forget what arrived so far."""
        with self._changed:
            self._entries.clear()
            self._peak = self._in_flight

    def arrive(self, request: Request, fault: Fault | None) -> Logged:
        """Note a request that has been read."""
        entry = Logged(request, time.monotonic(), fault)
        with self._changed:
            self._entries.append(entry)
            self._in_flight += 1
            self._peak = max(self._peak, self._in_flight)
            self._changed.notify_all()
        return entry

    def leave(self, entry: Logged, status: int) -> None:
        """Note that its reply is about to go out, or that none will."""
        with self._changed:
            self._in_flight -= 1
            entry.status = status
            self._changed.notify_all()
