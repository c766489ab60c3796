"""Provide the native libraries for a target, in the way that works here, and remember it."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.package.digests import digest_of
from tools.package.errors import PackageError
from tools.package.native import system
from tools.package.native.apt import apt_is_here
from tools.package.native.bundle import LOAD_ORDER, Bundle
from tools.package.native.debian import (
    bundle_from_lock,
    bundle_from_own_release,
    fits_this_machine,
    resolve_lock,
)
from tools.package.native.lock import read_lock, write_lock
from tools.package.native.sources import debian_mirror
from tools.package.targets import Target, target_named

LOCK = Path("native/debian.lock")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NativeLibraries:
    """The place of the libraries: in ``folder``, or where the loader finds them by itself when that is None."""

    folder: Path | None
    origin: str


def provide(project: Path, target: Target) -> NativeLibraries:
    """Provide the libraries in ``build/native/<target>/lib``, or see that the machine has its own.

    Raises PackageError with what to do when there is no way.
    """
    home = project / "build/native" / target.name
    folder, stamp = home / "lib", home / "stamp.json"
    lock = project / LOCK
    key = digest_of([lock.read_bytes(), *(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))])
    known = json.loads(stamp.read_text()) if stamp.is_file() else {}
    if known.get("key") == key:
        if known["bundled"] and (folder / LOAD_ORDER).is_file():
            return NativeLibraries(folder, known["origin"])
        if not known["bundled"] and system.system_has_pango():
            return NativeLibraries(None, known["origin"])
    stamp.unlink(missing_ok=True)
    origin = _bundle(folder, home, target, lock)
    found = NativeLibraries(folder, origin) if origin else _from_system()
    if found.folder is None:
        shutil.rmtree(folder, ignore_errors=True)
    home.mkdir(parents=True, exist_ok=True)
    stamp.write_text(json.dumps({"key": key, "origin": found.origin, "bundled": found.folder is not None}))
    return found


def renew_lock(project: Path) -> None:
    """Pin the newest packages for both of Lambda's architectures. Raises PackageError."""
    packages = []
    for name in ("x86_64", "arm64"):
        work = project / "build/native/lock" / name
        shutil.rmtree(work, ignore_errors=True)
        packages += resolve_lock(work, target_named(name))
        shutil.rmtree(work)
    write_lock(project / LOCK, packages)


def _bundle(folder: Path, home: Path, target: Target, lock: Path) -> str | None:
    """Make the bundle and return its origin; None when only this machine's own Pango is left to try."""

    def pinned() -> Bundle:
        return bundle_from_lock(folder, home / "debian", target, read_lock(lock))

    def own_release() -> Bundle:
        return bundle_from_own_release(folder, home / "own-release", target)

    if target.is_lambda:
        pinned()
        return "pinned Debian packages"
    ways: list[tuple[str, Callable[[], Bundle]]] = []
    if debian_mirror() and fits_this_machine():  # without a mirror there would be a container, which was not asked for
        ways.append(("pinned Debian packages", pinned))
    if apt_is_here():
        ways.append(("packages of this machine's release", own_release))
    for origin, way in ways:
        try:
            way()
        except PackageError as error:
            _log.info("No native libraries from %s: %s", origin, error)
        else:
            return origin
    return None


def _from_system() -> NativeLibraries:
    if system.system_has_pango():
        return NativeLibraries(None, "this machine's own Pango")
    if system.install_by_apt():
        return NativeLibraries(None, "this machine's own Pango, just installed by apt-get")
    raise system.pango_is_missing()
