"""The behaviour of LatestReports."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from reports.errors import JobNotFoundError
from reports.jobs.ports import LatestReports
from tests.builders import a_job
from tests.contracts.moments import NOON


class LatestReportsContract:
    """The behaviour of LatestReports. ``latest`` and a fresh ``tenant`` come from fixtures of the subclass."""

    def test_the_one_that_was_asked_for_last_is_the_latest_in_whatever_order_they_end(
        self, latest: LatestReports, tenant: str
    ) -> None:
        jobs = [a_job(str(uuid4()), tenant=tenant, at=NOON + timedelta(seconds=n)) for n in (1, 0, 2, 1)]

        taken = [latest.offer(tenant, "monthly", job) for job in jobs[:3]]

        assert taken == [True, False, True]
        assert latest.get(tenant, "monthly") == jobs[2].id
        assert latest.offer(tenant, "monthly", jobs[2])

    def test_keys_and_tenants_do_not_share_a_latest(self, latest: LatestReports, tenant: str) -> None:
        latest.offer(tenant, "a", a_job("job-a", tenant=tenant, at=NOON))

        with pytest.raises(JobNotFoundError):
            latest.get(tenant, "b")
        with pytest.raises(JobNotFoundError):
            latest.get(f"{tenant}-other", "a")
