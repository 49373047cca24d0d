"""Which records are linked to trials of a status or phase, as SQL for SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from exokb.domain.trial_status import PHASES, STATUSES, parse_phases, parse_status
from exokb.errors import UnknownTerm
from exokb.query.facet_names import near_values

_LINKED = "SELECT l.record_id FROM trial_links l"
_WITH_TRIAL = f"{_LINKED} JOIN trial x ON x.id = l.trial_row WHERE"
_HAS_PHASE = "instr('; ' || x.phases || ';', '; ' || ? || ';') > 0"


def trial_conditions(
    connection: sqlite3.Connection, statuses: Sequence[str], phases: Sequence[str]
) -> list[tuple[str, list[object]]]:
    """Give what must hold of a record ``r``: (SQL, parameters) each.

    A status and a phase must be those of one trial; ``any`` and ``none`` ask whether it is linked to one.

    Raises:
        UnknownTerm: a status or phase that neither the registry enumerates nor a trial here has.
    """
    ways, asked = [], []
    for status in statuses:
        folded = parse_status(status)
        if folded == "ANY":
            ways.append(f"r.id IN ({_LINKED})")
        elif folded == "NONE":
            ways.append(f"r.id NOT IN ({_LINKED})")
        else:
            asked.append(folded)
    _check(connection, statuses, asked, phases)
    # a trial of phase 1/2 has two of them
    wanted_phases = [parse_phases(phase) for phase in phases]
    in_phase = " OR ".join(f"({' AND '.join([_HAS_PHASE] * len(together))})" for together in wanted_phases) or "1"
    wanted: list[object] = [phase for together in wanted_phases for phase in together]
    if asked:
        ways.append(f"r.id IN ({_WITH_TRIAL} x.status IN (SELECT value FROM json_each(?)) AND ({in_phase}))")
        return [(f"({' OR '.join(ways)})", [json.dumps(asked), *wanted])]
    conditions: list[tuple[str, list[object]]] = [(f"({' OR '.join(ways)})", [])] if ways else []
    if phases:
        conditions.append((f"r.id IN ({_WITH_TRIAL} ({in_phase}))", wanted))
    return conditions


def _check(
    connection: sqlite3.Connection, statuses: Sequence[str], asked: Sequence[str], phases: Sequence[str]
) -> None:
    """Refuse what neither the registry enumerates nor a trial here has: the registry may have added values."""
    if asked:
        known = {*STATUSES, *(s for (s,) in connection.execute("SELECT DISTINCT status FROM trial") if s)}
        for status in statuses:
            if parse_status(status) not in {*known, "ANY", "NONE"}:
                raise UnknownTerm("trial status", status, near_values(status, [*map(str.lower, known), "any", "none"]))
    if phases:
        rows = connection.execute("SELECT DISTINCT phases FROM trial")
        stored = {*PHASES, *(phase for (joined,) in rows for phase in joined.split("; ") if phase)}
        for phase in phases:
            if not stored.issuperset(parse_phases(phase)):
                raise UnknownTerm("phase", phase, near_values(phase, sorted(map(str.lower, stored))))
