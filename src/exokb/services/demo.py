"""A library from the bundled corpus, made through the same services as any other."""

from __future__ import annotations

from dataclasses import dataclass

from exokb.app import App
from exokb.services.fetch import FetchReport, FetchRequest, fetch
from exokb.services.trials import store_trials
from exokb.sources.bundled.client import BundledSource
from exokb.sources.clinicaltrials.parse import parse_studies
from exokb.sources.interface import SourceSet


@dataclass(frozen=True)
class DemoReport:
    """What was put into the demonstration library."""

    fetched: FetchReport
    trials: int


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
        report = fetch(demo, FetchRequest(identifiers=bundled.identifiers(), references=True))
    finally:
        demo.close()
    return DemoReport(report, len(trials))
