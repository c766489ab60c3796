"""Build the bundle from Debian packages: pinned ones for every target, or the machine's own release's for this one."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from tools.package.errors import PackageError
from tools.package.native.apt import AptSandbox, apt_is_here, fetch_locked, name_of, sha256_of
from tools.package.native.bundle import Bundle, PackageFiles, read_package, write_bundle
from tools.package.native.lock import LockedPackage
from tools.package.native.sources import KEYRING, debian_mirror, parse_deb822
from tools.package.targets import LAMBDA_GLIBC, Target

ROOT_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libfontconfig1", "libharfbuzz0b", "libharfbuzz-subset0")

RELEASES: Mapping[str, tuple[str, ...]] = {"bookworm": (), "bullseye": ("libexpat1",)}
"""Where packages are from; a release without names gives all those that no other one does.

Debian 12 is the newest whose libraries run on Lambda's glibc 2.34, all but libexpat: it needs 2.36, Debian 11's 2.25.

Only the releases themselves, not their security archive: there a version goes when the next comes, and a lock on it
breaks within weeks. What these libraries parse is our own fonts and fonts.conf, and text in Pango and HarfBuzz.
"""

_CONTAINER_IMAGE = "debian:12"


def bundle_from_lock(folder: Path, work: Path, target: Target, packages: Iterable[LockedPackage]) -> Bundle:
    """Replace a folder by a bundle of pinned packages and say what is in it.

    Raises PackageError when the packages cannot be had on this machine.
    """
    ours = [package for package in packages if package.architecture == target.debian_architecture]
    if not ours:
        raise PackageError(f"The lock has no packages for {target.debian_architecture}. Run `make native-lock`.")
    sandbox = debian_sandbox(work, target.debian_architecture)
    debs = fetch_locked(sandbox, ours)
    sandbox.forget_lists()
    return write_bundle(folder, _contents(sandbox, debs), target.architecture)


def bundle_from_own_release(folder: Path, work: Path, target: Target) -> Bundle:
    """Replace a folder by a bundle of what this machine's own release has now. Raises PackageError."""
    if not apt_is_here():
        raise PackageError("This machine has no apt-get.")
    sandbox = AptSandbox.for_this_machine(work, target.debian_architecture)
    sandbox.update()
    closure: list[tuple[str, str]] = []
    for roots in (ROOT_PACKAGES, ROOT_PACKAGES[:-1]):  # older releases have the last in the one before
        with suppress(PackageError):
            closure = sandbox.closure(roots)
            break
    if not closure:
        raise PackageError("This machine's package sources don't have Pango.")
    debs = sandbox.download(closure)
    sandbox.forget_lists()
    return write_bundle(folder, _contents(sandbox, debs), target.architecture)


def resolve_lock(work: Path, target: Target) -> list[LockedPackage]:
    """Return the packages to pin for a target: the newest of their release, and only those that give a library."""
    sandbox = debian_sandbox(work, target.debian_architecture)
    sandbox.update()
    closure = dict(sandbox.closure(ROOT_PACKAGES))
    debs = {name_of(deb): deb for deb in sandbox.download(closure.items())}
    used = write_bundle(work / "bundle", _contents(sandbox, debs.values()), target.architecture).values()
    return [
        LockedPackage(_release_of(name), target.debian_architecture, name, closure[name], sha256_of(debs[name]))
        for name in sorted(set(used))
    ]


def debian_sandbox(work: Path, architecture: str, releases: Mapping[str, tuple[str, ...]] = RELEASES) -> AptSandbox:
    """Return an apt-get that sees Debian: on this machine when it can, else in a container. Raises PackageError."""
    mirror = debian_mirror()
    if mirror and apt_is_here():
        if not KEYRING.is_file():
            raise PackageError(f"{KEYRING} is missing. Run: sudo apt-get install debian-archive-keyring")
        return AptSandbox.for_debian(work, architecture, mirror, releases)
    docker = shutil.which("docker")
    if docker is None:
        raise PackageError(
            "The native libraries come from Debian packages, and this machine is not Debian. Either set DEBIAN_MIRROR "
            "to the base URL of a Debian mirror (with apt-get and debian-archive-keyring installed), or install Docker."
        )
    work.mkdir(parents=True, exist_ok=True)
    # fmt: off
    command = (
        docker, "run", "--rm", "--user", f"{os.getuid()}:{os.getgid()}",
        "--volume", f"{work}:{work}", "--workdir", f"{work}/debs", _CONTAINER_IMAGE,
    )
    # fmt: on
    return AptSandbox.for_debian(work, architecture, _mirror_of_container(docker), releases, command)


def fits_this_machine() -> bool:
    """Tell whether this machine's C library is new enough for the pinned packages."""
    name, version = platform.libc_ver()
    return name == "glibc" and tuple(map(int, version.split(".")[:2])) >= LAMBDA_GLIBC


def _contents(sandbox: AptSandbox, debs: Iterable[Path]) -> list[PackageFiles]:
    return [read_package(name_of(deb), sandbox.unpack(deb)) for deb in debs]


def _release_of(package: str) -> str:
    chosen = [release for release, names in RELEASES.items() if package in names]
    return chosen[0] if chosen else next(release for release, names in RELEASES.items() if not names)


def _mirror_of_container(docker: str) -> str:
    command = [docker, "run", "--rm", _CONTAINER_IMAGE, "cat", "/etc/apt/sources.list.d/debian.sources"]
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    mirror = debian_mirror({}, release="bookworm", sources=parse_deb822(done.stdout))
    if done.returncode or mirror is None:
        raise PackageError(
            f"Docker cannot run {_CONTAINER_IMAGE}: {done.stderr.strip()[-300:] or 'no package sources'}"
        )
    return mirror
