"""Forms for uploads carry the options of the report, and refuse what the report would be refused for."""

from __future__ import annotations

import pytest

from reports.errors import AddressNotAllowedError, InvalidOptionsError, UnknownLocaleError
from reports.intake.offer_upload import OPTIONS
from reports.jobs.reading_request import ReadingRequest
from reports.jobs.request import NotifyOptions, ReportOptions
from tests.builders import App, notification, upload_message
from tests.unit.worker.jobs import only_job


def offered(app: App, options: ReportOptions) -> dict[str, str]:
    """Return the metadata of a form."""
    form = app.offer_upload("list", "a.csv", options, tenant="demo", content_type=None)
    assert form.key == "uploads/demo/list/a.csv"
    prefix = "x-amz-meta-"
    return {name.removeprefix(prefix): text for name, text in form.fields.items() if name.startswith(prefix)}


def test_a_form_without_options_has_no_metadata(app: App) -> None:
    assert offered(app, ReportOptions()) == {}


def test_options_come_through_a_form_as_they_were_given(app: App) -> None:
    options = ReportOptions(title="Größe 日本", reading=ReadingRequest(delimiter="tab", sheet="Übersicht"))

    metadata = offered(app, options)

    assert metadata[OPTIONS].isascii()
    app.uploads.put("uploads/demo/list/a.csv", b"a\n1\n", content_type="text/csv")
    app.uploads.objects["uploads/demo/list/a.csv"].metadata = metadata
    app.process(upload_message(notification("uploads/demo/list/a.csv")))
    assert only_job(app).options == options


def test_options_that_do_not_fit_a_form_are_refused_with_the_way_out(app: App) -> None:
    # Each of these is six characters in ASCII.
    options = ReportOptions(title="ж" * 200, filename="ж" * 120)

    with pytest.raises(InvalidOptionsError, match=r"takes 1,900\. Upload them .* by the name a\.csv\.pressrun\.json"):
        offered(app, options)


def test_the_metadata_of_the_largest_options_fit_into_s3() -> None:
    # The limit is 2 KB for names and values together, and names count without x-amz-meta-.
    assert len(OPTIONS) + 1_900 <= 2_048


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (ReportOptions(locale="xx"), UnknownLocaleError),
        (ReportOptions(notify=NotifyOptions(email="a@elsewhere.example")), AddressNotAllowedError),
        (ReportOptions(reading=ReadingRequest(paper="A4")), InvalidOptionsError),
    ],
)
def test_what_a_report_would_be_refused_for_is_refused_before_the_file_is_sent(
    app: App, options: ReportOptions, error: type[Exception]
) -> None:
    with pytest.raises(error):
        offered(app, options)
