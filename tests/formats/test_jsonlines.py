import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from exokb.formats import EXPORTERS
from exokb.formats.columns import COLUMNS, ExportRow
from tests.formats.test_delimited import ROW


def _json(rows: list[ExportRow]) -> dict[str, object]:
    document: dict[str, object] = json.loads(b"".join(EXPORTERS["json"](rows)))
    return document


def test_a_document_names_its_format_and_version() -> None:
    assert _json([]) == {"format": "exokb-records", "version": 1, "records": []}


def test_a_record_has_every_column_with_lists_as_lists() -> None:
    document = _json([ROW, ROW])
    assert isinstance(document["records"], list)
    first, second = document["records"]
    assert first == second
    assert set(first) == {column.name for column in COLUMNS} - {"trial_status", "trial_status_date"}
    assert first["pmid"] == 990000001
    assert first["pmcid"] is None
    assert first["keywords"] == ["one; two", "three"]
    assert first["abstract"] == 'AIM: to "fly".\nRESULTS: none.'
    assert first["trials"] == [
        {"id": "NCT99000001", "status": "RECRUITING", "observed": "2022-01-20", "registered_as": None, "named": True},
        {"id": "NCT99000002", "status": None, "observed": None, "registered_as": None, "named": True},
    ]


def test_json_lines_are_one_versioned_record_each() -> None:
    lines = b"".join(EXPORTERS["jsonl"]([ROW, ROW])).decode().removesuffix("\n").split("\n")
    records = _json([ROW])["records"]
    assert isinstance(records, list)
    assert [json.loads(line) for line in lines] == [{"version": 1, **records[0]}] * 2


@given(st.text(max_size=20), st.lists(st.text(max_size=6), max_size=3))
def test_any_text_comes_back(title: str, keywords: list[str]) -> None:
    row = replace(ROW, title=title, keywords=tuple(keywords))
    for record in (
        json.loads(b"".join(EXPORTERS["json"]([row])))["records"][0],
        json.loads(b"".join(EXPORTERS["jsonl"]([row]))),
    ):
        assert record["title"] == title
        assert record["keywords"] == keywords


def test_half_a_surrogate_pair_becomes_the_replacement_character() -> None:
    (line,) = b"".join(EXPORTERS["jsonl"]([replace(ROW, title="a\ud83db")])).splitlines()
    assert json.loads(line)["title"] == "a\ufffdb"
