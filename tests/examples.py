"""Choose how many examples of a property are tried."""

from __future__ import annotations

from hypothesis import settings

QUICK, RANDOM = 5, 500


def examples(count: int) -> int:
    """Return a count for `max_examples`, which the profiles of the quick check and of `RANDOM=1` do not change."""
    profile = settings.get_current_profile_name()
    return {"quick": min(count, QUICK), "random": max(count, RANDOM)}.get(profile, count)
