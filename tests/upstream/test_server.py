import http.client
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.upstream import Corpus, Fault, Upstream, bulk
from tests.upstream.asking import ask, eutil, fetched

ROOT = Path(__file__).parents[2]


def test_environment_leads_to_every_service(upstream: Upstream) -> None:
    environment = upstream.environment()
    assert set(environment) == {
        f"EXOKB_{name}_URL" for name in ("ENTREZ", "IDCONV", "ICITE", "EUROPEPMC", "CROSSREF", "TRIALS")
    }
    assert all(url.startswith("http://127.0.0.1:") and url.endswith("/") for url in environment.values())


def test_log_has_what_was_asked(upstream: Upstream) -> None:
    upstream.faults.add("efetch", Fault.EMPTY)
    eutil(upstream, "efetch", id="990000002,990000003", form=True)
    ask(upstream, "icite", "pubs", {"pmids": "7"})
    first, second = upstream.requests
    assert (first.endpoint, first.method, first.fault, first.status) == ("efetch", "POST", Fault.EMPTY, 200)
    assert first.params == {"db": "pubmed", "id": "990000002,990000003"}
    assert (second.endpoint, second.method, second.fault) == ("icite", "GET", None)
    assert second.path.endswith("/pubs?pmids=7")
    assert first.time <= second.time
    assert upstream.requests.ids() == ["990000002", "990000003"]
    assert (upstream.requests.count(), upstream.requests.count("icite")) == (2, 1)
    upstream.requests.clear()
    assert len(upstream.requests) == 0


def test_unknown_paths_are_404_and_logged(upstream: Upstream) -> None:
    assert ask(upstream, "entrez", "einfo.fcgi").status == 404
    assert upstream.requests[0].endpoint == "unknown"


def test_concurrent_requests_overlap_and_are_counted(upstream: Upstream) -> None:
    upstream.faults.latency = 0.3
    threads = [threading.Thread(target=eutil, args=(upstream, "efetch"), kwargs={"id": n}) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    upstream.requests.wait_for("efetch", 8, timeout=5)
    for thread in threads:
        thread.join()
    assert upstream.requests.peak > 1
    assert upstream.requests.peak_rate("efetch", window=60) == 8
    assert upstream.requests.peak_rate("esearch") == 0


def test_waiting_for_requests_ends(upstream: Upstream) -> None:
    with pytest.raises(TimeoutError, match="fewer than 1 requests to efetch"):
        upstream.requests.wait_for("efetch", timeout=0.05)


def test_connections_are_kept_alive(upstream: Upstream) -> None:
    connection = http.client.HTTPConnection(urlsplit(upstream.url).netloc, timeout=5)
    for pmid in ("990000002", "990000003"):
        connection.request("GET", f"/entrez/eutils/efetch.fcgi?db=pubmed&id={pmid}")
        assert pmid.encode() in connection.getresponse().read()
    connection.close()


def test_corpus_can_be_chosen() -> None:
    with Upstream(Corpus(bulk(3))) as upstream:
        assert len(upstream.corpus) == 3
    with Upstream(bulk(2), written=False) as upstream:
        assert len(upstream.corpus) == 2
        assert fetched(eutil(upstream, "efetch", id="990100001,990100002")) == ["990100001", "990100002"]
    with Upstream(5) as upstream:
        assert len(upstream.corpus) > 40


def test_failure_of_the_server_reaches_the_test() -> None:
    def fail(request: object) -> bool:
        raise RuntimeError("a broken condition")

    upstream = Upstream()
    upstream.faults.add("efetch", Fault.EMPTY, when=fail)
    upstream.start()
    assert eutil(upstream, "efetch", id="990000002").status == 500
    with pytest.raises(ExceptionGroup, match="the test server failed"):
        upstream.__exit__(None, None, None)


def test_not_started_has_no_url() -> None:
    with pytest.raises(RuntimeError, match="not been started"):
        Upstream().environment()


def test_runs_by_hand() -> None:
    command = [sys.executable, "-m", "tests.upstream", "--port", "0", "--records", "5"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline().strip() for _ in range(6)]
            exported = dict(line.removeprefix("export ").split("=", 1) for line in lines)
            url = f"{exported['EXOKB_ENTREZ_URL']}efetch.fcgi?db=pubmed&id=990100005"
            with urllib.request.urlopen(url, timeout=10) as reply:
                assert b"990100005" in reply.read()
        finally:
            process.terminate()
