"""Between the domain and rows: what is promoted to columns, and the JSON document of the rest."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from exokb.domain.citation import CitedWork, Statement
from exokb.domain.notices import RETRACTED, find_notices
from exokb.domain.record import Record, Reference
from exokb.domain.trial import Trial

# How much a source's word weighs against another's for the same paper: the bundled corpus holds bare facts only.
SOURCE_RANK = {"bundled": 0, "file": 1, "pubmed": 1}


def iso(moment: datetime) -> str:
    """A UTC time as it is stored: ``2026-11-23T12:00:00Z``."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def record_document(record: Record) -> str:
    """The record as JSON, without defaults and without references, which have a table."""
    return record.model_dump_json(exclude_defaults=True, exclude={"references"})


def load_record(document: str) -> Record:
    """Read a stored document back; its references are empty."""
    return Record.model_validate_json(document)


def record_values(record: Record, document: str) -> dict[str, Any]:
    """The promoted columns of a record."""
    notices = find_notices(record)
    return {
        "pmid": record.pmid,
        "version": record.version,
        "doi": record.doi,
        "pmcid": record.pmcid,
        "kind": record.kind,
        "title": record.title or record.vernacular_title or (record.book.title if record.book else ""),
        "first_author": record.authors[0].name if record.authors else None,
        "journal": record.journal.iso or record.journal.medline_ta or record.journal.title,
        "year": record.year,
        "sort_date": record.dates.sort or None,
        "retracted": RETRACTED in notices,
        "notices": "; ".join(notices),
        "document": document,
    }


def precedence(source: str, version: int, revised: str | None) -> tuple[int, int, str]:
    """What decides which of two states of a record is the newer: the source's rank, the version, the revision date."""
    return SOURCE_RANK.get(source, 1), version, revised or ""


def changed_fields(old: str, new: str) -> tuple[str, ...]:
    """Name the fields in which two documents differ."""
    before, after = json.loads(old), json.loads(new)
    return tuple(sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key)))


def work_values(work: CitedWork) -> dict[str, Any]:
    """The columns of a cited work."""
    positions = [s.position for s in work.statements if s.position is not None]
    parts = (
        work.parts.model_dump(exclude_defaults=True, exclude={"position", "text", "pmid", "doi", "pmcid"})
        if work.parts
        else None
    )
    return {
        "position": min(positions, default=None),
        "cited_pmid": work.pmid,
        "cited_doi": work.doi,
        "cited_pmcid": work.pmcid,
        "place": None if work.pmid else work.place,
        "text": work.text,
        "parts": json.dumps(parts, ensure_ascii=False) if parts else None,
        "resolved_by": work.resolved_by,
        "attempted": work.attempted,
    }


def load_work(values: dict[str, Any], statements: tuple[Statement, ...]) -> CitedWork:
    """Read a cited work back."""
    parts = Reference(position=values["position"] or 0, **json.loads(values["parts"])) if values["parts"] else None
    return CitedWork(
        pmid=values["cited_pmid"],
        doi=values["cited_doi"],
        pmcid=values["cited_pmcid"],
        text=values["text"],
        parts=parts,
        statements=statements,
        resolved_by=values["resolved_by"],
        attempted=values["attempted"],
    )


def trial_document(trial: Trial) -> str:
    """The trial as JSON, without defaults."""
    return trial.model_dump_json(exclude_defaults=True)


def trial_values(trial: Trial) -> dict[str, Any]:
    """The columns of a trial."""
    return {
        "trial_id": trial.trial_id,
        "registry": trial.registry,
        "title": trial.title,
        "status": trial.status,
        "phases": "; ".join(trial.phases),
        "document": trial_document(trial),
        "updated": trial.updated,
        "first_posted": trial.first_posted,
    }
