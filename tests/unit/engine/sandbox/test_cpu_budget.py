"""Processor time is counted of a whole group of processes, and a budget of it is watched without hurry."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from reports.clock import Deadline
from reports.engine.sandbox.cpu_budget import CpuBudget, SpentBudgetError, cpu_seconds

PATIENCE = 60

BURN = "import time\nwhile time.process_time() < {seconds}: pass\n"
# Half of it in a fork that is alive, and half in one that has ended; the name has what stands behind names.
FAMILY = """
import ctypes, os, time
ctypes.CDLL(None).prctl(15, b") R 1 1 (x", 0, 0, 0)
def burn():
    while time.process_time() < 0.5: pass
if not os.fork():
    burn()
    os._exit(0)
os.wait()
if not os.fork():
    burn()
    print("done", flush=True)
    time.sleep(600)
time.sleep(600)
"""


@contextmanager
def group_of(program: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", program], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, 9)
        process.communicate()


def watch(budget: CpuBudget) -> None:
    deadline = Deadline.after(PATIENCE)
    while not deadline.is_over:
        time.sleep(max(budget.check().seconds_left, 0))


def test_forks_count_while_they_live_and_after_they_have_ended() -> None:
    with group_of(FAMILY) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "done\n"

        assert 0.9 < cpu_seconds(process.pid) < 3


def test_processes_of_other_groups_do_not_count() -> None:
    with group_of("import time; time.sleep(600)") as process:
        before = cpu_seconds(process.pid)
        while time.process_time() % 1 < 0.5:
            pass

        assert cpu_seconds(process.pid) - before < 0.3


def test_a_budget_ends_when_it_is_spent_and_not_before() -> None:
    with group_of(BURN.format(seconds=600)) as process:
        budget = CpuBudget(process.pid, 1)

        with pytest.raises(SpentBudgetError):
            watch(budget)

        assert cpu_seconds(process.pid) >= 1


def test_a_budget_is_not_for_what_was_taken_before() -> None:
    with group_of(BURN.format(seconds=1) + "print('done', flush=True)\ntime.sleep(600)") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "done\n"
        budget = CpuBudget(process.pid, 0.5)

        time.sleep(max(budget.check().seconds_left, 0))

        budget.check()
