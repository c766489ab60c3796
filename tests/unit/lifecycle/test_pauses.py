"""While a tenant, a template or all are paused, reports are accepted, wait, and lose nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reports.jobs.pauses import KNOWN_FOR, REMEMBERED_FOR, Pause, resumed, with_pause
from reports.jobs.values import JobStatus
from reports.worker.message_disposition import MessageDisposition
from tests.builders import LEASE, App, direct_message
from tests.fakes.clock import NOON
from tests.unit.worker.jobs import only_job, submitted

HELD = MessageDisposition(sent_again_after=60)


def pause(app: App, tenant: str | None = None, template: str | None = None) -> None:
    app.kept_pauses.pauses[:] = with_pause(
        app.kept_pauses.pauses, Pause("The bank is closed.", app.clock.now(), tenant, template)
    )
    app.clock.advance(seconds=KNOWN_FOR.total_seconds())


def resume(app: App, tenant: str | None = None, template: str | None = None) -> None:
    app.kept_pauses.pauses[:] = resumed(app.kept_pauses.pauses, tenant, template, app.clock.now())
    app.clock.advance(seconds=KNOWN_FOR.total_seconds())


@pytest.mark.parametrize("about", [("demo", None), (None, "letter"), ("demo", "letter"), (None, None)])
def test_what_is_paused_waits_without_tries_and_is_made_afterwards(app: App, about: tuple[str, str]) -> None:
    pause(app, *about)
    job, message = submitted(app)
    holds = []
    for _ in range(20):
        holds.append(app.process(message).sent_again_after)
        app.clock.advance(seconds=holds[-1] or 0)
    assert (holds[0], holds[-1], holds == sorted(holds, key=lambda each: each or 0)) == (60, 900, True)
    waiting = app.jobs.get(job.id)

    resume(app, *about)
    disposition = app.process(message)

    assert (waiting.status, waiting.tries, waiting.revision) == (JobStatus.PENDING, 0, 1)
    assert disposition.done
    assert app.jobs.get(job.id).status is JobStatus.SUCCEEDED


@pytest.mark.parametrize("about", [("acme", None), (None, "table"), ("demo", "table"), ("acme", "letter")])
def test_others_go_on(app: App, about: tuple[str, str]) -> None:
    pause(app, *about)
    job, message = submitted(app)

    assert app.process(message).done
    assert app.jobs.get(job.id).status is JobStatus.SUCCEEDED


def test_requests_of_other_doors_have_their_jobs_and_wait(app: App) -> None:
    pause(app, "demo")

    assert app.process(direct_message({"template": "letter", "data": {"to": "me"}})) == HELD
    assert only_job(app).status is JobStatus.PENDING


def test_a_report_whose_worker_has_died_waits_too_and_one_that_runs_goes_on(app: App) -> None:
    job, message = submitted(app)
    app.jobs.advance(job.claimed(app.clock.now(), LEASE))
    pause(app)
    assert app.process(message).retry_after is not None

    app.clock.advance(seconds=LEASE.total_seconds())

    assert app.process(message) == HELD


def test_the_sweep_neither_sends_nor_fails_what_waits_however_long(app: App) -> None:
    job, message = submitted(app)
    pause(app, "demo")
    app.queue.sent.clear()
    for _ in range(3 * 24):
        app.clock.advance(hours=1)
        app.sweep()
    assert app.queue.sent == []

    resume(app, "demo")
    app.sweep()
    assert app.jobs.get(job.id).status is JobStatus.PENDING

    assert app.process(message).done


@pytest.mark.gate
def test_a_report_whose_message_was_lost_in_a_pause_is_queued_after_it_and_has_its_full_time_again(app: App) -> None:
    job, _ = submitted(app)
    pause(app)
    app.clock.advance(hours=30)
    resume(app)
    app.queue.sent.clear()

    app.clock.advance(seconds=app.settings.queued_patience_seconds)
    app.sweep()
    assert [message.body for message in app.queue.sent] != []

    for _ in range(26 * 12):
        app.clock.advance(minutes=5)
        app.sweep()
    failure = app.jobs.get(job.id).failure
    assert failure is not None
    assert failure.code == "deadline_exceeded"


def a_pause(tenant: str | None = None, template: str | None = None) -> Pause:
    return Pause("Why.", NOON, tenant, template)


def test_what_is_paused_again_has_the_new_reason_alone() -> None:
    again = Pause("Another.", NOON + timedelta(hours=1), "acme")

    assert with_pause([a_pause("acme"), a_pause()], again) == [a_pause(), again]


def test_what_is_resumed_is_just_what_is_named_and_old_ends_are_forgotten() -> None:
    now = NOON + timedelta(hours=1)

    first = resumed([a_pause("acme"), a_pause("acme", "table"), a_pause()], "acme", None, now)
    later = resumed(first, None, None, now + REMEMBERED_FOR)

    assert [each.lasts for each in first] == [False, True, True]
    assert [(each.tenant, each.template) for each in later] == [("acme", "table"), (None, None)]
