"""The replies as others judge them: NLM's own DTD, and Biopython's validating reader with its bundled DTDs."""

import io
from pathlib import Path
from typing import Any

import pytest
from Bio import Entrez
from lxml import etree

from tests.upstream import SEED, Upstream, bulk, load_written
from tests.upstream.asking import eutil
from tests.upstream.pubmedxml import file_xml

DTD = Path(Entrez.__file__).parent / "DTDs" / "pubmed_250101.dtd"


@pytest.mark.skipif(not DTD.exists(), reason="this Biopython bundles another year's DTD")
def test_records_are_valid_pubmed_xml() -> None:
    dtd = etree.DTD(str(DTD))
    for file in (load_written().update_file(deleted=[990000999]), file_xml(bulk(60)).encode()):
        assert dtd.validate(etree.fromstring(file)), dtd.error_log


def read(upstream: Upstream, utility: str, **params: Any) -> Any:
    return Entrez.read(io.BytesIO(eutil(upstream, utility, **params).body))


def test_biopython_reads_searches(upstream: Upstream) -> None:
    result = read(upstream, "esearch", term="glioblastoma qwxyzzy", usehistory="y", retmax=20_000)
    assert result["IdList"] == ["990000029"]
    assert result["ErrorList"]["PhraseNotFound"] == ["qwxyzzy"]
    assert result["WarningList"]["OutputMessage"] == ["Restrictions achieved. start and count adjusted to 0, 9999"]
    again = read(upstream, "efetch", WebEnv=result["WebEnv"], query_key=result["QueryKey"], retmode="xml")
    assert [str(each["MedlineCitation"]["PMID"]) for each in again["PubmedArticle"]] == ["990000029"]


def test_biopython_reads_posts_links_and_books(upstream: Upstream) -> None:
    assert read(upstream, "epost", id=SEED)["QueryKey"] == "1"
    links = read(upstream, "elink", db="pubmed", linkname="pubmed_pubmed_citedin", id=["990000002", "990000044"])
    assert [len(each["LinkSetDb"]) for each in links] == [1, 0]
    records = read(upstream, "efetch", id=f"{SEED},990000038", retmode="xml")
    assert [len(records["PubmedArticle"]), len(records["PubmedBookArticle"])] == [1, 1]
