"""A report is signed as the last step, or not delivered."""

from __future__ import annotations

from hashlib import sha256

import pytest
from pydantic import ValidationError

from reports.errors import ServiceUnavailableError, SigningKeyUnusableError
from reports.jobs.job import Job
from reports.jobs.receipts import receipt_of
from reports.jobs.values import JobStatus
from tests.builders import App
from tests.unit.worker.jobs import submitted

LINE = b"\n%signed by seal"


@pytest.fixture
def keyed(app: App) -> App:
    app.signer.keys = {("demo", "seal")}
    return app


def ended(app: App, **options: object) -> Job:
    job, message = submitted(app, **options)
    app.process(message)
    return app.jobs.get(job.id)


def files(app: App) -> list[str]:
    return [key.rsplit("/", 1)[-1] for key in app.artifacts.objects if key.startswith("reports/")]


def test_a_report_is_signed_after_it_is_rendered_and_no_unsigned_file_stays(keyed: App) -> None:
    job = ended(keyed, sign={"key": "seal", "reason": "Issued", "certify": True})

    assert job.pdf is not None
    assert job.provenance is not None
    assert job.finish is not None
    body = keyed.artifacts.objects[job.pdf.key].body
    assert body.endswith(LINE)
    assert job.pdf.size == len(body)
    assert job.provenance.pdf_sha256 == sha256(body).hexdigest()
    assert job.finish["sign"]["rendered_sha256"] == sha256(body.removesuffix(LINE)).hexdigest()
    assert job.finish["sign"]["signer"] == "CN=Acme"
    assert not [name for name in files(keyed) if name.endswith(".unsigned")]
    [order] = keyed.signer.orders
    assert (order.tenant, order.reason, order.certify, order.password) == ("demo", "Issued", True, None)


def test_a_receipt_has_both_digests(keyed: App) -> None:
    receipt = receipt_of(ended(keyed, sign={"key": "seal"}))

    assert receipt["pdf"]["sha256"] != receipt["pdf"]["rendered_sha256"]


def test_a_key_that_is_not_there_fails_a_report_before_its_render(app: App) -> None:
    job = ended(app, sign={"key": "seal"})

    assert job.failure is not None
    assert job.failure.code == "signing_key_missing"
    assert not app.renderer.rendered
    assert files(app) == []


def test_a_key_that_expires_during_a_render_leaves_nothing_and_its_report_can_be_retried(keyed: App) -> None:
    keyed.signer.refuse_to_sign = SigningKeyUnusableError("seal", "its certificate expired at noon")

    job = ended(keyed, sign={"key": "seal"})

    assert (job.status, job.can_retry) == (JobStatus.FAILED, True)
    assert files(keyed) == []


def test_a_signature_that_fails_leaves_nothing_and_is_tried_again(keyed: App) -> None:
    keyed.signer.refuse_to_sign = ServiceUnavailableError("The sign function has failed. Its log says why.")
    job = ended(keyed, sign={"key": "seal"})
    assert job.status is JobStatus.PENDING
    assert files(keyed) == []

    keyed.signer.refuse_to_sign = None
    keyed.process(keyed.queue.sent[-1])

    assert keyed.jobs.get(job.id).status is JobStatus.SUCCEEDED


def test_a_protected_report_is_signed_by_way_of_its_owners_password(keyed: App) -> None:
    keyed.passwords.secrets = {("demo", "chief"): "battery staple"}

    ended(keyed, sign={"key": "seal"}, protect={"owner_secret": "chief"})

    [order] = keyed.signer.orders
    assert order.password == "battery staple"


def test_a_report_without_the_option_asks_for_no_signature(keyed: App) -> None:
    job = ended(keyed)

    assert job.status is JobStatus.SUCCEEDED
    assert keyed.signer.orders == []


@pytest.mark.parametrize(
    "sign",
    [{}, {"key": "../x"}, {"key": "seal", "reason": "a\nb"}, {"key": "seal", "visible": True}, {"key": "a" * 64}],
    ids=["no key", "a path", "two lines", "an unknown member", "a long name"],
)
def test_a_signature_that_cannot_be_meant_is_refused_at_once(app: App, sign: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="sign"):
        submitted(app, sign=sign)
