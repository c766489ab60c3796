"""Name what a package can be built for."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.package.errors import PackageError

PROJECT = Path(__file__).resolve().parents[2]
LAMBDA_PYTHON = (3, 13)
LAMBDA_GLIBC = (2, 34)
"""Amazon Linux 2023's, on which the ``python3.13`` runtime stands."""

_DEBIAN_ARCHITECTURES = {"x86_64": "amd64", "arm64": "arm64"}
_MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}
_WHEEL_ARCHITECTURES = {"x86_64": "x86_64", "arm64": "aarch64"}


@dataclass(frozen=True, slots=True)
class Target:
    """Describe where a package runs. ``embedded`` is this machine and this interpreter; the others are AWS Lambda."""

    name: str
    architecture: str
    python: tuple[int, int]

    @property
    def is_lambda(self) -> bool:
        """Tell whether the package is for AWS, and not for this machine."""
        return self.name != "embedded"

    @property
    def debian_architecture(self) -> str:
        """Return what Debian calls the architecture."""
        return _DEBIAN_ARCHITECTURES[self.architecture]

    @property
    def python_tag(self) -> str:
        """Return the tag in the names of extension modules and .pyc, such as ``cpython-313``."""
        return f"cpython-{self.python[0]}{self.python[1]}"

    @property
    def wheel_platforms(self) -> tuple[str, ...]:
        """Return the platform tags of wheels that Lambda can run, best first (PEP 600 and its legacy aliases)."""
        machine = _WHEEL_ARCHITECTURES[self.architecture]
        newest, oldest = LAMBDA_GLIBC[1], 5 if machine == "x86_64" else 17
        tags = [f"manylinux_2_{minor}_{machine}" for minor in range(newest, oldest - 1, -1)]
        return (*tags, f"manylinux2014_{machine}", f"manylinux2010_{machine}", f"manylinux1_{machine}")


def host_architecture() -> str:
    """Return this machine's architecture by AWS's name for it. Raises PackageError for any that Lambda lacks."""
    machine = platform.machine().lower()
    try:
        return _MACHINES[machine]
    except KeyError:
        raise PackageError(f"Pressrun runs on x86_64 and arm64; this machine is {machine}.") from None


def target_named(name: str) -> Target:
    """Return the target of that name: embedded, x86_64 or arm64."""
    if name == "embedded":
        return Target(name, host_architecture(), (sys.version_info.major, sys.version_info.minor))
    if name in _DEBIAN_ARCHITECTURES:
        return Target(name, name, LAMBDA_PYTHON)
    raise PackageError(f"There is no target {name!r}. Choose embedded, x86_64 or arm64.")
