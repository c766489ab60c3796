"""Give an example of each answer, made by the code that makes the real ones where there is such code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from handlers.http import answers, representation
from handlers.http.problems import invalid
from reports.access.identity import EVERYTHING, Identity
from reports.access.ports import Counted
from reports.access.quotas import Limits, Standing
from reports.access.usage import Use
from reports.catalog.catalog import Catalog
from reports.jobs.erasure import Erasure
from reports.jobs.job import Job
from reports.jobs.receipts import receipt_of
from reports.jobs.request import ReportOptions
from reports.jobs.timeline import Step, TimelineEntry
from reports.jobs.values import Artifact, Door, Failure, InputRef, JobStatus, Provenance
from reports.render_contract import InputKind, Progress
from reports.shelf.own_template import OwnTemplate, TemplateVersion, VersionStatus
from tools.openapi.problems import CORRELATION_ID, body_of

BASE = "https://api.example"
REPORT_ID = "019a9d5c-3c8e-7a51-9d2e-6b0f4c1d2e3f"
_BATCH = "019a9d5c-3c8e-7b00-8000-4d2e6b0f4c1d"
_NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
_ERASURE = Erasure("019aa2b1-6f30-7c41-8d52-0c9e4b7a6f10", "demo", "key:k7qm2x9rt4vbc3zd", _NOON, due_at=_NOON)
_LIVE = TemplateVersion(
    1,
    "7d" * 32,
    40_210,
    _NOON,
    "key:k7qm2x9rt4vbc3zd",
    "Receipt",
    "A receipt of a shop.",
    InputKind.OBJECT,
    REPORT_ID,
    status=VersionStatus.LIVE,
    findings=({"file": "receipt/style.css", "line": 3, "severity": "warning", "message": "unknown property 'colr'"},),
)
_RECEIPT = OwnTemplate("demo", "receipt", 3, last=2, versions=(_LIVE, replace(
    _LIVE, number=2, status=VersionStatus.CHECKING, sha256="7e" * 32, findings=()
)))  # fmt: skip
_KEY = "uploads/demo/table/cities.csv"
_RECEIPT_KEY = {
    **{"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA"},
    **{"kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
}


def link(path: str, **query: str) -> str:
    """Make a URL as the API does."""
    return f"{BASE}{path}" + (f"?{urlencode(query)}" if query else "")


def of_answers(catalog: Catalog) -> Mapping[Any, Mapping[str, Any]]:
    """Return examples by the type of the answer, and each by a name."""
    return {**_of_reports(), **_of_templates(catalog), **_of_tenants()}


def _of_reports() -> Mapping[Any, Mapping[str, Any]]:
    done, failed = _succeeded(), _failed()
    listed = [representation.summary(job, link, _presign) for job in (done, failed)]
    return {
        answers.AcceptedReport: {"accepted": representation.accepted(_pending(), link)},
        answers.FullReport: {
            "succeeded": _full(done),
            "failed": _full(failed),
            "rendering": _full(_running()),
        },
        answers.ReportList: {
            "page": {
                "reports": listed,
                "cursor": "MjAyNi0xMQ",
            },
            "batch": {
                "reports": [representation.summary(replace(done, batch=_BATCH), link, _presign)],
                "cursor": None,
                **representation.counts({JobStatus.SUCCEEDED: 1}),
            },
        },
        answers.FullReceipt: {"signed": {"receipt": receipt_of(done), "jws": "eyJhbGciOiJFZERTQSJ9.eyJ2IjoxLCJ…"}},
        answers.ReceiptKeySet: {"keys": {"keys": [_RECEIPT_KEY]}},
        answers.Timeline: {"timeline": _timeline(done)},
        answers.Batch: {"batch": _batch()},
        answers.RetriedReports: {
            "retried": {
                **dict.fromkeys(("inspected", "retried"), 1),
                **dict.fromkeys(("skipped", "failed"), 0),
                **dict.fromkeys(("more", "dry_run"), False),
                "ids": [REPORT_ID],
            }
        },
        answers.DeliveryList: {"list": {"id": REPORT_ID, "deliveries": [_delivery("DELIVERED")], "planned": []}},
        answers.ShownDelivery: {"replayed": _delivery("PENDING")},
    }


def _of_templates(catalog: Catalog) -> Mapping[Any, Mapping[str, Any]]:
    template = representation.template_summary(catalog.get("table"), link)
    return {
        answers.TemplateList: {"list": {"templates": [template]}},
        answers.FullTemplate: {
            "template": {**template, "schema": {"type": "object"}, "sample": {"rows": [{"City": "Oslo"}]}}
        },
        answers.ShownVersion: {
            "checking": representation.template_version(_RECEIPT, _RECEIPT.versions[1], link),
            "live": representation.template_version(_RECEIPT, _RECEIPT.versions[0], link),
        },
        answers.StartedReplay: {
            "one": {
                "name": "receipt",
                "version": 2,
                "batch": _BATCH,
                "reports": [{"original": REPORT_ID, "before": REPORT_ID, "after": REPORT_ID}],
                "links": {"reports": link("/reports", batch=_BATCH)},
            }
        },
        answers.TemplateDifference: {
            "colour": {
                "name": "receipt",
                "before": 1,
                "after": 2,
                "files": [
                    {
                        "file": "style.css",
                        "change": "changed",
                        "lines": ["@@ -1 +1 @@", "-h1 { color: #036 }", "+h1 { color: red }"],
                    }
                ],
            }
        },
        answers.ShownSlots: {
            "slots": {
                "name": "invoice",
                "version": 2,
                "slots": {"colours": {"accent": "#7a1f2b"}},
                "choices": {
                    "colours": ["accent", "accent-wash"],
                    "typefaces": ["Inter", "Noto Sans"],
                    "texts": {"en": {"invoice": "Invoice"}},
                },
            }
        },
        answers.VersionList: {"versions": representation.template_versions(_RECEIPT, link)},
    }


def _of_tenants() -> Mapping[Any, Mapping[str, Any]]:
    return {
        answers.ShownAsset: {"kept": {"name": "letter", "bytes": 40_210, "pages": 2, "sha256": "7d" * 32}},
        answers.AssetList: {
            "list": {
                "assets": [{"name": "letter", "bytes": 40_210, "kept_at": representation.time(_NOON)}],
                "bytes": 40_210,
                "limits": {"assets": 200, "bytes": 100_000_000},
            }
        },
        answers.FullAsset: {
            "letter": {"name": "letter", "bytes": 40_210, "sha256": "7d" * 32, "content": "JVBERi0xLjcK…"}
        },
        answers.UploadForm: {"form": _upload_form()},
        answers.Caller: {"key": _caller()},
        answers.Usage: {"by_template": _usage()},
        answers.ShownErasure: {
            "asked": representation.erasure(_ERASURE),
            "ended": representation.erasure(_ERASURE.removing({"jobs": 12, "artifacts": 24}).finished(_NOON)),
        },
        answers.Health: {"healthy": {"status": "ok", "stage": "local"}},
    }


def _usage() -> Any:
    uses = {"invoice": Use(120, 126_000, 12_340_000), "table": Use(3, 41_000, 2_100_000)}
    return representation.usage("template", uses, date(2026, 11, 1), date(2026, 11, 30))


def _full(job: Job) -> Any:
    return representation.full(job, link, _presign)


def _presign(artifact: Artifact, *, download: bool = False) -> str:
    saved = "response-content-disposition=attachment…&" if download else ""
    return f"https://artifacts.example/{artifact.key}?{saved}X-Amz-Signature=…"


def _pending() -> Job:
    return Job(
        id=REPORT_ID,
        tenant="demo",
        template="table",
        door=Door.API,
        source="POST /reports",
        input=InputRef("inputs/demo/x.json"),
        options=ReportOptions(title="Rain"),
        correlation_id=CORRELATION_ID,
        created_at=_NOON,
        updated_at=_NOON,
    )


def _running() -> Job:
    claimed = _pending().claimed(_NOON + timedelta(seconds=1), timedelta(seconds=330))
    return replace(claimed, progress=Progress(40_000, 100_000))


def _succeeded() -> Job:
    files = (
        Artifact("table.pdf", f"reports/demo/{REPORT_ID}/1/table.pdf", "application/pdf", 18_604),
        Artifact("thumbnail.png", f"reports/demo/{REPORT_ID}/1/thumbnail.png", "image/png", 9_310, 320, 453, "3d" * 32),
    )
    made_of = Provenance("5c" * 32, "a1" * 32, "0e" * 32, {"pressrun": "0.1.0", "weasyprint": "70.0"})
    end = _NOON + timedelta(seconds=2)
    return replace(_running(), progress=None).succeeded(
        end, artifacts=files, pages=1, provenance=made_of, reading=_reading()
    )


def _reading() -> dict[str, Any]:
    columns = [
        {"key": "City", "type": "text", "summed": False},
        {"key": "Rain", "type": "number", "decimals": 1, "suffix": " mm", "summed": False, "why": "a measurement"},
    ]
    section = {"rows": 2, "columns": columns, "preview": [["Oslo", "2.5"], ["Bergen", "12.0"]]}
    return {"format": "csv", "encoding": "utf-8", "delimiter": ";", "sections": [section]}


def _failed() -> Job:
    failure = Failure("unreadable_file", "Row 2 has 3 values, and the heading has 2.", {"row": 2})
    upload = replace(_running(), progress=None, door=Door.UPLOAD, source=_KEY)
    return upload.failed(_NOON + timedelta(seconds=2), failure)


def _timeline(job: Job) -> answers.Timeline:
    steps = [(_pending(), Step.ACCEPTED), (_running(), Step.RENDERING), (job, Step.SUCCEEDED)]
    entries = [TimelineEntry(step.revision, step.updated_at, name, step.attempt) for step, name in steps]
    return {"id": job.id, "events": [representation.event(entry) for entry in entries]}


def _batch() -> Any:
    refusal = body_of(invalid("The request is not right: see errors.", []))
    return {
        "batch": _BATCH,
        "total": 2,
        "accepted": 1,
        "refused": 1,
        "items": [
            {"index": 0, **representation.accepted_item(REPORT_ID, link)},
            {"index": 1, "status": 422, "problem": refusal},
        ],
        "links": {"reports": link("/reports", batch=_BATCH)},
    }


def _delivery(status: str) -> Any:
    path = f"/reports/{REPORT_ID}/deliveries"
    at = representation.time(_NOON + timedelta(seconds=3))
    return {
        "number": 1,
        "channel": "webhook",
        "address": "https://shop.example/pressrun",
        "event": {"id": f"{REPORT_ID}:3", "type": "report.succeeded"},
        "status": status,
        "created_at": at,
        "replays_left": 5,
        "next_attempt_at": at if status == "PENDING" else None,
        "attempts": [{"at": at, "duration_ms": 84, "status_code": 204}],
        "links": {"deliveries": link(path), "replay": link(f"{path}/1/replay")},
    }


def _caller() -> Any:
    limits = Limits(
        reports_per_day=10_000,
        compute_seconds_per_day=36_000,
        emails_per_day=1000,
        waiting_requests=3,
        rows_per_report=1_048_576,
        bytes_per_report=200_000_000,
        email_to=("@shop.example",),
        email_titles=False,
    )
    counts = {Counted.REPORTS: 12, Counted.COMPUTE_MS: 9_641, Counted.EMAILS: 3}
    identity = Identity("demo", EVERYTHING, "key:k7qm2x9rt4vbc3zd")
    return representation.caller(identity, Standing(limits, counts, datetime(2026, 11, 21, tzinfo=UTC)))


def _upload_form() -> Any:
    return {
        "url": "https://uploads.example",
        "fields": {"key": _KEY, "policy": "eyJleHBp…", "x-amz-signature": "…"},
        "key": _KEY,
        "max_bytes": 200_000_000,
        "expires_in": 900,
        "links": {"reports": link("/reports", source=_KEY)},
    }
