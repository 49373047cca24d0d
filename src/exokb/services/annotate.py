"""Annotating again: after a vocabulary changed, without a network and without touching what people decided."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from exokb.app import App
from exokb.query.criteria import Criteria
from exokb.services.matrix import OPEN_FACETS
from exokb.services.progress import NoProgress, Progress
from exokb.services.trials.storing import annotate_trials
from exokb.store.mapping import load_record
from exokb.store.reading import chunked, find_all_ids, find_outdated_ids, get_terms, iter_document_texts
from exokb.store.search.sqlite import find_ids


@dataclass
class AnnotateReport:
    """What annotating again changed: how many records gained or lost each (facet, value); how many trials it read."""

    vocabulary: str = ""
    records: int = 0
    changed: int = 0
    trials: int = 0
    gained: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: Counter[tuple[str, str]] = field(default_factory=Counter)


def annotate_library(
    app: App, criteria: Criteria | None = None, *, everything: bool = False, progress: Progress | None = None
) -> AnnotateReport:
    """Annotate the records that were annotated with another version of the vocabulary, or all.

    Args:
        app: the application.
        criteria: only records that meet them, by what the library says before.
        everything: also those that were annotated with this version.
        progress: told how far it is.

    Raises:
        QuerySyntaxError, UnknownTerm, NotInLibrary: as `exokb.services.search.search_library` does.
        VocabularyError: a vocabulary breaks a rule; nothing was changed then.
        StoreError: the library cannot be written; batches done before stay done.
    """
    progress = progress or NoProgress()
    annotator = app.annotator
    version = annotator.vocabulary.version
    report = AnnotateReport(vocabulary=version)
    with app.library.reading() as connection:
        record_ids = find_all_ids(connection) if everything else find_outdated_ids(connection, version)
        if criteria:
            chosen = set(find_ids(connection, criteria))
            record_ids = [at for at in record_ids if at in chosen]
    progress.begin("records annotated", len(record_ids))
    with app.library.transaction() as transaction:
        transaction.terms.put_vocabulary(annotator.vocabulary.terms, annotator.search_words)
    for part in chunked(record_ids):
        with app.library.reading() as connection:
            before = get_terms(connection, part)
            records = [(at, load_record(text)) for at, text in iter_document_texts(connection, part)]
        annotated = [(at, record, annotator.annotate(record)) for at, record in records]
        with app.library.transaction() as transaction:
            transaction.terms.replace_annotations(annotated, vocabulary=version)
        with app.library.reading() as connection:
            after = get_terms(connection, part)
        for at in part:
            _compare(before.get(at, {}), after.get(at, {}), report)
        progress.advance(len(part))
    report.records = len(record_ids)
    report.trials = annotate_trials(app)
    with app.library.transaction() as transaction:
        transaction.terms.drop_unused([t for t in annotator.vocabulary.terms if t.facet not in OPEN_FACETS])
        transaction.log.note("annotate", {"vocabulary": version, "records": report.records, "changed": report.changed})
    return report


def _compare(before: dict[str, list[str]], after: dict[str, list[str]], report: AnnotateReport) -> None:
    old = {(facet, value) for facet, values in before.items() for value in values}
    new = {(facet, value) for facet, values in after.items() for value in values}
    report.gained.update(new - old)
    report.lost.update(old - new)
    report.changed += old != new
