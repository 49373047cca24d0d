"""The library as a whole: what is in it, and whether it is sound."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import version

from exokb import __version__
from exokb.app import App
from exokb.errors import ExokbError, NotInLibrary
from exokb.store.checks import check_library, check_trials
from exokb.store.connection import SQLITE_VERSION
from exokb.store.statistics import LibraryStats, count_library


def get_stats(app: App) -> LibraryStats:
    """Count what the library holds.

    Raises:
        NotInLibrary: there is no library yet.
    """
    with app.library.reading() as connection:
        return count_library(connection, app.library.path)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the doctor looked at: whether it is well, and what to do if not."""

    subject: str
    well: bool
    said: str
    remedy: str = ""


def examine(app: App) -> list[Finding]:
    """Look at the installation, the settings and the library; never raises for what is wrong with them."""
    findings = [
        Finding("exokb", True, f"{__version__} on Python {platform.python_version()}, {platform.system()}"),
        Finding("SQLite", True, f"{SQLITE_VERSION}, Biopython {version('biopython')}"),
    ]
    email = app.settings.email
    findings.append(
        Finding("e-mail", bool(email), app.settings.shown("email"), "" if email else "set NCBI_EMAIL: NCBI asks for it")
    )
    key = app.settings.ncbi_api_key
    said = "set: 10 requests a second" if key else "not set: 3 requests a second"
    findings.append(Finding("NCBI API key", True, said))
    vocabulary: str | None
    try:
        terms, vocabulary = len(app.annotator.vocabulary.terms), app.annotator.vocabulary.version
        findings.append(Finding("vocabularies", True, f"{vocabulary}, {terms} terms"))
    except ExokbError as error:
        findings.append(Finding("vocabularies", False, str(error), error.hint))
        vocabulary = None
    findings += _examine_library(app, vocabulary)
    return findings


def _examine_library(app: App, vocabulary: str | None) -> list[Finding]:
    try:
        with app.library.reading() as connection:
            found = check_library(connection, vocabulary)
            trials = check_trials(connection)
    except NotInLibrary as error:
        return [Finding("library", True, f"none yet at {error.path}", error.hint)]
    except ExokbError as error:
        return [Finding("library", False, str(error), error.hint)]
    # How current trials are is no defect of the library: it is told, and does not fail.
    return [
        *(Finding(f"library: {subject}", well, said, remedy) for subject, well, said, remedy in found),
        *(Finding(f"trials: {subject}", well, said, remedy) for subject, well, said, remedy in trials),
    ]
