"""The moments at which the contracts take place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

# Not in the past: on a stack, the sweep sees to what is overdue while a contract looks at it, and what is too old is
# removed. And not far away, or a table of AWS would keep what the contracts leave there.
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=3)
