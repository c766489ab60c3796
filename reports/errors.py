"""Define every error that Pressrun raises on purpose, as one tree.

::

    PressrunError                     code, message, detail, retryable
    ├── PermanentError                ends the job at once: trying again cannot help
    │   ├── MalformedMessageError         malformed_message       the envelope cannot be understood
    │   ├── UnknownTemplateError          unknown_template        no template of that name
    │   ├── TemplateNotLiveError          template_not_live       a tenant's own, which is being checked, or was refused
    │   ├── TemplateRefusedError          template_refused        a tenant's own, with faults that its author can mend
    │   ├── MisplacedUploadError          misplaced_upload        the key is not uploads/<tenant>/<template>/<file>
    │   ├── UnsupportedFileError          unsupported_file        none of the formats that can be read
    │   ├── UnreadableFileError           unreadable_file         the file is not what its name says
    │   ├── WrongKindOfDataError          wrong_kind_of_data      e.g. a picture for the invoice template
    │   ├── InvalidDataError              invalid_data            the data break the template's schema
    │   ├── InvalidOptionsError           invalid_options         options that cannot be used, or not for this template
    │   ├── AssetMissingError             asset_missing           the tenant has no asset of the name in the options
    │   ├── AssetUnusableError            asset_unusable          an asset that cannot be read, or is encrypted
    │   ├── SecretMissingError            secret_missing          the tenant has no secret of the name in the options
    │   ├── SecretUnusableError           secret_unusable         a secret of the tenant's that can be no password
    │   ├── SigningKeyMissingError        signing_key_missing     the tenant has no signing key of this name
    │   ├── SigningKeyUnusableError       signing_key_unusable    a signing key that is expired, or none
    │   ├── TimestampNotOfferedError      timestamp_not_offered   the stage has no authority for time stamps
    │   ├── SignatureMisplacedError       signature_misplaced     a visible signature that has no room, or no such page
    │   ├── TooLargeError                 too_large               more than the stated limit
    │   ├── AddressNotAllowedError        address_not_allowed     the tenant may not have e-mail sent there
    │   ├── TemplateBrokenError           template_broken         the template itself fails on valid data
    │   ├── TemplateOutOfOrderError       template_out_of_order   the template's schema, sample or labels cannot be read
    │   ├── RenderTimeoutError            render_timeout          the render took longer than it may
    │   ├── RenderMemoryError             render_memory           the render wanted more memory than it may have
    │   ├── QuotaExceededError            quota_exceeded          the tenant has used up a limit of the day
    │   ├── TooMuchWorkError              too_much_work           the render took far more work than its input explains
    │   ├── TooManyPagesError             too_many_pages          the document has more pages than it may
    │   ├── UnprintableAmountsError       unprintable_amounts     no font has what the amounts are written with
    │   ├── NotAccessibleError            not_accessible          it had to be accessible, and cannot be
    │   ├── NotArchivableError            not_archivable          it had to be PDF/A, and cannot be
    │   ├── EInvoiceInvalidError          einvoice_invalid        its data make no valid electronic invoice
    │   └── ResourceBlockedError          resource_blocked        the document asked for something it may not read
    ├── TransientError                retried with backoff, then parked in the dead-letter queue
    │   ├── InputUnavailableError         input_unavailable       the input object is not there, or not readable
    │   ├── ServiceUnavailableError       service_unavailable     AWS throttles, or is down
    │   ├── TimestampUnavailableError     timestamp_unavailable   no authority for time stamps has given one
    │   ├── JobBusyError                  job_busy                another worker holds the job's lease
    │   ├── InterruptedRenderError        render_interrupted      the worker's own time was over first
    │   ├── WorkerLostError               worker_lost             the worker died, and no other took over
    │   ├── PoisonError                   poison                  the report has taken one worker after another along
    │   ├── DeadlineError                 deadline_exceeded       the job had not ended in the time that all jobs have
    │   └── InternalError                 internal_error          an unexpected fault of ours
    ├── JobStoreError                 answers of the job store that a use case decides upon
    │   ├── JobNotFoundError              job_not_found           no such job, or another tenant's
    │   ├── JobExistsError                job_exists              the id is taken
    │   ├── RetryInVainError              retry_in_vain           the report would fail again: its input is the same
    │   ├── LegalHoldError                legal_hold              nothing of the tenant's may be removed
    │   ├── BeingErasedError              being_erased            all that the tenant has is being erased
    │   ├── JobConflictError              job_conflict            the job has moved on since it was read
    │   ├── DeliveryNotFoundError         delivery_not_found      the report has no delivery of that number
    │   ├── DeliveryConflictError         delivery_conflict       the delivery has moved on, or is being sent
    │   └── ReplaysUsedUpError            replays_used_up         the delivery was replayed as often as it may be
    ├── AccessError                   answers to who asks
    │   ├── UnauthenticatedError          unauthenticated         no key or token, or none that is right
    │   ├── NoTenantError                 no_tenant               a token that is right, of no tenant
    │   └── InsufficientScopeError        insufficient_scope      the key or token does not allow this
    ├── OptionError                   answers to a request for something that there is not
    │   ├── UnknownLocaleError            unknown_locale          no known language writes numbers and dates so
    │   └── BlockedURLError               blocked_url             no webhook may go there
    ├── TemplateNameTakenError        template_name_taken     a tenant's own may not be named like one of the product
    └── IdempotencyKeyReusedError     idempotency_key_reused  the key was used before, for another request

``code`` is stable and may be matched by callers; messages may change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

LONGEST_MESSAGE = 2_000
# Of what a file or a request holds, a message may quote a word. It goes to logs, terminals, mails and pages.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Violation:
    """A violation of a schema at one place in a document; ``pointer`` is a JSON pointer (RFC 6901)."""

    pointer: str
    message: str


class PressrunError(Exception):
    """The root of the tree.

    ``message`` is one sentence for a person: what is wrong, where, and what to do. ``detail`` has facts for
    programs, never the data of a report. Signs of a message that cannot be seen become U+FFFD, and a very long one is
    cut. ``reading`` is what was inferred of the data until then, as in a report.
    """

    code: ClassVar[str] = "error"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, **detail: object) -> None:
        message = _UNSEEN.sub("\ufffd", message)
        if len(message) > LONGEST_MESSAGE:
            message = f"{message[: LONGEST_MESSAGE - 1]}…"
        super().__init__(message)
        self.message = message
        self.detail: Mapping[str, object] = detail
        self.reading: Mapping[str, Any] = {}


class PermanentError(PressrunError):
    """End the job at once."""


class MalformedMessageError(PermanentError):
    code = "malformed_message"


class UnknownTemplateError(PermanentError):
    code = "unknown_template"

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(
            f"There is no template named {name[:80]!r}. Choose one of: {', '.join(known)}.",
            known=list(known),
        )


class TemplateNotLiveError(PermanentError):
    """The name of a template of the tenant's own that no report can be made of yet, or ever."""

    code = "template_not_live"

    def __init__(self, name: str, status: str) -> None:
        how = "is still being checked: ask again in a moment" if status == "checking" else "was refused by its check"
        super().__init__(
            f"The template {name!r} {how}. Its findings are at /templates/{name.replace('@', '/versions/')}.",
            template=name,
            state=status,
        )


class TemplateRefusedError(PermanentError):
    """The refusal of a template of a tenant's own, with what its author has to mend."""

    code = "template_refused"


class TemplateNameTakenError(PressrunError):
    """The name of a template of the product's, which no tenant's own may have."""

    code = "template_name_taken"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Pressrun has a template named {name[:80]!r} itself. Give yours another name, such as my-{name[:30]}."
        )


class MisplacedUploadError(PermanentError):
    code = "misplaced_upload"


class UnsupportedFileError(PermanentError):
    code = "unsupported_file"


class UnreadableFileError(PermanentError):
    code = "unreadable_file"


class WrongKindOfDataError(PermanentError):
    code = "wrong_kind_of_data"


class InvalidDataError(PermanentError):
    """The data break the template's schema; the violations say where."""

    code = "invalid_data"

    def __init__(self, template: str, violations: Sequence[Violation]) -> None:
        first = violations[0]
        more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
        place = first.pointer or "the document"
        super().__init__(
            f"The data do not fit the template {template!r}: at {place}: {first.message}{more}.",
            violations=[{"pointer": v.pointer, "message": v.message} for v in violations],
        )
        self.template = template
        self.violations = tuple(violations)


class InvalidOptionsError(PermanentError):
    """Options that cannot be used; the violations say which. ``place`` is where they stand."""

    code = "invalid_options"

    def __init__(self, violations: Sequence[Violation], place: str = "the request") -> None:
        first = violations[0]
        more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
        at = f"at {first.pointer}: " if first.pointer else ""
        super().__init__(
            f"The options in {place} cannot be used: {at}{first.message}{more}.",
            violations=[{"pointer": v.pointer, "message": v.message} for v in violations],
        )
        self.violations = tuple(violations)


class AssetUnusableError(PermanentError):
    """A PDF of a tenant's that cannot be put into others."""

    code = "asset_unusable"


class AssetMissingError(PermanentError):
    """The name of an asset that the tenant does not have; it may upload it."""

    code = "asset_missing"

    def __init__(self, pointer: str, name: str) -> None:
        message = f"there is no asset named {name[:80]!r}: upload it by PUT /assets/{name[:80]}, or name another one"
        self.violations = (Violation(pointer, message),)
        super().__init__(
            f"The options name what is not there: {message}.",
            violations=[{"pointer": pointer, "message": message}],
        )


class SecretMissingError(PermanentError):
    """The name of a secret that the tenant does not have; the operator may add it."""

    code = "secret_missing"

    def __init__(self, pointer: str, name: str) -> None:
        super().__init__(
            f"Your tenant has no secret named {name[:80]!r}. Have the operator keep it, or name another one.",
            errors=[{"pointer": pointer, "message": "there is no secret of this name"}],
        )


class SecretUnusableError(PermanentError):
    """A secret of a tenant's, or what was sealed for it, that can be no password; the operator may replace it."""

    code = "secret_unusable"

    def __init__(self, pointer: str, reason: str) -> None:
        super().__init__(
            f"A password that is kept for your tenant cannot be used: {reason}. Have the operator of Pressrun look at "
            "it, then retry the report.",
            errors=[{"pointer": pointer, "message": reason}],
        )


_SIGNING_KEY = "/options/sign/key"


class SigningKeyMissingError(PermanentError):
    """The name of a signing key that the tenant does not have; the operator may add it."""

    code = "signing_key_missing"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Your tenant has no signing key named {name[:80]!r}. Have the operator keep it, or name another one.",
            errors=[{"pointer": _SIGNING_KEY, "message": "there is no signing key of this name"}],
        )
        self.name = name


class SigningKeyUnusableError(PermanentError):
    """A signing key of a tenant's that cannot sign now; the operator may replace it."""

    code = "signing_key_unusable"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"The signing key {name[:80]!r} of your tenant cannot be used: {reason}. Have the operator of Pressrun "
            "replace it, then retry the report.",
            errors=[{"pointer": _SIGNING_KEY, "message": reason}],
        )
        self.name, self.reason = name, reason


class TimestampNotOfferedError(PermanentError):
    """A time stamp for a signature, on a stage that has no authority for them; the operator may name one."""

    code = "timestamp_not_offered"

    def __init__(self) -> None:
        super().__init__(
            "This service has no authority for time stamps. Leave `timestamp` out, or have the operator name one.",
            errors=[{"pointer": "/options/sign/timestamp", "message": "no authority for time stamps is named"}],
        )


class SignatureMisplacedError(PermanentError):
    """A visible signature that cannot stand where it has to, or whose words cannot be printed."""

    code = "signature_misplaced"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The signature cannot be shown as `visible` says: {reason}. Change it, and ask for the report again.",
            errors=[{"pointer": "/options/sign/visible", "message": reason}],
        )
        self.reason = reason


class TooLargeError(PermanentError):
    code = "too_large"


class AddressNotAllowedError(PermanentError):
    """An address to which a tenant may not have e-mail sent; ``allowed`` are those, and domains, to which it may."""

    code = "address_not_allowed"

    def __init__(self, allowed: Sequence[str]) -> None:
        where = f"only to {', '.join(allowed)}" if allowed else "to no address yet"
        message = f"Your tenant may send e-mail {where}. The operator of Pressrun can allow more."
        self.violations = (Violation("/options/notify/email", message),)
        super().__init__(message, violations=[{"pointer": v.pointer, "message": v.message} for v in self.violations])


class TemplateBrokenError(PermanentError):
    code = "template_broken"


class NotAccessibleError(PermanentError):
    """The refusal of a document that has to be accessible (``options.accessibility``), and cannot be."""

    code = "not_accessible"


class NotArchivableError(PermanentError):
    """The refusal of a document that has to be PDF/A (``options.pdf``), and cannot be."""

    code = "not_archivable"


class EInvoiceInvalidError(PermanentError):
    """An invoice that breaks rules of its electronic form; ``violations`` in the detail name them and the places."""

    code = "einvoice_invalid"


class TemplateOutOfOrderError(PermanentError):
    """The refusal of all that is asked of a template whose own files are wrong, until a deploy that mends them."""

    code = "template_out_of_order"

    def __init__(self, template: str, place: str, reason: str) -> None:
        super().__init__(
            f"The template {template!r} is out of order, by a fault in {place}: {reason}. "
            "Correct the template, deploy it, and ask again.",
            place=place,
        )


class ResourceBlockedError(PermanentError):
    code = "resource_blocked"


class RenderTimeoutError(PermanentError):
    """A render exceeded its limit in time. Another try would take as long."""

    code = "render_timeout"


class RenderMemoryError(PermanentError):
    """A render exceeded its limit in memory. Another try would need as much."""

    code = "render_memory"


class TooMuchWorkError(PermanentError):
    """The end of a render that took more processor time than its input, by its size, may. Another would, too."""

    code = "too_much_work"


class TooManyPagesError(PermanentError):
    code = "too_many_pages"


class UnprintableAmountsError(PermanentError):
    """A report whose amounts would have boxes in them, so that no reader could trust these."""

    code = "unprintable_amounts"

    def __init__(self, characters: str) -> None:
        named = ", ".join(f"{character} (U+{ord(character):04X})" for character in characters)
        super().__init__(
            f"No font here has characters that the amounts are written with: {named}. Choose another locale, or have a "
            "font with these characters added.",
            characters=characters,
        )


class QuotaExceededError(PermanentError):
    """A limit of a tenant's day that is used up; ``seconds`` is the time until the next day begins."""

    code = "quota_exceeded"
    _WORDS: ClassVar[Mapping[str, str]] = {
        "reports_per_day": "may have {most:,} reports a day, and this is more",
        "compute_seconds_per_day": "may use {most:,} seconds of computing a day, and has used them",
        "emails_per_day": "may send {most:,} e-mails a day, and this is more",
    }

    def __init__(self, limit: str, most: int, *, seconds: int) -> None:
        words = self._WORDS[limit].format(most=most)
        super().__init__(f"Your tenant {words}. The next day begins at 00:00 UTC.", limit=limit, **{limit: most})
        self.seconds = seconds


class TransientError(PressrunError):
    """Put the message back and try again later."""

    retryable = True


class InputUnavailableError(TransientError):
    """Wait for the input: an upload may be replicated late, or restored by a person before a redrive."""

    code = "input_unavailable"


class ServiceUnavailableError(TransientError):
    code = "service_unavailable"


class TimestampUnavailableError(TransientError):
    """Wait for an authority for time stamps: none has given one. Nothing was signed."""

    code = "timestamp_unavailable"

    def __init__(self) -> None:
        super().__init__("No authority has given a time stamp for the signature. Try again later.")


class JobBusyError(TransientError):
    """Wait for another worker's lease to end; ``seconds`` says how long that is at the most."""

    code = "job_busy"

    def __init__(self, message: str, *, seconds: float) -> None:
        super().__init__(message, seconds=seconds)
        self.seconds = seconds


class InterruptedRenderError(TransientError):
    """Try a render again that was cut short by the end of its worker's time, and not by a limit of its own."""

    code = "render_interrupted"


class WorkerLostError(TransientError):
    code = "worker_lost"

    @classmethod
    def in_last_try(cls) -> WorkerLostError:
        """Return the error of a job that has no try left."""
        return cls("The worker died in the last try to make the report. Retry it.")


class PoisonError(TransientError):
    """The end of a report that has ended its workers; ``reached`` is the row that the last one had got to, if known."""

    code = "poison"

    def __init__(self, deaths: int, reached: int | None) -> None:
        place = "before it had got anywhere" if reached is None else f"after row {reached:,}"
        super().__init__(
            f"The report has ended {deaths} workers, the last one {place}. Something in its data is most likely the "
            "cause: look there, and retry the report once that is mended.",
            deaths=deaths,
            **({} if reached is None else {"row": reached}),
        )


class DeadlineError(TransientError):
    code = "deadline_exceeded"


class InternalError(TransientError):
    code = "internal_error"


class JobStoreError(PressrunError):
    """An answer of the job store on which the caller decides."""


class JobNotFoundError(JobStoreError):
    code = "job_not_found"


class JobExistsError(JobStoreError):
    code = "job_exists"


class JobConflictError(JobStoreError):
    code = "job_conflict"


class AssetLimitError(JobStoreError):
    """One asset more, or larger, than the tenant may have; it may remove another."""

    code = "asset_limit"


class LegalHoldError(JobStoreError):
    code = "legal_hold"

    def __init__(self) -> None:
        super().__init__("Nothing of this tenant's may be removed: it is under a legal hold. Ask the operator.")


class BeingErasedError(JobStoreError):
    """Refuse what would give a tenant something new while all that it has is erased."""

    code = "being_erased"

    def __init__(self, since: datetime) -> None:
        super().__init__(
            "All that this tenant has is being erased. Nothing is accepted until that has ended, some minutes after "
            "the request. See GET /tenants/{tenant}/data.",
            since=since.isoformat(),
        )


class RetryInVainError(JobStoreError):
    code = "retry_in_vain"

    def __init__(self, failed_with: str) -> None:
        super().__init__(
            f"The report failed with {failed_with}, and would fail again: its input is the same. "
            "Correct the input, and ask for a new report.",
            error_code=failed_with,
        )


class DeliveryNotFoundError(JobStoreError):
    code = "delivery_not_found"


class DeliveryConflictError(JobStoreError):
    code = "delivery_conflict"


class ReplaysUsedUpError(JobStoreError):
    code = "replays_used_up"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"This delivery was replayed {most} times, which is the limit. Ask for the report again, "
            "or read it by its links.",
            most_replays=most,
        )


class AccessError(PressrunError):
    """Refuse a caller for who it is."""


class UnauthenticatedError(AccessError):
    """The caller is unknown; ``is_missing`` is for a request without credentials."""

    code = "unauthenticated"

    def __init__(self, message: str, *, is_missing: bool = False, reason: str | None = None) -> None:
        super().__init__(message)
        self.is_missing = is_missing
        self.reason = reason


class NoTenantError(AccessError):
    code = "no_tenant"


class InsufficientScopeError(AccessError):
    code = "insufficient_scope"

    def __init__(self, scope: str) -> None:
        super().__init__(f"This needs the scope `{scope}`, which your API key or token does not have.", scope=scope)
        self.scope = scope


class OptionError(PressrunError):
    """The refusal of an option; ``errors`` of its detail has the place in the request."""

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(message, errors=[{"pointer": pointer, "message": message}])


class UnknownLocaleError(OptionError):
    code = "unknown_locale"


class BlockedURLError(OptionError):
    code = "blocked_url"


class IdempotencyKeyReusedError(PressrunError):
    """Refuse a request: its caller has given the key of another one."""

    code = "idempotency_key_reused"


PASSING = frozenset(
    error.code
    for error in (
        UnknownTemplateError,
        TemplateNotLiveError,
        AddressNotAllowedError,
        AssetMissingError,
        AssetUnusableError,
        SecretMissingError,
        SecretUnusableError,
        SigningKeyMissingError,
        SigningKeyUnusableError,
        TimestampNotOfferedError,
        TemplateBrokenError,
        ResourceBlockedError,
        QuotaExceededError,
    )
)
"""Codes of permanent errors that a day, a list or a template may mend, while the input stays the same."""
