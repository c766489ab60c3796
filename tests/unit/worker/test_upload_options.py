"""Options of an uploaded file: in its metadata, and in a file beside it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reports.errors import ServiceUnavailableError
from reports.jobs.job import Job
from reports.jobs.request import ReportOptions
from reports.jobs.values import JobStatus
from reports.jobs.written_options import options_of_texts
from reports.render_contract import RenderContext
from tests.builders import App, notification, upload_message
from tests.contracts.moments import NOON
from tests.unit.worker.jobs import only_job

KEY = "uploads/demo/list/orders.csv"


def uploaded(app: App, *, beside: object = None, **metadata: str) -> None:
    """Upload a file with metadata, after the file with options beside it; a dash is written as ``_``."""
    if beside is not None:
        body = beside if isinstance(beside, bytes) else json.dumps(beside).encode()
        app.uploads.put(f"{KEY}.pressrun.json", body, content_type="application/json")
    app.uploads.put(KEY, b"a;b\n1;2\n", content_type="text/csv")
    app.uploads.objects[KEY].metadata = {f"pressrun-{k.replace('_', '-')}": v for k, v in metadata.items()}


def made(app: App) -> Job:
    assert app.process(upload_message(notification(KEY))).done
    return only_job(app)


def reason(job: Job) -> str:
    assert job.failure is not None
    assert (job.status, job.failure.code) == (JobStatus.FAILED, "invalid_options")
    return job.failure.message


def test_metadata_are_options_each_by_itself(app: App) -> None:
    uploaded(app, title="Orders", locale="de-CH", delimiter=";", header_row="none", sheet="2", date_order="dmy")

    options = made(app).options

    assert (options.title, options.locale) == ("Orders", "de-CH")
    assert options.reading is not None
    assert options.reading.of_file() == {"delimiter": ";", "header_row": 0, "sheet": "2", "date_order": "dmy"}
    assert app.renderer.rendered[0].context.title == "Orders"


def test_a_file_beside_the_upload_has_options_and_is_no_report(app: App) -> None:
    uploaded(app, beside={"title": "Größe", "replaces": "daily", "reading": {"encoding": "utf-8"}})

    records = [notification(f"{KEY}.pressrun.json"), notification(KEY)]
    assert app.process(upload_message(*records)).done

    job = only_job(app)
    assert (job.source, job.options.title, job.options.replaces) == (KEY, "Größe", "daily")


def test_what_is_nearer_to_the_file_wins(app: App) -> None:
    beside = {"title": "beside", "locale": "de", "filename": "a.pdf", "reading": {"delimiter": ",", "decimal": ","}}
    own = {"title": "whole", "locale": "fr", "reading": {"delimiter": "|"}}
    uploaded(app, beside=beside, options=json.dumps(own), title="single")

    options = made(app).options

    assert (options.title, options.locale, options.filename) == ("single", "fr", "a.pdf")
    assert options.reading is not None
    assert options.reading.of_file() == {"delimiter": "|", "decimal": ","}


def test_metadata_that_s3_has_encoded_are_decoded(app: App) -> None:
    uploaded(app, title="=?UTF-8?B?R3LDtsOfZQ==?= 2026")

    assert made(app).options.title == "Größe 2026"


@pytest.mark.parametrize(
    ("beside", "metadata", "words"),
    [
        (b"{", {}, "The options in orders.csv.pressrun.json cannot be used: this is not JSON"),
        ([1], {}, "orders.csv.pressrun.json cannot be used: this is no JSON object"),
        ({"reading": {"encoding": "klingon"}}, {}, "at /reading/encoding: 'klingon' is no encoding"),
        ({"titel": "x"}, {}, "at /titel: "),
        (b" " * 70_000, {}, "it has more than 65,536 bytes"),
        (None, {"colour": "red"}, "'colour' is no option; there are: title"),
        (None, {"header_row": "first"}, "at /reading/header_row: "),
        (None, {"options": "{"}, "x-amz-meta-pressrun-…) cannot be used: this is not JSON"),
        (None, {"sums": "a,,b", "paper": "A4"}, "at /options/reading/sums: the template 'list' has no property 'sums'"),
    ],
)
def test_options_that_are_wrong_fail_the_job_and_say_where(
    app: App, beside: object, metadata: dict[str, str], words: str
) -> None:
    uploaded(app, beside=beside, **metadata)

    assert words in reason(made(app))


def test_a_redrive_after_the_file_beside_was_mended_reads_it_anew(app: App) -> None:
    uploaded(app, beside=b"{")
    job = made(app)
    uploaded(app, beside={"reading": {"delimiter": ";"}})

    app.jobs.advance(job.redriven(app.clock.now()))
    assert app.process(upload_message(notification(KEY))).done

    assert only_job(app).status is JobStatus.SUCCEEDED
    assert app.renderer.rendered[0].data["rows"] == [{"a": "1", "b": "2"}]


def test_options_are_waited_for_when_s3_does_not_answer(app: App) -> None:
    uploaded(app, title="Orders")
    app.uploads.refuse = ServiceUnavailableError("S3 is down.")

    message = upload_message(notification(KEY))
    assert app.process(message).retry_after == 30
    assert not app.jobs.jobs

    app.uploads.refuse = None
    assert app.process(message).done
    assert only_job(app).options.title == "Orders"


def test_options_are_read_once_for_a_repeated_event(app: App) -> None:
    uploaded(app, title="first")
    made(app)
    uploaded(app, title="second")

    assert made(app).options.title == "first"


def test_a_file_in_no_tenants_folder_has_no_options(app: App) -> None:
    app.uploads.put("uploads/a.csv.pressrun.json", b"{", content_type="application/json")
    app.uploads.put("uploads/a.csv", b"a\n1\n", content_type="text/csv")

    assert app.process(upload_message(notification("uploads/a.csv"))).done

    job = only_job(app)
    assert job.failure is not None
    assert (job.failure.code, job.options) == ("misplaced_upload", ReportOptions())


def test_a_file_whose_name_leaves_no_room_for_a_file_beside_it_has_none(app: App) -> None:
    key = "uploads/demo/list/" + "x" * 1000 + ".csv"
    app.uploads.put(key, b"a\n1\n", content_type="text/csv")
    app.uploads.put(f"{key}.pressrun.json", b"{", content_type="application/json")

    assert app.process(upload_message(notification(key))).done

    assert only_job(app).status is JobStatus.SUCCEEDED


def test_an_upload_may_tell_only_addresses_that_its_tenant_may_tell(app: App) -> None:
    uploaded(app, email="someone@elsewhere.example")

    job = made(app)

    assert job.failure is not None
    assert job.failure.code == "address_not_allowed"


@pytest.mark.parametrize(
    ("written", "option"),
    [
        ({"sums": "none"}, {"sums": False}),
        ({"sums": "all"}, {"sums": True}),
        ({"sums": "Net, Gross"}, {"sums": ["Net", "Gross"]}),
        ({"sort": "-Net,City"}, {"sort": [{"key": "Net", "descending": True}, {"key": "City"}]}),
        ({"columns": "City,Net"}, {"columns": [{"key": "City"}, {"key": "Net"}]}),
        ({"columns": '["a,b", {"key": "c", "label": "C"}]'}, {"columns": [{"key": "a,b"}, {"key": "c", "label": "C"}]}),
        ({"group-by": "City"}, {"group_by": "City"}),
    ],
)
def test_lists_and_truths_can_be_written_as_texts(written: dict[str, str], option: dict[str, Any]) -> None:
    reading = options_of_texts(written)["reading"]

    assert reading == option
    ReportOptions.model_validate({"reading": reading})


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("Orders 2026_Q1.csv", "Orders 2026_Q1"),
        ("a.csv.gz", "a"),
        ("uploads/demo/table/x.y.xlsx", "x.y"),
        ("noext", "noext"),
        ("", ""),
    ],
)
def test_the_title_of_a_file_is_its_name_without_its_suffix(source: str, title: str) -> None:
    assert RenderContext("job-1", NOON, source=source).source_title == title
