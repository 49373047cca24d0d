"""How many records a second one core annotates: `python benchmarks/annotate.py FILE.xml.gz [COUNT]`.

Prints the rate over all records of a PubMed file, over those of them that speak of vesicles, and over those that speak
of vesicles from MSC, with the time to load the vocabularies. Parsing is not counted.
"""

from __future__ import annotations

import gzip
import sys
import time
from pathlib import Path

from exokb.domain.record import Record
from exokb.evidence.annotator import Annotator
from exokb.evidence.vocabulary_files import load_vocabulary
from exokb.sources.pubmed.parse import parse_records

GOAL = 2_000


def rate(annotator: Annotator, records: list[Record]) -> float:
    """Records a second of processor time, the better of two runs."""
    best = float("inf")
    for _ in range(2):
        start = time.process_time()
        for record in records:
            annotator.annotate(record)
        best = min(best, time.process_time() - start)
    return len(records) / best


def main() -> None:
    path = Path(sys.argv[1])
    body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    records = [record for _, record in parse_records(body).records][: int(sys.argv[2]) if len(sys.argv) > 2 else None]
    start = time.process_time()
    annotator = Annotator(load_vocabulary())
    print(f"vocabularies loaded in {time.process_time() - start:.2f} s")
    abstracts = [record for record in records if record.abstract]
    facets = {record.pmid: {a.facet for a in annotator.annotate(record)} for record in abstracts}
    on_vesicles, on_msc = ([record for record in abstracts if facet in facets[record.pmid]]
                           for facet in ("vesicle", "relevance"))  # fmt: skip
    for name, part in (("all abstracts", abstracts), ("on vesicles", on_vesicles), ("on MSC vesicles", on_msc)):
        if part:
            print(f"{name:15} {len(part):7,} records {rate(annotator, part):9,.0f} a second (goal {GOAL:,})")


if __name__ == "__main__":
    main()
