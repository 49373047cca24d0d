"""What is tried again, and how long to wait before it.

A request is repeated where the trouble may pass: no connection, a timeout, the statuses of an overloaded or broken
server, a reply that broke off or could not be decoded, and a reply that its reader finds damaged. Everything else is
an answer. Waits grow exponentially with jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/)
and a server's Retry-After (RFC 9110, 10.2.3) is honoured.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tenacity import RetryCallState

FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
LONGEST_RETRY_AFTER = 120.0
"""Seconds. A server that asks for a longer pause is not asked again in this run; the error says how long it wants."""


class BrokenReply(Exception):
    """Raised by the reader of a reply to say: this is not what the service meant to send, ask again.

    Args:
        reason: what is wrong with it, in words.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AttemptFailed(Exception):
    """One attempt failed in a way that may pass.

    Attributes:
        reason: in words, without a URL.
        partial: what arrived of a reply that was meant as an answer; None if nothing did.
        retry_after: seconds the server asked to wait.
        undecodable: the body was not compressed the way its header says.
    """

    def __init__(
        self,
        reason: str,
        *,
        partial: bytes | None = None,
        retry_after: float | None = None,
        undecodable: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason, self.partial, self.retry_after, self.undecodable = reason, partial, retry_after, undecodable


def is_transient(status: int) -> bool:
    """Whether a status says "not now" rather than "no"."""
    return status in (408, 425, 429) or status >= 500


def is_worth_retrying(error: BaseException) -> bool:
    """Whether an attempt's error should lead to another attempt."""
    return isinstance(error, AttemptFailed) and (error.retry_after or 0.0) <= LONGEST_RETRY_AFTER


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Read a Retry-After header, seconds or an HTTP date, as seconds from ``now``; None where it says nothing."""
    text = (value or "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


def make_wait(chance: Callable[[], float]) -> Callable[[RetryCallState], float]:
    """Make tenacity's wait function: half to the whole of a doubling wait, and never less than Retry-After."""

    def wait(state: RetryCallState) -> float:
        doubled: float = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(state.attempt_number - 1, 10))
        backoff = doubled * (0.5 + 0.5 * chance())
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, AttemptFailed) and error.retry_after is not None:
            # A little more than asked, so that many clients told the same do not return together.
            return max(backoff, error.retry_after + 0.5 * chance())
        return backoff

    return wait
