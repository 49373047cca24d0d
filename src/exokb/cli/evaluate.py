"""``exokb eval``: how good the evidence is, measured against labelled records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from exokb.cli.errors import exit_code_of_items
from exokb.cli.options import DbOption, opened
from exokb.cli.output import counted, say, tell_failures, write_json, write_line, write_table

if TYPE_CHECKING:
    from exokb.evidence.evaluation import Counts, Evaluation
    from exokb.services.evaluate import EvaluateReport

HEADER = ("facet", "value", "found right", "extra", "missing", "precision", "recall", "F1", "macro F1")


def evaluate(
    context: typer.Context,
    gold: Annotated[Path, typer.Argument(help="Labelled records, one JSON object a line.", metavar="GOLD.jsonl")],
    records: Annotated[
        list[Path] | None,
        typer.Option(
            "--records", help="PubMed XML with their texts, also gzipped; else from the library.", metavar="FILE"
        ),
    ] = None,
    errors: Annotated[bool, typer.Option("--errors/--no-errors", help="List every error, or only count them.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with every error.")] = False,
    db: DbOption = None,
) -> int:
    """Measure the matchers: precision, recall and F1 by facet and by value, micro and macro, with the errors.

    Texts are annotated afresh; what people decided does not count. Conditions count as their area.
    """
    from exokb.services.evaluate import evaluate as measure

    with opened(context, db) as app:
        report = measure(app, gold, records or ())
    if as_json:
        write_json(_as_data(report))
    else:
        write_table(HEADER, list(_rows(report.evaluation)), right=tuple(range(2, len(HEADER))))
        if errors and report.evaluation.mistakes:
            write_line()
            mistakes = [(m.record, m.facet, m.value, m.kind) for m in report.evaluation.mistakes]
            write_table(("record", "facet", "value", "error"), mistakes)
    for note in report.notes:
        say(f"note: {note}")
    scored, wrong = report.evaluation.records, len(report.evaluation.mistakes)
    say(f"{counted(scored, 'record')} scored with vocabulary {report.vocabulary}, {counted(wrong, 'error')}")
    tell_failures([failure.error for failure in report.missing])
    return exit_code_of_items([failure.error for failure in report.missing], succeeded=scored)


def _rows(evaluation: Evaluation) -> list[tuple[Any, ...]]:
    from exokb.services.evaluate import overall

    micro, macro = overall(evaluation)
    rows: list[tuple[Any, ...]] = []
    for facet, score in evaluation.scores.items():
        if score.values:
            rows.append((facet, "(all)", *_numbers(score.micro), f"{score.macro_f1:.3f}"))
            rows += [(facet, value, *_numbers(counts), "") for value, counts in sorted(score.values.items())]
    return [*rows, ("(all)", "(all)", *_numbers(micro), f"{macro:.3f}")]


def _numbers(counts: Counts) -> tuple[Any, ...]:
    shares = (f"{share:.3f}" for share in (counts.precision, counts.recall, counts.f1))
    return (counts.true_positive, counts.false_positive, counts.false_negative, *shares)


def _as_data(report: EvaluateReport) -> dict[str, Any]:
    from exokb.services.evaluate import overall

    evaluation = report.evaluation
    micro, macro = overall(evaluation)
    return {
        "schema": 1,
        "vocabulary": report.vocabulary,
        "records": evaluation.records,
        "micro": _counts(micro),
        "macro_f1": macro,
        "facets": {
            facet: {
                "micro": _counts(score.micro),
                "macro_f1": score.macro_f1,
                "values": {value: _counts(counts) for value, counts in sorted(score.values.items())},
            }
            for facet, score in evaluation.scores.items()
            if score.values
        },
        "errors": [
            {"record": m.record, "facet": m.facet, "value": m.value, "error": m.kind} for m in evaluation.mistakes
        ],
        "not_scored": [failure.asked for failure in report.missing],
        "notes": report.notes,
    }


def _counts(counts: Counts) -> dict[str, float]:
    return {
        "true_positive": counts.true_positive,
        "false_positive": counts.false_positive,
        "false_negative": counts.false_negative,
        "precision": counts.precision,
        "recall": counts.recall,
        "f1": counts.f1,
    }
