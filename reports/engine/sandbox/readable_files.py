"""The files that a rendering process may read: code, fonts, templates, and what a C library looks at."""

from __future__ import annotations

import mimetypes
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[3]
# A working copy holds an emulator's state and a developer's files, too; a package for Lambda holds nothing but code.
_MARK_OF_A_WORKING_COPY = "pyproject.toml"
_OF_A_WORKING_COPY = ("reports", "templates", "fonts", "build/native")

_SYSTEM = (
    *("/usr", "/lib", "/lib64", "/lib32", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d"),
    *("/etc/localtime", "/etc/timezone", "/etc/nsswitch.conf", "/etc/passwd", "/etc/fonts", "/etc/ssl/openssl.cnf"),
    *("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/sys/devices/system/cpu"),
    *("/proc/self", "/proc/filesystems", "/proc/cpuinfo", "/proc/meminfo"),
)


def readable(more: Sequence[Path]) -> Iterator[Path]:
    """Yield files and folders, some of which may not be there; ``more`` are those of the caller."""
    is_working_copy = (_ROOT / _MARK_OF_A_WORKING_COPY).is_file()
    yield from (_ROOT / name for name in _OF_A_WORKING_COPY) if is_working_copy else (_ROOT,)
    for entry in (sys.prefix, sys.base_prefix, *sys.path, *_library_path()):
        place = Path(entry).resolve()
        # In a package the root is there already; in a working copy, whatever holds it is more than code.
        if not _ROOT.is_relative_to(place):
            yield place
    yield from map(Path, (*_SYSTEM, *mimetypes.knownfiles))
    yield from more


def _library_path() -> Iterator[str]:
    for name in ("LD_LIBRARY_PATH", "PRESSRUN_NATIVE_LIB"):
        yield from filter(None, os.environ.get(name, "").split(os.pathsep))
