"""Read what the loader will ask of a shared library: its name, its needs, and their symbol versions."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from tools.package.errors import PackageError

_ARCHITECTURES = {62: "x86_64", 183: "arm64"}
_PT_LOAD, _PT_DYNAMIC = 1, 2
_NEEDED, _STRTAB, _SONAME, _VERNEED, _VERNEEDNUM = 1, 5, 14, 0x6FFFFFFE, 0x6FFFFFFF


@dataclass(frozen=True, slots=True)
class SharedObject:
    """The parts of an ELF file that decide whether it can be loaded.

    ``versions`` are pairs of a needed library and a symbol version, such as ``("libc.so.6", "GLIBC_2.34")``.
    """

    architecture: str
    soname: str
    needed: tuple[str, ...]
    versions: tuple[tuple[str, str], ...]


def is_elf(path: Path) -> bool:
    """Tell whether a file is ELF, by its first bytes."""
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def read_shared_object(path: Path) -> SharedObject:
    """Read a 64-bit little-endian ELF file. Raises PackageError for any other."""
    data = path.read_bytes()
    if data[:6] != b"\x7fELF\x02\x01":
        raise PackageError(f"{path} is not a 64-bit little-endian ELF file.")
    try:
        return _Reader(data).read()
    except (struct.error, ValueError) as error:
        raise PackageError(f"{path} is a damaged ELF file: {error}.") from error


class _Reader:
    """Follow the offsets of one file; the names of fields are those of the ELF specification (see ``man 5 elf``)."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._segments: list[tuple[int, int, int]] = []  # virtual address, size in the file, offset in it
        self._dynamic: list[tuple[int, int]] = []

    def read(self) -> SharedObject:
        (machine,) = struct.unpack_from("<H", self._data, 18)
        (offset,) = struct.unpack_from("<Q", self._data, 32)
        size, count = struct.unpack_from("<HH", self._data, 54)
        for index in range(count):
            self._read_program_header(offset + index * size)
        needed = tuple(self._string(value) for tag, value in self._dynamic if tag == _NEEDED)
        soname = next((self._string(value) for tag, value in self._dynamic if tag == _SONAME), "")
        return SharedObject(_ARCHITECTURES.get(machine, f"machine {machine}"), soname, needed, tuple(self._versions()))

    def _read_program_header(self, at: int) -> None:
        kind, _flags, offset, address, _physical, file_size = struct.unpack_from("<IIQQQQ", self._data, at)
        if kind == _PT_LOAD:
            self._segments.append((address, file_size, offset))
        elif kind == _PT_DYNAMIC:
            for tag, value in struct.iter_unpack("<qQ", self._data[offset : offset + file_size // 16 * 16]):
                if tag == 0:
                    break
                self._dynamic.append((tag, value))

    def _versions(self) -> list[tuple[str, str]]:
        address, count = self._entry(_VERNEED), self._entry(_VERNEEDNUM)
        if address is None or count is None:
            return []
        found, at = [], self._offset(address)
        for _ in range(count):
            _version, aux_count, file, aux, following = struct.unpack_from("<HHIII", self._data, at)
            library, aux_at = self._string(file), at + aux
            for _ in range(aux_count):
                _hash, _flags, _other, name, aux_following = struct.unpack_from("<IHHII", self._data, aux_at)
                found.append((library, self._string(name)))
                aux_at += aux_following
            at += following
        return found

    def _entry(self, wanted: int) -> int | None:
        return next((value for tag, value in self._dynamic if tag == wanted), None)

    def _offset(self, address: int) -> int:
        for start, size, offset in self._segments:
            if start <= address < start + size:
                return address - start + offset
        raise ValueError(f"no segment holds the address {address:#x}")

    def _string(self, index: int) -> str:
        table = self._entry(_STRTAB)
        if table is None:
            raise ValueError("it has no string table")
        start = self._offset(table) + index
        return self._data[start : self._data.index(b"\0", start)].decode("ascii")
