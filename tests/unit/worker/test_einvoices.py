"""An electronic invoice is asked for at each door, of a template that makes some."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from reports.datasets import einvoice_in
from reports.errors import InvalidOptionsError
from reports.jobs.request import ReportOptions, ReportRequest
from reports.jobs.values import JobStatus
from tests.builders import App, a_catalog, direct_message, notification, upload_message, write_template
from tests.unit.worker.jobs import LETTER, only_job

BILL = {"template": "bill", "data": {}, "options": {"einvoice": "xrechnung"}}


@pytest.fixture
def app(tmp_path: Path) -> App:
    """Return a service with a template `bill` that makes electronic invoices."""
    catalog = a_catalog(tmp_path)
    write_template(tmp_path, "bill", {"type": "object", "x-pressrun": {"einvoice": True}}, {})
    return App(catalog=catalog)


def test_the_form_gets_to_the_render(app: App) -> None:
    app.process(direct_message(BILL))

    assert app.renderer.rendered[0].context.einvoice == "xrechnung"


def test_an_electronic_invoice_gets_to_the_render_as_it_is(app: App) -> None:
    app.process(direct_message({"template": "bill", "data": {"einvoice": "<Invoice/>"}}))

    assert app.renderer.rendered[0].data == {"einvoice": "<Invoice/>"}


@pytest.mark.parametrize(
    "start", [b"%PDF-1.7", b"<?xml version='1.0'?>", "\ufeff<?xml?>".encode("utf-16"), b"\xef\xbb\xbf\n<Invoice>"]
)
def test_a_file_of_an_electronic_invoice_is_made_into_its_copy(app: App, tmp_path: Path, start: bytes) -> None:
    file = tmp_path / "invoice.bin"
    file.write_bytes(start)

    invoice = einvoice_in(file)

    assert invoice is not None
    assert base64.b64decode(invoice.partition("base64,")[2]) == start


def test_an_uploaded_electronic_invoice_is_made_into_its_copy(app: App) -> None:
    key = "uploads/demo/bill/a.xml"
    app.uploads.put(key, b"<Invoice/>", content_type="application/xml")

    assert app.process(upload_message(notification(key))).done

    assert app.renderer.rendered[0].data == {"einvoice": "data:application/xml;base64,PEludm9pY2UvPg=="}


def test_other_files_are_no_electronic_invoices(tmp_path: Path) -> None:
    file = tmp_path / "invoice.json"
    file.write_bytes(b'{"a": "<"}')

    assert einvoice_in(file) is None


def test_what_is_said_beside_an_electronic_invoice_is_refused(app: App) -> None:
    app.process(direct_message({"template": "bill", "data": {"einvoice": "<Invoice/>", "number": "1"}}))

    job = only_job(app)
    assert job.failure is not None
    assert job.failure.code == "invalid_data"


def test_none_is_no_form(app: App) -> None:
    app.process(direct_message({**LETTER, "options": {"einvoice": "none"}}))

    assert app.renderer.rendered[0].context.einvoice is None


def test_a_template_without_electronic_invoices_is_refused(app: App) -> None:
    request = ReportRequest(template="letter", data={"to": "me"}, options=ReportOptions(einvoice="xrechnung"))

    with pytest.raises(InvalidOptionsError, match="/options/einvoice: the template 'letter' makes no electronic"):
        app.submit(request, tenant="demo", correlation_id="c")
    app.process(direct_message({**LETTER, "options": {"einvoice": "xrechnung"}}))
    job = only_job(app)
    assert job.failure is not None
    assert (job.status, job.failure.code) == (JobStatus.FAILED, "invalid_options")
