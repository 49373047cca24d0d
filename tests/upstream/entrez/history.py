"""The history server: result sets kept under a WebEnv and a query key, until they expire."""

from __future__ import annotations

import itertools
import threading

FETCHABLE = 9_999
"""As many records of a PubMed query can be had, of however many it finds."""


class History:
    """Result sets by WebEnv and query key."""

    def __init__(self) -> None:
        self._sets: dict[str, list[list[int]]] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def keep(self, pmids: list[int], web_env: str = "") -> tuple[str, str]:
        """Keep a set, in a known WebEnv or a new one.

        Returns:
            WebEnv and query key.
        """
        with self._lock:
            if web_env not in self._sets:
                web_env = f"MCID_{next(self._numbers):024x}"
                self._sets[web_env] = []
            self._sets[web_env].append(pmids)
            return web_env, str(len(self._sets[web_env]))

    def get(self, web_env: str, query_key: str) -> list[int] | None:
        """Give a set, or None where it has expired or never was."""
        with self._lock:
            sets = self._sets.get(web_env, [])
            place = int(query_key) - 1 if query_key.isdigit() else -1
            return list(sets[place]) if 0 <= place < len(sets) else None

    def expire(self) -> None:
        """Forget every set, as the real server does after some hours."""
        with self._lock:
            self._sets.clear()
