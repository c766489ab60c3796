"""What a caller says of how data are read and shown gets to the render, and what was inferred into the job."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reports.errors import InvalidOptionsError, UnreadableFileError
from reports.jobs.reading_request import ReadingRequest
from reports.jobs.request import ReportOptions, ReportRequest
from reports.jobs.values import JobStatus
from tests.builders import App, a_catalog, direct_message, write_template
from tests.unit.worker.jobs import only_job

ROWS = {"rows": [{"a": "1,5"}]}


@pytest.fixture
def app(tmp_path: Path) -> App:
    """Return a service with a template `sheet`, which can be grouped."""
    catalog = a_catalog(tmp_path)
    properties = {"rows": {"type": "array", "items": {"type": "object"}}, "group_by": {"type": "string"}}
    schema = {"x-pressrun": {"kind": "rows", "property": "rows", "understand": True}, "properties": properties}
    write_template(tmp_path, "sheet", {"type": "object", "additionalProperties": False, **schema}, ROWS)
    return App(catalog=catalog)


def asked(template: str = "sheet", data: dict[str, Any] | None = None, **said: Any) -> ReportRequest:
    options = ReportOptions(reading=ReadingRequest(**said))
    return ReportRequest(template=template, data=ROWS if data is None else data, options=options)


def rendered(app: App, request: ReportRequest) -> Any:
    app.submit(request, tenant="demo", correlation_id="c")
    assert app.process(app.queue.sent[-1]).done
    return app.renderer.rendered[-1].data


def test_options_of_a_request_get_to_its_rows_and_its_data(app: App) -> None:
    data = rendered(app, asked(decimal=",", group_by="a"))

    assert (data["rows"].options.decimal, data["group_by"]) == (",", "a")


def test_what_the_data_say_themselves_wins(app: App) -> None:
    assert rendered(app, asked(data={**ROWS, "group_by": "b"}, group_by="a"))["group_by"] == "b"


@pytest.mark.parametrize(
    ("template", "data", "said", "fault"),
    [
        ("letter", {"to": "me"}, {"group_by": "a"}, "the template 'letter' has no property 'group_by' in its data"),
        ("sheet", ROWS, {"paper": "A4"}, "the template 'sheet' has no property 'paper' in its data"),
    ],
)
def test_an_option_that_the_template_lacks_is_refused_at_the_door(
    app: App, template: str, data: dict[str, Any], said: dict[str, Any], fault: str
) -> None:
    with pytest.raises(InvalidOptionsError, match=fault) as caught:
        app.submit(asked(template, data, **said), tenant="demo", correlation_id="c")

    assert [v.pointer for v in caught.value.violations] == [f"/options/reading/{next(iter(said))}"]


def test_a_direct_request_with_such_an_option_fails_and_says_so(app: App) -> None:
    body = {"template": "letter", "data": {"to": "me"}, "options": {"reading": {"paper": "A4"}}}

    assert app.process(direct_message(body)).done

    job = only_job(app)
    assert job.failure is not None
    assert (job.status, job.failure.code) == (JobStatus.FAILED, "invalid_options")


def test_options_without_effect_are_warned_of(app: App) -> None:
    rendered(app, asked(encoding="cp1252", decimal=","))

    assert [warning["message"] for warning in only_job(app).warnings] == [
        "The option encoding had no effect: it is about files with rows, and the data are none."
    ]


def test_what_was_inferred_is_in_the_job(app: App) -> None:
    app.renderer.reading = {"format": "csv", "sections": []}

    rendered(app, asked())

    assert only_job(app).reading == {"format": "csv", "sections": []}


def test_what_was_inferred_until_it_failed_is_in_the_job_and_not_in_its_next_life(app: App) -> None:
    refused = UnreadableFileError("Line 4 of the file has 7 cells.")
    refused.reading = {"format": "csv", "header_row": 1}
    app.renderer.faults = [refused]

    rendered(app, asked())

    job = only_job(app)
    assert (job.status, job.reading) == (JobStatus.FAILED, {"format": "csv", "header_row": 1})
    assert job.redriven(app.clock.now()).claimed(app.clock.now(), timedelta(minutes=1)).reading is None


def test_a_worker_that_knows_no_such_options_does_not_take_the_message(app: App) -> None:
    plain = ReportRequest(template="sheet", data=ROWS)

    versions = [app.submit(each, tenant="demo", correlation_id="c").message_version for each in (plain, asked())]

    assert versions == [1, 3]
