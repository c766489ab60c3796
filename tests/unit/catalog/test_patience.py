from __future__ import annotations

import re
import threading

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
