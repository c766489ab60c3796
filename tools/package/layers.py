"""Make the two layers of a package; the dependency layer is kept, zipped, for as long as its inputs are the same."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reports.engine.templating.compiled import write_program
from reports.engine.templating.template_code import environment_of
from tools.package.archive import files_below, write_archive
from tools.package.bytecode import compile_tree
from tools.package.digests import digest_of
from tools.package.errors import PackageError
from tools.package.targets import Target
from tools.package.wheels import install_wheels

_log = logging.getLogger(__name__)
_CODE_OF_DEPENDENCIES = ("archive.py", "bytecode.py", "compile_tree.py", "targets.py", "wheels.py")
_IGNORED = ("__pycache__", ".DS_Store", ".mypy_cache", ".pytest_cache", ".ruff_cache")


@dataclass(frozen=True, slots=True)
class Package:
    """Describe one zip: its requirements, and which files of the project it has.

    ``patterns`` are globs from the project's root, ``left_out`` are those of files to leave out nevertheless.
    ``installed`` are files that npm has put into the project, by their names in the zip.
    """

    name: str
    requirements: str
    patterns: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    installed: tuple[tuple[str, str], ...] = ()
    has_native_libraries: bool = False
    megabytes: int = 250
    """The most that it may have when unpacked, in 2^20 bytes."""


LIGHT = Package(
    name="light",
    requirements="requirements/light.txt",
    patterns=(
        *("handlers/**/*.py", "handlers/http/reference/*", "docs/openapi.json"),
        *("reports/**/*.py", "reports/jobs/prices.json", "templates/**/*.json", "emails/**/*"),
    ),
    left_out=("reports/engine/**/*", "reports/locale_data.py"),
    installed=(
        ("handlers/http/reference/swagger-ui.js", "web/node_modules/swagger-ui-dist/swagger-ui-bundle.js"),
        ("handlers/http/reference/swagger-ui.css", "web/node_modules/swagger-ui-dist/swagger-ui.css"),
        ("handlers/http/reference/swagger-ui.LICENSE.txt", "web/node_modules/swagger-ui-dist/LICENSE"),
        (
            "handlers/http/reference/swagger-ui.js.LICENSE.txt",
            "web/node_modules/swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt",
        ),
    ),
    megabytes=47,
)
SIGN = Package(
    name="sign",
    requirements="requirements/sign.txt",
    # The fonts are for visible signatures.
    patterns=(
        "handlers/**/*.py",
        "reports/**/*.py",
        "reports/jobs/prices.json",
        "fonts/*-Regular.ttf",
        "fonts/licenses/*",
    ),
    left_out=("reports/engine/**/*", "reports/locale_data.py"),
    megabytes=110,
)
HEAVY = Package(
    name="heavy",
    requirements="requirements/heavy.txt",
    patterns=("handlers/**/*.py", "reports/**/*", "templates/**/*", "fonts/**/*"),
    left_out=("reports/**/*.so", "reports/**/*.c"),  # what is built for this machine, and from what
    has_native_libraries=True,
    megabytes=235,
)


FAULT_INJECTION = "reports/adapters/fault_injection.py"


def application_files(project: Path, package: Package, *, with_faults: bool = True) -> dict[str, Path]:
    """Return the project's own files of a package, by their paths in the zip. Raises PackageError.

    Without ``with_faults``, the package can't break anything on purpose.
    """
    chosen = {path for pattern in package.patterns for path in project.glob(pattern) if path.is_file()}
    chosen -= {path for pattern in package.left_out for path in project.glob(pattern)}
    names = {path.relative_to(project).as_posix(): path for path in chosen}
    own = {name: path for name, path in names.items() if not set(Path(name).parts) & set(_IGNORED)}
    installed = {name: project / place for name, place in package.installed}
    if missing := [place for place in installed.values() if not place.is_file()]:
        raise PackageError(
            f"{missing[0].relative_to(project)} is not there. Run `make setup`, which has npm install it."
        )
    if not with_faults:
        own.pop(FAULT_INJECTION, None)
    return own | installed


def dependency_layer(project: Path, package: Package, target: Target, interpreter: Path | None) -> Path:
    """Return a zip of a package's wheels, made anew only when the lock, the target or this code has changed."""
    requirements = project / package.requirements
    key = dependency_key(requirements, target, interpreter)
    home = project / "build/package" / target.name
    layer = home / f"{package.name}-{key}.zip"
    if not layer.is_file():
        _log.info("Installing %s for %s", package.requirements, target.name)
        home.mkdir(parents=True, exist_ok=True)
        for outdated in home.glob(f"{package.name}-*.zip"):
            outdated.unlink()
        with tempfile.TemporaryDirectory(dir=home) as scratch:
            install_wheels(requirements, Path(scratch), target)
            if interpreter:
                compile_tree(Path(scratch), interpreter)
            write_archive(layer, files_below(Path(scratch)))
    return layer


def dependency_key(requirements: Path, target: Target, interpreter: Path | None) -> str:
    """Return a hash of all that a dependency layer follows from."""
    code = [Path(__file__).with_name(name).read_bytes() for name in _CODE_OF_DEPENDENCIES]
    return digest_of([repr(target), "pyc" if interpreter else "no pyc", requirements.read_bytes(), *code])


def write_package(destination: Path, dependencies: Path, files: Mapping[str, Path], interpreter: Path | None) -> None:
    """Write a package: its dependency layer, then the application's files, its templates compiled, with their .pyc."""
    names = set(files)
    with tempfile.TemporaryDirectory(dir=dependencies.parent) as scratch:
        tree = Path(scratch)
        for name in sorted(names):
            copy = tree / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(files[name], copy)  # without modes: nothing in the application layer is a program
        for template in sorted(tree.rglob("*.html.j2")):
            write_program(environment_of(template.parent), template)
        if interpreter:
            compile_tree(tree, interpreter)
        try:
            write_archive(destination, files_below(tree), base=dependencies)
        except ValueError as error:
            raise PackageError(f"A file of ours hides a dependency's: {error}.") from error
