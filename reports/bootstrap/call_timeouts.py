"""Decide how long calls of AWS may take, so that one which hangs ends before the function that has made it."""

from __future__ import annotations

from dataclasses import dataclass

_CONNECT_SECONDS = 1.0
_LONGEST_SECONDS = 18.0
_LEAST_SECONDS = 6.0
# A caller waits for a short function; what API Gateway waits for has to leave time to say so.
_SHARE = 0.28
_ENOUGH_FOR_THREE_TRIES = 15.0


@dataclass(frozen=True, slots=True)
class CallTimes:
    """How long a call waits for a connection and for an answer, in seconds, and how often it is tried."""

    connect: float
    read: float
    tries: int

    @property
    def longest(self) -> float:
        """Return how long a call takes to which nothing answers, with the longest waits between its tries."""
        return self.tries * (self.connect + self.read) + _pauses(self.tries)

    @classmethod
    def within(cls, function_seconds: float, *, once: bool = False) -> CallTimes:
        """Return the times for a function that ends after so many seconds; what must not be repeated is tried once."""
        longest = min(_LONGEST_SECONDS, max(_LEAST_SECONDS, function_seconds * _SHARE))
        tries = 1 if once else 2 if longest < _ENOUGH_FOR_THREE_TRIES else 3
        each = (longest - _pauses(tries)) / tries
        return cls(_CONNECT_SECONDS, each - _CONNECT_SECONDS, tries)


# A busy machine's emulator may answer late, and no API Gateway gives up on its functions.
OF_AN_EMULATOR = CallTimes(3, 20, 4)


def _pauses(tries: int) -> float:
    """Return the sum of botocore's waits at the most: up to 1, 2, 4 … seconds, in the mode `standard`."""
    return float(2 ** (tries - 1) - 1)
