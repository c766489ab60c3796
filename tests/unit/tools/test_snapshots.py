from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.emulator.server.snapshots import Snapshot, Snapshots

ROOT = Path(__file__).resolve().parents[3]
OLD, NEW = Snapshot(1.0, b'{"jobs": 1}'), Snapshot(2.0, b'{"jobs": 2, "more": "\n"}')

# Saves ever larger snapshots, and prints the number of each that is saved.
SAVES_FOR_EVER = """
import sys
from pathlib import Path
from tools.emulator.server.snapshots import Snapshot, Snapshots
snapshots, number = Snapshots(Path(sys.argv[1])), 0
while True:
    number += 1
    snapshots.save(Snapshot(float(number), b"%d " % number * 50_000))
    print(number, flush=True)
"""


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.snapshot"))


def test_the_newest_snapshot_is_the_one_that_was_saved_last(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path / "not" / "there")
    assert snapshots.newest() is None

    snapshots.save(OLD)
    snapshots.save(NEW)

    assert snapshots.newest() == NEW


def test_two_snapshots_are_kept_and_nothing_else(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    (tmp_path / "0000000001.partial").write_bytes(b"of a process that was killed")

    for number in range(5):
        snapshots.save(Snapshot(float(number), b"x"))

    assert [path.name for path in sorted(tmp_path.iterdir())] == ["0000000004.snapshot", "0000000005.snapshot"]


@given(share=st.floats(0, 1, exclude_max=True))
def test_a_snapshot_that_was_cut_off_anywhere_is_passed_over(
    tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    folder = tmp_path_factory.mktemp("snapshots")
    snapshots = Snapshots(folder)
    snapshots.save(OLD)
    newest = snapshots.save(NEW)
    whole = newest.read_bytes()

    newest.write_bytes(whole[: int(len(whole) * share)])

    assert snapshots.newest() == OLD


@given(position=st.integers(0, 1_000), bit=st.integers(0, 7))
def test_a_snapshot_with_a_wrong_bit_in_it_is_passed_over(
    tmp_path_factory: pytest.TempPathFactory, position: int, bit: int
) -> None:
    folder = tmp_path_factory.mktemp("snapshots")
    snapshots = Snapshots(folder)
    snapshots.save(OLD)
    newest = snapshots.save(NEW)
    content = bytearray(newest.read_bytes())

    content[position % len(content)] ^= 1 << bit
    newest.write_bytes(content)
    found = snapshots.newest()

    assert found is not None
    assert found == OLD


@pytest.mark.parametrize("content", [b"", b"null\n", b"\xff\n", b"0\n1\n2"])
def test_what_is_no_snapshot_is_passed_over(tmp_path: Path, content: bytes) -> None:
    snapshots = Snapshots(tmp_path)
    snapshots.save(OLD)

    (tmp_path / "0000000009.snapshot").write_bytes(content)

    assert snapshots.newest() == OLD


def test_a_snapshot_of_another_format_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshots = Snapshots(tmp_path)
    snapshots.save(OLD)
    with monkeypatch.context() as later:
        later.setattr("tools.emulator.server.snapshots._FORMAT", 2)
        snapshots.save(NEW)

    assert snapshots.newest() == OLD


@pytest.mark.parametrize("after", [1, 2, 3, 7])
def test_a_process_killed_while_it_saves_leaves_what_it_had_saved(tmp_path: Path, after: int) -> None:
    saving = subprocess.Popen(
        [sys.executable, "-c", SAVES_FOR_EVER, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    assert saving.stdout is not None
    saved = 0
    while saved < after:
        saved = int(saving.stdout.readline())

    os.kill(saving.pid, signal.SIGKILL)
    saving.communicate()
    found = Snapshots(tmp_path).newest()

    assert found is not None
    assert found.taken_at >= saved
    assert found.body == b"%d " % found.taken_at * 50_000
