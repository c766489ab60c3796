"""Provide what tests of the use cases share."""

from __future__ import annotations

import gc
import itertools

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

_TESTS_BETWEEN_FREEZES = 20
_tests = itertools.count(1)

# What is imported and collected stays, so that to look for garbage among it is a tenth of the time.
gc.disable()


# What tests share is made once in each process: compiled stages, the templates' samples, the rules of e-invoices.
_TOGETHER = {
    "tests/unit/stack/": "stack",
    "tests/unit/engine/einvoice/": "einvoice",
    "tests/unit/engine/test_samples.py": "samples",
    "tests/unit/engine/accessibility/test_templates.py": "samples",
    "tests/unit/engine/weasy/test_conservation.py": "samples",
    "tests/unit/engine/weasy/test_watermark.py": "samples",
}


class Scheduling(LoadScopeScheduling):  # type: ignore[misc] # pytest-xdist has no types
    """Give each process one test after the other, but those that share much to one."""

    def _split_scope(self, nodeid: str) -> str:
        return next((group for place, group in _TOGETHER.items() if nodeid.startswith(place)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    return Scheduling(config, log)


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()
    gc.set_threshold(10_000, 20, 50)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Keep what tests have left out of later collections, too: each render ends with one, over all that there is."""
    if next(_tests) % _TESTS_BETWEEN_FREEZES == 0:
        gc.collect()
        gc.freeze()


@pytest.fixture
def app() -> App:
    return App()
