"""Make strange inputs of those that are in order, by chance that hypothesis holds."""

from __future__ import annotations

import random
from collections.abc import Callable

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tools.fuzz.judging import judged
from tools.fuzz.mutation import Mutate, spliced
from tools.fuzz.seeds import seeds_of
from tools.fuzz.targets import TARGETS

_LONGEST = 60_000


def examples(count: int) -> settings:
    """Return settings of a test that tries the same inputs in each gate; `RANDOM=1` tries ten times as many others."""
    is_random = settings.get_current_profile_name() == "random"
    return settings(
        max_examples=10 * count if is_random else count,
        derandomize=not is_random,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


Change = Callable[[bytes, int, int, Mutate], bytes]


@st.composite
def damaged(draw: st.DrawFn, target: str, change: Change | None = None, times: int = 3) -> bytes:
    """Take one of the inputs to begin with, and change it, in its bytes or in a way of its own."""
    body = draw(st.sampled_from(list(seeds_of(target))))
    for _ in range(draw(st.integers(1, times))):
        seed = draw(st.integers(0, 2**32))
        chance = random.Random(seed)

        def mutate(data: bytes, most: int, chance: random.Random = chance) -> bytes:
            return spliced(data, most, chance)

        body = mutate(body, _LONGEST) if change is None else change(body, _LONGEST, seed, mutate)
    return body


def check(target: str, body: bytes) -> None:
    """Hold a target to end with a report, or with a refusal that its caller can do something about."""
    finding = judged(lambda: TARGETS[target].run(body))

    assert finding is None, f"{finding.signature}\n{finding.report}"
