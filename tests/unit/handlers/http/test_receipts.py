"""Receipts say what a report was made of, and are signed."""

from __future__ import annotations

import json
from hashlib import sha256

import jwt
import pytest

from reports.errors import ServiceUnavailableError
from reports.jobs.values import Failure
from tests.builders import App, a_job
from tests.fakes.clock import NOON
from tests.unit.handlers.calling import Caller, keep

LETTER = {"template": "letter", "data": {"to": "me"}}


def made(app: App, call: Caller, **options: object) -> str:
    report = str(call("POST", "/reports", {**LETTER, "options": options}).json["id"])
    assert app.process(app.queue.sent[-1]).done
    return report


def test_a_receipt_has_the_digests_of_what_went_in_and_of_what_came_out(app: App, call: Caller) -> None:
    report = made(app, call, title="T")

    receipt = call("GET", f"/reports/{report}/receipt").json["receipt"]

    job = app.jobs.get(report)
    stored = {each.name: app.artifacts.objects[each.key].body for each in job.artifacts}
    assert receipt["input"] == {"door": "api", "sha256": sha256(app.artifacts.objects[job.input.key].body).hexdigest()}
    assert receipt["template"] == {"name": "letter", "sha256": app.catalog.sha256(app.catalog.get("letter"))}
    assert receipt["engine"] == app.engine
    assert {each["name"]: each["sha256"] for each in receipt["files"]} == {
        name: sha256(body).hexdigest() for name, body in stored.items()
    }
    assert receipt["pdf"]["sha256"] == receipt["files"][0]["sha256"]
    assert (receipt["report"], receipt["tenant"], receipt["attempt"]) == (report, "demo", 1)
    assert receipt["times"]["created_at"].endswith("Z")
    assert [each["standard"] for each in receipt["conformance"]] == ["PDF/UA-1"]


def test_a_receipt_is_signed_by_the_first_of_the_public_keys_and_the_same_each_time(app: App, call: Caller) -> None:
    app.receipt_keys.make()
    report = made(app, call)

    first, second = (call("GET", f"/reports/{report}/receipt").json for _ in range(2))

    keys = call.with_key(None)("GET", "/receipt-keys")
    assert keys.headers["Cache-Control"] == "public, max-age=300"
    assert "d" not in keys.json["keys"][0]
    public = jwt.PyJWK.from_dict(keys.json["keys"][0])
    signed = jwt.PyJWS().decode_complete(first["jws"], public, algorithms=["EdDSA"])["payload"]
    assert json.loads(signed) == first["receipt"]
    assert first == second


def test_without_a_key_it_is_not_signed(app: App, call: Caller) -> None:
    report = made(app, call)

    assert "jws" not in call("GET", f"/reports/{report}/receipt").json
    assert call("GET", "/receipt-keys").json == {"keys": []}


def test_a_key_that_cannot_be_read_now_gives_no_receipt_that_looks_unsigned(app: App, call: Caller) -> None:
    report = made(app, call)
    app.receipt_keys.refuse = ServiceUnavailableError("SSM is down.")

    assert call("GET", f"/reports/{report}/receipt").status == 503


def test_a_file_leads_to_its_receipt(app: App, call: Caller) -> None:
    report = made(app, call)
    files = call("GET", f"/reports/{report}/receipt").json["receipt"]["files"]
    digests = {each["content_type"]: each["sha256"] for each in files}

    assert call("GET", f"/receipts/{digests['application/pdf']}").json["receipt"]["report"] == report
    for sha in (digests["image/png"], "00" * 32, "nothing", digests["application/pdf"].upper()):
        missing = call("GET", f"/receipts/{sha}")
        assert (missing.status, missing.json["code"]) == (404, "job_not_found")


def test_a_report_that_has_not_succeeded_has_none(app: App, call: Caller) -> None:
    waiting = keep(app, a_job("waiting"))
    failed = keep(app, a_job("failed").failed(NOON, Failure("x", "y")))

    codes = [call("GET", f"/reports/{job.id}/receipt").json["code"] for job in (waiting, failed)]

    assert codes == ["report_not_ready", "report_failed"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"accessibility": "off"}, [("PDF/UA-1", False)]),
        ({"pdf": {"variant": "pdf/a-3a"}}, [("PDF/UA-1", True), ("PDF/A-3A", True)]),
        ({"pdf": {"ua": False}}, [("PDF/UA-1", False)]),
    ],
)
def test_it_says_which_standards_the_pdf_claims(
    app: App, call: Caller, options: dict[str, object], expected: list[tuple[str, bool]]
) -> None:
    report = made(app, call, **options)

    found = call("GET", f"/reports/{report}/receipt").json["receipt"]["conformance"]

    assert [(each["standard"], each["claimed"]) for each in found] == expected
