"""A PDF's parts reach the output in order; the first ones wait as long as a render may begin anew."""

from __future__ import annotations

import pytest

from reports.engine.document.held_output import HELD_BYTES, HeldOutput
from reports.errors import TooLargeError


def test_parts_are_held_until_they_are_released_and_then_come_as_one() -> None:
    passed: list[bytes] = []
    output = HeldOutput(passed.append)

    output(b"%PDF")
    output(b"-1.7")
    held = list(passed)
    output.release()

    assert held == []
    assert passed == [b"%PDF-1.7"]


def test_once_there_are_many_bytes_parts_go_straight_through() -> None:
    passed: list[bytes] = []
    output = HeldOutput(passed.append)

    output(b"x" * HELD_BYTES)
    held = list(passed)
    output(b"y")
    output(b"z")
    output.release()

    assert held == []
    assert passed == [b"x" * HELD_BYTES + b"y", b"z"]


def test_the_size_is_that_of_what_was_passed() -> None:
    passed = bytearray()
    output = HeldOutput(passed.extend)
    for part in (b"a" * HELD_BYTES, b"bc", b""):
        output(part)
    output.release()

    assert output.size == len(passed) == HELD_BYTES + 2


def test_a_render_that_begins_anew_leaves_no_trace() -> None:
    passed = bytearray()
    output = HeldOutput(passed.extend)
    output(b"%PDF of the first try")

    output.restart("rows have pictures")
    output(b"%PDF of the second")
    output.release()

    assert passed == b"%PDF of the second"
    assert output.size == len(passed)


def test_after_many_bytes_it_is_too_late_to_begin_anew() -> None:
    output = HeldOutput(bytearray().extend)
    output(b"x" * (HELD_BYTES + 1))

    with pytest.raises(TooLargeError, match="rows have pictures"):
        output.restart("rows have pictures")


def test_nothing_is_passed_on_when_there_is_nothing() -> None:
    passed: list[bytes] = []

    HeldOutput(passed.append).release()

    assert passed == []
