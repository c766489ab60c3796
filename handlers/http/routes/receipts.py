"""Give receipts of reports, and the keys by which their signatures are checked."""

from __future__ import annotations

import re
from http import HTTPStatus

from handlers.http import representation
from handlers.http.answers import AcceptedReport, FullReceipt, ReceiptKeySet
from handlers.http.openapi_notes import About, Reply
from handlers.http.problems import Problem
from handlers.http.route_table import Answer, Entry
from handlers.http.routing import POLL, Routes
from reports import bootstrap
from reports.access.identity import Scope
from reports.errors import JobNotFoundError
from reports.jobs.job import Job
from reports.jobs.receipts import payload_of, receipt_of
from reports.jobs.values import JobStatus

routes = Routes("receipts")

_DIGEST = re.compile(r"[0-9a-f]{64}")
_NOT_FOUND = (
    "No report of yours has a file with this SHA-256. The file was changed, its report has expired, or it comes from "
    "elsewhere."
)


@routes.on(
    "GET",
    "/reports/<report_id>/receipt",
    access=Scope.READ,
    about=About(
        {HTTPStatus.OK: Reply(FullReceipt)},
        problems=("job_not_found", "report_not_ready", ("report_failed", HTTPStatus.CONFLICT)),
        text="Of a report that has succeeded. `jws` is the signed form of `receipt`: a JWS by Ed25519, whose key is at "
        "GET /receipt-keys. It is not there on a stage without such a key.",
    ),
)
def get_receipt(report_id: str) -> Answer:
    """Show what a report was made of, with a signature."""
    return _answer(routes.job(report_id))


@routes.on(
    "POST",
    "/reports/<report_id>/rerender",
    access=Scope.SUBMIT,
    about=About(
        {HTTPStatus.ACCEPTED: Reply(AcceptedReport, headers=("Location", "Retry-After"))},
        problems=("job_not_found", "job_conflict"),
        text="It makes a new report of the same input, with the id and the date of the first one in its PDF. So both "
        "are the same byte for byte, unless the template, an asset or a release of Pressrun has changed. Compare "
        "`provenance`. It notifies no one, and counts as one more report of the day.",
    ),
)
def rerender_report(report_id: str) -> Answer:
    """Make a report once more, to compare it."""
    job = bootstrap.service().rerender(routes.job(report_id), correlation_id=routes.correlation_id)
    location = routes.link(f"/reports/{job.id}")
    return routes.answer(HTTPStatus.ACCEPTED, representation.accepted(job, routes.link), {"Location": location, **POLL})


@routes.on(
    "GET",
    "/receipts/<sha256>",
    access=Scope.READ,
    about=About(
        {HTTPStatus.OK: Reply(FullReceipt)},
        problems=("job_not_found",),
        text="Of your tenant's reports. Pictures of pages are not found by this.",
    ),
)
def find_receipt(sha256: str) -> Answer:
    """Find the receipt of the report that has a file with this SHA-256."""
    service = bootstrap.service()
    try:
        if not _DIGEST.fullmatch(sha256):
            raise JobNotFoundError("This is no SHA-256.")
        job = service.ports.jobs.get(service.ports.report_files.job_of(routes.tenant, sha256))
    except JobNotFoundError:
        raise Problem(HTTPStatus.NOT_FOUND, JobNotFoundError.code, _NOT_FOUND) from None
    return _answer(job)


@routes.on(
    "GET",
    "/receipt-keys",
    access=Entry.OPEN,
    about=About(
        {HTTPStatus.OK: Reply(ReceiptKeySet)},
        text="A JWK Set (RFC 7517): the key that signs now is the first, and those before it follow.",
    ),
)
def get_receipt_keys() -> Answer:
    """Give the public keys of receipts."""
    keys = [dict(key) for key in bootstrap.service().ports.receipt_keys.public()]
    return routes.answer(HTTPStatus.OK, {"keys": keys}, {"Cache-Control": "public, max-age=300"})


def _answer(job: Job) -> Answer:
    if not job.status.is_final:
        detail = f"There is no receipt yet: the report is {job.status}."
        raise Problem(HTTPStatus.CONFLICT, "report_not_ready", detail, headers=POLL)
    if job.status is not JobStatus.SUCCEEDED or job.provenance is None:
        made = job.status is JobStatus.SUCCEEDED
        detail = f"There is no receipt: {'an earlier release has made it' if made else f'the report is {job.status}'}."
        raise Problem(HTTPStatus.CONFLICT, "report_failed", detail)
    receipt = receipt_of(job)
    jws = bootstrap.service().ports.receipt_keys.sign(payload_of(receipt))
    return routes.answer(HTTPStatus.OK, {"receipt": receipt, **({} if jws is None else {"jws": jws})})
