from __future__ import annotations

import re
import threading
import time
from contextlib import suppress

import pytest

from reports.catalog.patience import OutOfPatienceError, patient


def test_what_takes_too_long_is_ended_also_within_a_regular_expression() -> None:
    with pytest.raises(OutOfPatienceError), patient(0.05):
        re.search(r"^(a+)+$", "a" * 60 + "!")


def test_what_is_over_in_time_is_not() -> None:
    with patient(0.05):
        pass

    assert sum(range(3_000_000)) > 0


def test_another_thread_is_not_bounded_and_not_hindered() -> None:
    done: list[int] = []

    def work() -> None:
        with patient(0.05):
            done.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert done == [1]


def spin() -> None:
    began = time.process_time()
    while time.process_time() - began < 5:
        pass


def lose_the_first_end() -> None:
    """Go on after an exception, as Python does with those of finalizers and callbacks."""
    with suppress(OutOfPatienceError):
        spin()
    spin()


def spin_after_another_block() -> None:
    with patient(3):
        pass
    spin()


def test_an_end_that_is_lost_on_the_way_comes_again() -> None:
    with pytest.raises(OutOfPatienceError), patient(0.05):
        lose_the_first_end()


def test_a_block_within_another_leaves_it_its_bound() -> None:
    began = time.process_time()

    with pytest.raises(OutOfPatienceError), patient(0.2):
        spin_after_another_block()

    assert time.process_time() - began < 3
