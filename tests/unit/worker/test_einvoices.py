"""An electronic invoice is asked for at each door, of a template that makes some."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.errors import InvalidOptionsError
from reports.jobs.request import ReportOptions, ReportRequest
from reports.jobs.values import JobStatus
from tests.builders import App, a_catalog, direct_message, write_template
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
