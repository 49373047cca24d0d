"""`PoliteClient`: sends one request so that the service would like to hear from us again."""

from __future__ import annotations

import logging
import re
import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote, quote_plus, urljoin, urlsplit

import httpx
from tenacity import Retrying, retry_if_exception, stop_after_attempt

from exokb import __version__
from exokb.errors import PayloadError, SourceRejected, SourceUnavailable
from exokb.settings import Settings
from exokb.transport.rate import HostPacer, Timing
from exokb.transport.retry import (
    AttemptFailed,
    BrokenReply,
    is_transient,
    is_worth_retrying,
    make_wait,
    parse_retry_after,
)

T = TypeVar("T")

MAX_REPLY_BYTES = 512 * 1024 * 1024
"""The largest reply that is read, uncompressed: 200 PubMed records are about 3 MB, so this is only a fuse."""

MAX_REDIRECTS = 5

REPLY_DEADLINE = 10.0
"""A whole reply may take this many read timeouts: a server that trickles single bytes never times out by itself."""

# httpx and httpcore log whole URLs at INFO and DEBUG, with the API key and the mail address in them.
for _logger in ("httpx", "httpcore"):
    logging.getLogger(_logger).setLevel(logging.WARNING)

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Call:
    """One question to a service.

    Attributes:
        source: the source's name, for messages.
        key: what is asked, in words a person understands; it appears in errors, so never a URL or a secret.
        url: the address; a query that is in it already is kept, and ``params`` are added to it.
        per_second: how many requests a second the service's rules allow.
        body: sent as it is; it makes the request a POST.
        headers: added to the client's own.
        accept: statuses outside 200-299 that the reader wants to see, such as 404 where it means "none".
        contact: whether the user's mail address is named in the User-Agent (services that ask for it: NCBI, Crossref).
    """

    source: str
    key: str
    url: str
    per_second: float
    params: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    accept: frozenset[int] = frozenset()
    contact: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the body is complete and uncompressed, header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    observed_at: datetime

    @property
    def media_type(self) -> str:
        """The content type without its parameters; empty where there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class PoliteClient:
    """Sends requests within each host's rate, retries what may pass, and reports the rest without secrets.

    It may be shared by threads. Nothing is opened before the first request.

    Args:
        settings: timeouts, attempts, the contact address and the folder that the rate is shared in.
        clock: the time now, UTC-aware; stamps the replies.
        notice: told what a user should know and nobody has to handle.
        timing: clocks and sleep, for tests.
        transport: an httpx transport to use instead of the network, for tests.
    """

    max_reply_bytes = MAX_REPLY_BYTES

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime],
        notice: Callable[[str], None],
        timing: Timing | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.clock = clock
        self.notice = notice
        self._settings = settings
        self._timing = timing or Timing()
        self._transport = transport
        self._pacer = HostPacer(settings.state_dir, self._timing, notice)
        self._lock = threading.Lock()
        self._http: httpx.Client | None = None
        self._finalizer: weakref.finalize[..., PoliteClient] | None = None
        secrets = [text for text in (settings.ncbi_api_key, settings.email) if text]
        spellings = {spelling for text in secrets for spelling in (text, quote(text, safe=""), quote_plus(text))}
        self._secret = re.compile("|".join(map(re.escape, sorted(spellings, key=len, reverse=True))) or r"(?!)", re.I)

    def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        with self._lock:
            if self._finalizer is not None:
                self._finalizer()
            self._http = self._finalizer = None

    def request(self, call: Call, read: Callable[[Reply], T]) -> T:
        """Ask until there is an answer that ``read`` can read, and give what it made of it.

        ``read`` is called once for each complete reply. A `BrokenReply` or `PayloadError` it raises leads to another
        attempt; any other exception is passed on.

        Raises:
            SourceUnavailable: every attempt failed; ``partial`` is the last broken body, ``retry_after`` what the
                service asked for.
            SourceRejected: the service will not answer this request (status 400, 403, 414 ...), redirects elsewhere,
                or answers more than ``max_reply_bytes``.
        """
        partial: bytes | None = None
        plain = False

        def attempt() -> T:
            nonlocal partial, plain
            try:
                return self._attempt(call, read, plain)
            except AttemptFailed as failed:
                partial = failed.partial or partial
                plain = plain or failed.undecodable
                raise

        retrying = Retrying(
            stop=stop_after_attempt(self._settings.attempts),
            wait=make_wait(self._timing.chance),
            retry=retry_if_exception(is_worth_retrying),
            sleep=self._timing.sleep,
            reraise=True,
        )
        try:
            return retrying(attempt)
        except AttemptFailed as failed:
            tries = retrying.statistics.get("attempt_number", 1)
            reason = f"{failed.reason} ({tries} {'try' if tries == 1 else 'tries'})"
            if failed.retry_after:
                reason += f"; it asks to wait {failed.retry_after:.0f} s"
            unavailable = SourceUnavailable(
                call.source,
                call.key,
                self.redact(reason),
                hint="run the same command again later; what is stored is not fetched again",
                retry_after=failed.retry_after,
            )
            unavailable.partial = partial
        raise unavailable  # outside the handler: an httpx error in the chain would carry the URL and its key

    def reject(self, call: Call, reply: Reply) -> SourceRejected:
        """Make the error for a reply that refuses the request, with the service's own words where they are short."""
        words = " ".join(re.sub(r"<[^>]*>", " ", reply.body[:2000].decode("utf-8", "replace")).split())
        words = "".join(character for character in words if character.isprintable())
        said = f": {words[:200]}" if words else ""
        return SourceRejected(call.source, call.key, self.redact(f"refused with HTTP {reply.status}{said}"))

    def redact(self, text: str) -> str:
        """Take the API key and the mail address out of a text."""
        return self._secret.sub("***", text)

    def _attempt(self, call: Call, read: Callable[[Reply], T], plain: bool) -> T:
        reply = self._send(call, plain)
        if is_transient(reply.status) and reply.status not in call.accept:
            retry_after = parse_retry_after(reply.headers.get("retry-after"), self.clock())
            raise AttemptFailed(f"answers HTTP {reply.status}", retry_after=retry_after)
        if not 200 <= reply.status < 300 and reply.status not in call.accept:
            raise self.reject(call, reply)
        try:
            return read(reply)
        except BrokenReply as broken:
            raise AttemptFailed(f"broken reply: {broken.reason}", partial=reply.body) from None
        except PayloadError as error:
            raise AttemptFailed(f"broken reply: {error}", partial=reply.body) from None

    def _send(self, call: Call, plain: bool) -> Reply:
        url = str(httpx.URL(call.url).copy_merge_params(dict(call.params))) if call.params else call.url
        method, body = ("GET", None) if call.body is None else ("POST", call.body)
        for _ in range(MAX_REDIRECTS + 1):
            host = urlsplit(url).netloc.rpartition("@")[2]
            self._pacer.wait_turn(host, call.per_second)
            reply = self._exchange(call, method, url, body, plain)
            if reply.status in (429, 503):
                asked = parse_retry_after(reply.headers.get("retry-after"), self.clock())
                if asked:
                    self._pacer.hold(host, asked)
            if reply.status not in _REDIRECTS or "location" not in reply.headers:
                return reply
            target = urljoin(url, reply.headers["location"])
            if not may_follow(url, target):
                where = urlsplit(target).hostname or "an address without a host"
                raise SourceRejected(
                    call.source,
                    call.key,
                    self.redact(f"redirects to {where}, which is not followed"),
                    hint="if the service has moved, set its address; `exokb config show` lists the settings",
                )
            if reply.status == 303:
                method, body = "GET", None
            url = target
        raise SourceRejected(call.source, call.key, f"redirects more than {MAX_REDIRECTS} times")

    def _exchange(self, call: Call, method: str, url: str, body: bytes | None, plain: bool) -> Reply:
        """Send once, and read the whole reply.

        ``plain`` asks for no compression and takes the bytes as they are, whatever encoding the reply claims: so a
        server that mislabels what it sends is understood at the second attempt.
        """
        chunks: list[bytes] = []
        deadline = self._timing.monotonic() + REPLY_DEADLINE * self._settings.read_timeout
        headers = {"User-Agent": self._user_agent(call.contact), **call.headers}
        if plain:
            headers["Accept-Encoding"] = "identity"
        failed: AttemptFailed | None = None
        try:
            with self._open().stream(method, url, content=body, headers=headers) as response:
                size = 0
                for chunk in response.iter_raw() if plain else response.iter_bytes():
                    chunks.append(chunk)
                    size += len(chunk)
                    if size > self.max_reply_bytes:
                        raise SourceRejected(
                            call.source, call.key, f"its reply is larger than {self.max_reply_bytes:,} bytes"
                        )
                    if self._timing.monotonic() > deadline:
                        raise AttemptFailed("its reply takes too long", partial=b"".join(chunks))
                lower = {name.lower(): value for name, value in response.headers.items()}
                return Reply(response.status_code, lower, b"".join(chunks), self.clock())
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            unusable = "its address in the settings cannot be used"
        except (httpx.TransportError, httpx.DecodingError) as error:
            unusable = ""
            host = urlsplit(url).hostname or "the host"
            failed = AttemptFailed(
                _describe(error, host),
                partial=b"".join(chunks) or None,
                undecodable=isinstance(error, httpx.DecodingError),
            )
        if failed is not None:
            raise failed
        raise SourceRejected(call.source, call.key, unusable, hint="`exokb config show` lists the settings")

    def _open(self) -> httpx.Client:
        with self._lock:
            if self._http is None:
                settings = self._settings
                timeout = httpx.Timeout(settings.read_timeout, connect=settings.connect_timeout, pool=None)
                # Redirects are followed in `_send`, where each is checked and waits its turn.
                self._http = httpx.Client(timeout=timeout, follow_redirects=False, transport=self._transport)
                self._finalizer = weakref.finalize(self, self._http.close)
            return self._http

    def _user_agent(self, contact: bool) -> str:
        email = self._settings.email
        if contact and email and email.isascii() and email.isprintable():
            return f"exokb/{__version__} (mailto:{email})"
        return f"exokb/{__version__}"


def may_follow(url: str, target: str) -> bool:
    """Whether a redirect stays within the service: the same host or parent domain, and never from https to http.

    The parent domain counts because NCBI moves its tools between ``www.ncbi.nlm.nih.gov`` and its sister hosts. A
    request may carry an API key, so it is not taken anywhere else.
    """
    here, there = urlsplit(url), urlsplit(target)
    if there.scheme not in ("http", "https") or (here.scheme, there.scheme) == ("https", "http"):
        return False
    if not here.hostname or not there.hostname:
        return False
    if here.hostname == there.hostname:
        return True
    parts, other = here.hostname.split(".")[-2:], there.hostname.split(".")[-2:]
    # An IP address has no parent domain, and neither has a two-letter registry such as ac.uk.
    return len(parts) == 2 and parts == other and not parts[-1].isdigit() and len(parts[0]) > 2


def _describe(error: httpx.TransportError | httpx.DecodingError, host: str) -> str:
    """Say what happened in words; httpx's own text is used only where it cannot hold a URL."""
    if isinstance(error, httpx.ConnectTimeout):
        return f"no connection to {host} in time"
    if isinstance(error, httpx.TimeoutException):
        return f"no answer from {host} in time"
    if isinstance(error, httpx.ConnectError):
        return f"no connection to {host} ({error})"
    if isinstance(error, httpx.DecodingError):
        return "its reply does not have the encoding it claims"
    if isinstance(error, httpx.RemoteProtocolError):
        return f"{host} broke off its reply"
    return f"the connection to {host} broke ({type(error).__name__})"
