"""Bring Pango and its dependencies into the process before WeasyPrint looks for them."""

from __future__ import annotations

import ctypes
import os
from functools import cache
from pathlib import Path

LOAD_ORDER = "load-order.txt"
_PROJECT = Path(__file__).resolve().parents[3]


class NativeLibraryError(RuntimeError):
    """Pango cannot be loaded, which is a fault of the installation, not of a job."""


@cache
def load_native_libraries() -> Path | None:
    """Load the bundled libraries once, and return their folder; None when the system's own are used.

    The folder is ``PRESSRUN_NATIVE_LIB`` if set, else the first that has a ``load-order.txt`` of ``lib/`` beside the
    ``reports`` package, as in a package for Lambda, and ``build/native/embedded/lib/``, as on a developer's machine.
    Libraries loaded so are found by WeasyPrint by their soname, without LD_LIBRARY_PATH, which cannot be changed for a
    process that runs already. Raises NativeLibraryError.
    """
    folder = _bundle()
    names = _load_order(folder) if folder else ["libpango-1.0.so.0"]
    for name in names:
        try:
            ctypes.CDLL(str(folder / name) if folder else name, mode=ctypes.RTLD_GLOBAL)
        except OSError as error:
            place = f" from {folder}" if folder else ""
            raise NativeLibraryError(
                f"Cannot load {name}{place} ({error}). Run `make setup` to install Pango."
            ) from error
    return folder


def _bundle() -> Path | None:
    configured = os.environ.get("PRESSRUN_NATIVE_LIB")
    if configured:
        return Path(configured)
    bundles = (_PROJECT / "lib", _PROJECT / "build" / "native" / "embedded" / "lib")
    return next((folder for folder in bundles if (folder / LOAD_ORDER).is_file()), None)


def _load_order(folder: Path) -> list[str]:
    try:
        lines = (folder / LOAD_ORDER).read_text("utf-8").splitlines()
    except OSError as error:
        raise NativeLibraryError(f"Cannot read {folder / LOAD_ORDER}. Run `make setup` to install Pango.") from error
    return [line.strip() for line in lines if line.strip()]
