"""Choose how long to wait before another try: of a message by SQS, and of a delivery over a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Jitter(Protocol):
    """Choose at random; random.Random is one."""

    def uniform(self, a: float, b: float, /) -> float:
        """Return a number between the two."""
        ...


@dataclass(frozen=True, slots=True)
class Backoff:
    """Choose how long a message waits: exponential, with full jitter. Times are in seconds."""

    base: float
    cap: float
    max_receives: int
    pick: Jitter

    def seconds_after(self, receives: int) -> int:
        """Return the wait after the n-th receive; none after the last, which sends it to the dead-letter queue."""
        return 0 if self.is_last(receives) else self.seconds_before_copy(receives)

    def seconds_before_copy(self, receives: int) -> int:
        """Return the wait of a copy that is sent after the n-th receive, the last one included."""
        # At least a second, or a retry would meet the very fault that it waits for.
        return round(self.pick.uniform(1, max(1.0, min(self.cap, self.base * 2 ** (receives - 1)))))

    def is_last(self, receives: int) -> bool:
        """Tell whether SQS will not deliver the message again."""
        return receives >= self.max_receives
