"""Run the server by hand: ``python -m tests.upstream --port 0 --latency 0.3 --records 10000``."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time

from tests.upstream.server import Upstream


def main() -> None:
    """Print the environment to export on stdout, then each request on stderr, until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.upstream", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on the loopback interface, 0 for any")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before every reply")
    parser.add_argument("--records", type=int, default=0, help="plain records beside the written ones")
    parser.add_argument("--enforce-rate", action="store_true", help="answer 429 beyond the allowed rate")
    given = parser.parse_args()
    server = Upstream(given.records, latency=given.latency, enforce_rate=given.enforce_rate, port=given.port)
    with server, contextlib.suppress(KeyboardInterrupt):
        for name, value in server.environment().items():
            sys.stdout.write(f"export {name}={value}\n")
        sys.stdout.flush()
        shown = 0
        while True:
            time.sleep(0.2)
            for entry in list(server.requests)[shown:]:
                sys.stderr.write(f"{entry.method} {entry.path} {entry.fault or ''}\n")
                shown += 1


if __name__ == "__main__":
    main()
