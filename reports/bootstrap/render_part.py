"""Build the render function's part, and what makes reports without AWS."""

from __future__ import annotations

import platform
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.metadata import version

from reports import __version__
from reports.backoff import Backoff
from reports.bootstrap import adapters
from reports.bootstrap.settings import Settings
from reports.bootstrap.shipped_files import TEMPLATES
from reports.catalog.catalog import Catalog
from reports.jobs.announce_end import AnnounceEnd
from reports.jobs.cost import ARM64, X86_64, CostMeter, Prices
from reports.jobs.ports import RenderQueue
from reports.render_contract import Renderer, RenderLimits
from reports.worker.admit_message import AdmitMessage
from reports.worker.heartbeat import Heartbeat
from reports.worker.render_reports import RenderReports
from reports.worker.report_maker import ReportMaker
from reports.worker.report_writer import ReportWriter
from reports.worker.upload_options import UploadOptions

_LONGEST_WAIT = 4
"""Times the first wait. A message has a hundred receives: were the wait to double with each, a request that has no job
yet would sleep for a quarter of an hour after its outage is over."""


@dataclass(frozen=True, slots=True)
class Worker:
    """What the render function needs."""

    reports: RenderReports
    queue: RenderQueue


@cache
def worker() -> Worker:
    """Build the render function's part. Raises SettingsError."""
    from reports.adapters.system_clock import SystemClock
    from reports.engine.sandbox.confined_renderer import ConfinedRenderer

    settings = Settings.from_environment()
    limits = render_limits(settings)
    confined = ConfinedRenderer(
        limits,
        templates=[TEMPLATES],
        needed=settings.render_sandbox,
        long_tables=settings.long_tables,
        tenants_apart=settings.render_isolation,
    )
    renderer: Renderer = confined
    # Loading the engine takes a second; meanwhile this process makes its clients, and reads the first job.
    confined.start()
    clock = SystemClock()
    catalog = Catalog(TEMPLATES)
    jobs = adapters.jobs(settings)
    publisher = adapters.publisher(settings)
    artifacts = adapters.objects(settings, settings.artifacts_bucket)
    if faults := adapters.faults():
        jobs, renderer, publisher = faults.in_jobs(jobs), faults.in_renderer(renderer), faults.in_publisher(publisher)
    quotas = adapters.quotas(settings, clock)
    queue = adapters.render_queue(settings)
    lease = timedelta(seconds=settings.lease_seconds)
    uploads = adapters.objects(settings, settings.uploads_bucket)
    options = UploadOptions(uploads)
    writer = ReportWriter(
        maker=ReportMaker(catalog, renderer),
        uploads=uploads,
        options=options,
        artifacts=artifacts,
        jobs=jobs,
        clock=clock,
        quotas=quotas,
        engine=engine_versions(),
    )
    reports = RenderReports(
        admit=AdmitMessage(
            inputs=artifacts, options=options, jobs=jobs, clock=clock, uploads_bucket=settings.uploads_bucket
        ),
        writer=writer,
        jobs=jobs,
        clock=clock,
        announce=AnnounceEnd(jobs=jobs, latest=adapters.latest(settings), publisher=publisher),
        backoff=Backoff(
            base=settings.retry_base_seconds,
            cap=_LONGEST_WAIT * settings.retry_base_seconds,
            max_receives=settings.max_receives,
            pick=random.Random(),  # noqa: S311 - jitter, no secret
        ),
        max_tries=settings.max_tries,
        max_deaths=settings.max_deaths,
        lease=lease,
        heartbeat=Heartbeat(jobs=jobs, queue=queue, clock=clock, lease=lease),
        life=timedelta(seconds=settings.job_life_seconds),
        new_id=adapters.new_id,
        quotas=quotas,
        meter=cost_meter(settings),
        stack_run=settings.stack_run,
    )
    return Worker(reports, queue)


def cost_meter(settings: Settings) -> CostMeter:
    """Return the meter of this function."""
    architecture = ARM64 if platform.machine() in ("aarch64", "arm64") else X86_64
    return CostMeter(Prices.known(), architecture=architecture, memory_mb=settings.function_memory_mb)


def render_limits(settings: Settings) -> RenderLimits:
    """Return what one render may take."""
    return RenderLimits(
        seconds=settings.render_seconds,
        memory_bytes=settings.render_memory_bytes,
        pages=settings.render_pages,
        cpu_seconds=settings.render_cpu_seconds,
        cpu_seconds_per_mb=settings.render_cpu_seconds_per_mb,
    )


@contextmanager
def report_maker(catalog: Catalog, limits: RenderLimits | None = None) -> Iterator[ReportMaker]:
    """Provide what turns data into reports, with the real engine and AWS's limits; needs no AWS."""
    from reports.engine.sandbox.confined_renderer import ConfinedRenderer

    with ConfinedRenderer(limits or RenderLimits()) as renderer:
        yield ReportMaker(catalog, renderer)


def engine_versions() -> dict[str, str]:
    """Return the versions of what makes reports, for their record."""
    return {"pressrun": __version__, "weasyprint": version("weasyprint")}
