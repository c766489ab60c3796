"""Put the files of a report into a bucket of its tenant's own."""

from __future__ import annotations

from reports.access.ports import Tenants
from reports.delivery.delivery import AttemptResult, Delivery, DeliveryFault, DeliveryStatus
from reports.delivery.ports import Buckets
from reports.errors import InputUnavailableError, JobNotFoundError
from reports.jobs.job import Job
from reports.jobs.ports import JobStore
from reports.jobs.values import JobStatus
from reports.render_contract import THUMBNAIL

MOST_BYTES = 200_000_000
"""As much as one attempt moves within its time, by far."""


def address_of(job: Job) -> str | None:
    """Return where the files of a job are wanted: the destination's name, and the folder; None for nowhere."""
    wanted = job.options.deliver_to
    return None if wanted is None else f"{wanted.destination}/{wanted.folder or job.id}"


class BucketDelivery:
    """Deliver to buckets. Destinations are looked up at each attempt, as operators may change them meanwhile."""

    def __init__(self, *, jobs: JobStore, tenants: Tenants, buckets: Buckets) -> None:
        self._jobs = jobs
        self._tenants = tenants
        self._buckets = buckets

    def __call__(self, delivery: Delivery) -> AttemptResult:
        """Put all files but the picture of the first page. Raises ServiceUnavailableError."""
        name, _, folder = delivery.address.partition("/")
        known = self._tenants.get(delivery.tenant).destinations
        destination = next((each for each in known if each.name == name), None)
        if destination is None:
            reason = f"Your tenant has no destination {name!r} any more. Ask the operator."
            return _failed(DeliveryFault.DESTINATION_MISSING, reason)
        job = self._job(delivery)
        if job is None or job.status is not JobStatus.SUCCEEDED:
            return _failed(DeliveryFault.FILES_MISSING, "The report's files are not there any more.")
        files = [each for each in job.artifacts if each.name != THUMBNAIL]
        total = sum(each.size for each in files)
        if total > MOST_BYTES:
            reason = f"The files have {total:,} bytes together, and {MOST_BYTES:,} can be delivered. Download them."
            return _failed(DeliveryFault.FILES_TOO_LARGE, reason)
        try:
            return self._buckets.put(destination, folder, files)
        except InputUnavailableError:
            return _failed(DeliveryFault.FILES_MISSING, "The report's files are not there any more.")

    def _job(self, delivery: Delivery) -> Job | None:
        try:
            return self._jobs.get(delivery.job_id)
        except JobNotFoundError:
            return None


def _failed(fault: DeliveryFault, reason: str) -> AttemptResult:
    return AttemptResult(DeliveryStatus.FAILED, reason_code=fault, reason=reason)
