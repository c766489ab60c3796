"""Read the environment into frozen settings, once."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, get_type_hints

from reports.access.quotas import Limits
from reports.access.retention import RetentionBounds
from reports.bootstrap import variables
from reports.bootstrap.variables import (
    MEBIBYTE,
    Given,
    Hosts,
    Limit,
    Number,
    Read,
    Text,
    WholeLimit,
    WholeNumber,
)
from reports.errors import PressrunError

MEGABYTE = 1_000_000

# A message of SES has 10 MB at the most, and attachments grow by a third in it.
MOST_ATTACHMENT_BYTES = 7 * MEGABYTE
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


class SettingsError(PressrunError):
    """Environment variables that are missing or wrong."""

    code = "settings"


@dataclass(frozen=True)
class Settings:
    """The settings of a function, from its environment. Times are in seconds, sizes in bytes.

    A field's type says how its variable is read, and its name where that is not the field's in capitals. A field of a
    plain type has no variable.
    """

    stage: Text
    jobs_table: Text
    uploads_bucket: Text
    artifacts_bucket: Text
    render_queue_url: Text
    render_dlq_url: Text
    events_topic: Text
    notify_queue_url: Text
    notify_dlq_url: Text
    access_table: Text
    # After which Lambda ends the function, as serverless.yml has it.
    function_seconds: Limit = 30
    # Of a worker's claim, which it renews while it lives: a worker that dies is noticed when its last one is over.
    lease_seconds: WholeNumber = 15
    render_seconds: Limit = 240
    render_memory_bytes: Annotated[int, variables.mebibytes, "RENDER_MEMORY_MB"] = 2400 * MEBIBYTE
    render_pages: WholeLimit = 30_000
    # Of processor time, for a report of no data at all, and for each megabyte of its input.
    render_cpu_seconds: Limit = 20
    render_cpu_seconds_per_mb: Number = 400
    # Measures of the renderer's sandbox without which nothing is rendered.
    render_sandbox: Annotated[frozenset[str], variables.measures] = frozenset()
    # Whether long tables take the fast path. Without it, every document is laid out as a whole.
    long_tables: Annotated[bool, variables.switch] = True
    # Whether the first page is kept as a picture beside the PDF, for lists.
    thumbnails: Annotated[bool, variables.switch] = True
    # Whether each rendering process renders for one tenant alone.
    render_isolation: Annotated[bool, variables.is_tenant] = False
    retry_base_seconds: Number = 30
    # A job has so many tries, and its message so many receives, as resources/queues.yml has it: a batch that Lambda
    # throttles loses a receive without having run.
    max_tries: int = 3
    # A report that ends two workers would end a third.
    max_deaths: int = 2
    max_receives: int = 100
    # As Lambda tells it; the processor is that of the machine.
    function_memory_mb: Annotated[int, variables.whole_limit, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = 1769
    # The run of the stack that this process is part of, where all of it can end at once, as on the embedded emulator.
    stack_run: Given = None
    # How long things may take before the sweep sees to them.
    queued_patience_seconds: Limit = 900
    lease_patience_seconds: Limit = 120
    announced_patience_seconds: Limit = 60
    job_life_seconds: Limit = 24 * 3600
    # Of tenants for which nothing else is settled, and the bounds of what may be.
    job_retention_days: Annotated[int, variables.kept_days] = 30
    least_retention_days: Annotated[int, variables.kept_days] = 1
    most_retention_days: Annotated[int, variables.kept_days] = 3650
    # How long what was begun before a tenant was closed may take to be stored; and the least between two passes of its
    # erasure, as an index lags behind what was removed.
    erasure_quiet_seconds: Limit = 600
    erasure_pause_seconds: Number = 60
    audit_log_group: Text = ""
    link_seconds: int = 3600
    upload_seconds: int = 900
    # A Lambda event holds 6 MiB at the most, and the body stands in it escaped, within other things: a quotation mark,
    # for one, takes two bytes. What does not fit never reaches the function on AWS.
    max_body_bytes: int = 4 * MEGABYTE
    max_escaped_bytes: int = 6 * MEGABYTE
    # As much as fits into a function's temporary files, twice.
    max_upload_bytes: int = 200 * MEGABYTE
    # What a tenant may have for which nothing else is settled. Rows are those of a spreadsheet.
    reports_per_day: WholeLimit = 10_000
    compute_seconds_per_day: WholeLimit = 36_000
    emails_per_day: WholeNumber = 1000
    waiting_requests: WholeNumber = 3
    # Of all tenants together.
    most_waiting: WholeNumber = 10
    # PDFs that a tenant keeps for its reports, and all their bytes.
    most_assets: WholeLimit = 200
    most_asset_bytes: WholeLimit = 100 * MEGABYTE
    # To whom any tenant may have e-mail sent that has no list of its own.
    email_to: Annotated[tuple[str, ...], variables.recipients] = ()
    email_titles: Annotated[bool, variables.flag] = False
    rows_per_report: WholeLimit = 1_048_576
    bytes_per_report: WholeLimit = 200 * MEGABYTE
    # How long a delivery is tried, its waits, and what an attempt may take: longer than a webhook's 15 s, by far.
    delivery_life_seconds: Limit = 24 * 3600
    delivery_base_seconds: Limit = 30
    delivery_longest_wait_seconds: Limit = 3 * 3600
    delivery_lease_seconds: WholeLimit = 120
    # Longer than SQS holds a message back at once.
    delivery_patience_seconds: Limit = 1200
    email_sender: Given = None
    email_attachment_bytes: WholeNumber = 0
    # Whether API Gateway asks our authorizer before it calls the API function, which can then rely on what it says.
    has_authorizer: Annotated[bool, variables.is_authorizer, "GUARD"] = False
    # By which API Gateway counts the requests of tenants that have no such key of their own.
    usage_key: Given = None
    # Of whom tokens are taken; without an issuer, API keys are the only way in.
    jwt_issuer: Given = None
    jwt_audience: Text = ""
    jwt_tenant_claim: Text = "tenant"
    jwt_scopes_claim: Text = "scope"
    jwt_token_use: Given = None
    # Issuers on this machine (host:port), which are asked by plain HTTP.
    jwt_allowed_hosts: Hosts = frozenset()
    webhook_secrets: Annotated[str, variables.prefix] = ""
    # The key of KMS that seals passwords of PDFs, and what the names of tenants' secrets begin with.
    password_key: Text = ""
    tenant_secrets: Annotated[str, variables.prefix] = ""
    # What the names of the parameters begin with that have the keys of receipts.
    receipt_keys: Annotated[str, variables.prefix] = ""
    # In the function that signs: what the names of tenants' signing keys begin with, and which authorities give time
    # stamps. In the one that has it sign: its name.
    signing_keys: Annotated[str, variables.prefix] = ""
    timestamp_authorities: Annotated[tuple[str, ...], variables.addresses] = ()
    sign_function: Text = ""
    webhook_ports: Annotated[frozenset[int], variables.ports] = frozenset({443})
    webhook_allowed_hosts: Hosts = frozenset()
    public_endpoint_url: Given = None
    api_base_url: Annotated[str | None, variables.base_url] = None
    # Of the pages that may read answers, as browsers write them, such as https://reports.example.
    cors_origins: Annotated[frozenset[str], variables.origins] = frozenset()
    faults: Text = ""

    @property
    def retention(self) -> RetentionBounds:
        """Return how long things are kept, and may be."""
        return RetentionBounds(self.job_retention_days, self.least_retention_days, self.most_retention_days)

    @property
    def limits(self) -> Limits:
        """Return what a tenant may have for which nothing else is settled."""
        return Limits(
            reports_per_day=self.reports_per_day,
            compute_seconds_per_day=self.compute_seconds_per_day,
            emails_per_day=self.emails_per_day,
            waiting_requests=self.waiting_requests,
            email_to=self.email_to,
            email_titles=self.email_titles,
            rows_per_report=self.rows_per_report,
            bytes_per_report=min(self.bytes_per_report, self.max_upload_bytes),
        )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings. Raises SettingsError that names all that is missing or wrong at once."""
        given = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        missing, wrong = [], []
        for field, variable, read in _variables():
            text = given.get(variable)
            try:
                if text:
                    values[field] = read(variable, text)
                elif not hasattr(cls, field):  # has no default
                    missing.append(variable)
                    values[field] = ""
            except ValueError as error:
                wrong.append(str(error))
        settings = cls(**values)
        wrong += [*_faults_of_delivery(settings), *_faults_of_access(settings)]
        if missing or wrong:
            faults = ([f"missing: {', '.join(missing)}"] if missing else []) + wrong
            raise SettingsError(f"The environment of this function is not complete: {'; '.join(faults)}.")
        return settings


@cache
def _variables() -> list[tuple[str, str, Read]]:
    """Return the fields that have a variable, with its name and with what reads it."""
    found = []
    for field, type_ in get_type_hints(Settings, include_extras=True).items():
        match getattr(type_, "__metadata__", ()):
            case (read,):
                found.append((field, field.upper(), read))
            case (read, variable):
                found.append((field, variable, read))
    return found


def _faults_of_delivery(settings: Settings) -> list[str]:
    faults = []
    if settings.email_sender is not None and not _ADDRESS.fullmatch(settings.email_sender):
        faults.append(f"EMAIL_SENDER={settings.email_sender!r} is not an address alone")
    if settings.email_attachment_bytes > MOST_ATTACHMENT_BYTES:
        faults.append(f"EMAIL_ATTACHMENT_BYTES={settings.email_attachment_bytes} is over {MOST_ATTACHMENT_BYTES:,}")
    if settings.webhook_allowed_hosts and settings.stage != "local":
        # They could lead to what must not be reached from outside.
        faults.append("WEBHOOK_ALLOWED_HOSTS is for the stage local alone")
    return faults


def _faults_of_access(settings: Settings) -> list[str]:
    faults = []
    if settings.jwt_issuer is not None and not settings.jwt_audience:
        # Any token of the issuer would be let in, also those for other services.
        faults.append("JWT_ISSUER is there, but not JWT_AUDIENCE")
    if settings.jwt_allowed_hosts and settings.stage != "local":
        faults.append("JWT_ALLOWED_HOSTS is for the stage local alone")
    return faults
