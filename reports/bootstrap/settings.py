"""Read the environment into frozen settings, once."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from reports.access.recipients import recipients_of
from reports.errors import PressrunError
from reports.render_contract import SANDBOX_MEASURES

MEGABYTE = 1_000_000
MEBIBYTE = 2**20  # what Lambda counts memory in

# A message of SES has 10 MB at the most, and attachments grow by a third in it.
MOST_ATTACHMENT_BYTES = 7 * MEGABYTE
_ORIGIN = re.compile(r"https?://[a-z0-9.\-]+(:[0-9]{1,5})?")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


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
    notify_queue_url: str
    notify_dlq_url: str
    # After which Lambda ends the function, as serverless.yml has it.
    function_seconds: float = 30
    lease_seconds: int = 330
    render_seconds: float = 240
    render_memory_bytes: int = 2400 * MEBIBYTE
    render_pages: int = 30_000
    # Of processor time, for a report of no data at all, and for each megabyte of its input.
    render_cpu_seconds: float = 20
    render_cpu_seconds_per_mb: float = 400
    # Measures of the renderer's sandbox without which nothing is rendered.
    render_sandbox: frozenset[str] = frozenset()
    # Whether long tables take the fast path. Without it, every document is laid out as a whole.
    long_tables: bool = True
    retry_base_seconds: float = 30
    # A job has so many tries, and its message so many receives, as resources/queues.yml has it: a batch that Lambda
    # throttles loses a receive without having run.
    max_tries: int = 3
    max_receives: int = 100
    # How long things may take before the sweep sees to them. A message that is received comes back after its
    # visibility timeout, which is a little longer than the lease.
    queued_patience_seconds: float = 900
    lease_patience_seconds: float = 120
    announced_patience_seconds: float = 60
    job_life_seconds: float = 24 * 3600
    job_retention_days: int = 30
    link_seconds: int = 3600
    upload_seconds: int = 900
    # A Lambda event holds 6 MiB at the most, and the body stands in it escaped, within other things: a quotation mark,
    # for one, takes two bytes. What does not fit never reaches the function on AWS.
    max_body_bytes: int = 4 * MEGABYTE
    max_escaped_bytes: int = 6 * MEGABYTE
    # As much as fits into a function's temporary files, twice.
    max_upload_bytes: int = 200 * MEGABYTE
    # What a tenant may have for which nothing else is settled. Rows are those of a spreadsheet.
    reports_per_day: int = 10_000
    compute_seconds_per_day: int = 36_000
    emails_per_day: int = 1000
    waiting_requests: int = 3
    # Of all tenants together.
    most_waiting: int = 10
    # To whom any tenant may have e-mail sent that has no list of its own.
    email_to: tuple[str, ...] = ()
    email_titles: bool = False
    rows_per_report: int = 1_048_576
    bytes_per_report: int = 200 * MEGABYTE
    # How long a delivery is tried, its waits, and what an attempt may take: longer than a webhook's 15 s, by far.
    delivery_life_seconds: float = 24 * 3600
    delivery_base_seconds: float = 30
    delivery_longest_wait_seconds: float = 3 * 3600
    delivery_lease_seconds: int = 120
    # Longer than SQS holds a message back at once.
    delivery_patience_seconds: float = 1200
    email_sender: str | None = None
    email_attachment_bytes: int = 0
    access_table: str = ""
    # Whether API Gateway asks our authorizer before it calls the API function, which can then rely on what it says.
    has_authorizer: bool = False
    # By which API Gateway counts the requests of tenants that have no such key of their own.
    usage_key: str | None = None
    # Of whom tokens are taken; without an issuer, API keys are the only way in.
    jwt_issuer: str | None = None
    jwt_audience: str = ""
    jwt_tenant_claim: str = "tenant"
    jwt_scopes_claim: str = "scope"
    jwt_token_use: str | None = None
    # Issuers on this machine (host:port), which are asked by plain HTTP.
    jwt_allowed_hosts: frozenset[str] = frozenset()
    webhook_secrets: str = ""
    webhook_ports: frozenset[int] = frozenset({443})
    webhook_allowed_hosts: frozenset[str] = frozenset()
    public_endpoint_url: str | None = None
    api_base_url: str | None = None
    # Of the pages that may read answers, as browsers write them, such as https://reports.example.
    cors_origins: frozenset[str] = frozenset()
    faults: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings. Raises SettingsError that names all that is missing or wrong at once."""
        env = _Reader(os.environ if environment is None else environment)
        settings = cls(
            stage=env.text("STAGE"),
            jobs_table=env.text("JOBS_TABLE"),
            uploads_bucket=env.text("UPLOADS_BUCKET"),
            artifacts_bucket=env.text("ARTIFACTS_BUCKET"),
            render_queue_url=env.text("RENDER_QUEUE_URL"),
            render_dlq_url=env.text("RENDER_DLQ_URL"),
            events_topic=env.text("EVENTS_TOPIC"),
            function_seconds=env.limit("FUNCTION_SECONDS", cls.function_seconds),
            lease_seconds=int(env.number("LEASE_SECONDS", cls.lease_seconds)),
            render_seconds=env.limit("RENDER_SECONDS", cls.render_seconds),
            render_memory_bytes=int(env.limit("RENDER_MEMORY_MB", cls.render_memory_bytes / MEBIBYTE) * MEBIBYTE),
            render_pages=int(env.limit("RENDER_PAGES", cls.render_pages)),
            render_cpu_seconds=env.limit("RENDER_CPU_SECONDS", cls.render_cpu_seconds),
            render_cpu_seconds_per_mb=env.number("RENDER_CPU_SECONDS_PER_MB", cls.render_cpu_seconds_per_mb),
            render_sandbox=env.words("RENDER_SANDBOX", SANDBOX_MEASURES),
            long_tables=env.switch("LONG_TABLES", default=cls.long_tables),
            retry_base_seconds=env.number("RETRY_BASE_SECONDS", cls.retry_base_seconds),
            queued_patience_seconds=env.limit("QUEUED_PATIENCE_SECONDS", cls.queued_patience_seconds),
            lease_patience_seconds=env.limit("LEASE_PATIENCE_SECONDS", cls.lease_patience_seconds),
            announced_patience_seconds=env.limit("ANNOUNCED_PATIENCE_SECONDS", cls.announced_patience_seconds),
            job_life_seconds=env.limit("JOB_LIFE_SECONDS", cls.job_life_seconds),
            job_retention_days=int(env.number("JOB_RETENTION_DAYS", cls.job_retention_days)),
            notify_queue_url=env.text("NOTIFY_QUEUE_URL"),
            notify_dlq_url=env.text("NOTIFY_DLQ_URL"),
            reports_per_day=int(env.limit("REPORTS_PER_DAY", cls.reports_per_day)),
            compute_seconds_per_day=int(env.limit("COMPUTE_SECONDS_PER_DAY", cls.compute_seconds_per_day)),
            emails_per_day=int(env.number("EMAILS_PER_DAY", cls.emails_per_day)),
            waiting_requests=int(env.number("WAITING_REQUESTS", cls.waiting_requests)),
            most_waiting=int(env.number("MOST_WAITING", cls.most_waiting)),
            email_to=env.recipients("EMAIL_TO"),
            email_titles=env.flag("EMAIL_TITLES"),
            rows_per_report=int(env.limit("ROWS_PER_REPORT", cls.rows_per_report)),
            bytes_per_report=int(env.limit("BYTES_PER_REPORT", cls.bytes_per_report)),
            delivery_life_seconds=env.limit("DELIVERY_LIFE_SECONDS", cls.delivery_life_seconds),
            delivery_base_seconds=env.limit("DELIVERY_BASE_SECONDS", cls.delivery_base_seconds),
            delivery_longest_wait_seconds=env.limit("DELIVERY_LONGEST_WAIT_SECONDS", cls.delivery_longest_wait_seconds),
            delivery_lease_seconds=int(env.limit("DELIVERY_LEASE_SECONDS", cls.delivery_lease_seconds)),
            delivery_patience_seconds=env.limit("DELIVERY_PATIENCE_SECONDS", cls.delivery_patience_seconds),
            access_table=env.text("ACCESS_TABLE"),
            has_authorizer=env.optional("GUARD") == "authorizer",
            usage_key=env.optional("USAGE_KEY"),
            jwt_issuer=env.optional("JWT_ISSUER"),
            jwt_audience=env.optional("JWT_AUDIENCE") or "",
            jwt_tenant_claim=env.optional("JWT_TENANT_CLAIM") or cls.jwt_tenant_claim,
            jwt_scopes_claim=env.optional("JWT_SCOPES_CLAIM") or cls.jwt_scopes_claim,
            jwt_token_use=env.optional("JWT_TOKEN_USE"),
            jwt_allowed_hosts=env.hosts("JWT_ALLOWED_HOSTS"),
            email_sender=env.optional("EMAIL_SENDER"),
            email_attachment_bytes=int(env.number("EMAIL_ATTACHMENT_BYTES", cls.email_attachment_bytes)),
            webhook_secrets=(env.optional("WEBHOOK_SECRETS") or "").rstrip("/"),
            webhook_ports=env.ports("WEBHOOK_PORTS", cls.webhook_ports),
            webhook_allowed_hosts=env.hosts("WEBHOOK_ALLOWED_HOSTS"),
            public_endpoint_url=env.optional("PUBLIC_ENDPOINT_URL"),
            cors_origins=env.origins("CORS_ORIGINS"),
            faults=env.optional("FAULTS") or "",
            api_base_url=(env.optional("API_BASE_URL") or "").rstrip("/") or None,
        )
        wrong = [*env.wrong, *_faults_of_delivery(settings), *_faults_of_access(settings)]
        if env.missing or wrong:
            faults = ([f"missing: {', '.join(env.missing)}"] if env.missing else []) + wrong
            raise SettingsError(f"The environment of this function is not complete: {'; '.join(faults)}.")
        return settings


class _Reader:
    """Read variables one by one, and keep what is missing or wrong."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.missing: list[str] = []
        self.wrong: list[str] = []

    def optional(self, name: str) -> str | None:
        """Return a text; None when it is empty or not there."""
        return self._variables.get(name) or None

    def text(self, name: str) -> str:
        """Return a text that has to be there."""
        value = self.optional(name)
        if value is None:
            self.missing.append(name)
        return value or ""

    def number(self, name: str, default: float) -> float:
        """Return a number from zero on."""
        value = self.optional(name)
        try:
            result = default if value is None else float(value)
        except ValueError:
            self.wrong.append(f"{name}={value!r} is not a number")
            return default
        if result < 0:
            self.wrong.append(f"{name}={value!r} is negative")
        return result

    def limit(self, name: str, default: float) -> float:
        """Return a number above zero."""
        result = self.number(name, default)
        if result == 0:
            self.wrong.append(f"{name}={self.optional(name)!r} would let nothing through")
        return result

    def ports(self, name: str, default: frozenset[int]) -> frozenset[int]:
        """Return ports, with spaces between them."""
        words = (self.optional(name) or "").split()
        if not all(word.isdecimal() and 0 < int(word) < 65536 for word in words):
            self.wrong.append(f"{name}={self.optional(name)!r} is no list of ports with spaces between them")
            return default
        return frozenset(map(int, words)) or default

    def words(self, name: str, known: Collection[str]) -> frozenset[str]:
        """Return words out of known ones, with spaces between them."""
        given = frozenset((self.optional(name) or "").split())
        if strange := sorted(given.difference(known)):
            self.wrong.append(f"{name} has {', '.join(strange)}; known are {', '.join(sorted(known))}")
        return given

    def hosts(self, name: str) -> frozenset[str]:
        """Return hosts, with spaces between them."""
        return frozenset((self.optional(name) or "").lower().split())

    def recipients(self, name: str) -> tuple[str, ...]:
        """Return addresses and domains, with commas between them."""
        try:
            return recipients_of(self.optional(name) or "")
        except ValueError as error:
            self.wrong.append(f"{name}: {error}")
            return ()

    def flag(self, name: str) -> bool:
        """Return what is ``true`` or ``false``, or not there."""
        value = self.optional(name) or "false"
        if value not in ("true", "false"):
            self.wrong.append(f"{name}={value!r} is neither true nor false")
        return value == "true"

    def switch(self, name: str, *, default: bool) -> bool:
        """Return what is ``on`` or ``off``, or not there."""
        value = self.optional(name) or ("on" if default else "off")
        if value not in ("on", "off"):
            self.wrong.append(f"{name}={value!r} is neither on nor off")
        return value == "on"

    def origins(self, name: str) -> frozenset[str]:
        """Return origins of pages, with commas between them."""
        given = [origin.strip() for origin in (self.optional(name) or "").split(",") if origin.strip()]
        strange = [origin for origin in given if not _ORIGIN.fullmatch(origin)]
        self.wrong += [f"{name} has {origin!r}, which is no origin like https://reports.example" for origin in strange]
        return frozenset(given)


def _faults_of_delivery(settings: Settings) -> list[str]:
    faults = []
    if settings.email_sender is not None and not _ADDRESS.fullmatch(settings.email_sender):
        faults.append(f"EMAIL_SENDER={settings.email_sender!r} is not an address alone")
    if settings.email_attachment_bytes > MOST_ATTACHMENT_BYTES:
        faults.append(f"EMAIL_ATTACHMENT_BYTES={settings.email_attachment_bytes} is over {MOST_ATTACHMENT_BYTES:,}")
    if settings.webhook_allowed_hosts and settings.stage != "local":
        # They could lead to what nobody outside may reach.
        faults.append("WEBHOOK_ALLOWED_HOSTS is for the stage local alone")
    return faults


def _faults_of_access(settings: Settings) -> list[str]:
    faults = []
    if settings.jwt_issuer is not None and not settings.jwt_audience:
        # Any token of the issuer would be let in, whoever it was meant for.
        faults.append("JWT_ISSUER is there, but not JWT_AUDIENCE")
    if settings.jwt_allowed_hosts and settings.stage != "local":
        faults.append("JWT_ALLOWED_HOSTS is for the stage local alone")
    return faults
