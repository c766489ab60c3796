"""Passwords get from a request to its render, and nowhere else."""

from __future__ import annotations

import json
import logging
import pickle
from hashlib import sha256
from typing import Any

import pytest
from pydantic import ValidationError

from reports.errors import InvalidOptionsError, ServiceUnavailableError
from reports.intake.submit_batch import AcceptedItem
from reports.jobs.request import BatchItem, ReportOptions, ReportRequest
from reports.jobs.values import JobStatus
from reports.render_contract import Asset, Protection
from tests.builders import App, direct_message, notification, upload_message
from tests.unit.worker.jobs import LETTER, only_job, submitted

PASSWORD = "correct horse"
BOTH = {"user_password": PASSWORD, "owner_password": "battery staple"}


def rendered(app: App) -> Protection:
    protection = app.renderer.rendered[-1].finish.protection
    assert protection is not None
    return protection


def all_that_is_kept(app: App) -> str:
    """Return all that stores, queues and the audit log hold, as one text."""
    objects = [store.objects for store in (app.artifacts, app.uploads)]
    kept = [
        app.jobs.jobs,
        app.jobs.__dict__,
        objects,
        app.queue.sent,
        app.audit.__dict__,
        app.idempotency_keys.__dict__,
    ]
    return repr(kept) + repr(pickle.dumps(objects)) + repr(app.dead_letters.__dict__)


def test_passwords_of_a_request_reach_its_render_and_are_in_nothing_that_is_kept(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    app.renderer.faults.append(ServiceUnavailableError("S3 could not be reached."))
    job, message = submitted(app, protect={**BOTH, "allow": ["print"]})

    app.process(message)
    assert only_job(app).status is JobStatus.PENDING  # tried again later
    app.process(app.queue.sent[-1])

    assert app.jobs.get(job.id).status is JobStatus.SUCCEEDED
    found = rendered(app)
    assert (found.user, found.owner, found.allowed) == (PASSWORD, "battery staple", frozenset({"print"}))
    told = app.jobs.get(job.id).finish
    assert told == {"protect": {"encryption": "AES-256", "needs_password": True, "allowed": ["print"]}}
    for password in BOTH.values():
        assert password not in all_that_is_kept(app) + caplog.text + repr(app.renderer.rendered)


def test_each_item_of_a_batch_has_its_own_password(app: App) -> None:
    items = [
        BatchItem.model_validate({**LETTER, "options": {"protect": {"user_password": f"password {n}"}}})
        for n in (1, 2, 1)
    ]
    plain = BatchItem.model_validate(LETTER)

    app.submit_batch([*items, plain], tenant="demo", correlation_id="c")
    for message in list(app.queue.sent):
        app.process(message)

    found = [each.finish.protection.user if each.finish.protection else None for each in app.renderer.rendered]
    assert found == ["password 1", "password 2", "password 1", None]
    assert app.passwords.sealed == 2
    assert "password 1" not in all_that_is_kept(app)


def test_a_request_whose_passwords_cannot_be_sealed_is_not_accepted(app: App) -> None:
    app.passwords.refuse = ServiceUnavailableError("KMS could not be reached.")

    with pytest.raises(ServiceUnavailableError):
        submitted(app, protect=BOTH)

    assert not app.jobs.jobs
    assert not app.artifacts.objects


def test_a_batch_whose_passwords_cannot_be_sealed_uses_up_nothing_of_the_tenants_day(app: App) -> None:
    items = [BatchItem.model_validate({**LETTER, "options": {"protect": BOTH}}), BatchItem.model_validate(LETTER)]
    app.passwords.refuse = ServiceUnavailableError("KMS could not be reached.")

    with pytest.raises(ServiceUnavailableError):
        app.submit_batch(items, tenant="demo", correlation_id="c")

    assert not app.counts.counts
    assert not app.artifacts.objects


def test_a_stage_without_a_key_takes_names_of_secrets_alone(app: App) -> None:
    app.passwords.can_seal = False
    app.passwords.secrets = {("demo", "board"): PASSWORD}
    items = [BatchItem.model_validate({**LETTER, "options": {"protect": BOTH}}), BatchItem.model_validate(LETTER)]

    with pytest.raises(InvalidOptionsError, match="user_secret"):
        submitted(app, protect=BOTH)
    refused, accepted = app.submit_batch(items, tenant="demo", correlation_id="c").items
    app.process(submitted(app, protect={"user_secret": "board"})[1])

    assert isinstance(refused, InvalidOptionsError)
    assert isinstance(accepted, AcceptedItem)
    assert rendered(app).user == PASSWORD
    assert app.passwords.sealed == 0


def test_an_idempotency_key_stands_for_a_request_whatever_its_passwords_are(app: App) -> None:
    def ask(password: str) -> str:
        request = ReportRequest.model_validate({**LETTER, "options": {"protect": {"user_password": password}}})
        return app.submit(request, tenant="demo", correlation_id="c", idempotency_key="k").id

    assert ask(PASSWORD) == ask("battery staple")


def test_without_a_password_of_the_owner_nothing_lifts_the_restrictions(app: App) -> None:
    for _ in range(2):
        app.process(submitted(app, protect={"user_password": PASSWORD})[1])

    owners = {each.finish.protection.owner for each in app.renderer.rendered if each.finish.protection}
    assert len(owners) == 2
    assert all(len(owner) > 40 for owner in owners)


def uploaded(app: App, options: dict[str, Any]) -> None:
    key = "uploads/demo/list/a.csv"
    app.uploads.put(f"{key}.pressrun.json", json.dumps(options).encode(), content_type="application/json")
    app.uploads.put(key, b"a;b\n1;2\n", content_type="text/csv")
    app.process(upload_message(notification(key)))


def test_an_upload_names_secrets(app: App) -> None:
    app.passwords.secrets = {("demo", "board"): f"{PASSWORD}\n", ("demo", "chief"): "battery staple"}

    uploaded(app, {"title": "t", "protect": {"user_secret": "board", "owner_secret": "chief"}})

    assert (rendered(app).user, rendered(app).owner) == (PASSWORD, "battery staple")


def test_an_upload_takes_no_passwords(app: App) -> None:
    uploaded(app, {"protect": {"user_password": PASSWORD}})

    failure = only_job(app).failure
    assert failure is not None
    assert failure.code == "invalid_options"
    assert "user_secret" in failure.message
    assert not app.renderer.rendered


@pytest.mark.parametrize(
    ("secrets", "code", "message"),
    [
        ({("other", "board"): PASSWORD}, "secret_missing", "no secret named 'board'"),
        ({("demo", "board"): "short"}, "secret_unusable", "at least 8 characters"),
        ({("demo", "board"): PASSWORD, ("demo", "chief"): PASSWORD}, "secret_unusable", "the owner's password is"),
    ],
)
def test_secrets_that_are_none_are_told_before_the_render(
    app: App, secrets: dict[tuple[str, str], str], code: str, message: str
) -> None:
    app.passwords.secrets = {("demo", "chief"): "battery staple", **secrets}

    app.process(submitted(app, protect={"user_secret": "board", "owner_secret": "chief"})[1])

    failure = only_job(app).failure
    assert failure is not None
    assert (failure.code, message in failure.message) == (code, True)
    assert not app.renderer.rendered
    assert PASSWORD not in all_that_is_kept(app)


def test_a_report_whose_secret_could_be_no_password_is_made_once_it_can_and_it_is_retried(app: App) -> None:
    app.passwords.secrets = {("demo", "board"): "short"}
    job, message = submitted(app, protect={"user_secret": "board"})
    app.process(message)
    failed = app.jobs.get(job.id)

    app.passwords.secrets = {("demo", "board"): PASSWORD}
    app.retry(failed)
    app.process(app.queue.sent[-1])

    assert (failed.status, failed.tries, failed.can_retry) == (JobStatus.FAILED, 1, True)
    assert app.jobs.get(job.id).status is JobStatus.SUCCEEDED
    assert rendered(app).user == PASSWORD


def test_the_queue_takes_no_passwords_and_keeps_none(app: App) -> None:
    app.process(direct_message({**LETTER, "options": {"protect": BOTH}}))

    job = only_job(app)
    assert job.failure is not None
    assert job.failure.code == "invalid_data"
    assert "name a secret" in job.failure.message
    kept = repr(app.jobs.jobs) + repr(app.artifacts.objects)
    assert not any(password in kept for password in BOTH.values())


def test_a_form_for_an_upload_holds_no_passwords(app: App) -> None:
    options = ReportRequest.model_validate({**LETTER, "options": {"protect": BOTH}}).options

    with pytest.raises(InvalidOptionsError, match="an upload takes no passwords"):
        app.offer_upload("list", "a.csv", options, tenant="demo", content_type=None)


def test_assets_get_from_the_request_to_its_render_and_the_job_says_which(app: App) -> None:
    for name in ("letter", "terms"):
        app.artifacts.put(f"assets/demo/{name}.pdf", f"%PDF {name}".encode(), content_type="application/pdf")

    job, message = submitted(app, letterhead={"asset": "letter", "pages": "first"}, append=["terms", "terms"])
    app.process(message)

    composition = app.renderer.rendered[-1].finish.composition
    assert composition is not None
    assert composition.letterhead == Asset("letter", b"%PDF letter")
    assert (composition.first_page_only, composition.prepend) == (True, ())
    assert [each.body for each in composition.append] == [b"%PDF terms"] * 2
    told = app.jobs.get(job.id).finish or {}
    assert told["letterhead"] == {"name": "letter", "sha256": sha256(b"%PDF letter").hexdigest(), "pages": "first"}
    assert [each["name"] for each in told["append"]] == ["terms", "terms"]


def test_an_asset_that_is_gone_by_then_is_told_and_may_be_uploaded_again(app: App) -> None:
    app.artifacts.put("assets/demo/terms.pdf", b"%PDF", content_type="application/pdf")
    job, message = submitted(app, append=["terms"])
    app.artifacts.delete("assets/demo/terms.pdf")

    app.process(message)

    ended = app.jobs.get(job.id)
    assert ended.failure is not None
    assert (ended.failure.code, ended.can_retry) == ("asset_missing", True)


@pytest.mark.parametrize("options", [{"pdf": {"variant": "pdf/a-3b"}}, {"einvoice": "facturx-basic"}])
@pytest.mark.parametrize("pages", [{"letterhead": {"asset": "a"}}, {"append": ["a"]}, {"prepend": ["a"]}])
def test_pdf_a_takes_no_pages_of_tenants(options: dict[str, Any], pages: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="takes no pages of yours"):
        ReportOptions.model_validate({**options, **pages})
