"""Taking files in: PubMed's XML, from a search's export to a whole update file, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from exokb import __version__
from exokb.app import App
from exokb.errors import FormatError, PayloadError
from exokb.formats.pubmedxml import find_plain_pmids
from exokb.services.files import read_batches
from exokb.services.ingest import Ingest, IngestReport
from exokb.services.prepare import Match, PieceReader, PreparedBatch, ReadPiece
from exokb.services.progress import NoProgress, Progress
from exokb.services.retrieve import Failure
from exokb.services.workers import Piece, read_pieces
from exokb.store.reading import holds_whole
from exokb.store.records import Outcome

SOURCE = "file"
_BATCHES_AT_ONCE = 5  # in one transaction: a kill costs no more than a thousand records


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
    matches: Match | None = None,
    dry_run: bool = False,
    processes: int = 1,
    progress: Progress | None = None,
) -> ImportReport:
    """Take the records of files into the library; a broken record or file never stops the rest.

    Args:
        app: the application.
        paths: PubMed XML files, also gzipped.
        matches: keeps a record or not; None keeps all.
        dry_run: read and count, store nothing.
        processes: how many processes read large files besides this one, which stores; 1 for none. ``matches`` must
            then be picklable, and a script that calls this must be importable, as `multiprocessing` asks.
        progress: told of each file.

    Raises:
        StoreError: the library cannot be written; batches stored before stay stored.
    """
    progress = progress or NoProgress()
    importing = _Import(app, matches, dry_run, processes, progress)
    report = importing.report
    for path in paths:
        progress.begin(path.name, None)
        try:
            importing.take(path)
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
                    "outcomes": dict(report.ingest.outcomes),
                    "failed": [failure.asked for failure in report.failures],
                },
            )
    return report


class _Import:
    """Some files on their way into the library, and the report of it."""

    def __init__(self, app: App, matches: Match | None, dry_run: bool, processes: int, progress: Progress) -> None:
        self._app = app
        self._matches = matches
        self._dry_run = dry_run
        self._processes = processes
        self._progress = progress
        self._ingest = Ingest(app)
        self.report = ImportReport(ingest=self._ingest.report)

    def take(self, path: Path) -> None:
        """Take one file.

        Raises:
            PayloadError, FormatError, OSError: it cannot be read, or not to its end; what came before is stored.
        """
        reader = PieceReader(self._app.annotator, SOURCE, self._app.clock(), self._matches, store=not self._dry_run)
        full: list[PreparedBatch] = []
        try:
            for piece in read_pieces(reader, self._unsettled(path), processes=self._processes):
                self._note(piece, path)
                if piece.batch is not None:
                    full.append(piece.batch)
                if len(full) >= _BATCHES_AT_ONCE:
                    self._ingest.store_prepared(full)
                    full = []
        except PayloadError:
            self._store(full)
            raise
        self._store(full)

    def _store(self, batches: list[PreparedBatch]) -> None:
        if batches:
            self._ingest.store_prepared(batches)

    def _note(self, piece: ReadPiece, path: Path) -> None:
        report = self.report
        report.read += piece.parsed + len(piece.failures)
        report.matched += piece.matched
        report.deleted += piece.deleted
        report.failures += [Failure(str(path), failure) for failure in piece.failures]
        self._progress.advance(piece.parsed)

    def _unsettled(self, path: Path) -> Iterator[Piece]:
        """Give the pieces of a file that have to be read; count those that are in the library as they are."""
        may_be_there = self._matches is None and not self._dry_run and self._app.library.exists
        for batch in read_batches(path):
            pmids = find_plain_pmids(batch.body) if may_be_there else ()
            if pmids and self._is_settled(batch.body, pmids):
                self.report.read += len(pmids)
                self.report.matched += len(pmids)
                self.report.ingest.outcomes[Outcome.UNCHANGED.value] += len(pmids)
                self._progress.advance(len(pmids))
            else:
                yield f"{path.name} from record {batch.first}", batch.body, batch.first, batch.offset

    def _is_settled(self, body: bytes, pmids: Sequence[int]) -> bool:
        # Opened each time: a reader that stays keeps the library's write-ahead log growing.
        with self._app.library.reading() as connection:
            return holds_whole(connection, sha256(body).digest(), pmids, __version__)
