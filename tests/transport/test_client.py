from __future__ import annotations

import gzip
import itertools
import logging
import os
import random
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from exokb.errors import PayloadError, SourceRejected, SourceUnavailable
from exokb.transport import BrokenReply, Call, PoliteClient, Reply, Timing
from exokb.transport.client import may_follow
from tests.service_double import EMAIL, KEY, NOW, Answer, Desk, FakeTime, Say, Service, everything_said, make_settings

URL = f"https://service.example/api?api_key={KEY}&email={EMAIL}"


def ask(desk: Desk, *, accept: frozenset[int] = frozenset(), contact: bool = False, body: bytes | None = None) -> Reply:
    call = Call("pubmed", "PMID 1", URL, 3.0, accept=accept, contact=contact, body=body)
    return desk.client.request(call, lambda reply: reply)


def open_desk(tmp_path: Path, answers: list[Answer], **settings: int | str | None) -> tuple[Desk, Service]:
    service = Service(answers)
    return Desk(service, make_settings(tmp_path, key=KEY, email=EMAIL, **settings)), service  # type: ignore[arg-type]  # values of several types


def assert_no_secret(error: BaseException) -> None:
    for text in everything_said(error):
        assert KEY not in text
        assert EMAIL not in text
        assert "api_key=" not in text


def test_a_reply_is_whole_stamped_and_named(tmp_path: Path) -> None:
    answer = Say(
        200, content=gzip.compress(b"<a/>"), headers={"Content-Encoding": "gzip", "Content-Type": "Text/XML; charset=x"}
    )
    desk, service = open_desk(tmp_path, [answer])
    reply = ask(desk)
    assert (reply.status, reply.body, reply.media_type, reply.observed_at) == (200, b"<a/>", "text/xml", NOW)
    assert service.requests[0].method == "GET"
    assert str(service.requests[0].url) == str(httpx.URL(URL))


def test_parameters_are_added_to_the_query_of_the_address(tmp_path: Path) -> None:
    desk, service = open_desk(tmp_path, [Say(200)])
    desk.client.request(Call("x", "k", "https://h.example/a?b=1", 3.0, params={"c": "ä&"}), lambda reply: reply)
    assert service.form() == {"b": ["1"], "c": ["ä&"]}


@pytest.mark.parametrize(
    ("contact", "agent"), [(False, r"exokb/[\d.]+"), (True, r"exokb/[\d.]+ \(mailto:.*@example.org\)")]
)
def test_the_mail_address_goes_only_to_services_that_ask_for_it(tmp_path: Path, contact: bool, agent: str) -> None:
    desk, service = open_desk(tmp_path, [Say(200)])
    ask(desk, contact=contact)
    assert re.fullmatch(agent, service.requests[0].headers["user-agent"])


TRANSIENT: list[Answer] = [
    *(Say(status, content=b"<html>sorry</html>") for status in (408, 429, 500, 502, 503, 504, 529)),
    httpx.ConnectError("Connection refused"),
    httpx.ConnectTimeout("t"),
    httpx.ReadTimeout("t"),
    httpx.ReadError("reset"),
    httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
    Say(200, content=b"this is not gzip", headers={"Content-Encoding": "gzip"}),
]


@pytest.mark.parametrize("trouble", TRANSIENT, ids=str)
def test_trouble_that_may_pass_is_tried_again(tmp_path: Path, trouble: Answer) -> None:
    desk, service = open_desk(tmp_path, [trouble, Say(200, content=b"fine")])
    assert ask(desk).body == b"fine"
    assert len(service.requests) == 2


@pytest.mark.parametrize("trouble", TRANSIENT[:-1], ids=str)
def test_trouble_that_stays_ends_after_the_attempts_without_a_secret(tmp_path: Path, trouble: Answer) -> None:
    desk, service = open_desk(tmp_path, [trouble], attempts=4)
    with pytest.raises(SourceUnavailable, match=r"pubmed: PMID 1: .*\(4 tries\)") as caught:
        ask(desk)
    assert len(service.requests) == 4
    assert_no_secret(caught.value)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 414, 422])
def test_a_refusal_is_not_repeated_and_says_why_without_a_secret(tmp_path: Path, status: int) -> None:
    body = f'{{"error":"no \x1b[31m such thing","api-key":"{KEY}"}}'.encode()
    desk, service = open_desk(tmp_path, [Say(status, content=body)])
    with pytest.raises(SourceRejected, match=rf"HTTP {status}: .*such thing.*\*\*\*") as caught:
        ask(desk)
    assert len(service.requests) == 1
    assert "\x1b" not in str(caught.value)
    assert_no_secret(caught.value)


def test_an_accepted_status_reaches_the_reader(tmp_path: Path) -> None:
    desk, _ = open_desk(tmp_path, [Say(404, content=b"none")])
    assert ask(desk, accept=frozenset({404})).status == 404


@pytest.mark.parametrize("complaint", [BrokenReply("half of it is missing"), PayloadError("Root", "is no root")])
def test_a_reply_its_reader_finds_broken_is_asked_again_and_kept(tmp_path: Path, complaint: Exception) -> None:
    answers: list[Answer] = [
        Say(200, content=b"first"),
        Say(200, content=b"second"),
        Say(500),
    ]
    desk, _ = open_desk(tmp_path, answers)

    def read(_: Reply) -> None:
        raise complaint

    with pytest.raises(SourceUnavailable) as caught:
        desk.client.request(Call("pubmed", "PMID 1", URL, 3.0), read)
    assert caught.value.partial == b"second"
    assert_no_secret(caught.value)


def test_another_exception_of_the_reader_is_passed_on_at_once(tmp_path: Path) -> None:
    desk, service = open_desk(tmp_path, [Say(200)])

    def read(_: Reply) -> None:
        raise SourceRejected("pubmed", "window", "has expired")

    with pytest.raises(SourceRejected, match="has expired"):
        desk.client.request(Call("pubmed", "window", URL, 3.0), read)
    assert len(service.requests) == 1


def test_after_a_reply_that_cannot_be_decoded_no_compression_is_asked_for(tmp_path: Path) -> None:
    desk, service = open_desk(tmp_path, [TRANSIENT[-1], Say(200)])
    ask(desk)
    assert "gzip" in service.requests[0].headers["accept-encoding"]
    assert service.requests[1].headers["accept-encoding"] == "identity"


def test_plain_bytes_that_claim_to_be_compressed_are_understood_at_the_second_attempt(tmp_path: Path) -> None:
    desk, service = open_desk(tmp_path, [Say(200, b"plain after all", {"Content-Encoding": "gzip"})])
    assert ask(desk).body == b"plain after all"
    assert len(service.requests) == 2


def test_waits_double_and_carry_jitter(tmp_path: Path) -> None:
    service = Service([Say(500)])
    for chance, expected in ((0.0, [0.25, 0.5, 1.0, 2.0]), (1.0, [0.5, 1.0, 2.0, 4.0])):
        slept = FakeTime()
        client = PoliteClient(
            make_settings(tmp_path / str(chance), attempts=5),
            clock=lambda: NOW,
            notice=print,
            timing=slept.timing(chance),
            transport=httpx.MockTransport(service),
        )
        with pytest.raises(SourceUnavailable):
            client.request(Call("x", "k", "https://h.example/", 1000.0), lambda reply: reply)
        assert slept.slept == expected


@pytest.mark.parametrize("header", ["7", "Mon, 04 May 2026 03:02:08 GMT"])
def test_retry_after_is_honoured_in_both_forms(tmp_path: Path, header: str) -> None:
    desk, service = open_desk(tmp_path, [Say(429, headers={"Retry-After": header}), Say(200)])
    ask(desk)
    assert service.asked_at[1] - service.asked_at[0] >= 7.0


def test_a_pause_the_host_asks_for_holds_every_other_request_too(tmp_path: Path) -> None:
    desk, service = open_desk(tmp_path, [Say(429, headers={"Retry-After": "9"}), Say(200)], attempts=1)
    with pytest.raises(SourceUnavailable) as caught:
        ask(desk)
    assert caught.value.retry_after == 9.0
    ask(desk)
    assert service.asked_at[1] - service.asked_at[0] >= 9.0


def test_a_very_long_pause_is_reported_rather_than_waited_for(tmp_path: Path) -> None:
    desk, service = open_desk(tmp_path, [Say(503, headers={"Retry-After": "3600"})], attempts=5)
    with pytest.raises(SourceUnavailable, match="asks to wait 3600 s") as caught:
        ask(desk)
    assert caught.value.retry_after == 3600.0
    assert len(service.requests) == 1
    assert service.time.slept == []


@pytest.mark.parametrize("header", ["soon", "", "-5", "Mon, 99 May 2026"])
def test_a_senseless_retry_after_is_passed_over(tmp_path: Path, header: str) -> None:
    desk, service = open_desk(tmp_path, [Say(429, headers={"Retry-After": header}), Say(200)])
    assert ask(desk).status == 200
    assert sum(service.time.slept) < 2.0


def test_three_requests_a_second_and_no_more(tmp_path: Path) -> None:
    desk, service = open_desk(tmp_path, [Say(200)])
    for _ in range(10):
        ask(desk)
    for start in service.asked_at:
        assert sum(start <= at < start + 1.0 for at in service.asked_at) <= 3


def test_each_request_of_each_thread_moves_the_shared_slot_on(tmp_path: Path) -> None:
    desk, service = open_desk(tmp_path, [Say(200)])
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: ask(desk), range(12)))
    assert len(service.requests) == 12
    slot = next((tmp_path / "state").glob("**/*.slot"))
    assert float(slot.read_text().split()[0]) - 1_000_000.0 >= 12 * 1.1 / 3.0 - 1e-6


def test_a_reply_beyond_the_bound_is_refused(tmp_path: Path) -> None:
    desk, service = open_desk(
        tmp_path, [Say(200, content=gzip.compress(bytes(100_000)), headers={"Content-Encoding": "gzip"})]
    )
    desk.client.max_reply_bytes = 50_000
    with pytest.raises(SourceRejected, match="larger than 50,000 bytes"):
        ask(desk)
    assert len(service.requests) == 1


def test_a_reply_that_trickles_is_given_up(tmp_path: Path) -> None:
    time = FakeTime()

    class Trickle(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            for _ in range(1000):
                time.now += 50.0
                yield b"x"

    service = Service(lambda _: Say(200, stream=Trickle()))
    client = PoliteClient(
        make_settings(tmp_path, attempts=1),
        clock=lambda: NOW,
        notice=print,
        timing=time.timing(),
        transport=httpx.MockTransport(service),
    )
    with pytest.raises(SourceUnavailable, match="takes too long"):
        client.request(Call("x", "k", "https://h.example/", 3.0), lambda reply: reply)
    assert time.now < 1_000_000.0 + 700.0


def test_a_redirect_within_the_service_is_followed_with_its_body(tmp_path: Path) -> None:
    moved = Say(301, headers={"Location": "https://sister.service.example/api/v2"})
    desk, service = open_desk(tmp_path, [moved, Say(200, content=b"here")])
    assert ask(desk, body=b"id=1").body == b"here"
    assert [(r.method, r.url.host, r.content) for r in service.requests] == [
        ("POST", "service.example", b"id=1"),
        ("POST", "sister.service.example", b"id=1"),
    ]


@pytest.mark.parametrize("target", ["https://elsewhere.test/login", "http://service.example/", "file:///etc/passwd"])
def test_a_redirect_elsewhere_is_not_followed(tmp_path: Path, target: str) -> None:
    location = f"{target}?api_key={KEY}"
    desk, service = open_desk(tmp_path, [Say(302, headers={"Location": location})])
    with pytest.raises(SourceRejected, match="not followed") as caught:
        ask(desk)
    assert len(service.requests) == 1
    assert_no_secret(caught.value)


def test_a_redirect_in_a_circle_ends(tmp_path: Path) -> None:
    desk, _ = open_desk(tmp_path, [Say(307, headers={"Location": "/api"})])
    with pytest.raises(SourceRejected, match="redirects more than"):
        ask(desk)


@pytest.mark.parametrize(
    ("url", "target", "followed"),
    [
        ("https://www.ncbi.nlm.nih.gov/pmc/utils/idconv/v1.0/", "https://pmc.ncbi.nlm.nih.gov/tools/idconv/", True),
        ("http://h.example/", "https://h.example/", True),
        ("http://127.0.0.1:1/", "http://127.0.0.1:2/", True),
        ("http://127.0.0.1/", "http://10.0.0.1/", False),
        ("https://a.ac.uk/", "https://b.ac.uk/", False),
        ("https://localhost/", "https://h.example/", False),
        ("https://h.example/", "https:///x", False),
    ],
)
def test_which_redirects_are_followed(url: str, target: str, followed: bool) -> None:
    assert may_follow(url, target) is followed


def test_an_unusable_address_is_a_matter_of_settings(tmp_path: Path) -> None:
    desk, _ = open_desk(tmp_path, [httpx.UnsupportedProtocol("Request URL has an unsupported protocol")])
    with pytest.raises(SourceRejected, match="address in the settings"):
        ask(desk)


def test_requests_are_not_logged_with_their_secrets(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    desk, _ = open_desk(tmp_path, [Say(500)])
    with pytest.raises(SourceUnavailable):
        ask(desk)
    assert KEY not in caplog.text


# -- against a real socket ------------------------------------------------------------------------------------------


@contextmanager
def serve(*replies: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that reads a request and lets each reply in turn do with the connection what it wants."""
    listener = socket.create_server(("127.0.0.1", 0))
    release = threading.Event()

    def run() -> None:
        for reply in replies:
            connection, _ = listener.accept()
            with closing(connection):
                connection.recv(65536)
                reply(connection)
                if reply is hang:
                    release.wait(0.5)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        release.set()
        thread.join(5)
        listener.close()


def hang(_: socket.socket) -> None:
    """Say nothing."""


def answer_half(connection: socket.socket) -> None:
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 1000\r\n\r\n<PubmedArticleSet><PubmedArticle>"
    )


def answer_half_chunk(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<half\r\n20\r\nof")


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def answer(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nfine")


def real_client(tmp_path: Path, attempts: int) -> PoliteClient:
    settings = replace(make_settings(tmp_path, attempts=attempts), read_timeout=0.3, connect_timeout=2.0)
    return PoliteClient(settings, clock=lambda: datetime.now(UTC), notice=print, timing=Timing(chance=random.random))


@pytest.mark.parametrize("trouble", [hang, answer_half, answer_half_chunk, reset])
def test_a_real_connection_that_breaks_is_tried_again(tmp_path: Path, trouble: Callable[[socket.socket], None]) -> None:
    with serve(trouble, answer) as url, closing(real_client(tmp_path, 2)) as client:
        assert client.request(Call("x", "k", url, 100.0), lambda reply: reply.body) == b"fine"


@pytest.mark.parametrize(
    ("trouble", "kept"), [(answer_half, b"<PubmedArticleSet><PubmedArticle>"), (answer_half_chunk, b"<half")]
)
def test_what_came_of_a_truncated_reply_is_kept(
    tmp_path: Path, trouble: Callable[[socket.socket], None], kept: bytes
) -> None:
    with (
        serve(trouble) as url,
        closing(real_client(tmp_path, 1)) as client,
        pytest.raises(SourceUnavailable, match="broke off its reply") as caught,
    ):
        client.request(Call("x", "k", url, 100.0), lambda reply: reply.body)
    assert (caught.value.partial or b"").startswith(kept)


def test_a_port_nobody_listens_on_is_named_as_such(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with (
        closing(real_client(tmp_path, 1)) as client,
        pytest.raises(SourceUnavailable, match=r"no connection to 127\.0\.0\.1"),
    ):
        client.request(Call("x", "k", f"http://127.0.0.1:{port}/", 100.0), lambda reply: reply.body)


ASK_TEN_TIMES = """
import sys, time, datetime
from pathlib import Path
from exokb.transport.rate import HostPacer, Timing
pacer = HostPacer(Path(sys.argv[1]), Timing(), print)
for _ in range(5):
    pacer.wait_turn("eutils.example", 10.0)
    print(time.time())
"""


def test_two_processes_share_the_rate(tmp_path: Path) -> None:
    """Two processes at ten requests a second each get ten a second together."""
    command = [sys.executable, "-c", ASK_TEN_TIMES, str(tmp_path / "state")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    times = sorted(float(line) for output in outputs for line in output.split())
    assert len(times) == 10
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    # A sleeper may wake late and its successor on time, so single gaps vary; the pace as a whole does not.
    assert times[-1] - times[0] >= 9 * 0.11 - 0.05
    assert sum(gap < 0.05 for gap in gaps) <= 2
