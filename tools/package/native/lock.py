"""Read and write the lock of Debian packages.

The file has a line per package, ``release architecture package version sha256``, so that a renewal shows in a diff.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path

from tools.package.errors import PackageError

_HEADER = """\
# Debian packages whose libraries go into the functions' lib/ folder. Renewed by `make native-lock`.
# release architecture package version sha256
"""


@dataclass(frozen=True, slots=True, order=True)
class LockedPackage:
    """Name one .deb; ``sha256`` is of the file."""

    release: str
    architecture: str
    name: str
    version: str
    sha256: str


def read_lock(path: Path) -> tuple[LockedPackage, ...]:
    """Return the lock's packages. Raises PackageError for a line that is not one."""
    packages = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split()
        if len(fields) != 5 or len(fields[4]) != 64:
            raise PackageError(f"{path}:{number} is not a package of the lock. Renew it with `make native-lock`.")
        packages.append(LockedPackage(*fields))
    return tuple(packages)


def write_lock(path: Path, packages: Iterable[LockedPackage]) -> None:
    """Replace the lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [" ".join(astuple(package)) for package in sorted(packages)]
    path.write_text(_HEADER + "".join(f"{line}\n" for line in lines))
