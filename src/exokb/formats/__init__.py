"""Files in and out, pure: one file a format, and one line in `EXPORTERS`."""

from __future__ import annotations

from exokb.formats.delimited import CSV, TSV
from exokb.formats.exporter import Exporter
from exokb.formats.identifiers import IDS
from exokb.formats.jsonlines import JSON, JSONL

EXPORTERS: dict[str, Exporter] = {exporter.name: exporter for exporter in (CSV, TSV, JSON, JSONL, IDS)}
"""Every export format by its name."""

__all__ = ["EXPORTERS", "Exporter"]
