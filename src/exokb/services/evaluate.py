"""Measuring the matchers against labelled records."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exokb.app import App
from exokb.domain.record import Record
from exokb.errors import FormatError, NotInLibrary
from exokb.evidence.evaluation import Counts, Evaluation, gold_values, score_records
from exokb.evidence.vocabulary import Vocabulary
from exokb.services.files import read_batches
from exokb.services.retrieve import Failure
from exokb.sources.pubmed.parse import parse_records
from exokb.store.mapping import load_record
from exokb.store.reading import find_documents

GOLD = "gold labels"
_CHECKED = ("disease", "cargo", "source", "design")


@dataclass
class EvaluateReport:
    """The scores, the labelled records whose text is nowhere, and labels that no vocabulary has."""

    evaluation: Evaluation
    vocabulary: str
    missing: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def evaluate(app: App, gold: Path, records: Sequence[Path] = ()) -> EvaluateReport:
    """Annotate the labelled records afresh and score what the matchers say; decisions of people do not count.

    Args:
        app: the application.
        gold: JSON Lines; each line as `exokb.evidence.evaluation.gold_values` reads it, with ``id``, a PMID.
        records: PubMed XML files with the texts; none: the library has them.

    Raises:
        FormatError: a line of the labels, or a file of records, cannot be read; says where.
        NotInLibrary: the texts are to come from the library, and there is none.
        VocabularyError: a vocabulary breaks a rule.
    """
    labels = read_gold(gold)
    wanted = {int(label["id"]) for label in labels}
    found = _from_files(records, wanted) if records else _from_library(app, wanted)
    where = "in the files" if records else "in the library"
    annotator = app.annotator
    evaluation = score_records(
        ((label, annotator.annotate(found[int(label["id"])])) for label in labels if int(label["id"]) in found),
        annotator.vocabulary,
    )
    missing = [
        Failure(f"PMID {pmid}", NotInLibrary(f"PMID {pmid}", f"is not {where}, so it is not scored"))
        for pmid in sorted(wanted - found.keys())
    ]
    version = annotator.vocabulary.version
    return EvaluateReport(evaluation, version, missing, list(_unknown_labels(labels, annotator.vocabulary)))


def overall(evaluation: Evaluation) -> tuple[Counts, float]:
    """Give the counts of all facets together (micro), and the mean of the facets' macro F1."""
    total = Counts()
    scored = [score for score in evaluation.scores.values() if score.values]
    for score in scored:
        total.true_positive += score.micro.true_positive
        total.false_positive += score.micro.false_positive
        total.false_negative += score.micro.false_negative
    return total, sum(score.macro_f1 for score in scored) / len(scored) if scored else 1.0


def read_gold(path: Path) -> list[dict[str, Any]]:
    """Read labels, one record a line; blank lines do not count.

    Raises:
        FormatError: a line is no labelled record, or a record stands twice; names the line.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise FormatError(GOLD, path.name, reason or str(error), hint="check the name") from error
    labels: list[dict[str, Any]] = []
    first: dict[int, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{path.name} line {number}"
        label = _read_line(line, where)
        if (seen := first.setdefault(int(label["id"]), number)) != number:
            raise FormatError(GOLD, where, f"PMID {label['id']} stands on line {seen} already")
        labels.append(label)
    if not labels:
        raise FormatError(GOLD, path.name, "there is no labelled record in it")
    return labels


def _read_line(line: str, where: str) -> dict[str, Any]:
    hint = 'a line is like {"id": "33857817", "disease": ["kidney"], "cargo": [], "design": "in_vivo"}'
    try:
        label = json.loads(line)
        if not isinstance(label, dict):
            raise ValueError("it is no JSON object")
        if not str(label.get("id", "")).strip().isdecimal():
            raise ValueError("`id` must be a PMID")
        gold_values(label)
    except ValueError as error:
        raise FormatError(GOLD, where, str(error), hint=hint) from error
    return label


def _unknown_labels(labels: Iterable[Mapping[str, Any]], vocabulary: Vocabulary) -> Iterable[str]:
    """A label that no vocabulary has can never be found: a slip of the pen, most likely, and to be told."""
    known = {(term.facet, term.value) for term in vocabulary.terms}
    for label in labels:
        for facet, values in gold_values(label).items():
            for value in sorted(values):
                if facet in _CHECKED and (facet, value) not in known:
                    yield f"PMID {label['id']}: {value!r} is no value of {facet}"


def _from_library(app: App, wanted: set[int]) -> dict[int, Record]:
    with app.library.reading() as connection:
        records = [load_record(document) for document in find_documents(connection, sorted(wanted))]
    return {record.pmid: record for record in records if record.pmid is not None}


def _from_files(paths: Sequence[Path], wanted: set[int]) -> dict[int, Record]:
    """Read the wanted records; of several versions the highest, as in a library."""
    found: dict[int, Record] = {}
    marks = [b">%d</PMID>" % pmid for pmid in wanted]
    for path in paths:
        try:
            for batch in read_batches(path):
                # Most batches of an update file hold nothing that is wanted, and parsing is the slow part.
                if any(mark in batch.body for mark in marks):
                    _take(parse_records(batch.body).records, wanted, found)
        except OSError as error:
            raise FormatError("file", path.name, error.strerror or str(error), hint="check the name") from error
    return found


def _take(parsed: Iterable[tuple[int, Record]], wanted: set[int], found: dict[int, Record]) -> None:
    for _, record in parsed:
        if record.pmid in wanted and record.pmid is not None:
            other = found.get(record.pmid)
            if other is None or record.version >= other.version:
                found[record.pmid] = record
