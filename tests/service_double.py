"""A stand-in for a service: answers in memory, time that does not pass, and a record of what was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs

import httpx

from exokb.settings import Settings
from exokb.transport import PoliteClient, Timing

KEY = "0123456789abcdef0123456789abcdef0000"
EMAIL = "reviewer+exokb@example.org"
NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


class FakeTime:
    """A clock that moves only when somebody sleeps."""

    def __init__(self, start: float = 1_000_000.0) -> None:
        self.now = start
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.now += seconds

    def timing(self, chance: float = 0.0) -> Timing:
        return Timing(wall=lambda: self.now, monotonic=lambda: self.now, sleep=self.sleep, chance=lambda: chance)


@dataclass(frozen=True)
class Say:
    """What a service answers; the body is sent as it is, whatever the headers claim."""

    status: int = 200
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: httpx.SyncByteStream | None = None

    @classmethod
    def json(cls, value: object, status: int = 200) -> Say:
        return cls(status, json.dumps(value).encode(), {"Content-Type": "application/json"})


Answer = Say | Exception
Handler = Callable[[httpx.Request], Answer]


class Service:
    """Plays a service: a list of answers given in turn (the last one for ever), or a function."""

    def __init__(self, answers: list[Answer] | Handler) -> None:
        self.requests: list[httpx.Request] = []
        self.asked_at: list[float] = []
        self.time = FakeTime()
        self._answers = answers

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.asked_at.append(self.time.now)
        if callable(self._answers):
            answer = self._answers(request)
        else:
            answer = self._answers[min(len(self.requests), len(self._answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        stream = answer.stream or httpx.ByteStream(answer.content)
        return httpx.Response(answer.status, headers=answer.headers, stream=stream)

    def form(self, index: int = -1) -> dict[str, list[str]]:
        """The parameters of a request, from its URL or its body."""
        request = self.requests[index]
        return parse_qs((request.content or request.url.query).decode(), keep_blank_values=True)

    @property
    def utilities(self) -> list[str]:
        """The last part of each requested path, in order."""
        return [request.url.path.rsplit("/", 1)[-1] for request in self.requests]


class Desk:
    """A client in front of a `Service`, with what it was told to say."""

    def __init__(self, service: Service, settings: Settings) -> None:
        self.notices: list[str] = []
        self.settings = settings
        self.client = PoliteClient(
            settings,
            clock=lambda: NOW,
            notice=self.notices.append,
            timing=service.time.timing(),
            transport=httpx.MockTransport(service),
        )


def make_settings(home: Path, *, key: str | None = None, email: str | None = None, attempts: int = 3) -> Settings:
    return Settings(home=home, db=str(home / "library.exokb"), ncbi_api_key=key, email=email, attempts=attempts)


def everything_said(error: BaseException) -> Iterator[str]:
    """All texts of an error that could be shown: its own, its attributes, and those of the errors behind it."""
    seen: BaseException | None = error
    while seen is not None:
        yield str(seen)
        yield repr(seen)
        yield from (str(value) for value in vars(seen).values())
        seen = seen.__cause__ or seen.__context__
