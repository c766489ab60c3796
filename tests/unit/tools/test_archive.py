"""A zip follows from the names and contents of its files, and from nothing else."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from tools.package.archive import files_below, unpacked_size, write_archive


def make_tree(folder: Path, names: list[str], *, time: int = 1_700_000_000) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"content of {name}\n" * 50)
        os.utime(path, (time, time))
    return folder


def test_other_times_folders_and_order_of_making_give_the_same_bytes(tmp_path: Path) -> None:
    one = make_tree(tmp_path / "one", ["b.py", "a/c.py", "a/b.py"], time=1_600_000_000)
    two = make_tree(tmp_path / "elsewhere/two", ["a/b.py", "b.py", "a/c.py"], time=1_700_000_000)

    write_archive(tmp_path / "one.zip", files_below(one))
    write_archive(tmp_path / "two.zip", files_below(two))

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_entries_can_be_read_by_the_user_that_lambda_runs_as(tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "tree", ["secretive.py", "program"])
    (tree / "secretive.py").chmod(0o600)
    (tree / "program").chmod(0o700)

    write_archive(tmp_path / "x.zip", files_below(tree))

    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in archive.infolist()}
    assert modes == {"secretive.py": 0o644, "program": 0o755}


def test_files_are_added_after_those_of_a_base(tmp_path: Path) -> None:
    base, ours = make_tree(tmp_path / "base", ["z.py"]), make_tree(tmp_path / "ours", ["a.py", "b.py"])
    write_archive(tmp_path / "base.zip", files_below(base))

    write_archive(tmp_path / "x.zip", files_below(ours), base=tmp_path / "base.zip")

    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        assert archive.namelist() == ["z.py", "a.py", "b.py"]
        assert archive.testzip() is None
    expected = sum(path.stat().st_size for path in (*files_below(base).values(), *files_below(ours).values()))
    assert unpacked_size(tmp_path / "x.zip") == expected


def test_a_file_of_the_base_cannot_be_hidden(tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "tree", ["attr/__init__.py"])
    write_archive(tmp_path / "base.zip", files_below(tree))

    with pytest.raises(ValueError, match=r"attr/__init__\.py is in both"):
        write_archive(tmp_path / "x.zip", files_below(tree), base=tmp_path / "base.zip")

    assert not (tmp_path / "x.zip").exists()
