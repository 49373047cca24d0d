"""One record with everything the library knows of it."""

from __future__ import annotations

from dataclasses import dataclass

from exokb.app import App
from exokb.domain.identifiers import Identifier
from exokb.formats.columns import ExportRow
from exokb.services.export import iter_export_rows
from exokb.store.evidence import StoredDecision, get_decisions
from exokb.store.reading import (
    StoredAnnotation,
    StoredRecord,
    StoredReference,
    StoredTrial,
    get_annotations,
    get_citing,
    get_record,
    get_reference_checks,
    get_references,
    get_trials,
)  # fmt: skip


@dataclass(frozen=True)
class RecordView:
    """A record with its evidence, trials and citations.

    ``decisions``: everything that people said of its evidence, by term, oldest first;
    ``checks``: what each source answered when asked for the references (source, outcome, how many, detail, when);
    ``citing``: records here that cite it (PMID, title, first author, year).
    """

    record: StoredRecord
    row: ExportRow
    annotations: list[StoredAnnotation]
    decisions: list[StoredDecision]
    trials: list[StoredTrial]
    references: list[StoredReference]
    checks: list[tuple[str, str, int, str, str]]
    citing: list[tuple[int | None, str, str | None, int | None]]


def show_record(app: App, identifier: Identifier) -> RecordView:
    """Gather what is known of a record.

    Raises:
        NotInLibrary: the record, or the library, is not there.
    """
    with app.library.reading() as connection:
        record = get_record(connection, identifier)
        return RecordView(
            record=record,
            row=next(iter_export_rows(connection, [record.id])),
            annotations=get_annotations(connection, record.id),
            decisions=get_decisions(connection, [record.id]).get(record.id, []),
            trials=get_trials(connection, [record.id]).get(record.id, []),
            references=get_references(connection, record.id),
            checks=get_reference_checks(connection, record.id),
            citing=get_citing(connection, record.pmid) if record.pmid else [],
        )
