"""What a report costs is estimated of its attempts, whatever becomes of them."""

from __future__ import annotations

from datetime import date

import pytest

from reports.access.tenants import Tenant, TenantClass
from reports.access.usage import Use, by_day, by_template
from reports.errors import ServiceUnavailableError, TemplateBrokenError
from reports.jobs.cost import ARM64, NANO, X86_64, CostMeter, Prices, dollars
from reports.jobs.values import Door, JobStatus
from tests.builders import LEASE, App, direct_message
from tests.fakes.queues import again
from tests.unit.worker.jobs import only_job, submitted

SECOND = 3008 / 1024 * Prices.known().lambda_gb_second[X86_64]


def test_a_second_costs_what_the_price_list_says_of_its_size_and_processor() -> None:
    prices = Prices.known()
    for architecture, memory in ((X86_64, 3008), (ARM64, 1769)):
        meter = CostMeter(prices, architecture=architecture, memory_mb=memory)
        # 3 and 4 seconds, between which no heartbeat falls.
        expected = memory / 1024 * prices.lambda_gb_second[architecture]
        assert dollars(meter.attempt(4) - meter.attempt(3)) == pytest.approx(expected, abs=2 / NANO)


def test_more_files_and_longer_lives_cost_more_and_uploads_cost_less_than_requests() -> None:
    meter = CostMeter(Prices.known(), architecture=X86_64, memory_mb=3008)

    assert meter.attempt(1, files=2) - meter.attempt(1) == round(2 * Prices.known().s3_put * NANO)
    assert meter.attempt(80) > 80 * meter.attempt(1) - 80 * meter.attempt(0)
    assert meter.report(Door.UPLOAD) < meter.report(Door.QUEUE) == meter.report(Door.API)


def test_a_report_costs_all_of_its_attempts_and_its_tenant_the_same(app: App) -> None:
    app.renderer.faults = [ServiceUnavailableError("down")]
    app.renderer.before = lambda: app.clock.advance(seconds=5)
    job, message = submitted(app)
    app.process(message)
    first = app.jobs.get(job.id).cost

    app.process(again(message))

    ended = app.jobs.get(job.id)
    assert ended.status is JobStatus.SUCCEEDED
    assert dollars(first) > 5 * SECOND
    assert dollars(ended.cost - first) > 5 * SECOND
    [of_day] = app.quotas.uses("demo", app.quotas.today(), app.quotas.today()).values()
    assert of_day == {"letter": Use(1, 10_000, ended.cost)}


def test_an_attempt_whose_worker_has_died_costs_its_lease(app: App) -> None:
    job, message = submitted(app)
    app.jobs.advance(job.claimed(app.clock.now(), LEASE))
    app.clock.advance(seconds=LEASE.total_seconds() + 1)

    app.process(again(message))

    assert dollars(app.jobs.get(job.id).cost) > LEASE.total_seconds() * SECOND


def test_a_report_that_failed_has_a_cost_too(app: App) -> None:
    app.renderer.faults = [TemplateBrokenError("No.")]
    job, message = submitted(app)

    app.process(message)

    failed = app.jobs.get(job.id)
    assert (failed.status, failed.cost > 0) == (JobStatus.FAILED, True)


def test_templates_that_do_not_exist_are_summed_up_under_one_name(app: App) -> None:
    for number in range(3):
        app.process(direct_message({"template": f"made-up-{number}", "data": {}}, request_id=f"r{number}"))

    [of_day] = app.quotas.uses("demo", app.quotas.today(), app.quotas.today()).values()
    assert list(of_day) == ["unknown"]
    assert of_day["unknown"].reports == 3


def test_the_class_of_its_tenant_stays_with_a_report(app: App) -> None:
    app.tenants.put(Tenant("demo", tenant_class=TenantClass.TRIAL))
    app.process(direct_message({"template": "letter", "data": {"to": "me"}}))

    assert only_job(app).tenant_class == "trial"


def test_sums_are_by_day_or_by_template_the_dearest_first() -> None:
    uses = {
        date(2026, 11, 2): {"a": Use(1, 10, 5)},
        date(2026, 11, 1): {"a": Use(1, 1, 1), "b": Use(2, 2, 9)},
    }

    assert by_day(uses) == {"2026-11-01": Use(3, 3, 10), "2026-11-02": Use(1, 10, 5)}
    assert list(by_template(uses).items()) == [("b", Use(2, 2, 9)), ("a", Use(2, 11, 6))]
