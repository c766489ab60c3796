"""Tell the time by the machine's clock."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """The system's Clock."""

    def now(self) -> datetime:
        """Return the time, to the microsecond."""
        return datetime.now(UTC)
