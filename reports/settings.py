"""Read the environment into frozen settings, once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from reports.errors import PressrunError

MEGABYTE = 1_000_000
MEBIBYTE = 2**20  # what Lambda counts memory in


class SettingsError(PressrunError):
    """Say which environment variables are missing or wrong."""

    code = "settings"


@dataclass(frozen=True)
class Settings:
    """Hold what the functions are told by their environment. Times are in seconds, sizes in bytes."""

    stage: str
    jobs_table: str
    uploads_bucket: str
    artifacts_bucket: str
    render_queue_url: str
    render_dlq_url: str
    events_topic: str
    lease_seconds: int = 330
    render_seconds: float = 240
    render_memory_bytes: int = 2400 * MEBIBYTE
    render_pages: int = 30_000
    retry_base_seconds: float = 30
    retry_cap_seconds: float = 900
    max_receives: int = 3
    # How long things may take before the sweep sees to them. A message that is received comes back after its
    # visibility timeout, which is a little longer than the lease.
    queued_patience_seconds: float = 900
    lease_patience_seconds: float = 120
    announced_patience_seconds: float = 60
    job_life_seconds: float = 24 * 3600
    job_retention_days: int = 30
    link_seconds: int = 3600
    upload_seconds: int = 900
    # A Lambda event holds 6 MB at the most, and the body stands in it escaped, within other things.
    max_body_bytes: int = 4 * MEGABYTE
    # As much as fits into a function's temporary files, twice.
    max_upload_bytes: int = 200 * MEGABYTE
    public_endpoint_url: str | None = None
    api_base_url: str | None = None
    faults: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings. Raises SettingsError that names all that is missing or wrong at once."""
        env = os.environ if environment is None else environment
        missing: list[str] = []
        wrong: list[str] = []

        def text(name: str) -> str:
            value = env.get(name, "")
            if not value:
                missing.append(name)
            return value

        def number(name: str, default: float) -> float:
            value = env.get(name, "")
            try:
                result = float(value) if value else default
            except ValueError:
                wrong.append(f"{name}={value!r} is not a number")
                return default
            if result < 0:
                wrong.append(f"{name}={value!r} is negative")
            return result

        def limit(name: str, default: float) -> float:
            result = number(name, default)
            if result == 0:
                wrong.append(f"{name}={env.get(name)!r} would let nothing through")
            return result

        settings = cls(
            stage=text("STAGE"),
            jobs_table=text("JOBS_TABLE"),
            uploads_bucket=text("UPLOADS_BUCKET"),
            artifacts_bucket=text("ARTIFACTS_BUCKET"),
            render_queue_url=text("RENDER_QUEUE_URL"),
            render_dlq_url=text("RENDER_DLQ_URL"),
            events_topic=text("EVENTS_TOPIC"),
            lease_seconds=int(number("LEASE_SECONDS", cls.lease_seconds)),
            render_seconds=limit("RENDER_SECONDS", cls.render_seconds),
            render_memory_bytes=int(limit("RENDER_MEMORY_MB", cls.render_memory_bytes / MEBIBYTE) * MEBIBYTE),
            render_pages=int(limit("RENDER_PAGES", cls.render_pages)),
            retry_base_seconds=number("RETRY_BASE_SECONDS", cls.retry_base_seconds),
            queued_patience_seconds=limit("QUEUED_PATIENCE_SECONDS", cls.queued_patience_seconds),
            lease_patience_seconds=limit("LEASE_PATIENCE_SECONDS", cls.lease_patience_seconds),
            announced_patience_seconds=limit("ANNOUNCED_PATIENCE_SECONDS", cls.announced_patience_seconds),
            job_life_seconds=limit("JOB_LIFE_SECONDS", cls.job_life_seconds),
            job_retention_days=int(number("JOB_RETENTION_DAYS", cls.job_retention_days)),
            public_endpoint_url=env.get("PUBLIC_ENDPOINT_URL") or None,
            faults=env.get("FAULTS") or "",
            api_base_url=(env.get("API_BASE_URL") or "").rstrip("/") or None,
        )
        if missing or wrong:
            faults = ([f"missing: {', '.join(missing)}"] if missing else []) + wrong
            raise SettingsError(f"The environment of this function is not complete: {'; '.join(faults)}.")
        return settings
