from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.emulator.server import state_saver as module
from tools.emulator.server.state_saver import StateSaver


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nothing wait for long."""
    monkeypatch.setattr(module, "_TICK_SECONDS", 0.01)
    monkeypatch.setattr(module, "_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(module, "_SETTLED_SECONDS", 0.05)


def _nothing() -> None:
    pass


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


def test_a_touched_state_is_saved_as_it_was_at_the_fork(tmp_path: Path) -> None:
    state, saved = {"jobs": 1}, tmp_path / "saved"

    def save() -> None:
        saved.write_text(str(state["jobs"]))

    async def run() -> None:
        saver = StateSaver(save, _nothing, _nothing)
        saving = asyncio.create_task(saver.run())
        await asyncio.sleep(0.1)
        assert not saved.exists()

        saver.touch()
        await _until(saved.exists)
        saving.cancel()

    asyncio.run(run())
    assert saved.read_text() == "1"


def test_a_save_that_fails_is_tried_again_and_nothing_is_removed_meanwhile(tmp_path: Path) -> None:
    tidied: list[int] = []
    may_succeed = tmp_path / "may"

    def save() -> None:
        if not may_succeed.exists():
            raise OSError("no space left on device")

    async def run() -> None:
        saver = StateSaver(save, _nothing, lambda: tidied.append(1))
        saver.touch()
        assert not await saver.save()
        assert not tidied
        await _until(lambda: saver.is_due)

        may_succeed.touch()
        assert await saver.save()
        assert tidied == [1]

    asyncio.run(run())


def test_a_child_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PATIENCE_SECONDS", 0.2)

    def hang() -> None:
        os.read(os.pipe()[0], 1)

    async def run() -> bool:
        return await StateSaver(hang, _nothing, _nothing).save()

    assert not asyncio.run(run())


class Clock:
    """A clock that only moves when it is told to, and a disk on which each save takes a time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, save_seconds: float) -> None:
        self.now = 100.0
        self._save_seconds = save_seconds
        monkeypatch.setattr(time, "monotonic", lambda: self.now)
        monkeypatch.setattr(module, "_fork", lambda _work: 0)
        monkeypatch.setattr(module, "_wait_for", self._saved)

    async def _saved(self, _pid: int) -> bool:
        self.now += self._save_seconds
        return True


def test_the_longer_a_save_takes_the_longer_the_next_one_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, save_seconds=10)

    async def run() -> None:
        saver = StateSaver(_nothing, _nothing, _nothing)
        saver.touch()
        await saver.save()
        saver.touch()
        clock.now += 29
        assert not saver.is_due
        clock.now += 2
        assert saver.is_due

    asyncio.run(run())


def test_what_a_request_does_after_its_answer_is_saved_and_then_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, save_seconds=0)

    async def run() -> None:
        saver = StateSaver(_nothing, _nothing, _nothing)
        saver.touch()
        await saver.save()
        clock.now += 1
        assert saver.is_due

        await saver.save()
        clock.now += 1_000
        assert not saver.is_due

    asyncio.run(run())
