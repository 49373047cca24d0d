"""A library from the bundled corpus, made through the same services as any other."""

from __future__ import annotations

from dataclasses import dataclass

from exokb.app import App
from exokb.services.decisions import confirm_terms
from exokb.services.fetch import FetchReport, FetchRequest, fetch
from exokb.services.trials.storing import store_trials
from exokb.sources.bundled.client import BundledSource
from exokb.sources.clinicaltrials.parse import parse_studies
from exokb.sources.interface import SourceSet

READ_BY_A_PERSON = "read off its abstract, which is not bundled"
"""Note of the decisions that the corpus brings along, see ``data/fixtures/README.md``."""


@dataclass(frozen=True)
class DemoReport:
    """What was put into the demonstration library."""

    fetched: FetchReport
    trials: int

    @property
    def papers(self) -> int:
        """How many papers the library got."""
        return self.fetched.ingest.outcomes["added"]


def build_demo(app: App) -> DemoReport:
    """Fill the application's library from the bundled corpus; needs no network.

    Raises:
        StoreError: the library cannot be written.
        SourceUnavailable: the installation is not whole.
    """
    bundled = BundledSource()
    demo = App(app.settings, app.clock, app.notice, SourceSet(records=bundled))
    try:
        payload = bundled.fetch_trials()
        trials = store_trials(demo, payload, parse_studies(payload.body).trials)
        # What the papers cite is in their records. Following it would ask for papers that are not bundled.
        report = fetch(demo, FetchRequest(identifiers=bundled.identifiers()))
        for identifier, covers in bundled.read_covers().items():
            terms = [(facet, value) for facet, values in covers.items() for value in values]
            confirm_terms(demo, identifier, terms, note=READ_BY_A_PERSON)
    finally:
        demo.close()
    return DemoReport(report, len(trials))
