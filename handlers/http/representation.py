"""Show jobs and templates to callers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, Protocol, cast

from handlers.http.answers import (
    AcceptedReport,
    Caller,
    ErasureProof,
    FullReport,
    ReportArtifact,
    ReportLinks,
    ReportSummary,
    ReportThumbnail,
    ShownErasure,
    ShownVersion,
    TemplateFinding,
    TemplateSummary,
    TimelineEntry,
    Usage,
    VersionList,
)
from reports.access.identity import Identity, Scope
from reports.access.quotas import Standing
from reports.access.usage import Use, total
from reports.jobs import timeline
from reports.jobs.cost import Prices, dollars
from reports.jobs.erasure import Erasure
from reports.jobs.job import Job
from reports.jobs.pauses import Pause
from reports.jobs.values import Artifact, JobStatus
from reports.render_contract import Template
from reports.shelf.own_template import OwnTemplate, TemplateVersion

Link = Callable[[str], str]


class Presign(Protocol):
    """Make a URL by which its bearer can read a file, to be shown by a browser, or saved."""

    def __call__(self, artifact: Artifact, *, download: bool = False) -> str:
        """Return the URL."""
        ...


def accepted(job: Job, link: Link) -> AcceptedReport:
    """Show a job as the answer to a request for it; ``link`` makes a URL of a path."""
    return {"id": job.id, "status": job.status, "links": _links(job.id, link)}


def accepted_item(job_id: str, link: Link) -> dict[str, Any]:
    """Show a job as the answer to an item of a batch."""
    return {"status": int(HTTPStatus.ACCEPTED), "id": job_id, "links": _links(job_id, link)}


def paused(pause: Pause | None) -> dict[str, Any]:
    """Show what holds a job, if anything does."""
    return {} if pause is None else {"paused": {"reason": pause.reason, "since": time(pause.since)}}


def summary(job: Job, link: Link, presign: Presign) -> ReportSummary:
    """Show a job as an entry of a list."""
    pdf = job.pdf
    shown = _without_none(
        {
            "id": job.id,
            "status": str(job.status),
            "template": job.template,
            "template_version": job.template_version,
            "title": job.options.title,
            "source": job.source,
            "door": str(job.door),
            "batch": job.batch,
            "replaces": job.options.replaces,
            "rerenders": job.rerenders.id if job.rerenders else None,
            "sample": job.options.sample or None,
            "created_at": _time(job.created_at),
            "updated_at": _time(job.updated_at),
            "started_at": _time(job.started_at),
            "finished_at": _time(job.finished_at),
            "attempts": job.attempt,
            "pages": job.pages,
            "bytes": pdf.size if pdf else None,
            "filename": pdf.name if pdf else None,
            "thumbnail": _thumbnail(job, presign),
            "progress": _progress(job),
            "warnings": list(job.warnings) or None,
            "error": asdict(job.failure) if job.failure else None,
            "can_retry": job.can_retry if job.status is JobStatus.FAILED else None,
            "links": _links(job.id, link),
        }
    )
    return cast("ReportSummary", shown)


def full(job: Job, link: Link, presign: Presign) -> FullReport:
    """Show a job with presigned URLs of its files."""
    shown: dict[str, Any] = {**summary(job, link, presign), "correlation_id": job.correlation_id}
    if job.status.is_final and job.cost:
        shown["cost"] = dollars(job.cost)
    if job.status is JobStatus.SUCCEEDED:
        if job.provenance is not None:
            shown["provenance"] = asdict(job.provenance)
        if job.finish is not None:
            shown["finish"] = dict(job.finish)
        shown["artifacts"] = [_artifact(artifact, presign) for artifact in job.artifacts]
    if job.status.is_final and job.reading is not None:
        shown["reading"] = dict(job.reading)
    return cast("FullReport", shown)


def counts(by_status: Mapping[JobStatus, int]) -> dict[str, Any]:
    """Show how many jobs of a batch have each status, and how many there are."""
    return {
        "counts": {str(status): by_status.get(status, 0) for status in JobStatus},
        "total": sum(by_status.values()),
    }


def event(entry: timeline.TimelineEntry) -> TimelineEntry:
    """Show an entry of a timeline."""
    return {"at": time(entry.at), "event": entry.name, "attempt": entry.attempt, "detail": dict(entry.detail)}


def caller(identity: Identity, standing: Standing) -> Caller:
    """Show who asks, and what that allows."""
    return {
        "tenant": identity.tenant,
        "subject": identity.subject,
        "scopes": [scope for scope in Scope if scope in identity.scopes],
        "limits": {
            "reports_per_day": standing.limits.reports_per_day,
            "compute_seconds_per_day": standing.limits.compute_seconds_per_day,
            "emails_per_day": standing.limits.emails_per_day,
            "waiting_requests": standing.limits.waiting_requests,
            "rows_per_report": standing.limits.rows_per_report,
            "bytes_per_report": standing.limits.bytes_per_report,
            "email_to": list(standing.limits.email_to),
            "email_titles": standing.limits.email_titles,
        },
        "used": {
            "reports_today": standing.reports_today,
            "compute_seconds_today": standing.compute_seconds_today,
            "emails_today": standing.emails_today,
            "resets_at": time(standing.resets_at),
        },
    }


def usage(by: str, sums: Mapping[str, Use], since: date, until: date) -> Usage:
    """Show what reports have taken, by what the sums are named after."""
    prices = Prices.known()
    shown = {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "by": str(by),
        **_use(total(sums.values())),
        "entries": [{by: name, **_use(use)} for name, use in sums.items()],
        "prices": {"as_of": prices.as_of, "region": prices.region, "currency": prices.currency},
    }
    return cast("Usage", shown)


def _use(use: Use) -> dict[str, Any]:
    return {"reports": use.reports, "compute_seconds": use.compute_ms / 1000, "cost": dollars(use.cost)}


def template_summary(template: Template, link: Link, version: int | None = None) -> TemplateSummary:
    """Show a template as an entry of a list."""
    shown: TemplateSummary = {
        "name": template.name,
        "title": template.title,
        "description": template.description,
        "made_from": template.kind,
        "own": bool(template.owner),
        "links": {"self": link(f"/templates/{template.name}")},
    }
    return shown if version is None else {**shown, "version": version}


def own_template_summary(own: OwnTemplate, link: Link) -> TemplateSummary:
    """Show a tenant's own template as an entry of a list; without a version where none can be used."""
    current = own.current
    said = current or own.versions[-1]
    shown: TemplateSummary = {
        "name": own.name,
        "title": said.title,
        "description": said.description,
        "made_from": said.kind,
        "own": True,
        "links": {"self": link(f"/templates/{own.name}")},
    }
    return shown if current is None else {**shown, "version": current.number}


def template_version(own: OwnTemplate, version: TemplateVersion, link: Link) -> ShownVersion:
    """Show a version of a tenant's own template."""
    shown: ShownVersion = {
        "name": own.name,
        "version": version.number,
        "status": version.status,
        "current": own.current == version,
        "slots": version.slots,
        "goes_live": version.goes_live,
        "title": version.title,
        "description": version.description,
        "made_from": version.kind,
        "bytes": version.size,
        "sha256": version.sha256,
        "put_at": time(version.put_at),
        "put_by": version.put_by,
        "findings": [cast("TemplateFinding", dict(each)) for each in version.findings],
        "links": {
            "self": link(f"/templates/{own.name}/versions/{version.number}"),
            "check": link(f"/reports/{version.check}"),
        },
    }
    return {**shown, "share": own.share} if own.trial == version else shown


def template_versions(own: OwnTemplate, link: Link) -> VersionList:
    """Show the versions of a tenant's own template, the newest first."""
    versions = [template_version(own, each, link) for each in reversed(own.versions)]
    shown: VersionList = {"name": own.name, "versions": versions}
    return shown if own.current is None else {**shown, "current": own.current.number}


def time(value: datetime) -> str:
    """Write a time as all answers have it."""
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _artifact(artifact: Artifact, presign: Presign) -> ReportArtifact:
    shown = {
        "name": artifact.name,
        "content_type": artifact.content_type,
        "bytes": artifact.size,
        "width": artifact.width,
        "height": artifact.height,
        "url": presign(artifact),
        "download_url": presign(artifact, download=True),
    }
    return cast("ReportArtifact", _without_none(shown))


def _thumbnail(job: Job, presign: Presign) -> ReportThumbnail | None:
    found = job.thumbnail
    if found is None or found.width is None or found.height is None:
        return None
    return {"url": presign(found), "width": found.width, "height": found.height}


def _progress(job: Job) -> dict[str, int] | None:
    if job.status is not JobStatus.RENDERING or job.progress is None:
        return None
    return _without_none({"rows_done": job.progress.done, "rows_total": job.progress.total})


def _links(job_id: str, link: Link) -> ReportLinks:
    path = f"/reports/{job_id}"
    return {
        "self": link(path),
        "pdf": link(f"{path}/pdf"),
        "events": link(f"{path}/events"),
        "deliveries": link(f"{path}/deliveries"),
        "receipt": link(f"{path}/receipt"),
    }


def _time(value: datetime | None) -> str | None:
    return None if value is None else time(value)


def _without_none(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def erasure(shown: Erasure) -> ShownErasure:
    """Show the erasure of all that a tenant has."""
    answer: ShownErasure = {
        "id": shown.id,
        "tenant": shown.tenant,
        "asked_by": shown.asked_by,
        "asked_at": time(shown.asked_at),
        "under_way": shown.is_under_way,
        "removed": dict(shown.removed),
    }
    if not shown.is_under_way:
        answer["proof"] = cast("ErasureProof", dict(shown.proof()))
    return answer
