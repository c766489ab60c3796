from __future__ import annotations

import threading
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tools.emulator.server.packages import Packages


def package(text: str) -> bytes:
    """Return an archive with a module in a folder."""
    body = BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("reports/module.py", text)
        archive.writestr("data/empty.txt", "")
    return body.getvalue()


def module_in(folder: Path) -> str:
    return (folder / "reports" / "module.py").read_text()


def test_a_package_is_unpacked_once_and_found_again_at_the_next_start(tmp_path: Path) -> None:
    body = package("x = 1")
    folder = Packages(tmp_path, lambda: [body]).unpacked(body)
    inode = (folder / "reports" / "module.py").stat().st_ino

    again = Packages(tmp_path, lambda: [body]).unpacked(bytes(bytearray(body)))

    assert again == folder
    assert module_in(folder) == "x = 1"
    assert (folder / "reports" / "module.py").stat().st_ino == inode


@pytest.mark.parametrize("damage", ["emptied", "missing", "half unpacked"])
def test_what_is_not_whole_is_unpacked_again(tmp_path: Path, damage: str) -> None:
    body = package("x = 1")
    folder = Packages(tmp_path, lambda: [body]).unpacked(body)
    if damage == "emptied":
        (folder / "reports" / "module.py").write_text("")
    elif damage == "missing":
        (folder / "reports" / "module.py").unlink()
    else:
        folder.rename(folder.with_suffix(".partial"))

    again = Packages(tmp_path, lambda: [body]).unpacked(body)

    assert module_in(again) == "x = 1"
    assert list(tmp_path.iterdir()) == [again]


def test_a_replaced_package_is_removed_and_one_that_a_function_still_has_is_not(tmp_path: Path) -> None:
    old, kept, new = package("old"), package("kept"), package("new")
    functions = [old, kept]
    all_packages = Packages(tmp_path, lambda: functions)
    for body in functions:
        all_packages.unpacked(body)

    functions[0] = new
    unpacked = all_packages.unpacked(new)

    assert sorted(map(module_in, tmp_path.iterdir())) == ["kept", "new"]
    assert module_in(unpacked) == "new"


def test_no_function_waits_for_the_package_of_another_function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large, small = package("large"), package("small")
    functions = Packages(tmp_path, lambda: [large, small])
    begun, may_end = threading.Event(), threading.Event()
    unpack = zipfile.ZipFile.extractall

    class SlowArchive(zipfile.ZipFile):
        def extractall(self, *arguments: object) -> None:
            if self.read("reports/module.py") == b"large":
                begun.set()
                assert may_end.wait(60)
            unpack(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(zipfile, "ZipFile", SlowArchive)
    thread = threading.Thread(target=functions.unpacked, args=(large,))
    thread.start()
    assert begun.wait(60)

    other = threading.Thread(target=functions.unpacked, args=(small,), daemon=True)
    other.start()
    other.join(20)
    was_waiting = other.is_alive()
    may_end.set()
    thread.join()

    assert not was_waiting
    assert sorted(map(module_in, tmp_path.iterdir())) == ["large", "small"]
