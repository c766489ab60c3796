"""apt-get works on a folder of its own, with signatures checked, and gives exactly the locked packages."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools.package.errors import PackageError
from tools.package.native.apt import AptSandbox, fetch_locked, sha256_of
from tools.package.native.lock import LockedPackage, read_lock, write_lock
from tools.package.targets import PROJECT

FAKE = Path(__file__).with_name("fake_apt.py")
RELEASES = {"bookworm": (), "bullseye": ("libexpat1",)}


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "mirror"
    folder.mkdir()
    return folder


@pytest.fixture
def sandbox(tmp_path: Path, mirror: Path) -> AptSandbox:
    command = (sys.executable, str(FAKE), str(mirror))
    return AptSandbox.for_debian(tmp_path / "work", "arm64", "http://mirror.test/debian", RELEASES, command)


def add_package(mirror: Path, name: str, version: str, content: bytes = b"deb") -> LockedPackage:
    path = mirror / f"{name}_{version.replace(':', '%3a')}_arm64.deb"
    path.write_bytes(content)
    return LockedPackage("bookworm", "arm64", name, version, sha256_of(path))


def calls(mirror: Path) -> str:
    return (mirror / "calls").read_text() if (mirror / "calls").exists() else ""


def test_apt_is_told_to_use_its_own_folder_and_the_releases(sandbox: AptSandbox) -> None:
    conf = (sandbox.folder / "apt.conf").read_text()
    sources = (sandbox.folder / "sources.list").read_text().splitlines()
    preferences = (sandbox.folder / "preferences").read_text()

    assert f'Dir::State "{sandbox.folder}";' in conf
    assert 'APT::Architecture "arm64";' in conf
    assert 'Dir::Etc::sourceparts "/dev/null";' in conf
    assert [line.split()[-2] for line in sources] == ["bookworm", "bullseye"]
    assert all(line.startswith("deb [signed-by=/usr/share/keyrings/") for line in sources)
    assert "Package: libexpat1\nPin: release n=bullseye\nPin-Priority: 1001" in preferences
    assert "Package: *\nPin: release n=bullseye\nPin-Priority: -10" in preferences
    assert "n=bookworm" not in preferences


def test_nothing_switches_signatures_off(sandbox: AptSandbox, mirror: Path) -> None:
    package = add_package(mirror, "libone1", "1.0")

    fetch_locked(sandbox, [package])

    everything = calls(mirror) + "".join(path.read_text() for path in sandbox.folder.iterdir() if path.is_file())
    for word in ("unauthenticated", "trusted", "insecure", "no-check"):
        assert word not in everything.lower()


def test_locked_packages_are_fetched_once(sandbox: AptSandbox, mirror: Path) -> None:
    packages = [add_package(mirror, "libone1", "1:1.0-1"), add_package(mirror, "libtwo2", "2.0+b1")]

    first = fetch_locked(sandbox, packages)
    calls_of_first = calls(mirror)
    second = fetch_locked(sandbox, packages)

    assert [path.name for path in first] == ["libone1_1%3a1.0-1_arm64.deb", "libtwo2_2.0+b1_arm64.deb"]
    assert second == first
    assert calls(mirror) == calls_of_first


def test_a_version_that_has_gone_names_the_command_that_renews_the_lock(sandbox: AptSandbox, mirror: Path) -> None:
    add_package(mirror, "libone1", "1.0-2")
    locked = LockedPackage("bookworm", "arm64", "libone1", "1.0-1", "0" * 64)

    with pytest.raises(PackageError, match=r"'1\.0-1' for 'libone1' was not found.*renew the lock: make native-lock"):
        fetch_locked(sandbox, [locked])


def test_another_file_under_the_same_name_is_refused(sandbox: AptSandbox, mirror: Path) -> None:
    locked = add_package(mirror, "libone1", "1.0", b"what was locked")
    add_package(mirror, "libone1", "1.0", b"something else")

    with pytest.raises(PackageError, match=r"libone1 1\.0 is not the file that the lock names"):
        fetch_locked(sandbox, [locked])


def test_an_unreachable_mirror_is_not_blamed_on_the_lock(sandbox: AptSandbox, mirror: Path) -> None:
    locked = add_package(mirror, "libone1", "1.0")
    (mirror / "unreachable").touch()

    with pytest.raises(PackageError) as caught:
        fetch_locked(sandbox, [locked])

    assert str(caught.value) == "apt-get update failed: E: Failed to fetch the list"


def test_the_closure_is_read_from_what_apt_prints(sandbox: AptSandbox, mirror: Path) -> None:
    add_package(mirror, "libone1", "1:1.0-1")
    add_package(mirror, "libtwo2", "2.0+b1")

    assert sandbox.closure(["libone1"]) == [("libone1", "1:1.0-1"), ("libtwo2", "2.0+b1")]


def test_a_machine_without_apt_says_so(tmp_path: Path) -> None:
    sandbox = AptSandbox.for_debian(tmp_path, "amd64", "http://mirror.test", RELEASES, ("/nonexistent/docker",))

    with pytest.raises(PackageError, match=r"/nonexistent/docker is not on this machine"):
        sandbox.update()


def test_a_lock_is_read_as_it_was_written(tmp_path: Path) -> None:
    one = LockedPackage("bookworm", "amd64", "libone1", "1:1.0-1", "a" * 64)
    two = LockedPackage("bullseye", "arm64", "libtwo2", "2.0+b1", "b" * 64)

    write_lock(tmp_path / "native/debian.lock", [two, one])

    assert read_lock(tmp_path / "native/debian.lock") == (one, two)


def test_a_broken_line_of_the_lock_is_named(tmp_path: Path) -> None:
    (tmp_path / "debian.lock").write_text("# a comment\n\nbookworm amd64 libone1 1.0 tooshort\n")

    with pytest.raises(PackageError, match=r"debian\.lock:3 is not a package of the lock"):
        read_lock(tmp_path / "debian.lock")


def test_the_committed_lock_has_the_same_packages_for_both_architectures() -> None:
    packages = read_lock(PROJECT / "native/debian.lock")

    per_architecture = {
        architecture: {(each.release, each.name) for each in packages if each.architecture == architecture}
        for architecture in ("amd64", "arm64")
    }
    assert per_architecture["amd64"] == per_architecture["arm64"]
    assert ("bookworm", "libpango-1.0-0") in per_architecture["amd64"]
    assert ("bullseye", "libexpat1") in per_architecture["amd64"]
