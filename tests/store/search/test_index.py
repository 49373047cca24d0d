"""The full-text index follows what is stored."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from exokb.domain.record import Record
from exokb.query.criteria import Criteria
from exokb.query.fold import FOLD_VERSION
from exokb.query.match import document_of
from exokb.store import library as store_library
from exokb.store.search.index import (
    FOLD_VERSION_KEY,
    INDEX,
    fold_record,
    optimise_index,
    rebuild_index,
    remove_from_index,
    replace_in_index,
)
from exokb.store.search.sqlite import count

Library = Any


def vocabulary(connection: sqlite3.Connection) -> list[tuple[str, int, int]]:
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words USING fts5vocab('main', 'record_text_index', 'row')"
    )
    return connection.execute("SELECT term, doc, cnt FROM temp.words ORDER BY term").fetchall()


def test_a_removed_record_leaves_nothing_behind(library: Library) -> None:
    record = Record(pmid=990000001, title="Exosomes of invented cells", keywords=("co-culture",))
    record_id = library.add(record)
    assert count(library.connection, Criteria(text="exosome coculture")) == 1
    remove_from_index(library.connection, [(record_id, document_of(record))])
    assert count(library.connection, Criteria(text="exosome")) == 0
    assert vocabulary(library.connection) == []


def test_a_changed_record_is_found_by_its_new_words_only(library: Library) -> None:
    old = Record(pmid=990000001, title="Exosomes of invented cells")
    new = old.model_copy(update={"title": "Vesicles of invented cells"})
    record_id = library.add(old)
    replace_in_index(library.connection, [(record_id, document_of(old), document_of(new))])
    assert count(library.connection, Criteria(text="exosome")) == 0
    assert count(library.connection, Criteria(text="vesicle cell")) == 1


def test_replacing_and_removing_all_leaves_an_empty_index(
    library: Library, inventor: Callable[[int, int], list[Record]]
) -> None:
    first, second = inventor(20, 1), inventor(20, 2)
    ids = [library.add(record) for record in first]
    triples = zip(ids, map(document_of, first), map(document_of, second), strict=True)
    replace_in_index(library.connection, triples)
    library.connection.execute(f"INSERT INTO {INDEX}({INDEX}) VALUES ('integrity-check')")
    remove_from_index(library.connection, zip(ids, map(document_of, second), strict=True))
    assert vocabulary(library.connection) == []


def test_a_rebuilt_index_is_the_same(library: Library, inventor: Callable[[int, int], list[Record]]) -> None:
    for record in inventor(30, 3):
        library.add(record)
    before = vocabulary(library.connection)
    assert rebuild_index(library.connection) == 30
    optimise_index(library.connection)
    assert vocabulary(library.connection) == before
    noted = library.connection.execute("SELECT value FROM library_info WHERE key = ?", (FOLD_VERSION_KEY,)).fetchone()
    assert int(noted[0]) >= 1


def test_the_index_row_of_an_empty_record_is_empty() -> None:
    assert set(fold_record({})) == {""}


@pytest.mark.parametrize("sign", ["\ue000", "\ue001", "\ue002"])
def test_signs_of_the_index_cannot_come_from_a_record(sign: str) -> None:
    row = fold_record(document_of(Record(title=f"a{sign}b {sign}")))
    assert row[0] == "a b"


def test_the_migrations_make_the_index_this_code_expects(library: Any, tmp_path: Path) -> None:
    migrated = store_library.Library(str(tmp_path / "migrated.exokb"), clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))
    migrated.upgrade()
    with migrated.reading() as connection:
        noted = connection.execute("SELECT value FROM library_info WHERE key = ?", (FOLD_VERSION_KEY,)).fetchone()
        made = [
            "".join(some.execute("SELECT sql FROM sqlite_master WHERE name = ?", (INDEX,)).fetchone()[0].split())
            for some in (connection, library.connection)
        ]
    migrated.close()
    assert made[0] == made[1]
    assert noted == (str(FOLD_VERSION),)
