"""A local server that speaks as the services exokb fetches from, written from their documentation and recorded replies.

It imports nothing of exokb, so that a misreading of a protocol shows as a failing test rather than twice.

- `Upstream`: the server, a context manager; ``environment()`` sends exokb to it, ``requests`` is the log,
  ``faults`` the `FaultPlan`, ``corpus`` the records it speaks of.
- `Fault`: all that can go wrong with a reply.
- `SEED`: the PMID of the review whose references the four sources give differently.

``python -m tests.upstream`` runs it for trying things by hand.
"""

from tests.upstream.bulk import bulk, bulk_trials
from tests.upstream.corpus import SEED, Corpus, load_written
from tests.upstream.entrez import VALID_KEY
from tests.upstream.faults import Fault, FaultPlan
from tests.upstream.log import Logged, RequestLog
from tests.upstream.message import Request
from tests.upstream.paper import Cited, Paper, Trial
from tests.upstream.server import Upstream

__all__ = [
    "SEED",
    "VALID_KEY",
    "Cited",
    "Corpus",
    "Fault",
    "FaultPlan",
    "Logged",
    "Paper",
    "Request",
    "RequestLog",
    "Trial",
    "Upstream",
    "bulk",
    "bulk_trials",
    "load_written",
]
