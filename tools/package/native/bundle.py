"""Take the libraries that WeasyPrint needs out of Debian packages, and write down in which order to load them."""

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath

from tools.package.elf import SharedObject, is_elf, read_shared_object
from tools.package.errors import PackageError

ROOTS = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libpangoft2-1.0.so.0",
    "libharfbuzz.so.0",
    "libfontconfig.so.1",
)
"""What WeasyPrint opens (weasyprint/text/ffi.py)."""

OPTIONAL_ROOTS = ("libharfbuzz-subset.so.0",)
"""What WeasyPrint opens when it is there: old releases don't package it. Without it, fontTools makes the subsets."""

SYSTEM_LIBRARIES = frozenset(
    {
        *("ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"),
        *("libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1"),
        *("libutil.so.1", "libresolv.so.2", "libanl.so.1"),
        *("libgcc_s.so.1", "libstdc++.so.6", "libz.so.1"),
    }
)
"""What every target has: glibc, gcc's two and zlib, on which Lambda's Python itself depends."""

LOAD_ORDER = "load-order.txt"

Bundle = Mapping[str, str]
"""Libraries by soname, dependencies first, with the package that each is from."""


@dataclass(frozen=True, slots=True)
class PackageFiles:
    """The useful files of one package: its libraries by file name, and its copyright file."""

    package: str
    libraries: Mapping[str, bytes]
    copyright: bytes


def read_package(package: str, tar: bytes) -> PackageFiles:
    """Pick the libraries out of a package's files. Links are resolved by name: a soname is usually a link."""
    libraries: dict[str, bytes] = {}
    copyright_text = b""
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        for member in archive:
            path = PurePosixPath(member.name)
            if path.name == "copyright" and path.parts[-2] == package:
                copyright_text = _content(archive, member)
            elif ".so" in path.name and member.isfile() and _is_library_folder(path.parent):
                libraries[path.name] = _content(archive, member)
    return PackageFiles(package, libraries, copyright_text)


def write_bundle(folder: Path, packages: Iterable[PackageFiles], architecture: str) -> Bundle:
    """Replace a folder by a bundle and say what is in it.

    Each library is named by its soname. Of each package that gave one, the copyright file is at ``licenses/<package>``.
    Raises PackageError when a root or something that it needs is in none of the packages.
    """
    workbench = folder.with_name(folder.name + ".partial")
    for leftover in (workbench, folder):
        if leftover.exists():
            shutil.rmtree(leftover)
    workbench.mkdir(parents=True)
    available, origins = _unpack(workbench / "all", packages, architecture)
    order = load_order({name: found.needed for name, found in available.items()})
    lib = workbench / "lib"
    (lib / "licenses").mkdir(parents=True)
    for soname in order:
        (workbench / "all" / soname).rename(lib / soname)
        origin = origins[soname]
        (lib / "licenses" / origin.package).write_bytes(origin.copyright)
    (lib / LOAD_ORDER).write_text("".join(f"{soname}\n" for soname in order))
    lib.rename(folder)
    shutil.rmtree(workbench)
    return {soname: origins[soname].package for soname in order}


def load_order(needs: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the roots and all that they need, every library after those that it needs, else by name."""
    graph: dict[str, list[str]] = {}
    waiting = [*ROOTS, *(name for name in OPTIONAL_ROOTS if name in needs)]
    while waiting:
        name = waiting.pop()
        if name in graph:
            continue
        if name not in needs:
            raise PackageError(f"{name} is needed, but in none of the Debian packages. Renew them: `make native-lock`.")
        graph[name] = sorted(set(needs[name]) - SYSTEM_LIBRARIES)
        waiting += graph[name]
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        raise PackageError(f"Libraries need each other in a circle: {error.args[1]}.") from error
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order += ready
        sorter.done(*ready)
    return order


def _unpack(
    folder: Path, packages: Iterable[PackageFiles], architecture: str
) -> tuple[dict[str, SharedObject], dict[str, PackageFiles]]:
    folder.mkdir()
    available: dict[str, SharedObject] = {}
    origins: dict[str, PackageFiles] = {}
    for package in packages:
        for name, content in package.libraries.items():
            path = folder / name
            path.write_bytes(content)
            if not is_elf(path):
                path.unlink()
                continue
            found = read_shared_object(path)
            if found.architecture != architecture:
                raise PackageError(f"{name} of {package.package} is for {found.architecture}, not {architecture}.")
            soname = found.soname or name
            path.rename(folder / soname)
            available[soname], origins[soname] = found, package
    return available, origins


def _is_library_folder(folder: PurePosixPath) -> bool:
    """Tell /lib, /usr/lib and their multiarch folders from those of plug-ins."""
    parts = [part for part in folder.parts if part not in (".", "usr")]
    return parts[:1] == ["lib"] and len(parts) <= 2 and (len(parts) == 1 or "-linux-gnu" in parts[1])


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    return file.read() if file else b""
