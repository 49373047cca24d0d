"""Turns: at most so many requests a second to one host, from all threads and processes of this machine together.

For each host a *slot file* holds the wall-clock time from which the next request may start. Whoever wants to send
locks the file, takes that time as its own turn, moves it on by one interval, unlocks and sleeps until its turn. The
wall clock is the one clock that all processes share; a clock that was set back is noticed, because the file also says
when it was written. Where the file cannot be used, the limit holds within this process, and a notice says so.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

MARGIN = 1.1
"""Requests are spaced by this much more than the limit asks, since the network may bring two of them closer together.

Biopython makes the same allowance: a pause of 1/3 s "sometimes hit the NCBI rate limit", 0.37 s did not.
"""

LONGEST_HOLD = 150.0
"""Seconds: a turn further away than this was not meant (a file from another clock), and is taken as now."""

_LOCK_TIMEOUT = 10.0
_LOCK_POLL = 0.005


@dataclass(frozen=True, slots=True)
class Timing:
    """Clocks, sleep and chance, so that tests take no time.

    Attributes:
        wall: seconds since the epoch, as every process of the machine reads it.
        monotonic: seconds that never go back, for measuring how long a reply takes.
        sleep: waits for some seconds.
        chance: a number from 0 up to 1, for jitter.
    """

    wall: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


class HostPacer:
    """Hands out turns, host by host.

    Args:
        folder: where the slot files lie, made when needed; None keeps the limit within this process.
        timing: clocks and sleep.
        notice: told once, in words, when the limit cannot be shared with other processes.
    """

    def __init__(self, folder: Path | None, timing: Timing, notice: Callable[[str], None]) -> None:
        self._folder = folder
        self._timing = timing
        self._notice = notice
        self._next_turn: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait_turn(self, host: str, per_second: float) -> None:
        """Sleep until this caller may send a request to ``host``, of which there are ``per_second`` at most."""
        interval = MARGIN / per_second
        with self._lock:
            now, turn = self._move(host, lambda now, free: (max(now, free), max(now, free) + interval))
        if turn > now:
            self._timing.sleep(turn - now)

    def hold(self, host: str, seconds: float) -> None:
        """Let nobody start a request to ``host`` for some seconds: it has asked for a pause."""
        seconds = min(seconds, LONGEST_HOLD)
        with self._lock:
            self._move(host, lambda now, free: (now, max(free, now + seconds)))

    def _move(self, host: str, step: Callable[[float, float], tuple[float, float]]) -> tuple[float, float]:
        """Read the host's slot, apply ``step(now, free) -> (turn, new_free)``, keep the result; give (now, turn)."""
        if self._folder is not None:
            try:
                return self._move_shared(self._folder, host, step)
            except (OSError, NotImplementedError) as error:
                # NotImplementedError: filelock on a file system without locks. filelock.Timeout is an OSError.
                self._folder = None
                self._notice(
                    f"the request rate cannot be shared with other exokb processes ({type(error).__name__} in the "
                    "state folder); it is kept within this process only"
                )
        now = self._timing.wall()
        free = self._next_turn.get(host, now)
        turn, new_free = step(now, _sane(now, free))
        self._next_turn[host] = new_free
        return now, turn

    def _move_shared(
        self, folder: Path, host: str, step: Callable[[float, float], tuple[float, float]]
    ) -> tuple[float, float]:
        folder.mkdir(parents=True, exist_ok=True)
        slot = folder / f"{re.sub(r'[^a-z0-9.-]', '_', host.lower())}.slot"
        with FileLock(f"{slot}.lock", timeout=_LOCK_TIMEOUT, poll_interval=_LOCK_POLL):
            now = self._timing.wall()
            free = _read_slot(slot, now)
            turn, new_free = step(now, free)
            # Not renamed into place: readers hold the lock, and a write that was killed half-way reads as "now".
            slot.write_text(f"{new_free:.6f} {now:.6f}\n", encoding="ascii")
        return now, turn


def _read_slot(slot: Path, now: float) -> float:
    """Give when the next request may start; ``now`` where the file is missing, damaged or of another clock."""
    try:
        free_text, written_text = slot.read_bytes()[:100].split()
        free, written = float(free_text), float(written_text)
    except (FileNotFoundError, ValueError):
        return now
    if not now >= written:  # the clock was set back (or the number is no number)
        return now
    return _sane(now, free)


def _sane(now: float, free: float) -> float:
    return free if free - now <= LONGEST_HOLD else now
