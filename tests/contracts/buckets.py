"""The contract of Buckets."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reports.access.buckets import BucketDestination
from reports.delivery.delivery import DeliveryFault, DeliveryStatus
from reports.delivery.ports import Buckets
from reports.errors import InputUnavailableError
from reports.jobs.values import Artifact

Store = Callable[[str, bytes], Artifact]
"""Store a file of a report, by its name."""
Found = Callable[[BucketDestination], dict[str, bytes]]
"""Return what is in a destination's bucket, by key."""


class BucketsContract:
    """The behaviour of Buckets.

    ``buckets``, ``store`` and ``found`` come from fixtures of the subclass, as do a ``destination`` that takes files
    below its prefix, and one that is ``closed``: its role trusts no one.
    """

    def test_files_go_below_the_prefix_and_a_second_time_to_the_same_place(
        self, buckets: Buckets, destination: BucketDestination, store: Store, found: Found
    ) -> None:
        bodies = {"Größe 1.pdf": b"%PDF", "data.csv": b"a,b\r\n"}
        files = [store(name, body) for name, body in bodies.items()]

        for _ in range(2):
            assert buckets.put(destination, "2026/10", files).status is DeliveryStatus.DELIVERED

        assert found(destination) == {f"{destination.prefix}2026/10/{name}": body for name, body in bodies.items()}

    def test_a_large_file_comes_whole(
        self, buckets: Buckets, destination: BucketDestination, store: Store, found: Found
    ) -> None:
        body = bytes(range(256)) * 80_000

        assert buckets.put(destination, "large", [store("large.pdf", body)]).status is DeliveryStatus.DELIVERED

        assert found(destination)[f"{destination.prefix}large/large.pdf"] == body

    def test_what_the_owner_does_not_allow_is_tried_again_with_the_reason(
        self, buckets: Buckets, closed: BucketDestination, store: Store
    ) -> None:
        result = buckets.put(closed, "a", [store("a.pdf", b"%PDF")])

        assert (result.status, result.reason_code) == (DeliveryStatus.PENDING, DeliveryFault.BUCKET_REFUSED)
        assert "AccessDenied" in str(result.reason)
        assert closed.external_id not in str(result.reason)

    def test_a_file_that_is_gone_is_no_fault_of_the_bucket(
        self, buckets: Buckets, destination: BucketDestination
    ) -> None:
        gone = Artifact("gone.pdf", "reports/demo/gone/1/gone.pdf", "application/pdf", 4)

        with pytest.raises(InputUnavailableError):
            buckets.put(destination, "a", [gone])
