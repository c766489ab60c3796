"""Unpack the functions' packages once each, for all their workers, and keep them for the next start."""

from __future__ import annotations

import hashlib
import shutil
import threading
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path

_PARTIAL = ".partial"


class Packages:
    """Unpacked packages in a folder, each under its checksum; ``in_use`` returns the packages that functions have."""

    def __init__(self, folder: Path, in_use: Callable[[], Iterable[bytes]]) -> None:
        self._folder = folder
        self._in_use = in_use
        self._lock = threading.Lock()
        # A function with a small package must not wait until a large one is unpacked.
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        # With the package itself, so that its id is not given to another one.
        self._names: dict[int, tuple[bytes, str]] = {}
        self._whole: set[str] = set()

    def unpacked(self, package: bytes) -> Path:
        """Return the folder with what is in a package."""
        with self._lock:
            name = self._name_of(package)
            lock = self._locks[name]
        folder = self._folder / name
        with lock:
            if name not in self._whole:
                # After a power cut, files may be there that are empty.
                if not _is_whole(folder, package):
                    self._unpack(package, folder)
                self._whole.add(name)
        return folder

    def _name_of(self, package: bytes) -> str:
        if id(package) not in self._names:
            self._names[id(package)] = package, hashlib.sha256(package).hexdigest()[:16]
        return self._names[id(package)][1]

    def _unpack(self, package: bytes, folder: Path) -> None:
        self._forget_replaced(package)
        partial = folder.with_suffix(_PARTIAL)
        for left_over in (partial, folder):
            shutil.rmtree(left_over, ignore_errors=True)
        partial.mkdir(parents=True)
        with zipfile.ZipFile(BytesIO(package)) as archive:
            archive.extractall(partial)
        partial.replace(folder)

    def _forget_replaced(self, package: bytes) -> None:
        """Remove what no function has any more. When it got its new package, its workers were ended."""
        with self._lock:
            current = [package, *self._in_use()]
            needed = {self._name_of(each) for each in current}
            self._names = {id(each): self._names[id(each)] for each in current}
            self._whole &= needed
        for path in self._folder.glob("*"):
            if path.stem not in needed:
                shutil.rmtree(path, ignore_errors=True)


def _is_whole(folder: Path, package: bytes) -> bool:
    """Tell whether all files of a package are in a folder, in their sizes."""
    with zipfile.ZipFile(BytesIO(package)) as archive:
        files = [entry for entry in archive.infolist() if not entry.is_dir()]
    try:
        return all((folder / entry.filename).stat().st_size == entry.file_size for entry in files)
    except OSError:
        return False
