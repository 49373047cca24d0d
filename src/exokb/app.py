"""The application: settings, library, sources, annotator and clock in one place, each made when first used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from exokb.settings import Settings, load_settings
from exokb.store.library import Library

if TYPE_CHECKING:
    from exokb.evidence.annotator import Annotator
    from exokb.sources.interface import SourceSet

Clock = Callable[[], datetime]
Notice = Callable[[str], None]


def utc_now() -> datetime:
    """The time now, UTC-aware."""
    return datetime.now(UTC)


def _silent(_: str) -> None:
    """The notice of those who do not want to be told."""


@dataclass
class App:
    """What a use case works with.

    Attributes:
        settings: every setting, with where it came from.
        clock: gives the time, UTC-aware.
        notice: told in words what a person should know while work goes on (a backup, a slow service).
        given_sources: sources to use in place of those of the settings.
    """

    settings: Settings
    clock: Clock = utc_now
    notice: Notice = _silent
    given_sources: SourceSet | None = field(default=None)

    @cached_property
    def library(self) -> Library:
        """The library of the settings; nothing is opened yet."""
        return Library(self.settings.db, clock=self.clock, notice=self.notice)

    @cached_property
    def sources(self) -> SourceSet:
        """The sources, in the order in which they are asked."""
        if self.given_sources is not None:
            return self.given_sources
        from exokb.sources import open_sources

        return open_sources(self.settings, clock=self.clock, notice=self.notice)

    @cached_property
    def annotator(self) -> Annotator:
        """The annotator with the packaged vocabularies and the user's own.

        Raises:
            VocabularyError: a vocabulary of the user breaks a rule.
        """
        from exokb.evidence.annotator import Annotator
        from exokb.evidence.vocabulary_files import load_vocabulary

        return Annotator(load_vocabulary(self.settings.vocabulary_dir))

    def close(self) -> None:
        """Let go of the library."""
        if "library" in self.__dict__:
            self.library.close()


def open_app(*, db: str | None = None, clock: Clock = utc_now, notice: Notice = _silent) -> App:
    """Read the settings and give an `App`; nothing is opened before it is used.

    Raises:
        ConfigError: a setting is unknown or malformed.
    """
    return App(load_settings(db=db), clock, notice)
