"""A report is signed as the last step, or not delivered."""

from __future__ import annotations

from hashlib import sha256

import pytest
from pydantic import ValidationError

from reports.errors import (
    PressrunError,
    ServiceUnavailableError,
    SignatureMisplacedError,
    SigningKeyUnusableError,
    TimestampNotOfferedError,
    TimestampUnavailableError,
    TooLargeError,
)
from reports.jobs.job import Job
from reports.jobs.receipts import receipt_of
from reports.jobs.signing import SignatureBox, SigningOrder, error_of, told
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


def test_place_and_time_stamp_of_a_signature_are_ordered_as_they_were_asked_for(keyed: App) -> None:
    keyed.signer.has_authority = True
    ended(keyed, sign={"key": "seal", "timestamp": True, "visible": {"page": -1, "x": 20, "y": 250.5, "width": 80}})

    [order] = keyed.signer.orders
    assert order.timestamp
    assert order.visible == SignatureBox(-1, 20, 250.5, 80, 20)
    assert SigningOrder.of(order.as_dict()) == order


@pytest.mark.parametrize(
    "error",
    [
        SignatureMisplacedError("the box leaves the page"),
        SigningKeyUnusableError("seal", "its key in KMS is disabled"),
        TimestampNotOfferedError(),
        TimestampUnavailableError(),
        TooLargeError("The PDF is too large."),
    ],
    ids=lambda error: error.code,
)
def test_an_error_comes_from_the_sign_function_as_it_was(error: PressrunError) -> None:
    answered = error_of(told(error)["error"])

    assert type(answered) is type(error)
    assert (answered.message, answered.code) == (error.message, error.code)


def test_a_report_waits_for_an_authority_before_its_render(keyed: App) -> None:
    keyed.signer.refuse = TimestampUnavailableError()

    job = ended(keyed, sign={"key": "seal", "timestamp": True})

    assert job.status is JobStatus.PENDING
    assert not keyed.renderer.rendered
    assert files(keyed) == []


def test_a_box_beside_the_page_leaves_nothing(keyed: App) -> None:
    keyed.signer.refuse_to_sign = SignatureMisplacedError("the document has 1 pages, and no page 9")

    job = ended(keyed, sign={"key": "seal", "visible": {"page": 9, "x": 1, "y": 1}})

    assert job.failure is not None
    assert job.failure.code == "signature_misplaced"
    assert files(keyed) == []


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


PLACES = {
    "no place": {},
    "page 0": {"x": 1, "y": 1, "page": 0},
    "left of the page": {"x": -1, "y": 1},
    "narrow": {"x": 1, "y": 1, "width": 1},
    "no number": {"x": "1", "y": "b"},
}
WRONG: dict[str, dict[str, object]] = {
    "no key": {},
    "a path": {"key": "../x"},
    "two lines": {"key": "seal", "reason": "a\nb"},
    "an unknown member": {"key": "seal", "seen": True},
    "a long name": {"key": "a" * 64},
    **{name: {"key": "seal", "visible": place} for name, place in PLACES.items()},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_signature_that_cannot_be_meant_is_refused_at_once(app: App, name: str) -> None:
    with pytest.raises(ValidationError, match="sign"):
        submitted(app, sign=WRONG[name])
