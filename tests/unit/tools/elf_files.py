"""Make the smallest shared libraries that the loader's questions can be put to."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

MACHINES = {"x86_64": 62, "arm64": 183}


def shared_library(
    soname: str,
    *,
    needed: Sequence[str] = (),
    versions: Mapping[str, Sequence[str]] | None = None,
    architecture: str = "x86_64",
) -> bytes:
    """Return an ELF file with one segment: header, program headers, strings, version needs, dynamic section."""
    strings = _Strings()
    entries = [(1, strings.add(name)) for name in needed] + [(14, strings.add(soname))]
    needs = _version_needs(strings, versions or {})
    strings_at = 64 + 2 * 56
    needs_at = strings_at + len(strings.data)
    dynamic_at = needs_at + len(needs)
    entries += [(5, strings_at), (0x6FFFFFFE, needs_at), (0x6FFFFFFF, len(versions or {})), (0, 0)]
    dynamic = b"".join(struct.pack("<qQ", *entry) for entry in entries)
    size = dynamic_at + len(dynamic)
    ident = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
    header = ident + struct.pack("<HHIQQQIHHHHHH", 3, MACHINES[architecture], 1, 0, 64, 0, 0, 64, 56, 2, 0, 0, 0)
    load = struct.pack("<IIQQQQQQ", 1, 5, 0, 0, 0, size, size, 4096)
    dyn = struct.pack("<IIQQQQQQ", 2, 6, dynamic_at, dynamic_at, dynamic_at, len(dynamic), len(dynamic), 8)
    return header + load + dyn + strings.data + needs + dynamic


class _Strings:
    def __init__(self) -> None:
        self.data = b"\0"

    def add(self, text: str) -> int:
        at = len(self.data)
        self.data += text.encode() + b"\0"
        return at


def _version_needs(strings: _Strings, versions: Mapping[str, Sequence[str]]) -> bytes:
    needs = b""
    for index, (library, names) in enumerate(versions.items()):
        last = index == len(versions) - 1
        size = 16 + 16 * len(names)
        needs += struct.pack("<HHIII", 1, len(names), strings.add(library), 16, 0 if last else size)
        for number, name in enumerate(names):
            following = 0 if number == len(names) - 1 else 16
            needs += struct.pack("<IHHII", 0, 0, 2, strings.add(name), following)
    return needs
