"""Provide what tests of the use cases share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.builders import App

# How long an example takes says more of what else the machine does than of the code.
# The gate tries the same examples each time, so that it fails only for what a change did; others are tried by `random`.
settings.register_profile("pressrun", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("quick", deadline=None, derandomize=True, max_examples=10)
settings.register_profile("random", deadline=None, max_examples=500)
settings.load_profile("pressrun")


class Scheduling(LoadScopeScheduling):  # type: ignore[misc] # pytest-xdist has no types
    """Give each process one test after the other, but those of the stack to one, which compiles the stages for all."""

    def _split_scope(self, nodeid: str) -> str:
        together = "tests/unit/stack/"
        return together if nodeid.startswith(together) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    return Scheduling(config, log)


@pytest.fixture
def app(tmp_path: Path) -> App:
    return App(tmp_path)
