"""See when a delivery is tried again, and when no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from reports.delivery.retry_schedule import Retries
from tests.builders import HighestJitter
from tests.contracts.delivery import a_delivery
from tests.fakes.clock import NOON

LIFE = timedelta(hours=24)
RETRIES = Retries(timedelta(seconds=30), timedelta(hours=3), LIFE, HighestJitter())


def next_try(after: timedelta, *, tries: int, asked: timedelta | None = None) -> datetime | None:
    return RETRIES.next_try(replace(a_delivery(), tries=tries), NOON + after, asked)


def test_the_last_attempt_is_made_at_the_end_of_the_time() -> None:
    assert next_try(timedelta(hours=21), tries=15) == NOON + LIFE
    assert next_try(timedelta(hours=22, minutes=17), tries=16) == NOON + LIFE


@pytest.mark.parametrize("late", [0, 1, 3600])
def test_nothing_follows_the_attempt_at_the_end_of_the_time(late: float) -> None:
    assert next_try(LIFE + timedelta(seconds=late), tries=17) is None


def test_a_receiver_is_not_tried_before_the_time_that_it_asks_for() -> None:
    end = NOON + LIFE
    left = timedelta(hours=1)

    assert next_try(LIFE - left, tries=16, asked=timedelta(minutes=59)) == end
    assert next_try(LIFE - left, tries=16, asked=timedelta(minutes=61)) is None


def test_an_attempt_that_was_put_off_to_the_end_may_come_a_little_late() -> None:
    late, too_late = (NOON + LIFE + timedelta(minutes=minutes) for minutes in (10, 20))

    assert not RETRIES.are_over(a_delivery(), late)
    assert RETRIES.are_over(a_delivery(), too_late)
