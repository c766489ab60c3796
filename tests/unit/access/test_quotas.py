from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reports.access.quotas import Limits, Quotas
from reports.access.tenants import Tenant
from reports.bootstrap.settings import Settings
from reports.datasets import MAX_ROWS
from reports.errors import AddressNotAllowedError, QuotaExceededError, ServiceUnavailableError, TooLargeError
from tests.fakes.access import InMemoryDailyCounts, InMemoryTenants
from tests.fakes.clock import SettableClock

FOR_ALL = Limits(
    reports_per_day=3,
    compute_seconds_per_day=60,
    emails_per_day=2,
    waiting_requests=1,
    rows_per_report=100,
    bytes_per_report=1000,
    email_to=("@example.com", "ops@example.org"),
    email_titles=False,
)


class Office:
    """Have quotas, half a minute before midnight."""

    def __init__(self) -> None:
        self.clock = SettableClock(datetime(2026, 11, 20, 23, 59, 30, tzinfo=UTC))
        self.tenants = InMemoryTenants()
        self.counts = InMemoryDailyCounts()
        self.quotas = Quotas(
            tenants=self.tenants,
            counts=self.counts,
            clock=self.clock,
            for_all=FOR_ALL,
            monotonic=lambda: self.clock.now().timestamp(),
        )

    def work(self, tenant: str, seconds: float) -> None:
        with self.quotas.measured(tenant, "letter"):
            self.clock.advance(seconds=seconds)


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_tenant_has_so_many_reports_a_day_and_is_told_when_the_next_begins(office: Office) -> None:
    for _ in range(3):
        office.quotas.count("acme")

    with pytest.raises(QuotaExceededError, match="3 reports a day") as refused:
        office.quotas.count("acme")

    assert refused.value.seconds == 31
    office.quotas.count("other")
    office.clock.advance(seconds=31)
    office.quotas.count("acme")


def test_many_reports_are_counted_all_or_not_at_all(office: Office) -> None:
    office.quotas.count("acme", 2)

    with pytest.raises(QuotaExceededError):
        office.quotas.count("acme", 2)

    office.quotas.count("acme", 1)


def test_what_is_settled_for_a_tenant_counts_instead_of_what_holds_for_all(office: Office) -> None:
    office.tenants.put(Tenant("acme", reports_per_day=9, rows_per_report=7))

    assert office.quotas.limits_of("acme") == replace(FOR_ALL, reports_per_day=9, rows_per_report=7)
    assert office.quotas.limits_of("other") == FOR_ALL


@pytest.mark.parametrize("tenant", [Tenant("acme", reports_per_day=0), Tenant("acme", compute_seconds_per_day=0)])
def test_a_limit_of_none_at_all_is_a_limit(office: Office, tenant: Tenant) -> None:
    office.tenants.put(tenant)

    with pytest.raises(QuotaExceededError):
        office.quotas.count("acme")


def test_a_tenant_whose_seconds_of_computing_are_used_up_gets_no_more_reports_on_that_day(office: Office) -> None:
    office.clock.advance(hours=12)
    office.work("acme", 59.9)
    office.quotas.count("acme")
    office.quotas.check_compute("acme")
    office.work("acme", 0.1)

    for refused in (office.quotas.count, office.quotas.check_compute):
        with pytest.raises(QuotaExceededError, match="60 seconds of computing a day") as error:
            refused("acme")
        assert error.value.detail == {"limit": "compute_seconds_per_day", "compute_seconds_per_day": 60}
    assert office.quotas.standing("acme").reports_today == 1
    office.quotas.count("other")
    office.clock.advance(hours=12)
    office.quotas.count("acme")


def test_seconds_of_computing_are_shown_rounded_up(office: Office) -> None:
    assert office.quotas.standing("acme").compute_seconds_today == 0

    office.work("acme", 0.001)

    assert office.quotas.standing("acme").compute_seconds_today == 1


def test_a_report_that_fails_has_taken_its_time_nevertheless(office: Office) -> None:
    def fail() -> None:
        office.clock.advance(seconds=2)
        raise TooLargeError("The file is too large.")

    with pytest.raises(TooLargeError), office.quotas.measured("acme", "letter"):
        fail()

    assert office.quotas.standing("acme").compute_seconds_today == 2


def test_time_that_cannot_be_counted_fails_no_report(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def be_down(*_: object, **__: object) -> None:
        raise ServiceUnavailableError("DynamoDB is down.")

    monkeypatch.setattr(office.counts, "add", be_down)

    office.work("acme", 1)


def test_no_tenant_gets_more_rows_or_bytes_than_the_service_can_do(office: Office) -> None:
    office.tenants.put(Tenant("acme", rows_per_report=10**9, bytes_per_report=10**12))

    assert office.quotas.limits_of("acme") == FOR_ALL


def test_a_change_is_known_within_a_minute(office: Office) -> None:
    assert office.quotas.limits_of("acme") == FOR_ALL
    office.tenants.put(Tenant("acme", reports_per_day=9))
    assert office.quotas.limits_of("acme") == FOR_ALL

    office.clock.advance(seconds=60)

    assert office.quotas.limits_of("acme").reports_per_day == 9


def test_rows_and_bytes_may_reach_their_limit_and_not_pass_it(office: Office) -> None:
    office.quotas.check_rows("acme", 100)
    office.quotas.check_size("acme", 1000)

    with pytest.raises(TooLargeError, match="101 rows"):
        office.quotas.check_rows("acme", 101)
    with pytest.raises(TooLargeError, match="1,001 bytes"):
        office.quotas.check_size("acme", 1001)


def test_all_may_have_what_the_service_can_do() -> None:
    assert (Settings.rows_per_report, Settings.bytes_per_report) == (MAX_ROWS, Settings.max_upload_bytes)


def test_emails_of_a_day_are_counted_apart_from_reports(office: Office) -> None:
    office.quotas.count_email("acme")
    office.quotas.count_email("acme")

    with pytest.raises(QuotaExceededError, match="2 e-mails a day") as caught:
        office.quotas.count_email("acme")

    assert caught.value.detail["limit"] == "emails_per_day"
    standing = office.quotas.standing("acme")
    assert (standing.emails_today, standing.reports_today) == (2, 0)
    office.clock.advance(hours=24)
    office.quotas.count_email("acme")


@pytest.mark.parametrize("address", ["a@example.com", "A@Example.COM", "ops@example.org", "OPS@example.org", None])
def test_an_address_on_the_list_may_be_written_to(office: Office, address: str | None) -> None:
    office.quotas.check_recipient("acme", address)


@pytest.mark.parametrize(
    "address",
    [
        *("a@example.org", "a@sub.example.com", "a@example.com.evil.example", "a@notexample.com"),
        *("ops@example.org@evil.example", "@example.com.evil", "example.com"),
    ],
)
def test_no_other_address_is(office: Office, address: str) -> None:
    with pytest.raises(AddressNotAllowedError, match="only to @example.com, ops@example.org"):
        office.quotas.check_recipient("acme", address)


def test_a_tenant_has_its_own_list_or_that_of_all(office: Office) -> None:
    office.tenants.put(Tenant("acme", email_to=()))
    office.tenants.put(Tenant("open", email_to=("*",)))

    with pytest.raises(AddressNotAllowedError, match="to no address yet"):
        office.quotas.check_recipient("acme", "a@example.com")
    office.quotas.check_recipient("open", "a@anywhere.example")
    office.quotas.check_recipient("other", "a@example.com")
