"""Let apt-get fetch packages of any release and architecture, without root and without touching the machine's state.

Everything that apt-get keeps is put into a folder of its own. Still used is the machine's way to the net (proxies,
credentials in ``auth.conf.d``) and its keys: signatures are always checked.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from tools.package.errors import PackageError
from tools.package.native.lock import LockedPackage
from tools.package.native.sources import KEYRING

_PRINTED_URI = re.compile(r"^'[^']+' (?P<file>\S+\.deb) \d+")
_HOOKS = ("APT::Update::Post-Invoke", "APT::Update::Post-Invoke-Success", "Acquire::IndexTargets::deb::DEP-11")
"""Of desktops and containers: they would act on the machine's own caches, or fetch what is of no use here."""


@dataclass(frozen=True, slots=True)
class AptSandbox:
    """Run apt-get on a folder of its own.

    ``command`` comes before every program, to run it elsewhere, such as in a container that has the folder mounted.
    """

    folder: Path
    architecture: str
    command: tuple[str, ...] = ()

    @classmethod
    def for_debian(
        cls,
        folder: Path,
        architecture: str,
        mirror: str,
        releases: Mapping[str, Sequence[str]],
        command: tuple[str, ...] = (),
    ) -> AptSandbox:
        """Prepare for releases of a Debian mirror.

        ``releases`` maps each to the only packages to be taken from it; one with none is that of all others.
        """
        sandbox = cls(folder, architecture, command)
        lines = [f"deb [signed-by={KEYRING}] {mirror} {release} main\n" for release in releases]
        sandbox._prepare("".join(lines), _preferences(releases))
        return sandbox

    @classmethod
    def for_this_machine(cls, folder: Path, architecture: str) -> AptSandbox:
        """Prepare for the machine's own sources."""
        sandbox = cls(folder, architecture)
        sandbox._prepare(None, None)
        return sandbox

    def update(self) -> None:
        """Fetch the lists of packages. Raises PackageError when a source cannot be read, or its signature is bad."""
        self._run("apt-get", *self._options(), "-q", "-o", "APT::Update::Error-Mode=any", "update")

    def closure(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """Return name and version of packages and of all that they depend on, recommendations left out."""
        # fmt: off
        printed = self._run(
            "apt-get", *self._options(), "-qq", "-y", "-o", "Debug::NoLocking=true",
            "--no-install-recommends", "--print-uris", "install", *names,
        )
        # fmt: on
        files = [match["file"] for match in map(_PRINTED_URI.match, printed.splitlines()) if match]
        return [(name, unquote(version)) for name, version, _architecture in (file.split("_") for file in files)]

    def download(self, packages: Iterable[tuple[str, str]]) -> list[Path]:
        """Fetch packages by name and exact version; return their files. Raises PackageError for the first not there."""
        wanted = dict(packages)
        exact = [f"{name}={version}" for name, version in wanted.items()]
        self._run("apt-get", *self._options(), "-q", "download", *exact, folder=self._debs)
        return [self._file_of(name, version) for name, version in sorted(wanted.items())]

    def forget_lists(self) -> None:
        """Remove the lists of packages, which are fetched anew when needed: they are some hundred megabytes."""
        for name in ("lists", "cache"):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def unpack(self, deb: Path) -> bytes:
        """Return a package's files as a tar."""
        return self._dpkg_deb("--fsys-tarfile", deb)

    def unpack_into(self, deb: Path, folder: Path) -> None:
        """Put a package's files into a folder, as they would be in the root of a system."""
        self._dpkg_deb("--extract", deb, folder)

    @property
    def _debs(self) -> Path:
        return self.folder / "debs"

    def _file_of(self, name: str, version: str) -> Path:
        found = self._debs.glob(f"{name}_*.deb")
        try:
            return next(path for path in found if unquote(path.name.split("_")[1]) == version)
        except StopIteration:
            raise PackageError(f"apt-get left no file of {name} {version} in {self._debs}.") from None

    def _options(self) -> tuple[str, ...]:
        return ("-c", str(self.folder / "apt.conf"))

    def _prepare(self, sources: str | None, preferences: str | None) -> None:
        for name in ("lists/partial", "cache/archives/partial", "debs"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "status").write_text("")  # no package is installed, so every dependency is listed
        conf = [
            *(f"#clear {hook};" for hook in _HOOKS),
            "#clear APT::Architectures;",
            f'APT::Architecture "{self.architecture}";',
            f'APT::Architectures {{ "{self.architecture}"; }};',
            f'Dir::State "{self.folder}";',
            'Dir::State::lists "lists";',
            f'Dir::State::status "{self.folder}/status";',
            f'Dir::Cache "{self.folder}/cache";',
            'Dir::Etc::preferencesparts "/dev/null";',
            f'Dir::Etc::preferences "{self.folder}/preferences";',
            'Acquire::Languages "none";',
            'Acquire::Retries "1";',
            'Acquire::http::Timeout "20";',
            'Acquire::https::Timeout "20";',
            # As root, apt-get would download as a user who may not be allowed to enter our folder.
            'APT::Sandbox::User "root";',
        ]
        if sources is not None:
            (self.folder / "sources.list").write_text(sources)
            conf += [f'Dir::Etc::sourcelist "{self.folder}/sources.list";', 'Dir::Etc::sourceparts "/dev/null";']
        (self.folder / "preferences").write_text(preferences or "")
        (self.folder / "apt.conf").write_text("".join(f"{line}\n" for line in conf))

    def _dpkg_deb(self, action: str, deb: Path, *more: Path) -> bytes:
        command = [*self.command, "dpkg-deb", action, *map(str, (deb, *more))]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode:
            raise PackageError(f"dpkg-deb cannot unpack {deb.name}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout

    def _run(self, *words: str, folder: Path | None = None) -> str:
        try:
            done = subprocess.run(
                [*self.command, *words], cwd=folder or self.folder, text=True, capture_output=True, check=False
            )
        except FileNotFoundError as error:
            raise PackageError(f"{error.filename} is not on this machine.") from error
        if done.returncode:
            reasons = [line for line in done.stderr.splitlines() if line.startswith("E:")]
            reason = " ".join(reasons) or done.stderr.strip()[-500:]
            raise PackageError(f"{words[0]} {_action(words)} failed: {reason}")
        return done.stdout


def fetch_locked(sandbox: AptSandbox, packages: Sequence[LockedPackage]) -> list[Path]:
    """Fetch the packages of a lock, those that are not there yet.

    Raises PackageError when the mirror has one no longer, or has another file under its name.
    """
    missing = [package for package in packages if _find(sandbox, package) is None]
    if missing:
        sandbox.update()
        try:
            sandbox.download((package.name, package.version) for package in missing)
        except PackageError as error:
            raise PackageError(f"{error}. If the mirror has newer ones, renew the lock: make native-lock") from error
    found = [_find(sandbox, package) for package in packages]
    if None in found:
        lost = next(package for package, path in zip(packages, found, strict=True) if path is None)
        raise PackageError(f"The mirror's {lost.name} {lost.version} is not the file that the lock names (sha256).")
    return [path for path in found if path is not None]


def name_of(deb: Path) -> str:
    """Return the package's name in the name of its file."""
    return deb.name.partition("_")[0]


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def apt_is_here() -> bool:
    """Tell whether this machine can fetch and unpack Debian packages."""
    return all(shutil.which(program) for program in ("apt-get", "dpkg-deb"))


def _action(words: Iterable[str]) -> str:
    return next((word for word in words if word in ("update", "install", "download")), "")


def _find(sandbox: AptSandbox, package: LockedPackage) -> Path | None:
    pattern = f"{package.name}_*_{package.architecture}.deb"
    return next((path for path in (sandbox.folder / "debs").glob(pattern) if sha256_of(path) == package.sha256), None)


def _preferences(releases: Mapping[str, Sequence[str]]) -> str:
    stanzas = []
    for release, names in releases.items():
        if names:
            stanzas.append(f"Package: {' '.join(names)}\nPin: release n={release}\nPin-Priority: 1001\n")
            stanzas.append(f"Package: *\nPin: release n={release}\nPin-Priority: -10\n")
    return "\n".join(stanzas)
