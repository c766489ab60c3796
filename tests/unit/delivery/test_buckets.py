"""Reports go into buckets of their tenants' own: by a name that operators have settled, and after success alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.access.buckets import BucketDestination
from reports.access.tenants import Tenant
from reports.delivery import bucket_delivery
from reports.delivery.delivery import Channel, Delivery, DeliveryFault, DeliveryStatus
from reports.errors import InvalidOptionsError
from reports.jobs.values import Failure
from tests.fakes.clock import NOON
from tests.unit.delivery.notifier import Notifier

ROLE = "arn:aws:iam::123456789012:role/pressrun-delivery-acme"
ARCHIVE = BucketDestination("archive", "acme-archive", "pressrun/", ROLE, "id")


@pytest.fixture
def notifier() -> Notifier:
    notifier = Notifier()
    notifier.app.tenants.put(Tenant("demo", destinations=(ARCHIVE,)))
    return notifier


def told(notifier: Notifier, **deliver_to: str) -> Delivery:
    job = notifier.ended_job(deliver_to={"destination": "archive", **deliver_to})
    notifier.tell(job)
    notifier.work_off()
    return notifier.deliveries.get(job.id, 1)


def test_all_files_but_the_first_pages_picture_go_into_the_folder(notifier: Notifier) -> None:
    delivery = told(notifier, folder="2026/10")

    assert (delivery.channel, delivery.address, delivery.status) == (
        Channel.BUCKET,
        "archive/2026/10",
        DeliveryStatus.DELIVERED,
    )
    assert notifier.app.buckets.objects == {("acme-archive", "pressrun/2026/10/letter.pdf"): b"%PDF-1.7 fake"}


def test_without_a_folder_they_go_into_one_of_the_reports_id(notifier: Notifier) -> None:
    delivery = told(notifier)

    assert list(notifier.app.buckets.objects) == [("acme-archive", f"pressrun/{delivery.job_id}/letter.pdf")]


def test_what_the_owner_refuses_is_tried_until_it_is_allowed(notifier: Notifier) -> None:
    notifier.app.buckets.refused = {ROLE}
    delivery = told(notifier)
    assert (delivery.status, delivery.attempts[0].fault) == (DeliveryStatus.PENDING, DeliveryFault.BUCKET_REFUSED)

    notifier.app.buckets.refused = set()
    notifier.live(hours=1)

    assert notifier.deliveries.get(delivery.job_id, 1).status is DeliveryStatus.DELIVERED


def test_one_that_was_given_up_is_sent_again_by_its_tenants_wish(notifier: Notifier) -> None:
    notifier.app.buckets.refused = {ROLE}
    delivery = told(notifier)
    notifier.live(hours=26)
    assert notifier.deliveries.get(delivery.job_id, 1).status is DeliveryStatus.FAILED

    notifier.app.buckets.refused = set()
    notifier.replay(delivery.job_id, 1)
    notifier.work_off()

    assert notifier.deliveries.get(delivery.job_id, 1).status is DeliveryStatus.DELIVERED
    assert len(notifier.app.buckets.objects) == 1


def test_a_destination_that_was_taken_back_gets_nothing(notifier: Notifier) -> None:
    job = notifier.ended_job(deliver_to={"destination": "archive"})
    notifier.app.tenants.put(Tenant("demo"))
    notifier.tell(job)
    notifier.work_off()

    delivery = notifier.deliveries.get(job.id, 1)
    assert (delivery.status, delivery.attempts[0].fault) == (DeliveryStatus.FAILED, DeliveryFault.DESTINATION_MISSING)
    assert notifier.app.buckets.objects == {}


def test_files_that_are_gone_or_too_large_are_not_tried_again(
    notifier: Notifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = notifier.ended_job(deliver_to={"destination": "archive"})
    notifier.app.artifacts.objects.clear()
    notifier.tell(job)
    notifier.work_off()
    monkeypatch.setattr(bucket_delivery, "MOST_BYTES", 5)

    faults = [notifier.deliveries.get(job.id, 1).attempts[0].fault, told(notifier).attempts[0].fault]

    assert faults == [DeliveryFault.FILES_MISSING, DeliveryFault.FILES_TOO_LARGE]


def test_a_failure_is_delivered_nowhere(notifier: Notifier) -> None:
    job = notifier.ended_job(deliver_to={"destination": "archive"})
    ended = job.failed(NOON, Failure("x", "y"))
    notifier.app.jobs.jobs[job.id] = ended
    notifier.tell(ended)
    notifier.work_off()

    assert list(notifier.deliveries.of_job(job.id)) == []


def test_a_request_names_what_the_operator_has_allowed_its_tenant(notifier: Notifier) -> None:
    with pytest.raises(InvalidOptionsError) as raised:
        notifier.ended_job(deliver_to={"destination": "of-another"})

    assert [each.pointer for each in raised.value.violations] == ["/options/deliver_to/destination"]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "a/b"},
        {"bucket": "Acme"},
        {"bucket": "a/../b"},
        {"prefix": "no-slash"},
        {"prefix": "../x/"},
        {"prefix": "a//"},
        {"role": "arn:aws:iam::123456789012:role/admin"},
        {"role": "arn:aws:iam::123456789012:user/pressrun-delivery"},
        {"region": "here"},
    ],
    ids=str,
)
def test_parts_that_are_none_make_no_destination(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="no|has to"):
        replace(ARCHIVE, **changes)
