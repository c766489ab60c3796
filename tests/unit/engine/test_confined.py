"""What becomes of renders that take too much, or that die, and of the renders after them."""

from __future__ import annotations

import logging
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reports.engine.confined import ConfinedRenderer
from reports.engine.rendering_process import RendererUnavailableError
from reports.errors import (
    InternalError,
    InterruptedRenderError,
    InvalidDataError,
    RenderMemoryError,
    RenderTimeoutError,
    ResourceBlockedError,
    TemplateBrokenError,
    TooManyPagesError,
    UnreadableFileError,
    Violation,
)
from reports.model import TemplateLimits
from tests.unit.engine.confinement import LIMITS, LYING_VIEW, PAGE, PATIENCE, ROOT, WHOLE, frame, lay_out
from tests.unit.engine.rendering import PrintedReport, context, page_texts, printed, sample, sample_report, template

ENDLESS_LOOP = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
ENDLESS_LAYOUT = PAGE.format("{% for n in range(99999) %}<p style='break-after: page'>{{ n }}</p>{% endfor %}")
TWENTY_ONE_PAGES = PAGE.format("{% for n in range(21) %}<p style='break-after: page'>{{ n }}</p>{% endfor %}")

# A view that works until it is told to go on.
WAITING_VIEW = """
import os
from pathlib import Path
def view(data, context):
    Path(data["pid_file"]).write_text(str(os.getpid()))
    while not Path(data["pid_file"] + ".go").exists():
        pass
    return data
"""


@pytest.fixture
def renderer() -> Iterator[ConfinedRenderer]:
    with ConfinedRenderer(LIMITS) as renderer:
        yield renderer


@pytest.fixture(scope="module")
def shared() -> Iterator[ConfinedRenderer]:
    """Provide one child for tests that do not end it."""
    with ConfinedRenderer(LIMITS) as renderer:
        yield renderer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "templates"


def whole(renderer: ConfinedRenderer, folder: Path) -> PrintedReport:
    """Render what cannot fail."""
    return printed(renderer, lay_out(folder, name="whole"), {}, context())


def process_id(renderer: ConfinedRenderer) -> int:
    """Return the id of the process that renders."""
    child = renderer._child
    assert child is not None
    return child._process.pid


def wait_for(path: Path) -> str:
    """Return what a file holds, once it holds something."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if path.exists() and (text := path.read_text("utf-8")):
            return text
        time.sleep(0.01)
    raise AssertionError(f"{path.name} has not come")


def ends(pid_handle: int) -> bool:
    """Tell whether a process ends, by its handle."""
    poll = select.poll()
    poll.register(pid_handle, select.POLLIN)
    return bool(poll.poll(PATIENCE * 1000))


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


def test_a_child_serves_one_render_after_another(shared: ConfinedRenderer, folder: Path) -> None:
    whole(shared, folder)
    first = process_id(shared)

    printed(shared, lay_out(folder), {"text": "again"}, context())

    assert process_id(shared) == first


def test_the_function_itself_never_loads_the_engine(folder: Path) -> None:
    lay_out(folder)
    program = (
        "import sys; from pathlib import Path; from datetime import UTC, datetime;"
        "from reports import bootstrap; from reports.engine.confined import ConfinedRenderer;"
        "from reports.model import RenderContext, RenderLimits, Template;"
        "t = Template('demo', 'Demo', '', Path(sys.argv[1]) / 'demo', {});"
        "r = ConfinedRenderer(RenderLimits());"
        "assert r.render(t, {}, RenderContext('j', datetime.now(UTC)), output=len).pages == 1;"
        "r.close();"
        "bad = {'weasyprint', 'jinja2', 'PIL', 'pypdfium2', 'fontTools', 'babel'} & set(sys.modules);"
        "sys.exit(f'loaded: {bad}' if bad else 0)"
    )

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("html", [ENDLESS_LOOP, ENDLESS_LAYOUT], ids=["loop", "layout"])
def test_what_does_not_end_is_ended_and_the_next_render_succeeds(
    renderer: ConfinedRenderer, folder: Path, html: str
) -> None:
    endless = replace(lay_out(folder, html), limits=TemplateLimits(seconds=1))
    renderer.start()
    whole(renderer, folder)

    began = time.monotonic()
    with pytest.raises(RenderTimeoutError, match="after 1 s"):
        printed(renderer, endless, {}, context())

    assert time.monotonic() - began < 10
    assert printed(renderer, lay_out(folder, name="next"), {}, context()).pages == 1


@pytest.mark.parametrize(
    ("html", "view"),
    [
        (WHOLE, "def view(data, context):\n    return [bytearray(10**7) for _ in range(10**5)]"),
        ("{{ 'x' * 10**10 }}", ""),
    ],
    ids=["many blocks", "one text"],
)
def test_a_memory_bomb_ends_alone_and_the_next_render_succeeds(folder: Path, html: str, view: str) -> None:
    with ConfinedRenderer(replace(LIMITS, memory_bytes=200 * 2**20)) as renderer:
        bomb = lay_out(folder, html, view)

        with pytest.raises(RenderMemoryError, match="200 MB"):
            printed(renderer, bomb, {}, context())

        assert whole(renderer, folder).pages == 1


def test_want_of_memory_that_was_taken_for_a_fault_of_a_picture_is_told_apart(
    renderer: ConfinedRenderer, folder: Path
) -> None:
    mistaken = (
        "from reports.errors import UnreadableFileError\n"
        "def view(data, context):\n"
        "    try: raise MemoryError\n"
        "    except Exception: raise UnreadableFileError('The picture is damaged.')"
    )

    with pytest.raises(RenderMemoryError):
        printed(renderer, lay_out(folder, view=mistaken), {}, context())

    assert whole(renderer, folder).pages == 1


def test_a_library_that_aborts_for_want_of_memory_is_out_of_memory(folder: Path) -> None:
    hungry = "import os\ndef view(data, context):\n    blocks = bytearray(150 * 10**6)\n    os.abort()"
    with ConfinedRenderer(replace(LIMITS, memory_bytes=300 * 2**20)) as renderer:
        with pytest.raises(RenderMemoryError, match="signal 6"):
            printed(renderer, lay_out(folder, view=hungry), {}, context())

        assert whole(renderer, folder).pages == 1


def test_a_child_that_has_grown_large_makes_room_for_a_new_one(folder: Path) -> None:
    large = "def view(data, context):\n    bytearray(150 * 10**6)\n    return data"
    with ConfinedRenderer(replace(LIMITS, memory_bytes=250 * 2**20)) as renderer:
        report = printed(renderer, lay_out(folder, view=large), {}, context())

        assert report.pages == 1
        assert renderer._child is None


def test_a_document_with_too_many_pages_is_refused_with_the_limit(shared: ConfinedRenderer, folder: Path) -> None:
    with pytest.raises(TooManyPagesError, match="more than 20 pages") as caught:
        printed(shared, lay_out(folder, TWENTY_ONE_PAGES), {}, context())

    assert caught.value.detail == {"pages": 21, "limit": 20}


def test_a_template_can_lower_the_limits(shared: ConfinedRenderer, folder: Path) -> None:
    strict = replace(lay_out(folder, TWENTY_ONE_PAGES), limits=TemplateLimits(pages=3))

    with pytest.raises(TooManyPagesError, match="more than 3 pages"):
        printed(shared, strict, {}, context())


def test_a_template_cannot_raise_the_limits() -> None:
    assert LIMITS.lowered_by(TemplateLimits(seconds=999, pages=999)) == LIMITS
    assert LIMITS.lowered_by(TemplateLimits(seconds=5, pages=2)) == replace(LIMITS, seconds=5, pages=2)


def test_a_render_that_only_its_workers_time_has_ended_can_be_tried_again(
    renderer: ConfinedRenderer, folder: Path
) -> None:
    whole(renderer, folder)

    with pytest.raises(InterruptedRenderError) as caught:
        printed(renderer, lay_out(folder, ENDLESS_LOOP), {}, context(), seconds_left=0.5)

    assert caught.value.retryable
    assert printed(renderer, lay_out(folder, name="next"), {}, context()).pages == 1


def test_a_worker_without_any_time_left_does_not_begin(renderer: ConfinedRenderer, folder: Path) -> None:
    with pytest.raises(InterruptedRenderError):
        printed(renderer, lay_out(folder), {}, context(), seconds_left=-3)


def test_a_child_killed_in_the_middle_is_a_fault_that_is_retried(
    renderer: ConfinedRenderer, folder: Path, tmp_path: Path
) -> None:
    pid_file = tmp_path / "pid"
    killer = threading.Thread(target=lambda: os.kill(int(wait_for(pid_file)), signal.SIGKILL))
    killer.start()

    with pytest.raises(InternalError) as caught:
        printed(renderer, lay_out(folder, view=WAITING_VIEW), {"pid_file": str(pid_file)}, context())

    killer.join()
    assert caught.value.retryable
    assert whole(renderer, folder).pages == 1


def test_a_child_that_has_died_between_two_renders_is_replaced(renderer: ConfinedRenderer, folder: Path) -> None:
    whole(renderer, folder)
    handle = os.pidfd_open(process_id(renderer))
    os.kill(process_id(renderer), signal.SIGKILL)
    assert ends(handle)
    os.close(handle)

    assert printed(renderer, lay_out(folder), {}, context()).pages == 1


def test_a_view_that_ends_the_process_is_a_fault(
    renderer: ConfinedRenderer, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(InternalError):
        printed(renderer, lay_out(folder, view="import os\ndef view(data, context): os._exit(3)"), {}, context())

    [record] = caplog.records
    assert (record.message, vars(record)["exit_status"]) == ("the renderer died", 3)


@pytest.mark.parametrize(
    "answer",
    [
        b"\xff" * 8,
        frame(b"no JSON"),
        frame(b"[]"),
        frame(b'{"surprise": 1}'),
        frame(b'{"report": {"pages": 1, "layout": {}, "warnings": [], "files": []}}', b"surplus"),
        frame(b'{"report": {"pages": -1, "layout": {}, "warnings": [], "files": []}}'),
        frame(b'{"report": {"pages": 1, "layout": {}, "warnings": [{"code": {}}], "files": []}}'),
        frame(b'{"report": {"pages": 1, "layout": {"x": NaN}, "warnings": [], "files": []}}'),
        frame(b'{"report": {"pages": 1, "layout": {"x": "%s"}, "warnings": [], "files": []}}' % (b"x" * 65536)),
        frame(b'{"progress": {"done": -1, "total": null}}'),
        frame(
            b'{"report": {"pages": 1, "layout": {}, "warnings": [], "files": [{"name": "../../x", "type": "image/png", '
            b'"bytes": 0, "width": 1, "height": 1}]}}'
        ),
        frame(b'{"error": {"code": "job_conflict", "message": "", "detail": {}}}'),
        frame(b'{"error": {"code": "invalid_data", "template": "x", "detail": {"violations": []}}}'),
        frame(b'{"log": {"level": "loud"}}'),
    ],
)
def test_a_child_that_lies_is_not_believed_and_is_replaced(
    renderer: ConfinedRenderer, folder: Path, answer: bytes
) -> None:
    with pytest.raises(InternalError):
        printed(renderer, lay_out(folder, view=LYING_VIEW.format(answer)), {}, context())

    assert renderer._child is None


def test_a_child_ends_with_its_parent_even_in_the_middle_of_a_render(folder: Path, tmp_path: Path) -> None:
    lay_out(folder, view=WAITING_VIEW)
    pid_file = tmp_path / "pid"
    program = (
        "import sys; from pathlib import Path; from datetime import UTC, datetime;"
        "from reports.engine.confined import ConfinedRenderer;"
        "from reports.model import RenderContext, RenderLimits, Template;"
        "t = Template('demo', 'Demo', '', Path(sys.argv[1]) / 'demo', {});"
        "c = RenderContext('j', datetime.now(UTC));"
        "ConfinedRenderer(RenderLimits()).render(t, {'pid_file': sys.argv[2]}, c, output=len)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(folder), str(pid_file)], cwd=ROOT) as parent:
        handle = os.pidfd_open(int(wait_for(pid_file)))

        parent.kill()

    assert ends(handle)
    os.close(handle)


def test_a_thread_that_ends_does_not_take_the_child_with_it(renderer: ConfinedRenderer, folder: Path) -> None:
    starter = threading.Thread(target=lambda: whole(renderer, folder))
    starter.start()
    starter.join()
    first = process_id(renderer)

    printed(renderer, lay_out(folder), {}, context())

    assert process_id(renderer) == first


def test_the_child_knows_nothing_of_the_functions_credentials(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "TOP-SECRET")
    monkeypatch.setenv("JOBS_TABLE", "jobs")
    tell = "import os\ndef view(data, context):\n    return {'text': ' '.join(os.environ)}"
    with ConfinedRenderer(LIMITS) as renderer:
        report = printed(renderer, lay_out(folder, view=tell), {}, context())

    names = set(" ".join(page_texts(report.pdf)).split())
    assert "PATH" in names
    assert not [name for name in names if name.startswith("AWS_") or name == "JOBS_TABLE"]


def test_the_child_holds_no_file_of_the_functions(folder: Path, tmp_path: Path) -> None:
    tell = (
        "import os\ndef view(data, context):\n"
        "    return {'text': ' '.join(sorted({os.readlink(f'/proc/self/fd/{n}').split(':')[0]"
        " for n in os.listdir('/proc/self/fd') if os.path.lexists(f'/proc/self/fd/{n}')}))}"
    )
    with (tmp_path / "secret.txt").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        with ConfinedRenderer(LIMITS) as renderer:
            report = printed(renderer, lay_out(folder, view=tell), {}, context())

    assert "secret.txt" not in page_texts(report.pdf)[0]


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

    assert caught.value.detail == {"template": "demo", "place": "demo/template.html.j2, line 1"}
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert record.message == "template demo failed in template.html.j2"
    assert "ZeroDivisionError" in vars(record)["exception"]


def test_many_megabytes_cross_in_both_directions(shared: ConfinedRenderer, folder: Path) -> None:
    echo = (
        "from reports.model import RenderedFile\n"
        "def view(data, context): return {}\n"
        "def extra_files(data, context): return [RenderedFile('echo.txt', 'text/plain', data['text'].encode())]"
    )
    text = "0123456789abcdef" * 2**19

    report = printed(shared, lay_out(folder, view=echo), {"text": text}, context())

    assert report.files[1].body == text.encode()


def test_an_engine_that_cannot_be_loaded_says_what_to_do(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRESSRUN_NATIVE_LIB", str(tmp_path))

    with ConfinedRenderer(LIMITS) as renderer, pytest.raises(RendererUnavailableError, match="Run `make setup`"):
        whole(renderer, folder)
