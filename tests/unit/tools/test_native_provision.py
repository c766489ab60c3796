"""The native libraries come from the first source that works here, and are not fetched twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.package.errors import PackageError
from tools.package.native import provision, system
from tools.package.native.provision import NativeLibraries, provide
from tools.package.targets import target_named

EMBEDDED = target_named("embedded")
INTEL = target_named("x86_64")


class Machine:
    """Stand in for this machine: which ways to Pango it has, and which were tried."""

    def __init__(
        self,
        *,
        mirror: bool = True,
        lock: bool = False,
        own_release: bool = False,
        pango: bool = False,
        apt: bool = False,
    ) -> None:
        self.tried: list[str] = []
        self._works = {"lock": lock, "own release": own_release}
        self._mirror, self._pango, self._apt = mirror, pango, apt

    def bundle(self, way: str) -> Callable[..., dict[str, str]]:
        def make(folder: Path, *_: object) -> dict[str, str]:
            self.tried.append(way)
            if not self._works[way]:
                raise PackageError(f"no {way}")
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "load-order.txt").write_text("libpango-1.0.so.0\n")
            return {}

        return make

    def has_pango(self) -> bool:
        return self._pango

    def install(self) -> bool:
        self.tried.append("apt-get install")
        self._pango = self._apt
        return self._apt

    def take_the_place_of_this_one(self, monkeypatch: pytest.MonkeyPatch) -> Machine:
        monkeypatch.setattr(provision, "bundle_from_lock", self.bundle("lock"))
        monkeypatch.setattr(provision, "bundle_from_own_release", self.bundle("own release"))
        monkeypatch.setattr(provision, "debian_mirror", lambda: "http://mirror.test/debian" if self._mirror else None)
        monkeypatch.setattr(provision, "fits_this_machine", lambda: True)
        monkeypatch.setattr(provision, "apt_is_here", lambda: True)
        monkeypatch.setattr(system, "system_has_pango", self.has_pango)
        monkeypatch.setattr(system, "install_by_apt", self.install)
        return self


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "native").mkdir()
    (tmp_path / "native/debian.lock").write_text("")
    return tmp_path


def test_pinned_packages_come_first(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(lock=True, own_release=True, pango=True).take_the_place_of_this_one(monkeypatch)

    found = provide(project, EMBEDDED)

    assert found == NativeLibraries(project / "build/native/embedded/lib", "pinned Debian packages")
    assert machine.tried == ["lock"]


def test_a_machine_that_is_not_debian_takes_its_own_releases_packages(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(mirror=False, lock=True, own_release=True).take_the_place_of_this_one(monkeypatch)

    found = provide(project, EMBEDDED)

    assert machine.tried == ["own release"]
    assert found.folder == project / "build/native/embedded/lib"
    assert found.origin == "packages of this machine's release"


def test_where_pinned_packages_have_gone_the_releases_own_are_taken(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(own_release=True, pango=True).take_the_place_of_this_one(monkeypatch)

    found = provide(project, EMBEDDED)

    assert machine.tried == ["lock", "own release"]
    assert found.origin == "packages of this machine's release"


def test_without_packages_the_systems_pango_is_used(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(pango=True).take_the_place_of_this_one(monkeypatch)

    found = provide(project, EMBEDDED)

    assert found == NativeLibraries(None, "this machine's own Pango")
    assert machine.tried == ["lock", "own release"]


def test_without_any_pango_it_is_installed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(apt=True).take_the_place_of_this_one(monkeypatch)

    found = provide(project, EMBEDDED)

    assert found.folder is None
    assert machine.tried == ["lock", "own release", "apt-get install"]


def test_when_nothing_works_one_line_names_the_command(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Machine().take_the_place_of_this_one(monkeypatch)

    with pytest.raises(PackageError, match=r"^Pango is missing\. Run: .+$"):
        provide(project, EMBEDDED)


@pytest.mark.parametrize("machine", [Machine(lock=True), Machine(pango=True)])
def test_what_was_found_is_remembered(project: Path, monkeypatch: pytest.MonkeyPatch, machine: Machine) -> None:
    machine.take_the_place_of_this_one(monkeypatch)
    first = provide(project, EMBEDDED)
    tried = list(machine.tried)

    second = provide(project, EMBEDDED)

    assert second == first
    assert machine.tried == tried


def test_another_lock_makes_another_bundle(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(lock=True).take_the_place_of_this_one(monkeypatch)
    provide(project, INTEL)
    (project / "native/debian.lock").write_text("# renewed\n")

    provide(project, INTEL)

    assert machine.tried == ["lock", "lock"]


def test_a_package_for_lambda_never_takes_this_machines_libraries(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(own_release=True, pango=True).take_the_place_of_this_one(monkeypatch)

    with pytest.raises(PackageError, match="no lock"):
        provide(project, INTEL)

    assert machine.tried == ["lock"]
