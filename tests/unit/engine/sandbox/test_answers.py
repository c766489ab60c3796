"""What a rendering child answers: reports, and errors with all that they say."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from reports.engine.sandbox.confined_renderer import ConfinedRenderer
from reports.errors import InvalidDataError, ResourceBlockedError, TemplateBrokenError, UnreadableFileError, Violation
from tests.unit.engine.rendering import context, printed, sample, sample_report, template
from tests.unit.engine.sandbox.confinement import PAGE, ROOT, lay_out


def test_a_report_is_the_same_bytes_as_without_confinement(shared: ConfinedRenderer) -> None:
    report = printed(shared, template(ROOT / "templates" / "photos"), sample("photos"), context())

    unconfined = sample_report("photos")
    assert report.pdf == unconfined.pdf
    assert (report.size, report.sha256) == (unconfined.size, unconfined.sha256)
    assert (report.pages, report.warnings) == (unconfined.pages, unconfined.warnings)
    # Not the thumbnail's bytes: pypdfium2 draws otherwise when it is loaded before Pango, as it is in tests.
    assert report.files[1:] == unconfined.files[1:]
    assert [(f.name, f.content_type, f.width, f.height) for f in report.files] == [
        (f.name, f.content_type, f.width, f.height) for f in unconfined.files
    ]


def test_many_megabytes_cross_in_both_directions(shared: ConfinedRenderer, folder: Path) -> None:
    echo = (
        "from reports.render_contract import RenderedFile\n"
        "def view(data, context): return {}\n"
        "def extra_files(data, context): return [RenderedFile('echo.txt', 'text/plain', data['text'].encode())]"
    )
    text = "0123456789abcdef" * 2**19

    report = printed(shared, lay_out(folder, view=echo), {"text": text}, context())

    assert report.files[1].body == text.encode()


ERRORS = {
    "violations": (
        "from reports.errors import InvalidDataError, Violation\n"
        "def view(data, context): raise InvalidDataError('demo', [Violation('/a', 'is odd'), Violation('/b', 'too')])",
        InvalidDataError("demo", [Violation("/a", "is odd"), Violation("/b", "too")]),
    ),
    "file": (
        "from reports.errors import UnreadableFileError\n"
        "def view(data, context): raise UnreadableFileError('Save it again.', page=3)",
        UnreadableFileError("Save it again.", page=3),
    ),
}


@pytest.mark.parametrize(("view", "expected"), ERRORS.values(), ids=ERRORS.keys())
def test_an_error_crosses_with_its_type_and_all_it_says(
    shared: ConfinedRenderer, folder: Path, view: str, expected: InvalidDataError | UnreadableFileError
) -> None:
    with pytest.raises(type(expected)) as caught:
        printed(shared, lay_out(folder, view=view), {}, context())

    error = caught.value
    assert (type(error), error.message, error.detail) == (type(expected), expected.message, expected.detail)
    if isinstance(error, InvalidDataError):
        assert error.violations == (Violation("/a", "is odd"), Violation("/b", "too"))


def test_a_blocked_resource_is_an_error_here_too(shared: ConfinedRenderer, folder: Path) -> None:
    page = PAGE.format('<img src="file:///etc/passwd" alt="x">')

    with pytest.raises(ResourceBlockedError, match="outside of its template's folder"):
        printed(shared, lay_out(folder, page), {}, context())


def test_the_log_has_the_stack_trace_of_a_broken_template(
    shared: ConfinedRenderer, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(TemplateBrokenError) as caught:
        printed(shared, lay_out(folder, "{{ 1 / 0 }}"), {}, context())

    place = "demo/template.html.j2, line 1"
    assert caught.value.detail == {"template": "demo", "place": place, "reason": "ZeroDivisionError"}
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert record.message == "template demo failed in template.html.j2"
    assert "ZeroDivisionError" in vars(record)["exception"]
