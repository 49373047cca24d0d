"""A table of trials as an Excel workbook: the trials, every state that was seen, the papers, and what the columns mean.

Text is written as text, never as a formula; links are those of the column ``url`` only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from exokb.formats.trial_columns import HISTORY_COLUMNS, PAPER_COLUMNS, TRIAL_COLUMNS, TrialColumn
from exokb.formats.workbook import MAX_LINKS, put_cells, start_sheet

if TYPE_CHECKING:
    from exokb.formats.columns import Value
    from exokb.formats.trial_tables import TrialTable

_WIDTHS = {
    "trial_id": 14, "title": 50, "status": 24, "phases": 16, "enrollment": 11, "conditions": 30, "interventions": 40,
    "countries": 20, "changes": 60, "proof": 60, "pmid": 11, "year": 7, "held_from": 12, "registry_date": 12,
    "shown": 12, "observed": 12, "last_observed": 12, "as_of": 12, "meaning": 90, "what": 20,
}  # fmt: skip
_SHEETS: dict[str, Sequence[TrialColumn[Any]]] = {
    "trials": TRIAL_COLUMNS,
    "history": HISTORY_COLUMNS,
    "papers": PAPER_COLUMNS,
}


def write_trial_workbook(table: TrialTable) -> bytes:
    """Give the bytes of the workbook: the sheets ``trials``, ``history``, ``papers`` and ``about``.

    Raises:
        FormatError: there are more rows than a sheet can hold.
    """
    import xlsxwriter

    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    states = table.read_states()
    with xlsxwriter.Workbook(target, options) as workbook:
        workbook.set_properties({"title": "Registered trials", "created": table.made.replace(tzinfo=None)})
        styles = _styles(workbook)
        trials = _fill(workbook, "trials", ([c.get(entry) for c in TRIAL_COLUMNS] for entry in table.entries), styles)
        at_url = [c.name for c in TRIAL_COLUMNS].index("url")
        for at, entry in enumerate(table.entries[:MAX_LINKS], 1):
            if entry.url:
                trials.write_url(at, at_url, entry.url, styles["link"], string=entry.url)
        history = (state for entry in table.entries for state in states.get(entry.row, ()))
        _fill(workbook, "history", ([c.get(state) for c in HISTORY_COLUMNS] for state in history), styles)
        papers = ((entry.trial_id, paper) for entry in table.entries for paper in entry.papers)
        _fill(workbook, "papers", ([c.get(paper) for c in PAPER_COLUMNS] for paper in papers), styles)
        _fill(workbook, "about", _about(table), styles, header=("what", "column", "meaning"))
    return target.getvalue()


def _styles(workbook: Any) -> dict[str, Any]:
    body = {"text_wrap": True, "valign": "top"}
    return {
        "head": workbook.add_format({"bold": True, "bottom": 1, "valign": "top"}),
        "body": workbook.add_format(body),
        "link": workbook.add_format({**body, "font_color": "#0563C1", "underline": 1}),
    }


def _fill(
    workbook: Any, name: str, rows: Iterable[Sequence[Value]], styles: dict[str, Any], header: Sequence[str] = ()
) -> Any:
    sheet = workbook.add_worksheet(name)
    names = header or [column.name for column in _SHEETS[name]]
    start_sheet(sheet, names, styles["head"], _WIDTHS)
    last = 0
    for last, cells in enumerate(rows, 1):
        put_cells(sheet, last, cells, styles["body"])
    sheet.autofilter(0, 0, last, len(names) - 1)
    return sheet


def _about(table: TrialTable) -> Iterable[tuple[Value, ...]]:
    yield "made", None, f"{table.made.isoformat(timespec='seconds')}, by exokb"
    yield "state", None, f"as known at {table.as_of}" if table.as_of else "as known when the table was made"
    yield "trials", None, len(table.entries)
    for note in table.notes:
        yield "note", None, note
    for sheet, columns in _SHEETS.items():
        for column in columns:
            yield f"sheet {sheet}", column.name, column.description
