"""Reading the pieces of a file with all processors, while the calling process stores what was read.

Each worker is a process of its own with two pipes. It ends when its pipes close, also where the main process was
killed; what a worker that died had to read is read by the main process instead, so that a worker can cost time and
nothing else. Pieces go round the workers in turn and come back in the order in which they went.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import SimpleQueue

from exokb.errors import ExokbError
from exokb.services.prepare import PieceReader, ReadPiece

Piece = tuple[str, bytes, int, int]
"""What `PieceReader.read` takes: a piece's key, its bytes, and where in the file it begins."""

MOST_PROCESSES = 4
"""More would wait for the one that stores, and each takes some 80 MB."""
_FEW = 4  # pieces that are read sooner than workers start
_AHEAD = 3  # pieces on their way to, in or from each worker: bounds memory


def usable_processes() -> int:
    """How many processes this machine has processors for, up to `MOST_PROCESSES`."""
    try:
        processors = len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        processors = os.cpu_count() or 1
    return min(processors, MOST_PROCESSES)


def read_pieces(reader: PieceReader, pieces: Iterable[Piece], *, processes: int) -> Iterator[ReadPiece]:
    """Read pieces, in their order; where there are few or ``processes`` is 1, without any other process.

    Raises:
        PayloadError: a piece is no PubMed XML at all.
        ExokbError: what the iterable of pieces raised; all pieces before are given first.
    """
    source = _Source(pieces)
    first = list(islice(source, _FEW))
    if processes < 2 or len(first) < _FEW:
        for piece in chain(first, source):
            yield reader.read(*piece)
    else:
        with _started(reader, processes) as workers:
            yield from _read_with(workers, reader, chain(first, source))
    if source.error is not None:
        raise source.error


class _Source:
    """The pieces up to where reading the file failed; the error waits until they have been dealt with."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self._pieces = iter(pieces)
        self.error: ExokbError | None = None

    def __iter__(self) -> Iterator[Piece]:
        return self

    def __next__(self) -> Piece:
        if self.error is not None:
            raise StopIteration
        try:
            return next(self._pieces)
        except ExokbError as error:
            self.error = error
            raise StopIteration from None


def _read_with(workers: list[_Worker], reader: PieceReader, pieces: Iterable[Piece]) -> Iterator[ReadPiece]:
    under_way: deque[tuple[_Worker, Piece]] = deque()

    def next_read() -> ReadPiece:
        worker, piece = under_way.popleft()
        # Without an answer, reading it here says why, in the words of the error itself.
        return worker.receive() or reader.read(*piece)

    for number, piece in enumerate(pieces):
        worker = workers[number % len(workers)]
        worker.send(piece)
        under_way.append((worker, piece))
        if len(under_way) >= len(workers) * _AHEAD:
            yield next_read()
    while under_way:
        yield next_read()


class _Worker:
    def __init__(self, reader: PieceReader) -> None:
        context = get_context("spawn")  # alike everywhere, and safe beside threads
        its_pieces, self._pieces = context.Pipe(duplex=False)
        self._answers, its_answers = context.Pipe(duplex=False)
        self._process = context.Process(target=_serve, args=(reader, its_pieces, its_answers), daemon=True)
        self._process.start()
        its_pieces.close()
        its_answers.close()

    def send(self, piece: Piece) -> None:
        with suppress(OSError):  # it died: `receive` will have no answer
            self._pieces.send(piece)

    def receive(self) -> ReadPiece | None:
        try:
            answer: ReadPiece | None = self._answers.recv()
        except (EOFError, OSError):
            return None
        return answer

    def stop(self) -> None:
        self._pieces.close()
        self._answers.close()
        self._process.join(timeout=1)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join()
        self._process.close()


@contextmanager
def _started(reader: PieceReader, processes: int) -> Iterator[list[_Worker]]:
    workers: list[_Worker] = []
    try:
        with _without_interrupts():
            workers += [_Worker(reader) for _ in range(processes)]
        yield workers
    finally:
        for worker in workers:
            worker.stop()


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Processes that start here ignore Ctrl-C, which the shell sends to all: the main process stops them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _serve(reader: PieceReader, pieces: Connection, answers: Connection) -> None:
    """Read pieces until there are no more, or nobody is left who wants them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    waiting: SimpleQueue[Piece | None] = SimpleQueue()
    # Pieces are taken from the pipe while others are read: whoever sends one never waits for this process.
    threading.Thread(target=_take, args=(pieces, waiting), daemon=True).start()
    # A piece makes some hundred thousand objects that live until it is answered: looking through them for circles
    # all the time takes a sixth of the work. What is left over is looked for between pieces.
    gc.disable()
    gc.collect()
    gc.freeze()
    while (piece := waiting.get()) is not None:
        answer: ReadPiece | None
        try:
            answer = reader.read(*piece)
        except Exception:  # noqa: BLE001  # whatever it is: the main process reads the piece again, and reports it
            answer = None
        try:
            answers.send(answer)
        except OSError:
            return
        del piece, answer
        gc.collect()


def _take(pieces: Connection, waiting: SimpleQueue[Piece | None]) -> None:
    with suppress(EOFError, OSError):
        while True:
            waiting.put(pieces.recv())
    waiting.put(None)
