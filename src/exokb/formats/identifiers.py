"""Identifiers only, one a line, as ``exokb fetch -`` reads them: the PMID, else the DOI, else the PMCID.

A record that has none of them is written as a comment line with its title, so that it is missed by nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from exokb.formats.columns import ExportRow
from exokb.formats.exporter import Exporter

_NOT_ON_A_LINE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def _write_identifiers(rows: Iterable[ExportRow]) -> Iterator[str]:
    for row in rows:
        identifier = row.identifier
        if identifier is None:
            yield f"# no identifier: {_NOT_ON_A_LINE.sub(' ', row.title)}\n"
        else:
            yield f"{identifier}\n"


IDS = Exporter("ids", ".txt", "text/plain", "identifiers only, one a line", _write_identifiers)
