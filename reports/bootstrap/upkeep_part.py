"""Build the parts of the functions that repair: sweep and redrive."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from reports.bootstrap import adapters
from reports.bootstrap.settings import Settings
from reports.delivery.notify import SweepDeliveries
from reports.jobs.announce_end import AnnounceEnd
from reports.jobs.ports import DeadLetterQueue
from reports.lifecycle.redrive import Redrive
from reports.lifecycle.sweep import Sweep, SweepThresholds

_REDRIVE_BUDGET = timedelta(seconds=200)
_SWEEP_BUDGET = timedelta(seconds=35)
_DELIVERY_SWEEP_BUDGET = timedelta(seconds=10)


@cache
def sweep() -> Sweep:
    """Build the sweep function's part. Raises SettingsError."""
    from reports.adapters.system_clock import SystemClock

    settings = Settings.from_environment()
    jobs = adapters.jobs(settings)
    return Sweep(
        jobs=jobs,
        queue=adapters.render_queue(settings),
        announce=AnnounceEnd(jobs=jobs, latest=adapters.latest(settings), publisher=adapters.publisher(settings)),
        clock=SystemClock(),
        thresholds=SweepThresholds(
            queued=timedelta(seconds=settings.queued_patience_seconds),
            lease=timedelta(seconds=settings.lease_patience_seconds),
            announced=timedelta(seconds=settings.announced_patience_seconds),
            life=timedelta(seconds=settings.job_life_seconds),
        ),
        max_tries=settings.max_tries,
        max_deaths=settings.max_deaths,
        max_receives=settings.max_receives,
        budget=_SWEEP_BUDGET,
        stack_run=settings.stack_run,
    )


@cache
def delivery_sweep() -> SweepDeliveries:
    """Build the sweep function's part that is about deliveries. Raises SettingsError."""
    from reports.adapters.system_clock import SystemClock

    settings = Settings.from_environment()
    return SweepDeliveries(
        deliveries=adapters.deliveries(settings),
        queue=adapters.notify_queue(settings),
        clock=SystemClock(),
        overdue_after=timedelta(seconds=settings.delivery_patience_seconds),
        budget=_DELIVERY_SWEEP_BUDGET,
    )


@cache
def redrive() -> Redrive:
    """Build the redrive function's part. Raises SettingsError."""
    from reports.adapters.sqs.render_queue import SQSDeadLetterQueue
    from reports.adapters.system_clock import SystemClock

    settings = Settings.from_environment()
    dead_letters: DeadLetterQueue = SQSDeadLetterQueue(
        adapters.client("sqs"), settings.render_dlq_url, settings.render_queue_url
    )
    if faults := adapters.faults():
        dead_letters = faults.in_dead_letters(dead_letters)
    return Redrive(jobs=adapters.jobs(settings), dead_letters=dead_letters, clock=SystemClock(), budget=_REDRIVE_BUDGET)
