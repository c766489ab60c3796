"""Write zips whose bytes depend on nothing but the names and contents of their files."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold. The .pyc carry hashes, not times, so it need not be the sources'."""

_UNIX = 3
_READABLE, _EXECUTABLE = 0o100644, 0o100755
_LEVEL = 6


def files_below(folder: Path) -> dict[str, Path]:
    """Return every regular file below a folder, by its path relative to it with slashes."""
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def write_archive(destination: Path, files: Mapping[str, Path], *, base: Path | None = None) -> None:
    """Write a zip, sorted by name, with fixed times and modes; the file appears whole or not at all.

    ``base`` is a zip whose entries come first, as they are: compressing many dependencies again would cost more than
    everything else together.
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    partial = destination.with_name(destination.name + ".partial")
    partial.unlink(missing_ok=True)
    if base is not None:
        shutil.copyfile(base, partial)
    with zipfile.ZipFile(partial, "a" if base else "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        taken = set(archive.namelist())
        for name in sorted(files):
            if name in taken:
                raise ValueError(f"{name} is in both the base and the files of {destination.name}")
            _add(archive, name, files[name])
    partial.replace(destination)


def unpacked_size(archive: Path) -> int:
    """Return how many bytes a zip's files have when unpacked."""
    with zipfile.ZipFile(archive) as opened:
        return sum(entry.file_size for entry in opened.infolist())


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system = _UNIX  # else the zip would tell on which system it was made
    executable = path.stat().st_mode & 0o100
    entry.external_attr = (_EXECUTABLE if executable else _READABLE) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, path.read_bytes(), compresslevel=_LEVEL)
