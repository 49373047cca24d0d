from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from exokb.sources import open_sources
from exokb.sources.interface import (
    CitationMatcher,
    CitingSource,
    IdentifierResolver,
    QuerySource,
    ReferenceSource,
    SimilarSource,
)
from tests.service_double import make_settings


def test_the_chain_is_in_order_and_each_source_offers_what_it_says(tmp_path: Path) -> None:
    sources = open_sources(make_settings(tmp_path))
    assert sources.records.name == "pubmed"
    assert sources.records.batch_size == 200
    assert [source.name for source in sources.references] == ["icite", "europepmc", "crossref"]
    assert [source.name for source in sources.citing] == ["pubmed", "icite", "europepmc"]
    assert list(sources.notes) == ["pubmed", "icite", "europepmc", "crossref"]
    for protocol in (IdentifierResolver, QuerySource, SimilarSource, CitationMatcher, CitingSource):
        assert isinstance(sources.records, protocol)
    assert not isinstance(sources.records, ReferenceSource)
    assert all(isinstance(source, ReferenceSource) for source in sources.references)


def test_opening_sends_nothing_and_writes_nothing(tmp_path: Path) -> None:
    open_sources(make_settings(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_importing_the_package_imports_no_source() -> None:
    code = (
        "import sys, exokb.sources; print(*sorted({'httpx', 'Bio', 'lxml', 'pydantic', 'tenacity'} & set(sys.modules)))"
    )
    environment = {"PYTHONPATH": ":".join(filter(None, sys.path))}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert result.stdout.strip() == ""
