"""Polite HTTP: one client with timeouts, a request rate shared by the whole machine, and retries.

``client.py`` sends, ``rate.py`` waits for a turn, ``retry.py`` decides what is tried again and when. httpx is imported
in this package only.
"""

from __future__ import annotations

from exokb.transport.client import Call, PoliteClient, Reply
from exokb.transport.rate import Timing
from exokb.transport.retry import BrokenReply

__all__ = ["BrokenReply", "Call", "PoliteClient", "Reply", "Timing"]
