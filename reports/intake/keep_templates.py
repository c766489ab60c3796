"""Keep templates of tenants: check a new version, let it go live, go back to an earlier one, remove."""

from __future__ import annotations

import hashlib
import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from reports.access.ports import Tenants
from reports.catalog.catalog import Catalog
from reports.catalog.patience import OutOfPatienceError, patient
from reports.catalog.template_folder import MAIN, SCHEMA
from reports.errors import (
    InvalidDataError,
    JobConflictError,
    LegalHoldError,
    TemplateNameTakenError,
    TemplateRefusedError,
    TooLargeError,
    UnknownTemplateError,
    Violation,
)
from reports.findings import Finding
from reports.intake.submit_report import Intake
from reports.jobs import object_keys
from reports.jobs.job import Job
from reports.jobs.ports import ObjectStore
from reports.jobs.request import ReportOptions, ReportRequest
from reports.jobs.values import Door, InputRef
from reports.shelf.archive import ArchiveError
from reports.shelf.own_template import (
    MOST_TEMPLATES,
    MOST_VERSIONS,
    NAME,
    OwnTemplate,
    TemplateVersion,
    VersionStatus,
)
from reports.shelf.ports import OwnTemplates
from reports.shelf.slots import MOST_BYTES, Slots, faults_of_slots
from reports.shelf.templates import FoundTemplate, unpacked_catalog

log = logging.getLogger(__name__)

_TURNS = 5
_ALL = 100
_ARCHIVE_TYPE = "application/zip"


@dataclass(frozen=True, slots=True)
class Stored:
    """A version as it is kept; ``is_new`` is False for one that was there already, with the same content."""

    template: OwnTemplate
    version: TemplateVersion
    is_new: bool


class KeepTemplates:
    """The templates of tenants. A version never changes, and no number is given twice."""

    def __init__(
        self, intake: Intake, *, own: OwnTemplates, archives: ObjectStore, tenants: Tenants, folder: Path
    ) -> None:
        self._intake = intake
        self._own = own
        self._archives = archives
        self._tenants = tenants
        self._folder = folder

    def put(
        self, tenant: str, name: str, archive: bytes, *, by: str, correlation_id: str, goes_live: bool = True
    ) -> Stored:
        """Store a new version, and have it checked by a report of its sample.

        Raises TemplateNameTakenError, TemplateRefusedError, TooLargeError, QuotaExceededError, JobConflictError or
        ServiceUnavailableError.
        """
        self._check_name(name)
        sha256 = hashlib.sha256(archive).hexdigest()
        with self._opened(tenant, name, archive) as found:
            for _ in range(_TURNS):
                before = self._before(tenant, name)
                newest = before.versions[-1] if before.versions else None
                if newest is not None and newest.sha256 == sha256 and newest.status is not VersionStatus.REFUSED:
                    return Stored(before, newest, is_new=False)
                stored = self._stored(before, found, archive, sha256, by, correlation_id, goes_live=goes_live)
                if stored is not None:
                    return stored
        raise JobConflictError("Others store this template at the same moment. Try again.")

    def put_slots(
        self, tenant: str, name: str, slots: Slots, *, by: str, correlation_id: str, goes_live: bool = True
    ) -> Stored:
        """Store what is in the slots of a template of the product as a new version, and have it checked.

        Raises UnknownTemplateError, InvalidDataError, TooLargeError, QuotaExceededError, JobConflictError or
        ServiceUnavailableError.
        """
        product = self._intake.templates.product
        template = product.get(name)
        if faults := list(faults_of_slots(slots, product.labels(name))):
            raise InvalidDataError("slots", faults)
        body = slots.packed()
        if len(body) > MOST_BYTES:
            raise TooLargeError(f"The slots have {len(body):,} bytes, and may have {MOST_BYTES:,}.")
        sample = slots.shown_in(product.sample(name))
        try:
            product.validate(template, sample)
        except InvalidDataError as error:
            raise InvalidDataError(
                "slots", [Violation(f"/data{each.pointer}", each.message) for each in error.violations]
            ) from None
        found = FoundTemplate(product, template, slots=slots)
        for _ in range(_TURNS):
            before = self._before(tenant, name)
            newest = before.versions[-1] if before.versions else None
            if newest is not None and newest.sha256 == slots.sha256 and newest.status is not VersionStatus.REFUSED:
                return Stored(before, newest, is_new=False)
            stored = self._stored(before, found, body, slots.sha256, by, correlation_id, goes_live=goes_live)
            if stored is not None:
                return stored
        raise JobConflictError("Others store these slots at the same moment. Try again.")

    def use(self, tenant: str, name: str, number: int, *, share: int = _ALL) -> OwnTemplate:
        """Make a live version the current one, or have it make ``share`` of a hundred reports beside that.

        Raises UnknownTemplateError or JobConflictError.
        """

        def chosen(own: OwnTemplate) -> OwnTemplate:
            version = own.version(number)
            if version is None:
                raise UnknownTemplateError(f"{name}@{number}", [f"{name}@{each.number}" for each in own.versions])
            if version.status is not VersionStatus.LIVE:
                raise JobConflictError(f"Version {number} of {name!r} is {version.status}, and not live.")
            if share == _ALL:
                return own.choosing(number)
            if own.current is None or own.current.number == number:
                raise JobConflictError(f"Version {number} of {name!r} has no other current version to be tried beside.")
            return own.trying(number, share)

        return self._changed(tenant, name, chosen)

    def remove(self, tenant: str, name: str, number: int | None = None) -> None:
        """Remove a version, or a template with all its versions. Reports that are being made of it may fail.

        Raises UnknownTemplateError, LegalHoldError, JobConflictError or ServiceUnavailableError.
        """
        if self._tenants.get(tenant).legal_hold is not None:
            raise LegalHoldError
        before = self._intake.templates.own(tenant, name)
        if before is None or (number is not None and before.version(number) is None):
            raise UnknownTemplateError(
                name if number is None else f"{name}@{number}", self._intake.templates.product.names()
            )

        def without(own: OwnTemplate) -> OwnTemplate:
            if number is None:
                return own.emptied()
            if own.current is not None and own.current.number == number:
                raise JobConflictError(f"Version {number} of {name!r} is the current one. Choose another one first.")
            return own.without(number)

        after = self._changed(tenant, name, without)
        kept = {each.number for each in after.versions}
        for each in before.versions:
            if each.number not in kept:
                self._archives.delete(object_keys.template_key(tenant, name, each.number, each.sha256))

    def _changed(self, tenant: str, name: str, change: Callable[[OwnTemplate], OwnTemplate]) -> OwnTemplate:
        for _ in range(_TURNS):
            own = self._intake.templates.own(tenant, name)
            if own is None:
                raise UnknownTemplateError(name, self._intake.templates.product.names())
            after = change(own)
            if self._own.put(after):
                return after
        raise JobConflictError("Others change this template at the same moment. Try again.")

    def _check_name(self, name: str) -> None:
        if self._intake.templates.product.knows(name):
            raise TemplateNameTakenError(name)
        if not NAME.fullmatch(name):
            raise _refused(
                [Finding(name[:80], None, "a template's name has up to 40 small letters, digits and dashes")]
            )

    @contextmanager
    def _opened(self, tenant: str, name: str, archive: bytes) -> Iterator[FoundTemplate]:
        """Unpack an archive for a moment, and see whether a template is in it. Raises TemplateRefusedError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix="new-", dir=self._folder))
        try:
            try:
                with patient():
                    catalog = unpacked_catalog(place, tenant, name, archive, self._intake.templates.product)
                    found = _faults(catalog, place / name)
            except ArchiveError as error:
                raise _refused(error.findings) from None
            except (OutOfPatienceError, RecursionError):
                slow = "it takes too long to read; make its patterns simpler, and nest it less"
                raise _refused([Finding(f"{name}/{SCHEMA}", None, slow)]) from None
            if found:
                raise _refused(found)
            yield FoundTemplate(catalog, catalog.get(name))
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def _before(self, tenant: str, name: str) -> OwnTemplate:
        own = self._intake.templates.own(tenant, name)
        if own is None:
            # One that was removed, with the last of its numbers.
            own = self._own.get(tenant, name)
            if len(self._intake.templates.all_own(tenant)) >= MOST_TEMPLATES:
                raise TooLargeError(f"You have {MOST_TEMPLATES} templates, the most. Remove one first.")
        own = own or OwnTemplate(tenant, name)
        if len(own.versions) >= MOST_VERSIONS:
            raise TooLargeError(
                f"The template {name!r} has {MOST_VERSIONS} versions, the most. Remove some first: "
                f"DELETE /templates/{name}/versions/{own.versions[0].number}."
            )
        return own

    def _stored(
        self,
        before: OwnTemplate,
        found: FoundTemplate,
        archive: bytes,
        sha256: str,
        by: str,
        correlation_id: str,
        *,
        goes_live: bool,
    ) -> Stored | None:
        """Store the next version; None if another was first."""
        intake, number = self._intake, before.last + 1
        intake.quotas.count(before.tenant)
        check = self._check_job(before, found, number, correlation_id)
        key = object_keys.template_key(before.tenant, before.name, number, sha256)
        self._archives.put(key, archive, content_type=_ARCHIVE_TYPE)
        # First the job: a version whose check is not there is taken for one whose check has expired.
        intake.jobs.add(check)
        template = found.template
        version = TemplateVersion(
            number=number,
            sha256=sha256,
            size=len(archive),
            put_at=check.created_at,
            put_by=by,
            title=template.title[:200],
            description=template.description[:500],
            kind=template.kind,
            check=check.id,
            slots=found.slots is not None,
            goes_live=goes_live,
        )
        after = before.with_version(version)
        if not self._own.put(after):
            intake.jobs.advance(check.cancelled(intake.clock.now()))
            self._archives.delete(key)
            return None
        intake.ask_for(check)
        log.info("a template is stored", extra={**check.log_facts, "version": number})
        return Stored(after, version, is_new=True)

    def _check_job(self, before: OwnTemplate, found: FoundTemplate, number: int, correlation_id: str) -> Job:
        intake, tenant = self._intake, before.tenant
        job_id = intake.new_id()
        options = ReportOptions(sample=True)
        sample = found.catalog.sample(before.name)
        data = sample if found.slots is None else dict(found.slots.shown_in(sample))
        request = ReportRequest(template=before.name, data=data, options=options)
        ref = InputRef(object_keys.input_key(tenant, job_id))
        body = request.model_dump_json(exclude_none=True).encode()
        intake.inputs.put(ref.key, body, content_type="application/json")
        return Job.accepted(
            job_id,
            intake.clock.now(),
            door=Door.API,
            tenant=tenant,
            template=before.name,
            source=f"PUT /templates/{before.name}{'' if found.slots is None else '/slots'}",
            input_ref=ref,
            options=options,
            correlation_id=correlation_id,
            tenant_class=intake.quotas.limits_of(tenant).tenant_class,
            template_version=number,
            checks_template=found.slots is None,
        )


def _faults(catalog: Catalog, folder: Path) -> Sequence[Finding]:
    found = list(catalog.faults())
    if not any(each.file.endswith(f"/{MAIN}") for each in found) and not (folder / MAIN).is_file():
        found.append(Finding(f"{folder.name}/{MAIN}", None, "it is missing", cure="It is the document; add it."))
    return found


def _refused(findings: Sequence[Finding]) -> TemplateRefusedError:
    first = findings[0]
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    shown = [{name: value for name, value in asdict(each).items() if value not in (None, "")} for each in findings[:50]]
    return TemplateRefusedError(f"The template is refused. {first}{more}", findings=shown)
