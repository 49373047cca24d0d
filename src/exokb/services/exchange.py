"""Taking files in: PubMed's XML, from a search's export to a whole update file, in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from exokb.app import App
from exokb.domain.payload import Payload
from exokb.domain.record import Record
from exokb.errors import FormatError, PayloadError
from exokb.formats.pubmedxml import decompress, looks_like_pubmed_xml, split_batches
from exokb.services.ingest import Ingest, IngestReport
from exokb.services.progress import NoProgress, Progress
from exokb.services.retrieve import Failure
from exokb.sources.pubmed.parse import parse_records

SOURCE = "file"
_HEAD = 4096


@dataclass
class ImportReport:
    """What an import did.

    Attributes:
        read: records in the files; ``matched``: those the query held for (all without one).
        deleted: PMIDs that the files say NLM deleted, whether they are in the library or not.
        failures: files and records that could not be read, with where and why.
    """

    files: int = 0
    read: int = 0
    matched: int = 0
    deleted: int = 0
    ingest: IngestReport = field(default_factory=IngestReport)
    failures: list[Failure] = field(default_factory=list)


def import_files(
    app: App,
    paths: Sequence[Path],
    *,
    matches: Callable[[Record], bool] | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Take the records of files into the library; a broken record or file never stops the rest.

    Args:
        app: the application.
        paths: PubMed XML files, also gzipped.
        matches: keeps a record or not; None keeps all.
        dry_run: read and count, store nothing.
        progress: told of each file.

    Raises:
        StoreError: the library cannot be written; batches stored before stay stored.
    """
    progress = progress or NoProgress()
    ingest = Ingest(app)
    report = ImportReport(ingest=ingest.report)
    for path in paths:
        progress.begin(path.name, None)
        try:
            _import_file(app, path, matches, None if dry_run else ingest, report, progress)
        except (PayloadError, FormatError) as error:
            report.failures.append(Failure(str(path), error))
        except OSError as error:
            why = f"cannot be read: {error.strerror or error}"
            reason = FormatError("PubMed XML", str(path), why, hint="check the file's name and permissions")
            report.failures.append(Failure(str(path), reason))
        else:
            report.files += 1
    if not dry_run and (report.files or report.read):  # an import of nothing must not make a library
        with app.library.transaction() as transaction:
            transaction.log.note(
                "import",
                {
                    "files": [path.name for path in paths],
                    "read": report.read,
                    "matched": report.matched,
                    "outcomes": dict(ingest.report.outcomes),
                    "failed": [failure.asked for failure in report.failures],
                },
            )
    return report


def _import_file(
    app: App,
    path: Path,
    matches: Callable[[Record], bool] | None,
    ingest: Ingest | None,
    report: ImportReport,
    progress: Progress,
) -> None:
    with path.open("rb") as raw:
        stream = decompress(raw)
        head = stream.peek(_HEAD) if hasattr(stream, "peek") else b""
        if head and not looks_like_pubmed_xml(head[:_HEAD]):
            raise FormatError(
                "PubMed XML",
                str(path),
                "it does not look like PubMed XML",
                hint="save it from PubMed as XML; a list of PMIDs is read by `exokb fetch @FILE`",
            )
        for batch in split_batches(stream):
            parsed = parse_records(batch.body)
            where = f"{path.name} from record {batch.first}"
            report.read += len(parsed.records) + len(parsed.failures)
            report.failures += [Failure(where, failure) for failure in parsed.failures]
            report.deleted += len(parsed.deleted)
            kept = [(at, record) for at, record in parsed.records if matches is None or matches(record)]
            report.matched += len(kept)
            progress.advance(len(parsed.records))
            if ingest is None:
                continue
            if kept or parsed.deleted:
                payload = Payload(SOURCE, where, "application/xml", batch.body, app.clock())
                ingest.store(payload, kept, withdrawn=parsed.deleted)
