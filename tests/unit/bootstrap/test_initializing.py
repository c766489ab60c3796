"""What Lambda takes a snapshot of, and what differs between functions that were started from one."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from reports.bootstrap import initializing
from reports.bootstrap.aws_ports import AwsPorts
from reports.bootstrap.settings import Settings
from reports.engine.sandbox import confined_renderer
from reports.render_contract import WarmUp
from tests.unit.bootstrap.test_settings import COMPLETE

ROOT = Path(__file__).resolve().parents[3]
KIND = "AWS_LAMBDA_INITIALIZATION_TYPE"


class Renderer:
    """A renderer that remembers what it was told."""

    def __init__(self, *_: object, warm_up: WarmUp, **__: object) -> None:
        self.told: list[object] = [warm_up]

    def start(self) -> None:
        self.told.append("start")

    def load(self) -> None:
        self.told.append("load")


class OneUseCase:
    """A service that knows what was asked of it."""

    def __init__(self, ports: AwsPorts) -> None:
        self.ports = ports
        self.made: list[str] = []

    @property
    def worker(self) -> None:
        self.made.append("worker")
        _ = self.ports.renderer


@pytest.fixture
def ports(monkeypatch: pytest.MonkeyPatch) -> AwsPorts:
    monkeypatch.setattr(confined_renderer, "ConfinedRenderer", Renderer)
    return AwsPorts(Settings.from_environment(COMPLETE))


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], None]]:
    """Return the hooks that were registered with Lambda's runtime."""
    found: dict[str, Callable[[], None]] = {}
    runtime: Any = ModuleType("snapshot_restore_py")
    runtime.register_before_snapshot = lambda hook: found.update(before=hook)
    runtime.register_after_restore = lambda hook: found.update(after=hook)
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", runtime)
    return found


def told_to(ports: AwsPorts) -> list[object]:
    renderer: Any = ports.renderer
    return list(renderer.told)


def test_a_snapshot_is_taken_when_the_rendering_process_has_loaded_all(
    ports: AwsPorts, hooks: dict[str, Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KIND, "snap-start")
    service: Any = OneUseCase(ports)

    initializing.at_init(lambda: service, "worker")
    before = told_to(ports)
    hooks["before"]()

    assert service.made == ["worker"]
    assert before == [WarmUp.FIRST, "start"]
    assert told_to(ports) == [WarmUp.FIRST, "start", "load"]


def test_a_port_is_made_while_lambda_has_all_of_a_processor_for_it(
    ports: AwsPorts, hooks: dict[str, Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KIND, "snap-start")
    service: Any = OneUseCase(ports)

    initializing.at_init(lambda: service, "ports.renderer")

    assert "renderer" in vars(ports)


def test_a_function_that_does_not_render_waits_for_no_renderer(
    ports: AwsPorts, hooks: dict[str, Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KIND, "snap-start")
    service: Any = OneUseCase(ports)

    initializing.at_init(lambda: service)
    hooks["before"]()

    assert "renderer" not in vars(ports)


def test_functions_from_one_snapshot_draw_different_chances(
    ports: AwsPorts, hooks: dict[str, Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KIND, "snap-start")
    service: Any = OneUseCase(ports)
    initializing.at_init(lambda: service)
    snapshot = ports.chance.getstate(), random.getstate()

    def started() -> tuple[float, float]:
        ports.chance.setstate(snapshot[0])
        random.setstate(snapshot[1])
        hooks["after"]()
        return ports.chance.random(), random.random()

    (one, other), (two, another) = started(), started()

    assert one != two
    assert other != another


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("", WarmUp.NOT), ("on-demand", WarmUp.WHILE_IDLE), ("provisioned-concurrency", WarmUp.WHILE_IDLE)],
)
def test_without_a_snapshot_a_page_is_rendered_while_nothing_else_is_asked_for(
    kind: str,
    expected: WarmUp,
    ports: AwsPorts,
    hooks: dict[str, Callable[[], None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(KIND, kind)
    service: Any = OneUseCase(ports)

    initializing.at_init(lambda: service, "worker")

    assert service.made == (["worker"] if kind else [])
    assert told_to(ports) == [expected, "start"]
    assert hooks == {}


# Two processes that are forked from one have the same memory, as two functions from one snapshot have.
_FORKED = """
import json, os, sys
from reports.bootstrap.aws_ports import AwsPorts
from reports.bootstrap.settings import Settings
ports = AwsPorts(Settings.from_environment())
ports.new_id("job")
for number in range(2):
    reader, writer = os.pipe()
    if os.fork() == 0:
        ports.after_restore()
        os.write(writer, json.dumps([ports.new_id("job"), ports.chance.random()]).encode())
        os._exit(0)
    os.close(writer)
    print(os.read(reader, 1000).decode())
    os.wait()
"""


def test_functions_from_one_snapshot_draw_different_ids() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FORKED],
        cwd=ROOT,
        env={**os.environ, **COMPLETE},
        capture_output=True,
        text=True,
        check=True,
    )

    (one, chance), (two, other) = map(json.loads, done.stdout.splitlines())
    assert one[-12:] != two[-12:]
    assert chance != other
