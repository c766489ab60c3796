"""Make an input of an earlier one where chance at its bytes would seldom get far: in zip files, XML and JSON."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from typing import Any

Mutate = Callable[[bytes, int], bytes]
"""A fuzzer's own change of some bytes, to so many at the most."""

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_ROOM = 256
# The value of an attribute, a text between tags, or an element that has nothing in it.
_PIECES = re.compile(rb'((?<=")[^"<>]*(?=")|(?<=>)[^<>]+(?=<)|<[^<>]*/>)')
_NOT_A_VALUE = re.compile('[<>"&\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]')
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 10**45, -(10**500), 10**4_299, 0.1, 1e308, 5e-324, -0.0),
    *("", " ", "\n", "\x00", "0", "-", "9" * 60, "x" * 5_000, "\u202e", "\ufffe", "2026-02-31", "0001-01-01"),
    *("EUR\n", "2026-01-31\n", "1\n", "data:,", [], {}, [[]], [{}], {"": ""}),
)


def spliced(data: bytes, most: int, chance: random.Random) -> bytes:
    """Change some bytes of an input by chance alone; for those that have no fuzzer at hand."""
    body = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5))):
        at, size = chance.randrange(len(body) + 1), chance.choice((0, 1, 1, 2, 4, 20))
        other = chance.randrange(len(body) + 1)
        new = (
            bytes(chance.choices(range(256), k=size)),
            chance.choice((b"\x00", b"\xff", b"\x7f", b"\x80", b"9", b'"', b"<", b"\n")) * size,
            body[other : other + 20],
        )
        body[at : at + chance.choice((0, size))] = chance.choice(new)
    return bytes(body[:most])


def mutated_zip(data: bytes, most: int, seed: int, mutate: Mutate) -> bytes:
    """Change a part of a zip file, or its parts; each tenth time, or when it is none, its bytes."""
    chance = random.Random(seed)  # noqa: S311, no secret
    parts = _parts(data) if chance.random() < 0.9 else []
    if not parts:
        return mutate(data, most)
    at = chance.randrange(len(parts))
    name, body, method = parts[at]
    turn = chance.random()
    if turn < 0.85:
        parts[at] = (name, mutated_xml(body, len(body) + _ROOM, seed, mutate), method)
    elif turn < 0.90:
        parts[at] = (name, body, chance.choice(_METHODS))
    elif turn < 0.93:
        parts.append((name, mutate(body, len(body) + _ROOM), method))
    elif turn < 0.96:
        parts[at] = (chance.choice(parts)[0], body, method)
    else:
        del parts[at]
    made = _written(parts)
    return made if len(made) <= most else data[:most]


def mutated_xml(data: bytes, most: int, seed: int, mutate: Mutate) -> bytes:
    """Change values of attributes, texts or whole tags of an XML text; each fifth time its bytes."""
    chance = random.Random(seed)  # noqa: S311, no secret
    if chance.random() < 0.2:
        return mutate(data, most)
    for _ in range(chance.choice((1, 1, 2, 4))):
        pieces = _PIECES.split(data)
        # Every other piece is a value, a text or a tag without its attributes.
        at = chance.randrange(1, len(pieces), 2) if len(pieces) > 1 else 0
        if pieces[at][:1] == b"<":
            other = chance.randrange(at % 2, len(pieces), 2)
            pieces[at] = chance.choice((b"", pieces[at] * 2, pieces[other]))
        else:
            pieces[at] = _NOT_A_VALUE.sub("", _text(mutate(pieces[at], len(pieces[at]) + 32))).encode()
        data = b"".join(pieces)
    return data[:most]


def _parts(data: bytes) -> list[tuple[str, bytes, int]]:
    """Return name, content and method of all parts; nothing of a file that cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [(entry.filename, archive.read(entry), entry.compress_type) for entry in archive.infolist()]
    except Exception:  # noqa: BLE001, whatever is wrong, such a file is changed by its bytes
        return []


def _written(parts: list[tuple[str, bytes, int]]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, body, method in parts:
            entry = zipfile.ZipInfo()
            entry.filename = name
            # Twice the same name is what zipfile warns of.
            archive.NameToInfo.pop(name, None)
            archive.writestr(entry, body, method if method in _METHODS else zipfile.ZIP_STORED)
    return file.getvalue()


def mutated_json(data: bytes, most: int, seed: int, mutate: Mutate) -> bytes:
    """Change a value or a key of a JSON text; each tenth time, or when it is none, its bytes."""
    chance = random.Random(seed)  # noqa: S311, no secret
    try:
        root = json.loads(data)
    except (ValueError, RecursionError):
        root = None
    places = list(_places(root))
    if not places or chance.random() < 0.1:
        return mutate(data, most)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        _change(chance, *chance.choice(places), mutate)
    made = json.dumps(root).encode()
    return made if len(made) <= most else data[:most]


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Return all lists and objects with a key or an index of each."""
    places, pending = [], [value]
    while pending:
        inner = pending.pop()
        keys = list(inner) if isinstance(inner, dict) else range(len(inner)) if isinstance(inner, list) else ()
        for key in keys:
            places.append((inner, key))
            pending.append(inner[key])
    return places


def _change(chance: random.Random, holder: Any, key: Any, mutate: Mutate) -> None:
    if isinstance(holder, list) and not 0 <= key < len(holder):
        return
    value = holder.get(key) if isinstance(holder, dict) else holder[key]
    turn = chance.random()
    if isinstance(holder, dict) and turn < 0.1:
        holder.pop(key, None)
    elif isinstance(holder, dict) and turn < 0.2:
        holder[_text(mutate(str(key).encode(), 64))] = value
    elif isinstance(holder, list) and turn < 0.2:
        holder.append(value)
    elif isinstance(value, str) and turn < 0.6:
        holder[key] = _text(mutate(value.encode(), len(value.encode()) + 16))
    else:
        holder[key] = chance.choice(_VALUES)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "ignore")
