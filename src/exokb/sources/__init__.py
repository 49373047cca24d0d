"""Where records, references and trials come from: one folder a source, ``client.py`` bytes in, ``parse.py`` pure.

`open_sources` is the one list of them. Importing this package imports none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exokb.settings import Settings
    from exokb.sources.interface import SourceSet


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _ignore(_: str) -> None:
    return None


def open_sources(
    settings: Settings, *, clock: Callable[[], datetime] = _utc_now, notice: Callable[[str], None] = _ignore
) -> SourceSet:
    """Give the network sources in the order they are asked; nothing is opened before the first request.

    The chain of references is PubMed, iCite, Europe PMC, Crossref. PubMed's own list comes with the record, so it is
    the first of the chain without being in ``references``.

    Args:
        settings: addresses, timeouts, the API key and the contact address.
        clock: the time now, UTC-aware; stamps what is fetched.
        notice: told what a user should know and nobody has to handle, such as a refused API key.
    """
    from exokb.sources.clinicaltrials.client import ClinicalTrials
    from exokb.sources.crossref.client import Crossref
    from exokb.sources.europepmc.client import EuropePMC
    from exokb.sources.icite.client import ICite
    from exokb.sources.interface import SourceSet
    from exokb.sources.pubmed.client import PubMedClient
    from exokb.transport import PoliteClient

    transport = PoliteClient(settings, clock=clock, notice=notice)
    pubmed = PubMedClient(transport, settings)
    icite = ICite(transport, settings)
    europepmc = EuropePMC(transport, settings)
    return SourceSet(
        records=pubmed,
        references=(icite, europepmc, Crossref(transport, settings)),
        citing=(pubmed, icite, europepmc),
        trials=ClinicalTrials(transport, settings),
        notes={
            "pubmed": "the record's own reference list; citing papers in PMC",
            "icite": "NIH Open Citation Collection",
            "europepmc": "Europe PMC's reference lists",
            "crossref": "deposited by the publisher",
        },
    )
