"""A package that would not load on Lambda is found before it is deployed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.tools.elf_files import shared_library
from tools.package.archive import write_archive
from tools.package.errors import PackageError
from tools.package.layers import Package
from tools.package.targets import target_named
from tools.package.verify import problems_of_tree, verify_package

ARM = target_named("arm64")
INTEL = target_named("x86_64")


def make_tree(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_a_good_tree_has_no_problems(tmp_path: Path) -> None:
    versions = {"libc.so.6": ["GLIBC_2.34", "GLIBC_PRIVATE"], "libstdc++.so.6": ["GLIBCXX_3.4.29"]}
    needed = ["libtwo.so.2", "libc.so.6"]
    tree = make_tree(
        tmp_path,
        {
            "lib/libone.so.1": shared_library("libone.so.1", needed=needed, versions=versions),
            "pillow.libs/libtwo-abc.so.2.1": shared_library("libtwo.so.2"),
            "_thing.cpython-313-x86_64-linux-gnu.so": shared_library("", needed=["libpthread.so.0"]),
            "other.abi3.so": shared_library(""),
            "data.so": b"not a library at all",
        },
    )

    assert problems_of_tree(tree, INTEL) == []


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("lib/a.so", shared_library("a.so", architecture="arm64"), "it is for arm64"),
        ("m.cpython-311-x86_64-linux-gnu.so", shared_library(""), "it is for cpython-311"),
        ("lib/a.so", shared_library("a.so", needed=["libgone.so.1"]), "it needs libgone.so.1"),
        ("lib/a.so", shared_library("a.so", versions={"libc.so.6": ["GLIBC_2.36"]}), "it needs GLIBC_2.36"),
        ("lib/a.so", shared_library("a.so", versions={"libc.so.6": ["GLIBC_2.100"]}), "it needs GLIBC_2.100"),
        ("x.so", shared_library("", versions={"libstdc++.so.6": ["GLIBCXX_3.4.30"]}), "it needs GLIBCXX_3.4.30"),
    ],
)
def test_what_lambda_would_refuse_is_named(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    found = problems_of_tree(make_tree(tmp_path, {name: content}), INTEL)

    assert len(found) == 1
    assert found[0].startswith(f"{name}: {problem}")


def test_a_library_that_is_nowhere_on_the_path_does_not_count_as_there(tmp_path: Path) -> None:
    tree = make_tree(
        tmp_path,
        {
            "lib/libone.so.1": shared_library("libone.so.1", needed=["libtwo.so.2"]),
            "package/data/libtwo.so.2": shared_library("libtwo.so.2"),
        },
    )

    assert problems_of_tree(tree, INTEL) == [
        "lib/libone.so.1: it needs libtwo.so.2, which is neither in the package nor in the runtime"
    ]


def test_a_package_that_is_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"\0" * (2**20 + 1))
    write_archive(tmp_path / "x.zip", {"big": tmp_path / "big"})

    with pytest.raises(PackageError, match="small has 1 MB unpacked, and may have 1"):
        verify_package(tmp_path / "x.zip", Package("small", "", (), megabytes=1), ARM, None)


def test_a_package_with_a_library_of_another_architecture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.so").write_bytes(shared_library("a.so"))
    write_archive(tmp_path / "x.zip", {"lib/a.so": tmp_path / "a.so"})

    with pytest.raises(PackageError, match=r"light for arm64 would not load on Lambda:\n  lib/a\.so: it is for x86_64"):
        verify_package(tmp_path / "x.zip", Package("light", "", ()), ARM, None)
