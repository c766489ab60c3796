"""Take requests in: check them, keep their input, add their job, and ask for the render."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from reports.access.destinations import check_destination
from reports.access.ports import Tenants
from reports.access.quotas import Quotas
from reports.catalog.shown_as import shown_as
from reports.catalog.violations import MAX_VIOLATIONS
from reports.clock import Clock
from reports.errors import (
    AssetMissingError,
    BlockedURLError,
    IdempotencyKeyReusedError,
    InputUnavailableError,
    InvalidOptionsError,
    JobConflictError,
    JobExistsError,
    JobNotFoundError,
    ServiceUnavailableError,
    TooLargeError,
    TransientError,
    Violation,
)
from reports.jobs import object_keys
from reports.jobs.einvoices import check_einvoice
from reports.jobs.job import Job
from reports.jobs.listing import KeyUse
from reports.jobs.output_request import check_outputs
from reports.jobs.passwords import Passwords
from reports.jobs.ports import IdempotencyKeys, JobStore, ObjectStore, RenderQueue
from reports.jobs.request import ReportOptions, ReportRequest
from reports.jobs.values import Door, InputRef, JobStatus
from reports.locales import check_locale
from reports.render_contract import InputKind
from reports.shelf.templates import FoundTemplate, Templates

log = logging.getLogger(__name__)

MOST_ROWS_OF_BODY = 100_000
"""Real rows fill 4 MB before that. More are mostly empty, and would keep the API busy before it answers."""


@dataclass(frozen=True, slots=True)
class Intake:
    """The ports and rules that every use case needs to accept a request over HTTP."""

    templates: Templates
    inputs: ObjectStore
    jobs: JobStore
    idempotency_keys: IdempotencyKeys
    queue: RenderQueue
    clock: Clock
    quotas: Quotas
    passwords: Passwords
    tenants: Tenants
    new_id: Callable[[], str]
    check_webhook: Callable[[str], None] = check_destination
    """Raises ValueError for a URL to which no webhook will ever go."""

    def check(self, request: ReportRequest, tenant: str, *, most_violations: int = MAX_VIOLATIONS) -> FoundTemplate:
        """Hold a request to its template, to what a report of its tenant's may have, and to what options there can be.

        Returns the template. Raises UnknownTemplateError, TemplateNotLiveError, InvalidDataError, InvalidOptionsError,
        OptionError, AddressNotAllowedError, TooLargeError or ServiceUnavailableError.
        """
        found = self.templates.find(tenant, request.template, for_report=True)
        self.check_data(found, request, tenant, most_violations=most_violations)
        return found

    def check_data(
        self, found: FoundTemplate, request: ReportRequest, tenant: str, *, most_violations: int = MAX_VIOLATIONS
    ) -> None:
        """Hold a request to the template that was found for it. Raises as check() does."""
        template, data = found.template, found.filled(request.data)
        self.check_options(request.options, tenant)
        rows = data.get(template.property) if template.property and template.kind is InputKind.ROWS else None
        if isinstance(rows, list):
            # First, for it costs nothing.
            self.quotas.check_rows(tenant, len(rows))
            _check_rows_of_body(len(rows))
        check_einvoice(template, request.options.einvoice)
        check_outputs(template, request.options.outputs)
        if request.options.reading is not None:
            shown_as(template, request.data, request.options.reading.of_document())
        found.catalog.validate(template, data, most=most_violations)

    def ask_for(self, job: Job) -> None:
        """Ask for a job that is kept to be rendered."""
        try:
            self.queue.send(job)
        except TransientError:
            # The job is kept, and the sweep will find that it is not queued. An error would have the caller ask
            # again, for a second report.
            log.warning("not queued yet", extra=job.log_facts, exc_info=True)

    def _check_destination(self, options: ReportOptions, tenant: str) -> None:
        """Refuse a destination that the operator has not allowed the tenant. Raises InvalidOptionsError."""
        if options.deliver_to is None:
            return
        name = options.deliver_to.destination
        if all(each.name != name for each in self.tenants.get(tenant).destinations):
            fault = f"your tenant has no destination {name!r}: the operator may allow it, by `make destination`"
            raise InvalidOptionsError([Violation("/options/deliver_to/destination", fault)])

    def check_assets(self, options: ReportOptions, tenant: str) -> None:
        """Refuse names of assets that are not there. Raises AssetMissingError or ServiceUnavailableError."""
        for pointer, name in options.assets:
            key = object_keys.asset_key(tenant, name)
            try:
                self.inputs.metadata(key)
            except InputUnavailableError:
                raise AssetMissingError(pointer, name) from None

    def sealed(self, requests: Sequence[ReportRequest], tenant: str) -> Sequence[str | None]:
        """Encrypt the passwords in each request, if it has any. Raises ServiceUnavailableError."""
        texts = [each.options.protect.to_seal() if each.options.protect else None for each in requests]
        wanted = list(dict.fromkeys(text for text in texts if text is not None))
        sealed = dict(zip(wanted, self.passwords.seal(tenant, wanted), strict=True)) if wanted else {}
        return [None if text is None else sealed[text] for text in texts]

    def check_options(self, options: ReportOptions, tenant: str) -> None:
        """Refuse what would be met only later: by other words than those asked for, or by a delivery that fails.

        Raises InvalidOptionsError, OptionError, AddressNotAllowedError or ServiceUnavailableError.
        """
        self.quotas.check_recipient(tenant, options.notify.email if options.notify else None)
        if options.protect is not None and options.protect.has_passwords and not self.passwords.can_seal:
            cure = "this stage keeps no passwords of requests: name a secret by user_secret or owner_secret"
            raise InvalidOptionsError([Violation("/options/protect", cure)])
        self._check_destination(options, tenant)
        self.check_assets(options, tenant)
        if options.locale is not None:
            check_locale(options.locale)
        if options.notify is not None and options.notify.webhook is not None:
            try:
                self.check_webhook(options.notify.webhook)
            except ValueError as error:
                raise BlockedURLError("/options/notify/webhook", str(error)) from None


class SubmitReport:
    """Accept a request at POST /reports. When it returns, the job is kept, and will be rendered."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def __call__(
        self, request: ReportRequest, *, tenant: str, correlation_id: str, idempotency_key: str | None = None
    ) -> Job:
        """Return the job: with a key that was used before, that of its first use.

        Raises UnknownTemplateError, InvalidDataError, OptionError, AddressNotAllowedError, TooLargeError,
        QuotaExceededError, IdempotencyKeyReusedError or ServiceUnavailableError.
        """
        found = self._intake.check(request, tenant)
        body = request.without_passwords().model_dump_json(exclude_none=True).encode()
        self._intake.quotas.check_size(tenant, len(body))
        job = self._job_of(request, found, tenant, correlation_id)
        if idempotency_key is not None:
            use = self._use_of(idempotency_key, job, digest_of(request))
            if use.job_id != job.id:
                known = self._known(use.job_id)
                if known is not None:
                    return self._accepted_before(known)
                # The request that was first to use the key ended before it had added the job.
                job = replace(
                    job, id=use.job_id, input=InputRef(object_keys.input_key(tenant, use.job_id)), batch=use.batch
                )
        # What is lost after this has been counted. That is better than a report which was not.
        self._intake.quotas.count(tenant)
        self._intake.inputs.put(job.input.key, body, content_type="application/json")
        try:
            self._intake.jobs.add(job)
        except JobExistsError:
            if idempotency_key is None:
                raise
            # Another request with this key has taken the first one's time for its end.
            return self._accepted_before(self._intake.jobs.get(job.id))
        self._intake.ask_for(job)
        log.info("accepted", extra=job.log_facts)
        return job

    def _job_of(self, request: ReportRequest, found: FoundTemplate, tenant: str, correlation_id: str) -> Job:
        job_id = self._intake.new_id()
        [sealed] = self._intake.sealed([request], tenant)
        return Job.accepted(
            job_id,
            self._intake.clock.now(),
            door=Door.API,
            tenant=tenant,
            template=found.template.name,
            source="POST /reports",
            input_ref=InputRef(object_keys.input_key(tenant, job_id)),
            options=request.options,
            correlation_id=correlation_id,
            tenant_class=self._intake.quotas.limits_of(tenant).tenant_class,
            sealed=sealed,
            template_version=found.version,
        )

    def _use_of(self, key: str, job: Job, digest: str) -> KeyUse:
        """Return what a key stands for now. Raises IdempotencyKeyReusedError when that is another request."""
        wanted = KeyUse(job.id, digest)
        use = self._intake.idempotency_keys.claim(job.tenant, {key: wanted}, job.created_at).get(key)
        if use is None:
            raise ServiceUnavailableError("The report could not be kept.")
        if use.digest != digest:
            raise key_reused()
        return use

    def _known(self, job_id: str) -> Job | None:
        try:
            return self._intake.jobs.get(job_id)
        except JobNotFoundError:
            return None

    def _accepted_before(self, job: Job) -> Job:
        log.info("accepted before", extra={**job.log_facts, "status": job.status})
        if job.status is not JobStatus.PENDING or job.revision > 1:
            return job
        # Perhaps the first request died before it had queued the job. One message too many does no harm; the revision
        # is for there to be no more than one.
        now = self._intake.clock.now()
        again = job.queued_again(now, due_at=now)
        try:
            self._intake.jobs.advance(again)
        except JobConflictError:
            return self._intake.jobs.get(job.id)
        self._intake.ask_for(again)
        return again


def _check_rows_of_body(rows: int) -> None:
    if rows > MOST_ROWS_OF_BODY:
        raise TooLargeError(
            f"The request has {rows:,} rows, and a body may have {MOST_ROWS_OF_BODY:,}. "
            "Upload more as a file: see POST /uploads.",
            rows=rows,
            max_rows=MOST_ROWS_OF_BODY,
        )


def digest_of(request: ReportRequest) -> str:
    """Digest what is asked for: neither the order of members, nor white space, nor an option without a value counts.

    Nor do passwords, which could be guessed by their digests; that they are there does count.
    """
    asked: dict[str, object] = {
        "template": request.template,
        "data": request.data,
        "options": request.options.without_passwords().model_dump(mode="json", exclude_none=True),
    }
    protect = request.options.protect
    if protect is not None and protect.has_passwords:
        asked["passwords"] = [protect.user_password is not None, protect.owner_password is not None]
    return hashlib.sha256(json.dumps(asked, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def key_reused() -> IdempotencyKeyReusedError:
    """Return the error of a key that was used before, for another request."""
    return IdempotencyKeyReusedError(
        "The idempotency key was used for another request in the last 24 hours. Give each request a key of its own."
    )
