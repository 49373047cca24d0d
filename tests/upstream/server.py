"""The server: one port of the loopback interface that speaks as all six services."""

from __future__ import annotations

import contextlib
import gzip
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.upstream.bulk import bulk
from tests.upstream.corpus import Corpus, load_written
from tests.upstream.crossref import crossref
from tests.upstream.entrez import RATE_WINDOW, UTILITIES, VALID_KEY, Entrez
from tests.upstream.entrez.fetch import record_of
from tests.upstream.europepmc import europepmc
from tests.upstream.faults import Fault, FaultPlan
from tests.upstream.icite import icite
from tests.upstream.idconv import idconv
from tests.upstream.log import RequestLog
from tests.upstream.message import RecordXml, Reply, Request, text_reply
from tests.upstream.paper import Paper
from tests.upstream.spoil import Sending, Wire, spoil
from tests.upstream.trials import trials

_BASES = {
    "EXOKB_ENTREZ_URL": "/entrez/eutils/",
    "EXOKB_IDCONV_URL": "/tools/idconv/api/v1/articles/",
    "EXOKB_ICITE_URL": "/icite/api/",
    "EXOKB_EUROPEPMC_URL": "/europepmc/webservices/rest/",
    "EXOKB_CROSSREF_URL": "/crossref/",
    "EXOKB_TRIALS_URL": "/ctgov/api/v2/",
}
_OLD_IDCONV = "/pmc/utils/idconv/v1.0/"
_GZIP_FROM = 1_024
_PIECES = 20


class Upstream:
    """The upstream services of exokb on a port of this machine, with a corpus of invented records.

    Use it as a context manager; leaving it raises if the server itself failed::

        with Upstream() as upstream:
            upstream.faults.add("efetch", Fault.TRUNCATED, times=2)
            run("exokb fetch ...", env=os.environ | upstream.environment())
            assert upstream.requests.count("efetch") == 3
    """

    def __init__(
        self,
        records: int | Iterable[Paper] | Corpus | None = None,
        *,
        written: bool = True,
        latency: float = 0.0,
        enforce_rate: bool = False,
        rate_window: float = RATE_WINDOW,
        keys: Iterable[str] = (VALID_KEY,),
        port: int = 0,
    ) -> None:
        """Prepare a server; it starts on entering the context, or with `start`.

        Args:
            records: the records beside the hand-written ones: a number of plain ones (`bulk`), or papers; or a
                whole `Corpus`, which then is all there is.
            written: whether the hand-written records are there too.
            latency: seconds before every reply.
            enforce_rate: answer 429 above 3 E-utilities requests a second, 10 with an API key.
            rate_window: seconds over which those are counted; shorter forgives more jitter of a busy machine.
            keys: the API keys that are valid.
            port: 0 for any free one.
        """
        self.corpus = _build(records, written)
        self.faults = FaultPlan(latency=latency)
        self.requests = RequestLog()
        self.entrez = Entrez(self.corpus, enforce_rate=enforce_rate, rate_window=rate_window, keys=keys)
        self.errors: list[Exception] = []
        self.closing = threading.Event()
        self._port = port
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if error is None and self.errors:
            raise ExceptionGroup("the test server failed", self.errors)

    @property
    def url(self) -> str:
        """``http://127.0.0.1:port``, without a slash behind."""
        if self._server is None:
            raise RuntimeError("the server has not been started")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def environment(self) -> dict[str, str]:
        """Give the environment variables that send exokb here."""
        return {name: self.url + base for name, base in _BASES.items()}

    def expire_history(self) -> None:
        """Let every WebEnv expire."""
        self.entrez.history.expire()

    def start(self) -> None:
        """Open the port and serve from a thread."""
        self._server = _Server(self, self._port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving, and drop the connections that are open, hanging ones too."""
        self.closing.set()
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._thread.join()
        self._server.drop_connections()
        self._server.server_close()

    def answer(self, request: Request) -> Sending:
        """Answer one request, as the fault plan has it. Every request ends in the log."""
        strike = self.faults.strike(request)
        entry = self.requests.arrive(request, strike.fault if strike else None)
        status = 0
        try:
            if self.faults.latency:
                self.closing.wait(self.faults.latency)
            reply = self._serve(request)
            foreign = self._foreign(request) if strike and strike.fault is Fault.FOREIGN else None
            sending = spoil(reply, strike, request, foreign) if strike else Sending(reply)
            if sending.wire is Wire.HANG:
                self.closing.wait(sending.seconds)
            if sending.wire not in (Wire.HANG, Wire.DISCONNECT):
                status = sending.reply.status
        finally:
            self.requests.leave(entry, status)
        return sending

    def read(self, method: str, path: str, form: bytes, headers: Mapping[str, str], address: str) -> Request:
        """Read a request."""
        parts = urlsplit(path)
        params: dict[str, list[str]] = parse_qs(parts.query, keep_blank_values=True)
        for name, values in parse_qs(form.decode("utf-8", "replace"), keep_blank_values=True).items():
            params.setdefault(name, []).extend(values)
        endpoint, tail = _route(parts.path)
        read = {name: tuple(each) for name, each in params.items()}
        return Request(method, endpoint, path, tail, read, headers, address)

    def _serve(self, request: Request) -> Reply:
        service = _SERVICES.get(request.endpoint)
        if service:
            return service(request, self.corpus)
        if request.endpoint in UTILITIES.values():
            return self.entrez.answer(request)
        if request.path.startswith(_OLD_IDCONV):
            query = urlsplit(request.path).query
            return replace(text_reply("", 301), headers={"Location": f"{_BASES['EXOKB_IDCONV_URL']}?{query}"})
        return text_reply("Not found\n", 404)

    def _foreign(self, request: Request) -> RecordXml | None:
        asked = set(request.ids())
        return next((record_of(paper) for paper in self.corpus if str(paper.pmid) not in asked), None)


_SERVICES: dict[str, Callable[[Request, Corpus], Reply]] = {
    "idconv": idconv,
    "icite": icite,
    "europepmc": europepmc,
    "crossref": crossref,
    "trials": trials,
}


def _build(records: int | Iterable[Paper] | Corpus | None, written: bool) -> Corpus:
    if isinstance(records, Corpus):
        return records
    more = bulk(records) if isinstance(records, int) else records or ()
    base = load_written() if written else Corpus(())
    return Corpus([*base, *more], base.trials.values())


def _route(path: str) -> tuple[str, str]:
    """Give the endpoint of a path and what stands behind its service's base URL."""
    for name, base in _BASES.items():
        if path.startswith(base):
            tail = path[len(base) :]
            if name == "EXOKB_ENTREZ_URL":
                return UTILITIES.get(tail, "unknown"), tail
            return name.removeprefix("EXOKB_").removesuffix("_URL").lower(), tail
    return "unknown", path


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, upstream: Upstream, port: int) -> None:
        self.upstream = upstream
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def drop_connections(self) -> None:
        with self._lock:
            still_open = list(self._open)
        for connection in still_open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet: clients of these tests are killed in the middle of replies."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or a small body waits for the acknowledgement of the headers
    server: _Server

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet; the request log is the record."""

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def _handle(self) -> None:
        upstream = self.server.upstream
        form = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            request = upstream.read(self.command, self.path, form, headers, self.client_address[0])
            sending = upstream.answer(request)
        except Exception as error:  # noqa: BLE001 - a bug of the server must reach the test, not look like a lost reply
            upstream.errors.append(error)
            sending = Sending(text_reply(f"The test server failed: {error!r}\n", 500))
        self._send(sending)

    def _send(self, sending: Sending) -> None:
        if sending.wire in (Wire.HANG, Wire.DISCONNECT):
            self._reset()
            return
        reply, body = sending.reply, sending.reply.body
        encoding = sending.encoding
        if not encoding and len(body) >= _GZIP_FROM and "gzip" in self.headers.get("Accept-Encoding", ""):
            body, encoding = gzip.compress(body, 1), "gzip"
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.media_type)
        self.send_header("Content-Length", str(len(body)))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if sending.wire is Wire.WHOLE:
            self.wfile.write(body)
            return
        if sending.wire is Wire.TRICKLE:
            self._trickle(body, sending.seconds)
            return
        self.wfile.write(body[: max(1, len(body) // 2)])
        if sending.wire is Wire.RESET_MIDWAY:
            self._reset()
        self.close_connection = True

    def _trickle(self, body: bytes, seconds: float) -> None:
        size = max(1, -(-len(body) // _PIECES))
        for start in range(0, len(body), size):
            self.wfile.write(body[start : start + size])
            if self.server.upstream.closing.wait(seconds / _PIECES):
                self.close_connection = True
                return

    def _reset(self) -> None:
        """End the connection with RST: the client reads ECONNRESET, not an end of the stream."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())
