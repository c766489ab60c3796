"""Build all packages for a target, and do nothing when nothing has changed."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tools.package.archive import files_below, unpacked_size
from tools.package.bytecode import find_interpreter
from tools.package.digests import digest_of, digest_of_files
from tools.package.errors import PackageError
from tools.package.layers import (
    HEAVY,
    LIGHT,
    SIGN,
    Package,
    application_files,
    dependency_key,
    dependency_layer,
    write_package,
)
from tools.package.locking import only_one_at_a_time
from tools.package.native.extension import EXTENSION, build_extension
from tools.package.native.provision import provide
from tools.package.native.python import provide_compiler
from tools.package.targets import Target
from tools.package.templates import check_templates
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


def build(
    project: Path, target: Target, out: Path, *, require_pyc: bool = False, with_faults: bool = False
) -> list[BuiltPackage]:
    """Build light.zip, sign.zip and heavy.zip into a folder. Raises PackageError.

    Without a Python of the target's version the .pyc are left out, with a warning, or with an error if
    ``require_pyc``. The embedded emulator's packages have fault injection; others have it ``with_faults`` alone.
    """
    with_faults = with_faults or not target.is_lambda
    with only_one_at_a_time(project / "build/package" / f"{target.name}.lock"):
        return _build(project, target, out, require_pyc, with_faults)


def _build(project: Path, target: Target, out: Path, require_pyc: bool, with_faults: bool) -> list[BuiltPackage]:
    check_templates(project / "templates")
    interpreter = find_interpreter(target) or provide_compiler(project, target)
    if interpreter is None:
        _report_missing_interpreter(target, require_pyc)
    native = provide(project, target)
    lib = {f"lib/{name}": path for name, path in files_below(native.folder).items()} if native.folder else {}
    if extension := build_extension(project, target):
        lib[EXTENSION.as_posix()] = extension
    known = _read_stamp(out)
    files = {package: application_files(project, package, with_faults=with_faults) for package in (LIGHT, SIGN, HEAVY)}
    jobs = [_Job(project, package, target, interpreter, own | _only(package, lib)) for package, own in files.items()]
    with ThreadPoolExecutor() as pool:  # they wait for pip and compilers most of the time
        built = list(pool.map(lambda job: job.run(out, known.get(job.package.name)), jobs))
    out.mkdir(parents=True, exist_ok=True)
    (out / STAMP).write_text(json.dumps([asdict(package) for package in built], indent=1))
    return built


@dataclass(frozen=True, slots=True)
class _Job:
    """The inputs of one package; ``files`` are those of its application layer, by their names in the zip."""

    project: Path
    package: Package
    target: Target
    interpreter: Path | None
    files: Mapping[str, Path]

    def run(self, out: Path, known: BuiltPackage | None) -> BuiltPackage:
        """Build the package unless the one that is known has the same inputs."""
        destination = out / f"{self.package.name}.zip"
        requirements = self.project / self.package.requirements
        key = digest_of([dependency_key(requirements, self.target, self.interpreter), digest_of_files(self.files)])
        if known and known.key == key and destination.is_file() and destination.stat().st_size == known.zipped:
            return replace(known, built_now=False)
        dependencies = dependency_layer(self.project, self.package, self.target, self.interpreter)
        _log.info("Writing %s.zip for %s", self.package.name, self.target.name)
        candidate = destination.with_suffix(".unverified")
        write_package(candidate, dependencies, self.files, self.interpreter)
        try:
            verify_package(candidate, self.package, self.target, self.interpreter)
        except PackageError:
            candidate.unlink()
            destination.unlink(missing_ok=True)  # an older one would be deployed in its place
            raise
        candidate.replace(destination)
        return BuiltPackage(self.package.name, key, destination.stat().st_size, unpacked_size(destination))


def _only(package: Package, lib: dict[str, Path]) -> dict[str, Path]:
    return lib if package.has_native_libraries else {}


def _report_missing_interpreter(target: Target, require_pyc: bool) -> None:
    name = "Python {}.{}".format(*target.python)
    if require_pyc:
        raise PackageError(f"{name} is needed to compile the package. Install it by pyenv, uv or your system.")
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
