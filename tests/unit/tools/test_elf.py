"""What the loader will ask of a library is read as the loader reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.tools.elf_files import shared_library
from tools.package.elf import SharedObject, is_elf, read_shared_object
from tools.package.errors import PackageError


def test_a_library_tells_its_name_its_needs_and_their_versions(tmp_path: Path) -> None:
    path = tmp_path / "libone.so.1"
    versions = {"libc.so.6": ["GLIBC_2.2.5", "GLIBC_2.34"], "libm.so.6": ["GLIBC_2.29"]}
    path.write_bytes(shared_library("libone.so.1", needed=["libc.so.6", "libm.so.6"], versions=versions))

    found = read_shared_object(path)

    assert found == SharedObject(
        architecture="x86_64",
        soname="libone.so.1",
        needed=("libc.so.6", "libm.so.6"),
        versions=(("libc.so.6", "GLIBC_2.2.5"), ("libc.so.6", "GLIBC_2.34"), ("libm.so.6", "GLIBC_2.29")),
    )


def test_a_library_tells_its_architecture(tmp_path: Path) -> None:
    path = tmp_path / "libone.so.1"
    path.write_bytes(shared_library("libone.so.1", architecture="arm64"))

    assert read_shared_object(path).architecture == "arm64"


def test_a_real_c_library_is_understood() -> None:
    maps = Path("/proc/self/maps").read_text().splitlines()
    path = next(Path(line.split(maxsplit=5)[5]) for line in maps if line.endswith("/libc.so.6"))

    found = read_shared_object(path)

    assert found.soname == "libc.so.6"
    assert any(name.startswith("ld-linux") for name in found.needed)
    assert any(version == "GLIBC_PRIVATE" for _, version in found.versions)


def test_a_damaged_library_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "libcut.so.1"
    path.write_bytes(shared_library("libcut.so.1", needed=["libc.so.6"])[:200])

    with pytest.raises(PackageError, match=r"libcut\.so\.1 is a damaged ELF file"):
        read_shared_object(path)


def test_a_linker_script_is_not_taken_for_a_library(tmp_path: Path) -> None:
    path = tmp_path / "libc.so"
    path.write_text("GROUP ( libc.so.6 )")

    assert not is_elf(path)
    with pytest.raises(PackageError, match="is not a 64-bit little-endian ELF file"):
        read_shared_object(path)
