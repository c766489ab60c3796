"""Have processes beside this one make rows, where a table is long and there are cores for them.

AWS Lambda has no ``/dev/shm``, so none of what multiprocessing builds on shared memory or semaphores: workers are
forks, each with a pipe to and from it. Answers of workers are unpickled here; both are the same program, and trust each
other.
"""

from __future__ import annotations

import os
import pickle
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, cycle, islice
from typing import Any, Generic, NamedTuple, TypeVar

from reports.engine.longtable.forks.fork import Fork, ForkMemoryError
from reports.engine.longtable.forks.memory_shares import MemoryShares
from reports.engine.longtable.layout.pagination import Break, Broken
from reports.engine.longtable.layout.parts import Bookmark, Colours, Figure, Fragment, Link, RowLook, RowTags, Strings
from reports.engine.longtable.pages.pdf_file import PdfFile, packed
from reports.engine.longtable.rows.chunks import Chunk, chunks
from reports.engine.longtable.rows.row_factory import RowFactory
from reports.engine.longtable.text.font_additions import Additions, AdditionsTracker
from reports.engine.weasy.errors import UnsupportedTableError

MOST_WORKERS = 6
"""Processes beside this one. AWS Lambda has no more cores, and this process writes pages no faster."""

_CHUNKS_AHEAD = 5
"""Chunks that must follow for workers to be worth their start, which takes as long as one or two."""

_CHUNKS_FOR_EACH = 2
_WORKERS_FOR_A_PACKER = 3
"""Workers from which on this process, which writes pages, is the one that others wait for."""

_MOST_BYTES = 8 * 2**20
_NOT_PICKLED = (pickle.PicklingError, TypeError, AttributeError, ValueError, RecursionError)


def cores() -> int:
    """Return how many workers this machine has cores for; 1 when there is just the one for this process."""
    return min(len(os.sched_getaffinity(0)), MOST_WORKERS)


_T = TypeVar("_T")
_Others = tuple[
    tuple[Link, ...],
    tuple[Bookmark, ...],
    tuple[tuple[int, str], ...],
    Colours,
    Strings,
    tuple[Figure, ...],
    tuple[int, ...],
]
_Packed = tuple[float, int, int, bytes, int, _Others]
"""A row on its way: height, numbers of its look and tags, text, Break, and all else that it has."""


class _Made(NamedTuple):
    """Answer for a chunk: its rows, None for those that the document's own process has to make, and what is new."""

    rows: list[_Packed | None]
    looks: list[RowLook]
    tags: list[RowTags]
    additions: Additions
    laid_out: int


class WorkerPool:
    """A pool of workers that make the fragments of a table's rows; leave it as a context manager.

    The first chunk is made in this process, so that all workers begin with what it teaches. Chunks go to the workers
    in turn, and come back in the order of the table. With cores enough, one more process compresses what goes into the
    ``file``. Where one of them has not enough memory, this process goes on alone, with all that there is.
    """

    def __init__(self, factory: RowFactory, file: PdfFile, most_workers: int) -> None:
        self._factory = factory
        self._file = file
        self._most_workers = most_workers
        self._packer: Fork | None = None
        self._workers: list[_Worker] = []
        self._shares: MemoryShares | None = None
        self._sends_html = False

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._file.pack_here()
        finally:
            self._stop_workers()

    def fragments(self, lines: Iterable[Any], first: int, before: Any) -> Iterator[Broken]:
        """Yield each row's fragment, and whether a page may end before it.

        ``first`` is the number of the first row, and ``before`` the line above that. Raises what making rows raises,
        and InternalError when a worker has gone.
        """
        source = chunks(lines, first, before)
        for chunk in islice(source, 1):
            rows = list(self._factory.made(chunk))
            ahead = list(islice(source, _CHUNKS_AHEAD)) if self._most_workers > 1 else []
            if len(ahead) == _CHUNKS_AHEAD and Fork.is_safe():
                self._start_workers()
            yield from rows
            source = chain(ahead, source)
        if self._workers:
            yield from self._shared(source)
        else:
            for chunk in source:
                yield from self._factory.made(chunk)

    def _start_workers(self) -> None:
        has_packer = self._most_workers >= _WORKERS_FOR_A_PACKER
        self._shares = MemoryShares(self._most_workers + has_packer)
        if has_packer:
            self._packer = Fork(lambda: packed, self._shares.for_each)
            self._file.pack_elsewhere(self._packer)
        for _ in range(self._most_workers):
            self._workers.append(_Worker(self._factory, self._shares.for_each))

    def _stop_workers(self) -> None:
        """End all other processes, whatever they do."""
        for fork in (self._packer, *(worker.fork for worker in self._workers)):
            if fork is not None:
                fork.end()
        if self._shares is not None:
            self._shares.restore()

    def _shared(self, source: Iterator[Chunk]) -> Iterator[Broken]:
        given: deque[tuple[_Worker, Chunk]] = deque()
        turns = cycle(self._workers)
        try:
            for chunk in source:
                worker = next(turns)
                given.append((worker, chunk))
                worker.fork.send(self._packed(chunk))
                if len(given) == _CHUNKS_FOR_EACH * len(self._workers):
                    yield from self._taken(given)
            while given:
                yield from self._taken(given)
        except ForkMemoryError:
            self._file.pack_here()
            self._stop_workers()
            for chunk in chain((chunk for _, chunk in given), source):
                yield from self._factory.made(chunk)

    def _packed(self, chunk: Chunk) -> bytes:
        """Pickle a chunk; as HTML if its lines cannot be pickled, or drag too much with them."""
        if not self._sends_html:
            try:
                request = pickle.dumps(chunk, pickle.HIGHEST_PROTOCOL)
            except _NOT_PICKLED:
                self._sends_html = True
            else:
                self._sends_html = len(request) > _MOST_BYTES
                return request
        return pickle.dumps(self._factory.written(chunk), pickle.HIGHEST_PROTOCOL)

    def _taken(self, given: deque[tuple[_Worker, Chunk]]) -> Iterator[Broken]:
        """Return the rows of the first chunk that was given, which is one no more once a worker has answered."""
        worker, chunk = given[0]
        answer = worker.fork.receive()
        given.popleft()
        if answer is None:
            # The fault shows here as well, where errors have their traces and resources note what they refused.
            return self._factory.made(chunk)
        made: _Made | UnsupportedTableError = pickle.loads(answer)  # noqa: S301, it comes from a fork of this process
        if isinstance(made, UnsupportedTableError):
            raise made
        self._factory.laid_out += made.laid_out
        canvas = self._factory.canvas
        waiting = made.additions.add_to(canvas)
        rows = self._factory.completed(chunk, worker.unpacked(made))
        assert not waiting.add_to(canvas).glyphs, "rows in new fonts were left to this process"
        return rows


class _Worker:
    """A worker with the looks that it has numbered."""

    def __init__(self, factory: RowFactory, most_bytes: int | None) -> None:
        self.fork = Fork(lambda: _Maker(factory), most_bytes)
        self._looks: list[RowLook] = []
        self._tags: list[RowTags] = []

    def unpacked(self, made: _Made) -> list[Broken | None]:
        """Give rows their looks and tags."""
        self._looks += made.looks
        self._tags += made.tags
        rows: list[Broken | None] = []
        for packed_row in made.rows:
            if packed_row is None:
                rows.append(None)
                continue
            height, look, tags, text, break_before, others = packed_row
            row = Fragment(height, self._looks[look], self._tags[tags], text, *others)
            rows.append((row, Break(break_before)))
        return rows


class _Numbered(Generic[_T]):
    """The numbers of what rows share. They share the very objects, so what is equal need not be compared."""

    def __init__(self) -> None:
        self._numbers: dict[int, tuple[int, _T]] = {}
        self._new: list[_T] = []

    def number(self, shared: _T) -> int:
        """Return the number of an object, which keeps it alive."""
        known = self._numbers.get(id(shared))
        if known is None:
            known = self._numbers[id(shared)] = len(self._numbers), shared
            self._new.append(shared)
        return known[0]

    def new(self) -> list[_T]:
        """Return those that have been numbered since the last call."""
        new, self._new = self._new, []
        return new


class _Maker:
    """Make chunks in a worker."""

    def __init__(self, factory: RowFactory) -> None:
        self._factory = factory
        self._additions = AdditionsTracker(factory.canvas)
        self._looks = _Numbered[RowLook]()
        self._tags = _Numbered[RowTags]()

    def __call__(self, request: bytes) -> bytes:
        """Answer for a chunk."""
        before = self._factory.laid_out
        chunk: Chunk = pickle.loads(request)  # noqa: S301, it comes from the process this is a fork of
        try:
            rows = self._factory.attempted(chunk)
        except UnsupportedTableError as error:
            return pickle.dumps(error, pickle.HIGHEST_PROTOCOL)
        packed_rows = self._packed(rows)
        new = self._looks.new(), self._tags.new()
        made = _Made(packed_rows, *new, self._additions.additions(), self._factory.laid_out - before)
        return pickle.dumps(made, pickle.HIGHEST_PROTOCOL)

    def _packed(self, rows: Sequence[Broken | None]) -> list[_Packed | None]:
        packed: list[_Packed | None] = []
        for broken in rows:
            if broken is None:
                packed.append(None)
                continue
            row, break_before = broken
            look, tags = self._looks.number(row.look), self._tags.number(row.tags)
            others = row.links, row.bookmarks, row.said, row.colours, row.strings, row.figures, row.order
            packed.append((row.height, look, tags, row.text, int(break_before), others))
        return packed
