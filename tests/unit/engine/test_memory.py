from __future__ import annotations

import gc

import pytest

from reports.engine.memory import collector_paused


def test_the_collector_rests_inside_and_works_again_afterwards() -> None:
    with collector_paused():
        assert not gc.isenabled()

    assert gc.isenabled()


def test_what_went_round_in_circles_is_gone_afterwards_also_after_a_fault() -> None:
    class Node:
        alive = 0

        def __init__(self) -> None:
            self.itself = self
            Node.alive += 1

        def __del__(self) -> None:
            Node.alive -= 1

    def leave_circles_and_fail() -> None:
        with collector_paused():
            for _ in range(5000):
                Node()
            raise ValueError

    with pytest.raises(ValueError):
        leave_circles_and_fail()

    assert Node.alive == 0
    assert gc.isenabled()
