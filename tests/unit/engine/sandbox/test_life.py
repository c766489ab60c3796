"""How a rendering child lives and dies, and what becomes of the render and of those after it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from reports.engine.sandbox.child_process import RendererUnavailableError
from reports.engine.sandbox.confined_renderer import ConfinedRenderer
from reports.errors import InternalError
from tests.unit.engine.rendering import context, printed
from tests.unit.engine.sandbox.confinement import LIMITS, PATIENCE, ROOT, lay_out, whole

# A view that says, in the only folder that it may write to, that it has begun, and goes on for ever.
WAITING_VIEW = """
import os, tempfile
from pathlib import Path
def view(data, context):
    Path(tempfile.gettempdir(), "pid").write_text(str(os.getpid()))
    while True:
        pass
"""


def process_id(renderer: ConfinedRenderer) -> int:
    """Return the id of the process that renders."""
    child = renderer._child
    assert child is not None
    return child._process.pid


def waiting_in(temporary: Path) -> int:
    """Return the id of a process that waits, once it does, by the folder that has the one of its own."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for path in temporary.glob("pressrun-renderer-*/pid"):
            if text := path.read_text("utf-8"):
                return int(text)
        time.sleep(0.01)
    raise AssertionError("no view has begun")


def ends(pid_handle: int) -> bool:
    """Tell whether a process ends, by its handle."""
    poll = select.poll()
    poll.register(pid_handle, select.POLLIN)
    return bool(poll.poll(PATIENCE * 1000))


def test_a_child_serves_one_render_after_another(shared: ConfinedRenderer, folder: Path) -> None:
    whole(shared, folder)
    first = process_id(shared)

    again = printed(shared, lay_out(folder), {"text": "again"}, context())

    assert process_id(shared) == first
    assert again.cpu_seconds is not None
    assert again.cpu_seconds >= 0
    assert again.peak_mb is None or again.peak_mb > 20


def test_a_child_killed_in_the_middle_is_a_fault_that_is_retried(
    renderer: ConfinedRenderer, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    killer = threading.Thread(target=lambda: os.kill(waiting_in(tmp_path), signal.SIGKILL))
    killer.start()

    with pytest.raises(InternalError) as caught:
        printed(renderer, lay_out(folder, view=WAITING_VIEW), {}, context())

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

    [record] = [record for record in caplog.records if record.message == "the renderer died"]
    assert vars(record)["exit_status"] == 3


def test_a_child_ends_with_its_parent_even_in_the_middle_of_a_render(folder: Path, tmp_path: Path) -> None:
    lay_out(folder, view=WAITING_VIEW)
    program = (
        "import sys; from pathlib import Path; from datetime import UTC, datetime;"
        "from reports.engine.sandbox.confined_renderer import ConfinedRenderer;"
        "from reports.render_contract import RenderContext, RenderLimits, RenderRequest, Template;"
        "t = Template('demo', 'Demo', '', Path(sys.argv[1]) / 'demo', {});"
        "c = RenderContext('j', datetime.now(UTC));"
        "ConfinedRenderer(RenderLimits()).render(RenderRequest(t, {}, c), output=len)"
    )
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", program, str(folder)], cwd=ROOT, env=environment) as parent:
        handle = os.pidfd_open(waiting_in(tmp_path))

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


def test_an_engine_that_cannot_be_loaded_says_what_to_do(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRESSRUN_NATIVE_LIB", str(tmp_path))

    with ConfinedRenderer(LIMITS) as renderer, pytest.raises(RendererUnavailableError, match="Run `make setup`"):
        whole(renderer, folder)
