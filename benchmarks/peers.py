"""The same work done by other programs, where they are installed: reading every record of a file."""

from __future__ import annotations

from importlib.util import find_spec

# Each takes a file's name and prints how many records it read.
_EXOKB = """
import sys
from exokb.formats.pubmedxml import decompress, split_batches
from exokb.sources.pubmed.parse import parse_records
with open(sys.argv[1], "rb") as raw:
    print(sum(len(parse_records(batch.body).records) for batch in split_batches(decompress(raw))))
"""
_PUBMED_PARSER = """
import sys
import pubmed_parser
print(len(pubmed_parser.parse_medline_xml(
    sys.argv[1], year_info_only=False, nlm_category=True, author_list=True, reference_list=True,
    parse_downto_mesh_subterms=True,
)))
"""
_BIOPYTHON = """
import gzip, sys
from Bio import Entrez
with (gzip.open if sys.argv[1].endswith(".gz") else open)(sys.argv[1], "rb") as stream:
    print(len(Entrez.read(stream)["PubmedArticle"]))
"""


def readers() -> dict[str, str]:
    """Give the programs that can be measured here: name -> Python code."""
    found = {"exokb": _EXOKB}
    if find_spec("pubmed_parser"):
        found["pubmed_parser"] = _PUBMED_PARSER
    if find_spec("Bio"):
        found["Bio.Entrez.read"] = _BIOPYTHON
    return found
