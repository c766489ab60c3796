"""Of Debian packages, a bundle takes the libraries that WeasyPrint needs, and says in which order to load them."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.tools.elf_files import shared_library
from tools.package.errors import PackageError
from tools.package.native.bundle import ROOTS, PackageFiles, load_order, read_package, write_bundle


def make_package(name: str, *libraries: bytes, sonames: tuple[str, ...]) -> PackageFiles:
    return PackageFiles(name, dict(zip(sonames, libraries, strict=True)), f"copyright of {name}".encode())


def root_packages(needs: Mapping[str, list[str]] | None = None) -> list[PackageFiles]:
    needs = needs or {}
    return [
        make_package(f"package-of-{root}", shared_library(root, needed=needs.get(root, [])), sonames=(root,))
        for root in ROOTS
    ]


def make_tar(files: Mapping[str, bytes], links: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for name, to in links.items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, to
            archive.addfile(member)
    return buffer.getvalue()


def test_dependencies_are_loaded_first() -> None:
    needs = {root: ["libglib-2.0.so.0", "libc.so.6"] for root in ROOTS}
    needs |= {"libglib-2.0.so.0": ["libpcre2-8.so.0"], "libpcre2-8.so.0": [], "libunused.so.1": []}

    order = load_order(needs)

    assert order[:2] == ["libpcre2-8.so.0", "libglib-2.0.so.0"]
    assert sorted(order[2:]) == sorted(ROOTS)


def test_what_the_runtime_has_stays_out() -> None:
    needs = {root: ["libc.so.6", "libstdc++.so.6", "libgcc_s.so.1", "libz.so.1"] for root in ROOTS}

    assert sorted(load_order(needs)) == sorted(ROOTS)


def test_a_library_that_no_package_has_is_an_error_that_names_it() -> None:
    needs = {root: ["libgone.so.1"] for root in ROOTS}

    with pytest.raises(PackageError, match=r"libgone\.so\.1 is needed, but in none"):
        load_order(needs)


def test_libraries_that_need_each_other_are_an_error() -> None:
    needs: dict[str, list[str]] = {root: [] for root in ROOTS}
    needs[ROOTS[0]], needs[ROOTS[1]] = [ROOTS[1]], [ROOTS[0]]

    with pytest.raises(PackageError, match="in a circle"):
        load_order(needs)


def test_only_libraries_in_library_folders_are_taken_from_a_package() -> None:
    tar = make_tar(
        {
            "./usr/lib/x86_64-linux-gnu/libone.so.1.2.3": b"one",
            "./lib/x86_64-linux-gnu/libtwo.so.2.0": b"two",
            "./usr/lib/x86_64-linux-gnu/gio/modules/libplugin.so": b"plugin",
            "./usr/share/doc/libone1/copyright": b"MIT",
            "./usr/share/doc/other/copyright": b"other",
        },
        {"./usr/lib/x86_64-linux-gnu/libone.so.1": "libone.so.1.2.3"},
    )

    found = read_package("libone1", tar)

    assert found.libraries == {"libone.so.1.2.3": b"one", "libtwo.so.2.0": b"two"}
    assert found.copyright == b"MIT"


def test_a_bundle_has_sonames_their_order_and_the_licences_of_what_is_used(tmp_path: Path) -> None:
    helper = make_package("helper1", shared_library("libhelper.so.1"), sonames=("libhelper.so.1.0.7",))
    unused = make_package("unused1", shared_library("libunused.so.1"), sonames=("libunused.so.1",))
    packages = [*root_packages({ROOTS[0]: ["libhelper.so.1"]}), helper, unused]

    bundle = write_bundle(tmp_path / "lib", packages, "x86_64")

    order = (tmp_path / "lib/load-order.txt").read_text().splitlines()
    assert list(bundle) == order
    assert order.index("libhelper.so.1") < order.index(ROOTS[0])
    assert bundle["libhelper.so.1"] == "helper1"
    assert (tmp_path / "lib/licenses/helper1").read_bytes() == b"copyright of helper1"
    present = {path.name for path in (tmp_path / "lib").iterdir()}
    assert present == {*ROOTS, "libhelper.so.1", "load-order.txt", "licenses"}
    assert not (tmp_path / "lib/licenses/unused1").exists()


def test_libraries_of_another_architecture_are_refused(tmp_path: Path) -> None:
    stranger = make_package("x", shared_library("libx.so.1", architecture="arm64"), sonames=("libx.so.1",))

    with pytest.raises(PackageError, match=r"libx\.so\.1 of x is for arm64, not x86_64"):
        write_bundle(tmp_path / "lib", [*root_packages(), stranger], "x86_64")
