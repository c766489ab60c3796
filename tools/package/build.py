"""Build both packages for a target, and do nothing when nothing has changed."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from tools.package.archive import files_below, unpacked_size
from tools.package.bytecode import find_interpreter
from tools.package.digests import digest_of, digest_of_files
from tools.package.errors import PackageError
from tools.package.layers import (
    HEAVY,
    LIGHT,
    Package,
    application_files,
    dependency_key,
    dependency_layer,
    write_package,
)
from tools.package.native.provision import provide
from tools.package.targets import Target
from tools.package.verify import verify_package

_log = logging.getLogger(__name__)
STAMP = "package.json"


@dataclass(frozen=True, slots=True)
class BuiltPackage:
    """Describe a zip that is there; sizes are in bytes."""

    name: str
    key: str
    zipped: int
    unpacked: int
    built_now: bool = True


def build(project: Path, target: Target, out: Path, *, require_pyc: bool = False) -> list[BuiltPackage]:
    """Build light.zip and heavy.zip into a folder. Raises PackageError.

    Without a Python of the target's version the .pyc are left out, with a warning, or with an error if
    ``require_pyc``.
    """
    interpreter = find_interpreter(target)
    if interpreter is None:
        _report_missing_interpreter(target, require_pyc)
    native = provide(project, target)
    lib = {f"lib/{name}": path for name, path in files_below(native.folder).items()} if native.folder else {}
    known = _read_stamp(out)
    built = []
    for package in (LIGHT, HEAVY):
        files = application_files(project, package) | (lib if package.has_native_libraries else {})
        built.append(_build_one(project, package, target, out, files, interpreter, known.get(package.name)))
        _write_stamp(out, built)
    return built


def _build_one(
    project: Path,
    package: Package,
    target: Target,
    out: Path,
    files: Mapping[str, Path],
    interpreter: Path | None,
    known: BuiltPackage | None,
) -> BuiltPackage:
    destination = out / f"{package.name}.zip"
    requirements = project / package.requirements
    key = digest_of([dependency_key(requirements, target, interpreter), digest_of_files(files)])
    if known and known.key == key and destination.is_file() and destination.stat().st_size == known.zipped:
        return BuiltPackage(known.name, key, known.zipped, known.unpacked, built_now=False)
    dependencies = dependency_layer(project, package, target, interpreter)
    _log.info("Writing %s.zip for %s", package.name, target.name)
    candidate = destination.with_suffix(".unverified")
    write_package(candidate, dependencies, files, interpreter)
    try:
        verify_package(candidate, package, target, interpreter)
    except PackageError:
        destination.unlink(missing_ok=True)  # an older one would be deployed in its place
        raise
    candidate.replace(destination)
    return BuiltPackage(package.name, key, destination.stat().st_size, unpacked_size(destination))


def _report_missing_interpreter(target: Target, require_pyc: bool) -> None:
    name = "Python {}.{}".format(*target.python)
    if require_pyc:
        raise PackageError(f"{name} is needed to compile the package. Install it, by pyenv, uv or your system.")
    _log.warning(
        "warning: no %s on this machine, so the packages have no .pyc, and every cold start takes half a second more.",
        name,
    )


def _read_stamp(out: Path) -> dict[str, BuiltPackage]:
    try:
        entries = json.loads((out / STAMP).read_text())
        return {entry["name"]: BuiltPackage(**entry) for entry in entries}
    except (OSError, ValueError, TypeError, KeyError):
        return {}  # none yet, or one of another version of this program


def _write_stamp(out: Path, built: list[BuiltPackage]) -> None:
    (out / STAMP).write_text(json.dumps([asdict(package) for package in built], indent=1))
