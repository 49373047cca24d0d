"""JSON and JSON Lines: the same columns as CSV, with lists as lists and values as they are.

JSON is one object, ``{"format": "exokb-records", "version": 1, "records": [...]}``; JSON Lines
(https://jsonlines.org) is one record a line, each with ``"version": 1``. A record has the names of
`exokb.formats.columns.COLUMNS`, except that ``trials`` holds objects (``id``, ``status``, ``observed``,
``registered_as``, ``named``) in place of the three trial columns. What is not known is null. ``version`` grows when a
name goes or changes its meaning; new names may come at any time. Where words
of a search found their synonyms too, the JSON object tells them as ``expanded``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from exokb.formats.columns import COLUMNS, ExportRow
from exokb.formats.exporter import Exporter

FORMAT = "exokb-records"
VERSION = 1

_GETTERS = [(column.name, column.get) for column in COLUMNS if not column.name.startswith("trial")]
_SURROGATE = re.compile("[\ud800-\udfff]")
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def record_object(row: ExportRow) -> dict[str, Any]:
    """Give the record as plain values for JSON, in the order of the columns."""
    record: dict[str, Any] = {name: get(row) for name, get in _GETTERS}
    record["trials"] = [
        {
            "id": t.trial_id,
            "status": t.status,
            "observed": t.observed,
            "registered_as": t.registered_as,
            "named": t.named,
        }
        for t in row.trials
    ]
    return record


def _encoded(value: dict[str, Any]) -> str:
    text = _encode(value)
    # half a surrogate pair is no character, and no UTF-8 file can hold it; isascii() is a quick way past the search
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _write_json(rows: Iterable[ExportRow], about: Mapping[str, Any] | None = None) -> Iterator[str]:
    yield _encoded({"format": FORMAT, "version": VERSION, **(about or {})})[:-1] + ', "records": ['
    separator = "\n"
    for row in rows:
        yield separator + _encoded(record_object(row))
        separator = ",\n"
    yield "\n]}\n"


def _write_jsonl(rows: Iterable[ExportRow]) -> Iterator[str]:
    for row in rows:
        yield _encoded({"version": VERSION, **record_object(row)}) + "\n"


JSON = Exporter("json", ".json", "application/json", "one JSON document", _write_json, write_about=_write_json)
JSONL = Exporter("jsonl", ".jsonl", "application/jsonl", "JSON Lines: one record a line", _write_jsonl)
