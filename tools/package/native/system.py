"""Find Pango where the machine itself has it."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys

from tools.package.errors import PackageError

_NAMES = (
    ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    ("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
    ("libfontconfig.so.1", "libfontconfig.1.dylib"),
)
_OLDEST_PANGO = 14400
"""WeasyPrint's own minimum, 1.44, by Pango's way of writing versions as numbers."""

_APT_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libfontconfig1")


def system_has_pango() -> bool:
    """Tell whether the loader finds Pango, HarfBuzz and fontconfig by itself, in versions that are new enough."""
    libraries = [_load(names) for names in _NAMES]
    pango = libraries[0]
    return pango is not None and None not in libraries and int(pango.pango_version()) >= _OLDEST_PANGO


def install_by_apt() -> bool:
    """Install Pango with apt-get and tell whether it is there now. Does nothing unless this is root."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    # An image of a container often comes without lists of packages.
    for words in (["update"], ["install", "--yes", "--no-install-recommends", *_APT_PACKAGES]):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        if subprocess.run(["apt-get", "-q", *words], env=environment, capture_output=True, check=False).returncode:
            return False
    return system_has_pango()


def pango_is_missing() -> PackageError:
    """Return the error that names the one command to run on this machine."""
    if shutil.which("apt-get"):
        command = f"sudo apt-get install {' '.join(_APT_PACKAGES)}"
    elif shutil.which("dnf"):
        command = "sudo dnf install pango"
    elif sys.platform == "darwin":
        command = "brew install pango"
    else:
        command = "your package manager, to install Pango 1.44 or later"
    return PackageError(f"Pango is missing. Run: {command}")


def _load(names: tuple[str, ...]) -> ctypes.CDLL | None:
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None
