"""How a table of trials is written to a file: one line a format.

CSV and TSV are made safe as `exokb.formats.delimited` says. JSON is one object, ``{"format": "exokb-trials", "version":
1, ...}``; JSON Lines is one trial a line. Both have the names of `exokb.formats.trial_columns.TRIAL_COLUMNS`, with
``papers`` and ``other_numbers`` as objects. ``version`` grows when a name goes or changes its meaning.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from exokb.formats.delimited import csv_rows, tsv_rows
from exokb.formats.exporter import BOM
from exokb.formats.markdown import markdown_rows
from exokb.formats.trial_columns import (
    HISTORY_COLUMNS,
    PRINTED,
    TRIAL_COLUMNS,
    TrialColumn,
    TrialEntry,
    TrialPaper,
    TrialState,
    show_value,
)  # fmt: skip

FORMAT = "exokb-trials"
VERSION = 1


@dataclass(frozen=True)
class TrialTable:
    """A table of trials.

    Attributes:
        entries: the trials, in order.
        made: when the table is made, UTC.
        as_of: the day whose state it shows; None for what is known now.
        notes: what a reader must know of what is left out or empty.
        read_states: gives the states of each trial, by row id; called where a format has them.
    """

    entries: Sequence[TrialEntry]
    made: datetime
    as_of: str | None = None
    notes: Sequence[str] = ()
    read_states: Callable[[], Mapping[int, Sequence[TrialState]]] = dict


TrialWriter = Callable[[TrialTable], Iterator[bytes]]
"""Gives the file's bytes in pieces."""


def paper_object(paper: TrialPaper) -> dict[str, Any]:
    """A linked paper as plain values for JSON."""
    about = {name: value for name, value in asdict(paper).items() if name not in ("here", "reports", "links")}
    links = [{**asdict(link), "proof": link.text} for link in paper.links]
    return about | {"in_library": paper.here, "publication": paper.reports, "links": links}


def trial_object(entry: TrialEntry) -> dict[str, Any]:
    """A trial as plain values for JSON, in the order of the columns."""
    found: dict[str, Any] = {column.name: column.get(entry) for column in TRIAL_COLUMNS}
    found["other_numbers"] = [{"number": number, "kind": kind} for number, kind in entry.numbers]
    found["papers"] = [paper_object(paper) for paper in entry.papers]
    found["state_known"] = entry.state_known
    return found


def state_object(state: TrialState) -> dict[str, Any]:
    """A state of a trial as plain values for JSON; a field that it does not give is null."""
    about = {column.name: column.get(state) for column in HISTORY_COLUMNS if column.name not in state.values}
    values = {name: show_value(value) for name, value in state.values.items()}
    changes = [{"field": name, "before": before, "after": after} for name, before, after in state.changes]
    return about | values | {"changes": changes}


def _table(table: TrialTable, names: Sequence[str] = ()) -> tuple[list[str], Iterator[list[Any]]]:
    columns: list[TrialColumn[TrialEntry]] = [c for c in TRIAL_COLUMNS if not names or c.name in names]
    return [c.name for c in columns], ([c.get(entry) for c in columns] for entry in table.entries)


def _csv(table: TrialTable) -> Iterator[bytes]:
    return _encoded(csv_rows(*_table(table)))


def _csv_for_excel(table: TrialTable) -> Iterator[bytes]:
    yield BOM.encode()
    yield from _csv(table)


def _tsv(table: TrialTable) -> Iterator[bytes]:
    return _encoded(tsv_rows(*_table(table)))


def _markdown(table: TrialTable) -> Iterator[bytes]:
    yield from _encoded(markdown_rows(*_table(table, PRINTED)))
    for note in table.notes:
        yield f"\n{note}\n".encode()


def _json(table: TrialTable) -> Iterator[bytes]:
    head = {
        "format": FORMAT, "version": VERSION, "made": table.made.isoformat(), "as_of": table.as_of,
        "notes": list(table.notes),
    }  # fmt: skip
    yield json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "trials": ['
    separator = "\n"
    for entry in table.entries:
        yield (separator + json.dumps(trial_object(entry), ensure_ascii=False)).encode("utf-8", "replace")
        separator = ",\n"
    yield b"\n]}\n"


def _jsonl(table: TrialTable) -> Iterator[bytes]:
    for entry in table.entries:
        line = json.dumps({"version": VERSION, **trial_object(entry)}, ensure_ascii=False)
        yield f"{line}\n".encode("utf-8", "replace")


def _ids(table: TrialTable) -> Iterator[bytes]:
    return (f"{entry.trial_id}\n".encode() for entry in table.entries)


def _xlsx(table: TrialTable) -> Iterator[bytes]:
    from exokb.formats.trial_workbook import write_trial_workbook

    yield write_trial_workbook(table)


def _encoded(pieces: Iterator[str]) -> Iterator[bytes]:
    return (piece.encode("utf-8", "replace") for piece in pieces)


TRIAL_WRITERS: dict[str, TrialWriter] = {
    "csv": _csv, "tsv": _tsv, "json": _json, "jsonl": _jsonl, "xlsx": _xlsx, "md": _markdown, "ids": _ids,
}  # fmt: skip
"""Every format of a table of trials by its name."""
CSV_FOR_EXCEL: TrialWriter = _csv_for_excel
"""CSV that starts with a byte order mark, so that Excel reads it as UTF-8."""
