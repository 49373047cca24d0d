"""The application: settings, store, sources, annotator and clock in one place, each made when first used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from exokb.settings import Settings, load_settings

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time now, UTC-aware."""
    return datetime.now(UTC)


@dataclass
class App:
    """What a use case works with."""

    settings: Settings
    clock: Clock = utc_now


def open_app(*, db: str | None = None, clock: Clock = utc_now) -> App:
    """Read the settings and give an `App`; nothing is opened before it is used."""
    return App(load_settings(db=db), clock)
