"""Searching the downloaded sample: SQL agrees with memory, and with a plain look through the texts."""

import gzip
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from exokb.domain.record import Record
from exokb.query.criteria import Criteria
from exokb.query.match import Matcher
from exokb.sources.pubmed.parse import parse_records
from exokb.store.search.sqlite import find_ids, search

pytestmark = pytest.mark.realdata

Library = Any

QUERIES = (
    'mesenchymal AND (exosome* OR "extracellular vesicle*")',
    "miR-21 OR miR21[ti]",
    "ischemia reperfusion",
    "tumour microenvironment NOT review[pt]",
    "patients OR 2021/05[dp]",
    "wang y[au] 2020:2021[dp]",
    'neoplasms[mh] OR "lung"[majr]',
    "humans[mh:noexp] NOT female[mh]",
    "scientific reports[ta]",
    "chinese[la] OR german[la]",
    "cell-derived",
    "co-culture* OR coculture*",
    "TGF-β OR TGFbeta",
    "NCT*[si]",
    "retracted publication[pt]",
    "hospital[ad] kidney[tiab]",
)


@pytest.fixture(scope="module")
def sample(real_data: Path, empty_library: Callable[[Path], Library], tmp_path_factory: Any) -> Iterator[Library]:
    made = empty_library(tmp_path_factory.mktemp("sample") / "library.db")
    body = gzip.decompress((real_data / "pubmed" / "sample-2021.xml.gz").read_bytes())
    newest: dict[int | None, Record] = {}
    for _, record in parse_records(body).records:
        if record.pmid not in newest or newest[record.pmid].version <= record.version:
            newest[record.pmid] = record
    for record in newest.values():
        made.add(record)
    yield made
    made.connection.close()


@pytest.mark.parametrize("text", QUERIES)
def test_sql_and_memory_agree(sample: Library, text: str) -> None:
    matcher = Matcher(Criteria(text=text))
    expected = {record_id for record_id, record in sample.records.items() if matcher.matches(record)}
    assert set(find_ids(sample.connection, Criteria(text=text))) == expected
    assert expected, "a query that finds nothing proves nothing"


@pytest.mark.parametrize("word", ["exosome", "kidney", "vesicle", "patient", "inflammation", "macrophage", "therapy"])
def test_every_record_that_shows_the_word_is_found(sample: Library, word: str) -> None:
    plain = re.compile(rf"(?<!\w){word}(?!\w)", re.I)
    shown = {
        record_id
        for record_id, record in sample.records.items()
        if plain.search(record.title) or plain.search(record.text("abstract"))
    }
    assert shown
    assert shown <= set(find_ids(sample.connection, Criteria(text=f"{word}[tiab]")))


def test_marks_of_every_hit_are_words_of_its_record(sample: Library) -> None:
    result = search(sample.connection, Criteria(text="exosome* vesicle"), limit=500)
    assert result.total == len(result.hits) > 20
    for hit in result.hits:
        record = sample.records[hit.record_id]
        assert "".join(piece.text for piece in hit.title_pieces) == record.title
        assert hit.snippet is not None or any(piece.marked for piece in hit.title_pieces)
        for piece in hit.snippet.pieces if hit.snippet else ():
            if piece.marked:
                assert re.match("(?i)exosom|(micro-?|nano-?)?vesicle", piece.text)
