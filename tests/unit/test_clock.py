"""Deadlines: moments that work has to be over by."""

from __future__ import annotations

import math

from reports.clock import NEVER, Deadline


def test_the_earlier_of_two_deadlines_is_the_smaller() -> None:
    soon, late = Deadline.after(5), Deadline.after(500)

    assert min(late, NEVER, soon) == soon
    assert 4 < soon.seconds_left <= 5


def test_a_deadline_is_over_when_no_time_is_left() -> None:
    assert Deadline.after(0).is_over
    assert Deadline.after(-3).is_over
    assert not Deadline.after(60).is_over


def test_without_a_deadline_there_is_time_for_ever() -> None:
    assert Deadline.after(math.inf) == NEVER
    assert NEVER.seconds_left == math.inf
    assert not NEVER.is_over
