"""Write a PDF file object by object, so that nothing of it has to be kept but where its objects are."""

from __future__ import annotations

import hashlib
import struct
import zlib
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

import deflate

from reports.engine.longtable import native
from reports.engine.longtable.forks.fork import Fork

_HEADER = b"%%PDF-%s\n%%\xf0\x9f\x96\xa4\n"
_ENTRY = struct.Struct(">BQI")
_MOST_IN_A_STREAM = 400
_MOST_IN_A_STREAM_AT_ALL = 10_000
_LEVEL = 3
"""Of libdeflate: on pages of text 0.6 of the time of zlib's level 4, and 3 % smaller; level 1 0.4, and 5 % larger."""

_TABLE_LEVEL = 4
"""Of zlib, for the cross-reference table, which is compressed piece by piece."""

_PACKED = b"/Filter/FlateDecode"
_MOST_UNWRITTEN = 8
"""Streams on their way to and from another process: so many that neither waits, and that a pipe holds most of them."""

Output = Callable[[bytes], object]


class _Unwritten(NamedTuple):
    """A stream that is compressed elsewhere."""

    number: int
    entries: bytes
    content: bytes


class PdfFile:
    """A PDF that grows. ``output`` gets its bytes in order.

    Objects that are not streams are gathered into compressed object streams (ISO 32000-1, 7.5.7), and the
    cross-reference table is a stream as well (7.5.8). Memory holds some numbers for each stream, not for each object.
    """

    def __init__(self, output: Output, version: bytes = b"1.7") -> None:
        self._output = output
        self._next = 1
        self._position = 0
        self._numbers = array("Q")
        self._offsets = array("Q")
        self._runs = array("Q")
        self._pending: list[tuple[int, bytes]] = []
        self._packer: Fork | None = None
        self._unwritten: deque[_Unwritten] = deque()
        self._digest = hashlib.sha256()
        self._write(_HEADER % version)

    @property
    def size(self) -> int:
        """Return how many bytes have been written."""
        return self._position

    @property
    def objects(self) -> int:
        """Return how many numbers have been given away."""
        return self._next

    def reserve(self, count: int = 1) -> int:
        """Return the first of so many numbers for objects to come."""
        first = self._next
        self._next += count
        return first

    def add(self, number: int, body: bytes) -> None:
        """Add an object that is not a stream."""
        self._pending.append((number, body))
        if len(self._pending) >= _MOST_IN_A_STREAM:
            self._flush()

    def add_many(self, first: int, bodies: Sequence[bytes]) -> None:
        """Add objects with numbers in a row."""
        if self._pending:
            self._flush()
        for start in range(0, len(bodies), _MOST_IN_A_STREAM_AT_ALL):
            self._pending = list(enumerate(bodies[start : start + _MOST_IN_A_STREAM_AT_ALL], first + start))
            self._flush()

    def add_stream(self, number: int, content: bytes, entries: bytes = b"", *, compress: bool = True) -> None:
        """Add a stream; ``entries`` of its dictionary besides its length and filter."""
        if compress and self._packer is not None:
            self._packer.send(content)
            self._unwritten.append(_Unwritten(number, entries, content))
            if len(self._unwritten) > _MOST_UNWRITTEN:
                self._write_next()
        elif compress:
            self.add_whole(number, _stream(packed(content), entries + _PACKED))
        else:
            self.add_whole(number, _stream(content, entries))

    def pack_elsewhere(self, packer: Fork) -> None:
        """Have a fork that answers with ``packed`` compress all streams from now on."""
        self._packer = packer

    def pack_here(self) -> None:
        """Write what a fork has compressed, and need it no more."""
        while self._unwritten:
            self._write_next()
        self._packer = None

    def add_whole(self, number: int, body: bytes) -> None:
        """Add an object at once, and not to an object stream; streams must be."""
        self._numbers.append(number)
        self._offsets.append(self._position)
        self._write(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    def finish(self, root: int, info: int | None) -> None:
        """Write what ends a file: the cross-reference stream and where it is."""
        if self._pending:
            self._flush()
        number = self.reserve()
        start = self._position
        self._numbers.append(number)
        self._offsets.append(start)
        identifier = self._digest.hexdigest()[:32].encode()
        entries = b"/Type/XRef/W[1 8 4]/Index[0 %d]/Size %d/Root %d 0 R/ID[<%s><%s>]" % (
            *(self._next, self._next, root),
            *(identifier, identifier),
        )
        if info is not None:
            entries += b"/Info %d 0 R" % info
        table = zlib.compressobj(_TABLE_LEVEL)
        content = b"".join(map(table.compress, self._table())) + table.flush()
        entries += b"/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns %d>>/Length %d" % (
            _ENTRY.size,
            len(content),
        )
        self._write(b"%d 0 obj\n<<%s>>\nstream\n%s\nendstream\nendobj\n" % (number, entries, content))
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _write_next(self) -> None:
        """Write the stream that has waited the longest for being compressed."""
        assert self._packer is not None
        number, entries, content = self._unwritten.popleft()
        self.add_whole(number, _stream(self._packer.receive() or packed(content), entries + _PACKED))

    def _table(self) -> Iterable[bytes]:
        """Yield the entries of all numbers (where an object is, or that there is none), as the change to the last.

        PNG's predictor "up" makes all entries of a run but the first one the same: they need not be made singly.
        """
        places = [(number, 1, 1, offset, 0) for number, offset in zip(self._numbers, self._offsets, strict=True)]
        runs = self._runs
        places += [(runs[i], runs[i + 1], 2, runs[i + 2], runs[i + 3]) for i in range(0, len(runs), 4)]
        last = _ENTRY.pack(0, 0, 65535)
        yield _change(bytes(_ENTRY.size), last)
        expected = 1
        for number, count, kind, place, index in sorted(places):
            if number != expected:
                raise AssertionError(f"object {expected} was reserved, and never added")
            yield _change(last, _ENTRY.pack(kind, place, index))
            if count > 1:
                yield _STEPS[index * (_ENTRY.size + 1) : (index + count - 1) * (_ENTRY.size + 1)]
            last = _ENTRY.pack(kind, place, index + count - 1) if count > 1 else _ENTRY.pack(kind, place, index)
            expected = number + count

    def _flush(self) -> None:
        """Write an object stream of what is pending."""
        self._pending.sort()
        numbers = [number for number, _ in self._pending]
        content, first = (native.core.object_stream if native.core else object_stream)(self._pending)
        self._pending = []
        stream = self.reserve()
        self.add_stream(stream, content, b"/Type/ObjStm/N %d/First %d" % (len(numbers), first))
        self._remember(numbers, stream)

    def _remember(self, numbers: Sequence[int], stream: int) -> None:
        """Note where objects are, as runs of numbers: first number, count, object stream, index in it."""
        if numbers[-1] - numbers[0] == len(numbers) - 1:  # they are sorted, so this is one run, as those of rows are
            self._runs.extend((numbers[0], len(numbers), stream, 0))
            return
        start = 0
        for index in range(1, len(numbers) + 1):
            if index == len(numbers) or numbers[index] != numbers[index - 1] + 1:
                self._runs.extend((numbers[start], index - start, stream, start))
                start = index

    def _write(self, part: bytes) -> None:
        self._position += len(part)
        self._digest.update(part)
        self._output(part)


def object_stream(objects: Sequence[tuple[int, bytes]]) -> tuple[bytes, int]:
    """Return the content of an object stream of numbers and bodies, and where the first body begins."""
    numbers, bodies = zip(*objects, strict=True)
    ends = accumulate([len(body) + 1 for body in bodies], initial=0)
    index = b" ".join(map(b"%d %d".__mod__, zip(numbers, ends, strict=False)))
    return b"%s\n%s" % (index, b"\n".join(bodies)), len(index) + 1


def packed(content: bytes) -> bytes:
    """Compress the content of a stream: the same bytes for the same content, on every machine of a release."""
    return bytes(deflate.zlib_compress(content, _LEVEL))


def _stream(content: bytes, entries: bytes) -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


def _change(last: bytes, entry: bytes) -> bytes:
    return b"\x02" + bytes((new - old) & 255 for old, new in zip(last, entry, strict=True))


# What changes from one object of a stream to the next is its index, by one, and with every 256th its upper byte.
_STEP, _CARRY = (_change(_ENTRY.pack(2, 0, index), _ENTRY.pack(2, 0, index + 1)) for index in (0, 255))
_STEPS = (_STEP * 255 + _CARRY) * (_MOST_IN_A_STREAM_AT_ALL // 256 + 1)
