"""Write the report of one attempt: read the input, make the report, store it, and say what it was made of."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TypedDict

from reports.access.quotas import Quotas
from reports.clock import Clock, Deadline
from reports.errors import PressrunError
from reports.jobs import object_keys
from reports.jobs.job import Job
from reports.jobs.passwords import Passwords
from reports.jobs.ports import JobStore, ObjectStore
from reports.jobs.request import ReportOptions
from reports.jobs.sign_request import SignRequest
from reports.jobs.signing import SignatureBox, Signer, SigningOrder
from reports.jobs.values import Artifact, Door, Provenance
from reports.render_contract import (
    THUMBNAIL,
    Finish,
    Output,
    ProgressListener,
    RenderedFile,
    RenderedReport,
)
from reports.worker.admit_message import UNKNOWN
from reports.worker.finishing import finish_of
from reports.worker.progress_notes import ProgressNotes
from reports.worker.render_context import context_of
from reports.worker.report_maker import ReportMaker
from reports.worker.upload_options import UploadOptions

log = logging.getLogger(__name__)

_PDF = "application/pdf"


class _Render(TypedDict):
    """What a render is told, whichever way its input came."""

    output: Output
    version: int | None
    finish: Finish
    progress: ProgressListener
    deadline: Deadline
    max_rows: int


class ReportWriter:
    """Write reports into the folders of attempts, in which nothing is ever replaced."""

    def __init__(
        self,
        *,
        maker: ReportMaker,
        uploads: ObjectStore,
        options: UploadOptions,
        artifacts: ObjectStore,
        jobs: JobStore,
        clock: Clock,
        quotas: Quotas,
        passwords: Passwords,
        signer: Signer,
        engine: Mapping[str, str],
        thumbnails: bool = True,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._maker = maker
        self._uploads = uploads
        self._options = options
        self._artifacts = artifacts
        self._jobs = jobs
        self._clock = clock
        self._quotas = quotas
        self._passwords = passwords
        self._signer = signer
        self._engine = engine
        self._thumbnails = thumbnails
        self._monotonic = monotonic

    def write(self, job: Job, deadline: Deadline, stored: list[str]) -> Job:
        """Make and store the report, and return the job with all that there is to say about it.

        The keys of what is stored are added to ``stored``.
        """
        started = time.monotonic()
        if job.door is Door.UPLOAD and (job.options == ReportOptions() or job.options.attach):
            # There were none when it was admitted, or wrong ones: these are told now. The job keeps no contents.
            object_keys.UploadKey.parse(job.input.key)
            options = self._options.of(job.input)
            job = replace(job, options=options.without_receivers() if job.rerenders else options)
        source = job.original.source if job.door is Door.UPLOAD else ""
        name = object_keys.pdf_filename(job.options.filename, source, job.template)
        key = object_keys.artifact_key(job.tenant, job.id, job.attempt, name)
        finish = finish_of(job, self._passwords, self._artifacts)
        # Made once more, a report is compared with what was rendered.
        sign = job.options.sign if job.rerenders is None else None
        rendered = key if sign is None else object_keys.unsigned_key(key)
        order = None if sign is None else _order(job.tenant, sign, rendered, key, name)
        if order is not None:
            # Before the work of a render.
            self._signer.check(order)
        with self._artifacts.open_upload(rendered, content_type=_PDF, filename=name) as upload:
            report, input_sha256 = self._make(job, upload.write, finish, deadline)
        stored.append(rendered)
        if order is not None:
            stored.append(key)
            password = finish.protection.owner if finish.protection is not None else None
            report = self._signed(report, replace(order, password=password))
        pdf = Artifact(name, key, _PDF, report.size)
        log.info(
            "rendered",
            extra={"pages": report.pages, "layout": report.layout, "duration_ms": _milliseconds(started)},
        )
        template_sha256 = self._maker.sha256_of(job.template, job.tenant, job.template_version)
        files = [self._stored(job, file, stored) for file in report.files if self._thumbnails or file.name != THUMBNAIL]
        return replace(job, measured=_measured(report)).succeeded(
            self._clock.now(),
            artifacts=(pdf, *files),
            pages=report.pages,
            layout=report.layout,
            warnings=report.warnings,
            reading=report.reading,
            finish=report.finish,
            provenance=Provenance(input_sha256, template_sha256, report.sha256, self._engine),
        )

    def template_of(self, job: Job) -> str:
        """Return the job's template; one name for all that do not exist, because callers may write anything."""
        return job.template if self._maker.knows(job.template, job.template_version) else UNKNOWN

    def _signed(self, report: RenderedReport, order: SigningOrder) -> RenderedReport:
        """Have a report signed, and return what it is now. Of the rendered file, its digest is kept."""
        try:
            signature = self._signer.sign(order)
        finally:
            self._artifacts.delete(order.source)
        facts = {**signature.facts(), "rendered_sha256": report.sha256}
        finish = {**(report.finish or {}), "sign": facts}
        return replace(report, size=signature.size, sha256=signature.sha256, finish=finish)

    def _make(self, job: Job, output: Output, finish: Finish, deadline: Deadline) -> tuple[RenderedReport, str]:
        """Return the report, and the digest of its input."""
        is_upload = job.door is Door.UPLOAD
        context = context_of(
            job.options,
            job_id=job.original.id,
            created_at=job.original.created_at,
            source=job.original.source.rsplit("/", 1)[-1] if is_upload else "",
            is_sample=job.options.sample is True,
            tenant=job.tenant,
        )
        limits = self._quotas.limits_of(job.tenant)
        digest = hashlib.sha256()
        render = _Render(
            output=output,
            version=job.template_version,
            finish=finish,
            progress=ProgressNotes(self._jobs, job, self._monotonic).tell,
            deadline=deadline,
            max_rows=limits.rows_per_report,
        )
        if not is_upload:
            body = b"".join(self._read(self._artifacts, job, limits.bytes_per_report))
            digest.update(body)
            report = self._maker.from_request(body, context, checks_template=job.checks_template, **render)
            return report, digest.hexdigest()
        # Memory is for the render; a file may be larger than what is left of it.
        with NamedTemporaryFile(prefix="pressrun-input-") as file:
            for part in self._read(self._uploads, job, limits.bytes_per_report):
                digest.update(part)
                file.write(part)
            file.flush()
            report = self._maker.from_file(
                job.input.key,
                Path(file.name),
                job.template,
                context,
                said=job.options.reading,
                attach=job.options.attach or (),
                **render,
            )
        return report, digest.hexdigest()

    def _read(self, store: ObjectStore, job: Job, max_bytes: int) -> Iterator[bytes]:
        ref = job.input
        return store.read(ref.key, version_id=ref.version_id, part=ref.part, max_bytes=max_bytes)

    def _stored(self, job: Job, file: RenderedFile, stored: list[str]) -> Artifact:
        key = object_keys.artifact_key(job.tenant, job.id, job.attempt, file.name)
        stored.append(key)
        self._artifacts.put(key, file.body, content_type=file.content_type, filename=file.name)
        digest = hashlib.sha256(file.body).hexdigest()
        return Artifact(file.name, key, file.content_type, len(file.body), file.width, file.height, digest)

    def remove(self, stored: list[str]) -> None:
        """Remove what was stored, as far as that is possible."""
        try:
            for key in stored:
                self._artifacts.delete(key)
        except PressrunError:
            # They expire like all artifacts.
            log.warning("what a lost attempt has stored could not be removed", exc_info=True)


def _order(tenant: str, sign: SignRequest, source: str, key: str, name: str) -> SigningOrder:
    return SigningOrder(
        tenant,
        sign.key,
        source,
        key,
        name,
        reason=sign.reason,
        location=sign.location,
        certify=sign.certify is True,
        timestamp=sign.timestamp is True,
        visible=None if sign.visible is None else SignatureBox(**sign.visible.model_dump()),
    )


def _measured(report: RenderedReport) -> Mapping[str, float]:
    rows = report.layout.get("rows", report.reading.get("rows"))
    facts = {"rows": rows, "cpu_seconds": report.cpu_seconds, "peak_mb": report.peak_mb}
    return {name: round(value, 3) for name, value in facts.items() if isinstance(value, int | float)}


def _milliseconds(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
