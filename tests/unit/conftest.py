"""Provide what tests of the use cases share."""

from __future__ import annotations

import gc

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.builders import App
from tests.examples import QUICK, RANDOM

# How long an example takes says more of what else the machine does than of the code.
# The gate tries the same examples each time, so that it fails only for what a change did; others are tried by `random`.
settings.register_profile("pressrun", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("quick", deadline=None, derandomize=True, max_examples=QUICK)
settings.register_profile("random", deadline=None, max_examples=RANDOM)
settings.load_profile("pressrun")

# What is imported and collected stays, so that to look for garbage among it is a tenth of the time.
gc.disable()


class Scheduling(LoadScopeScheduling):  # type: ignore[misc] # pytest-xdist has no types
    """Give each process one test after the other, but those of the stack to one, which compiles the stages for all."""

    def _split_scope(self, nodeid: str) -> str:
        together = "tests/unit/stack/"
        return together if nodeid.startswith(together) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    return Scheduling(config, log)


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()
    gc.set_threshold(10_000, 20, 50)


@pytest.fixture
def app() -> App:
    return App()
