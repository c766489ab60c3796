"""Shares of memory: all processes of a render together get no more than the render may have."""

from __future__ import annotations

import resource
from collections.abc import Iterator

import pytest

from reports.engine.longtable.forks.fork import Fork, ForkMemoryError
from reports.engine.longtable.forks.memory_shares import MemoryShares, allocated_bytes

SPARE = 800 * 2**20
SLACK = 4 * 2**20


def fill(request: bytes) -> bytes:
    """Allocate as many bytes as the request says."""
    return b"%d" % len(bytearray(int(request)))


@pytest.fixture
def most() -> Iterator[int]:
    """Limit this process to some memory more than it has; return the limit."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    most = allocated_bytes() + SPARE
    resource.setrlimit(resource.RLIMIT_DATA, (most, before[1]))
    yield most
    resource.setrlimit(resource.RLIMIT_DATA, before)


def test_a_process_without_a_limit_shares_nothing() -> None:
    before = resource.getrlimit(resource.RLIMIT_DATA)

    shares = MemoryShares(2)

    assert before[0] == resource.RLIM_INFINITY
    assert shares.for_each is None
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_this_process_and_its_forks_together_get_what_this_one_may_have(most: int) -> None:
    held = allocated_bytes()

    shares = MemoryShares(3)

    assert shares.for_each is not None
    ours = resource.getrlimit(resource.RLIMIT_DATA)[0]
    assert abs(ours + 3 * (shares.for_each - held) - most) < SLACK
    assert ours - held == pytest.approx(SPARE / 2, abs=SLACK)


def test_this_process_gets_all_of_it_back(most: int) -> None:
    shares = MemoryShares(3)

    shares.restore()

    assert resource.getrlimit(resource.RLIMIT_DATA)[0] == most


def test_a_fork_gets_its_share_and_no_more(most: int) -> None:
    shares = MemoryShares(2)
    fork = Fork(lambda: fill, shares.for_each)
    try:
        fork.send(b"%d" % (SPARE // 6))
        fork.send(b"%d" % (SPARE // 3))

        assert fork.receive() == b"%d" % (SPARE // 6)
        with pytest.raises(ForkMemoryError):
            fork.receive()
    finally:
        fork.end()
