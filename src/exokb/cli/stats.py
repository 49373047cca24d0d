"""``exokb stats``: what is in the library."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from exokb.cli.options import DbOption, opened
from exokb.cli.output import is_terminal, write_json, write_line, write_table


def stats(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    db: DbOption = None,
) -> int:
    """Say what the library holds: records, trials, evidence by facet, references, years and lists."""
    from exokb.services.library import get_stats

    with opened(context, db) as app:
        found = get_stats(app)
    if as_json:
        write_json({"schema": 1, **asdict(found)})
        return 0
    rows: list[tuple[str, str, int | str]] = [("library", found.path, f"{found.size / 1e6:.1f} MB")]
    rows += [("rows", name.replace("_", " "), count) for name, count in found.rows.items()]
    rows += [("records", "retracted", found.retracted), ("references", "without a PMID", found.unresolved)]
    rows += [("records from", source, count) for source, count in found.sources]
    rows += [("trials", status or "no status", count) for status, count in found.trial_statuses]
    rows += [("trial kind", kind or "none", count) for kind, count in found.trial_kinds]
    rows += [("trials named by papers", "numbers", found.trials_named)]
    rows += [("trials named by papers", "not in the library", found.trials_not_here)]
    for facet, values in found.facets.items():
        rows += [(facet, value, count) for value, count in values]
    rows += [("year", str(year or "not dated"), count) for year, count in found.years]
    rows += [("list", name, count) for name, count, _ in found.lists]
    write_table(("kind", "what", "count"), _grouped(rows) if is_terminal() else rows, right=(2,))
    if is_terminal():
        write_line()
    return 0


def _grouped(rows: list[tuple[str, str, int | str]]) -> list[tuple[str, str, int | str]]:
    """Name each group once, for the eye."""
    return [
        (kind if n == 0 or rows[n - 1][0] != kind else "", what, count) for n, (kind, what, count) in enumerate(rows)
    ]
