"""What a deployment has broken is told by the alarms that go off after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tools.watch import watch


class Alarms:
    """A CloudWatch whose alarms are, at each look, those of the next entry."""

    def __init__(self, *looks: list[str]) -> None:
        self._looks = list(looks)

    def get_paginator(self, name: str) -> Alarms:
        assert name == "describe_alarms"
        return self

    def paginate(self, **filters: str) -> Iterator[dict[str, Any]]:
        assert filters == {"AlarmNamePrefix": "pressrun-", "StateValue": "ALARM"}
        names = self._looks.pop(0) if len(self._looks) > 1 else self._looks[0]
        for name in names:
            yield {"MetricAlarms": [{"AlarmName": name, "StateReason": "1 datapoint was above the threshold"}]}


class Time:
    """A time that passes only while the watch sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def watched(*looks: list[str], seconds: float = 300) -> tuple[dict[str, str], float]:
    time = Time()
    found = watch(Alarms(*looks), "dev", seconds=seconds, monotonic=lambda: time.now, sleep=time.sleep)
    return dict(found), time.now


def test_a_quiet_stage_is_watched_to_the_end() -> None:
    assert watched([]) == ({}, 300)


def test_an_alarm_that_goes_off_ends_the_watch_with_its_reason() -> None:
    found, after = watched([], [], ["pressrun-dead-letters-dev"])

    assert found == {"pressrun-dead-letters-dev": "1 datapoint was above the threshold"}
    assert after == 40


def test_an_alarm_that_was_off_before_says_nothing_about_the_deployment(capsys: pytest.CaptureFixture[str]) -> None:
    assert watched(["pressrun-sweep-dev"]) == ({}, 300)
    assert "pressrun-sweep-dev had gone off before." in capsys.readouterr().err


def test_an_alarm_that_recovers_and_goes_off_again_counts() -> None:
    found, _ = watched(["pressrun-sweep-dev"], [], ["pressrun-sweep-dev"])

    assert list(found) == ["pressrun-sweep-dev"]


def test_alarms_of_other_stages_are_not_looked_at() -> None:
    assert watched([], ["pressrun-sweep-prod"]) == ({}, 300)
