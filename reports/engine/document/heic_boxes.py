"""Look through the boxes of a HEIC or AVIF file before a decoder does (ISO/IEC 14496-12 and 23008-12).

The decoder of HEIC reads far more than photos need: films, masks, raw pixels, pictures made of others. Faults in that
code have let pictures take over servers. So files get to it only with what cameras write, and their size is known
before.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_TILED_PIXELS = 400_000_000
"""The pixels of all tiles together: each is decoded, and a grid may name the same one again and again."""

# Pictures, grids of them, and what describes them: EXIF, XMP, and how to brighten the picture for some screens.
_PICTURES = frozenset((b"hvc1", b"grid", b"av01"))
_ITEMS = _PICTURES - {b"av01"} | {b"Exif", b"mime", b"uri ", b"tmap"}
_KEPT_BOXES = frozenset((b"ftyp", b"meta", b"mdat", b"idat"))
_MOST_ITEMS = 20_000
_HIDDEN = 1


Places = tuple[tuple[int, int], ...]
"""Where the parts of an item begin and end in the file."""


class UnusualHEICError(Exception):
    """A HEIC or AVIF file that cameras would not write; the text says why."""


@dataclass(frozen=True, slots=True)
class HEICFacts:
    """The facts of a HEIC or AVIF file, as it says: its pictures, the pixels of the largest, and those of all tiles.

    ``colours`` are the codes of the main picture's primaries and of their transfer characteristics (ITU-T H.273).
    ``av1`` are the parts of the file that hold an AV1 stream, for each time that one may be decoded.
    """

    pictures: int
    pixels: int
    tiled_pixels: int
    colours: tuple[int, int] | None = None
    av1: tuple[Places, ...] = ()


@dataclass(slots=True)
class _Items:
    kinds: dict[int, bytes] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    sizes: list[int] = field(default_factory=list)
    """The pixels that each property tells, by its place; 0 for properties of other kinds."""
    properties: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    references: list[tuple[bytes, int, tuple[int, ...]]] = field(default_factory=list)
    colours: list[tuple[int, int] | None] = field(default_factory=list)
    """What each property tells of colours, by its place."""
    main: int = 0
    places: dict[int, Places] = field(default_factory=dict)
    within: set[int] = field(default_factory=set)
    """Items whose places count from the beginning of the box ``idat``."""
    data_start: int = 0

    def colours_of(self, item: int) -> tuple[int, int] | None:
        told = (self.colours[at - 1] for at in self.properties[item] if 0 < at <= len(self.colours))
        return next(filter(None, told), None)

    def places_of(self, item: int) -> Places:
        first = self.data_start if item in self.within else 0
        return tuple((first + start, first + end) for start, end in self.places.get(item, ()))

    def pixels(self, item: int) -> int:
        return max((self.sizes[at - 1] for at in self.properties[item] if 0 < at <= len(self.sizes)), default=0)


def without_films(body: bytes) -> bytes:
    """Return the file with all boxes struck out that a picture does not need, such as a film's."""
    kept = bytearray(body)
    for kind, start, _ in _boxes(body, 0, len(body)):
        if kind not in _KEPT_BOXES:
            kept[start + 4 : start + 8] = b"free"
    return bytes(kept)


def without_track(body: bytes) -> tuple[bytes, bool]:
    """Return an AVIF file whose picture is read rather than its film, and whether there is a film.

    A decoder goes by the first brand.
    """
    has_film = any(kind == b"moov" for kind, _, _ in _boxes(body, 0, len(body)))
    return (body[:8] + b"avif" + body[12:] if body[8:12] == b"avis" else body), has_film


def look_through(body: bytes, *, is_avif: bool = False) -> HEICFacts:
    """Read what items a file has; a HEIC file may have only what cameras write. Raises UnusualHEICError."""
    items = _Items()
    try:
        for kind, start, end in _boxes(body, 0, len(body)):
            if kind == b"meta":
                _read_meta(body, _content(body, start) + 4, end, items)
    except (struct.error, IndexError) as error:
        raise UnusualHEICError("its boxes are cut off") from error
    if not items.kinds:
        raise UnusualHEICError("it holds no picture")
    strange = next((kind for kind in items.kinds.values() if kind not in _ITEMS), None)
    if strange is not None and not is_avif:
        raise UnusualHEICError(f"it holds items of the kind {strange.decode('ascii', 'replace')!r}")
    tiles = [item for kind, _, targets in items.references if kind == b"dimg" for item in targets]
    tiled = sum(map(items.pixels, tiles))
    if tiled > MOST_TILED_PIXELS:
        raise UnusualHEICError(f"its tiles have more than {MOST_TILED_PIXELS:,} pixels in all")
    return HEICFacts(
        pictures=len(set(_shown(items))),
        pixels=max(items.sizes, default=0),
        tiled_pixels=tiled,
        colours=items.colours_of(items.main or min(items.kinds)),
        av1=tuple(items.places_of(item) for item in (*tiles, *items.kinds) if items.kinds.get(item) == b"av01"),
    )


def _shown(items: _Items) -> Iterator[int]:
    """Yield the pictures that stand for themselves: no tile, preview, mask, or map of brightness."""
    within = set(items.hidden)
    for kind, source, targets in items.references:
        if kind == b"dimg":
            within.update(targets if items.kinds.get(source) == b"grid" else targets[1:])
        elif kind in (b"thmb", b"auxl"):
            within.add(source)
    yield from (item for item, kind in items.kinds.items() if kind in _PICTURES and item not in within)


def _boxes(body: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the kind, the start and the end of each box."""
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", body, start)
        if size == 1:
            (size,) = struct.unpack_from(">Q", body, start + 8)
        stop = end if size == 0 else start + size
        if stop < start + 8 or stop > end:
            raise UnusualHEICError("its boxes are cut off")
        yield kind, start, stop
        start = stop


def _content(body: bytes, start: int) -> int:
    """Return where the content of a box begins."""
    return start + (16 if body[start : start + 4] == b"\0\0\0\1" else 8)


def _read_meta(body: bytes, start: int, end: int, items: _Items) -> None:
    for kind, at, stop in _boxes(body, start, end):
        content = _content(body, at)
        if kind == b"iinf":
            _read_infos(body, content, stop, items)
        elif kind == b"iprp":
            for inner, place, last in _boxes(body, content, stop):
                if inner == b"ipco":
                    for box in _boxes(body, _content(body, place), last):
                        items.sizes.append(_size(body, *box))
                        items.colours.append(_colours(body, *box))
                elif inner == b"ipma":
                    _read_associations(body, _content(body, place), items)
        elif kind == b"iref":
            _read_references(body, content, stop, items)
        elif kind == b"pitm":
            (items.main,) = struct.unpack_from(">H" if body[content] == 0 else ">I", body, content + 4)
        elif kind == b"iloc":
            _read_places(body, content, items)
        elif kind == b"idat":
            items.data_start = content


def _read_infos(body: bytes, content: int, end: int, items: _Items) -> None:
    count_bytes = 2 if body[content] == 0 else 4
    for kind, start, _ in _boxes(body, content + 4 + count_bytes, end):
        if kind != b"infe":
            continue
        place = _content(body, start)
        version, flags = body[place], body[place + 3]
        if version not in (2, 3):
            raise UnusualHEICError("its items are described in an old way")
        item, _, name = struct.unpack_from(">HH4s" if version == 2 else ">IH4s", body, place + 4)
        items.kinds[item] = name
        if flags & _HIDDEN:
            items.hidden.add(item)
        if len(items.kinds) > _MOST_ITEMS:
            raise UnusualHEICError(f"it has more than {_MOST_ITEMS:,} items")


def _size(body: bytes, kind: bytes, start: int, _: int) -> int:
    if kind != b"ispe":
        return 0
    width, height = struct.unpack_from(">II", body, _content(body, start) + 4)
    return int(width * height)


def _colours(body: bytes, kind: bytes, start: int, _: int) -> tuple[int, int] | None:
    content = _content(body, start)
    if kind != b"colr" or body[content : content + 4] != b"nclx":
        return None
    primaries, transfer = struct.unpack_from(">HH", body, content + 4)
    return primaries, transfer


def _read_places(body: bytes, content: int, items: _Items) -> None:
    version, sizes, more = body[content], body[content + 4], body[content + 5]
    place = content + 6

    def number(size: int) -> int:
        nonlocal place
        value = int.from_bytes(body[place : place + size], "big")
        place += size
        if place > len(body):
            raise IndexError
        return value

    for _ in range(min(number(2 if version < 2 else 4), _MOST_ITEMS)):
        item = number(2 if version < 2 else 4)
        method = number(2) & 15 if version else 0
        number(2)
        first, parts = number(more >> 4), []
        for _ in range(number(2)):
            number(more & 15 if version else 0)
            start, length = first + number(sizes >> 4), number(sizes & 15)
            parts.append((start, start + length if length else len(body)))
        items.places[item] = tuple(parts)
        if method == 1:
            items.within.add(item)


def _read_associations(body: bytes, content: int, items: _Items) -> None:
    """Read which properties each item has; of each, all but its place in the list is passed over."""
    version, is_wide = body[content], body[content + 3] & 1
    (count,) = struct.unpack_from(">I", body, content + 4)
    place = content + 8
    for _ in range(min(count, _MOST_ITEMS)):
        item, number = struct.unpack_from(">HB" if version == 0 else ">IB", body, place)
        place += 3 if version == 0 else 5
        places = struct.unpack_from(f">{number}{'H' if is_wide else 'B'}", body, place)
        place += number * (2 if is_wide else 1)
        items.properties[item] += [at & (0x7FFF if is_wide else 0x7F) for at in places]


def _read_references(body: bytes, content: int, end: int, items: _Items) -> None:
    letter = "H" if body[content] == 0 else "I"
    for kind, start, _ in _boxes(body, content + 4, end):
        place = _content(body, start)
        source, count = struct.unpack_from(f">{letter}H", body, place)
        targets = struct.unpack_from(f">{count}{letter}", body, place + struct.calcsize(f">{letter}H"))
        items.references.append((kind, source, targets))
