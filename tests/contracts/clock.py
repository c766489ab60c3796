"""The behaviour of a Clock."""

from __future__ import annotations

from datetime import timedelta

from reports.clock import Clock


class ClockContract:
    """The behaviour of a Clock. ``clock`` comes from a fixture of the subclass."""

    def test_the_time_is_aware_and_in_utc(self, clock: Clock) -> None:
        assert clock.now().utcoffset() == timedelta()

    def test_it_can_be_written_and_read_again(self, clock: Clock) -> None:
        now = clock.now()

        assert type(now).fromisoformat(now.isoformat()) == now
