"""How long work tells how far it is: the command line draws it, others ignore it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told of stages of work, one after the other."""

    def begin(self, label: str, total: int | None) -> None:
        """A stage starts; ``total`` units of it are to come, where that is known."""
        ...

    def advance(self, count: int = 1) -> None:
        """``count`` units of the stage are done."""
        ...


class NoProgress:
    """Ignores everything."""

    def begin(self, label: str, total: int | None) -> None:
        """Ignore it."""

    def advance(self, count: int = 1) -> None:
        """Ignore it."""
