"""What code that runs in a rendering child cannot do, on this kernel and on one that lacks a measure."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from reports.engine.sandbox import landlock
from reports.engine.sandbox.confined_renderer import ConfinedRenderer
from reports.render_contract import SANDBOX_MEASURES
from tests.pictures import data_uri, drawn, heic, written
from tests.unit.engine.rendering import context, printed
from tests.unit.engine.sandbox.attacks import ESCAPES, FILES, NETWORK, OF_THE_PARENT, PROGRAMS, SIGNALS, outcome
from tests.unit.engine.sandbox.confinement import LIMITS, PATIENCE, ROOT, lay_out, whole
from tests.unit.engine.sandbox.old_kernel import LANDLOCK, SECCOMP

LANDED = ("EPERM", "EACCES", "ENOSYS", "EXDEV")


def is_refused(text: str) -> bool:
    return text.startswith("refused ") and text.endswith(LANDED)


def of(attacks: Mapping[str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("code", attacks.values(), ids=attacks.keys())


@pytest.fixture(scope="module", autouse=True)
def _kernel() -> None:
    try:
        landlock.version()
    except OSError as error:
        pytest.skip(f"this kernel has no Landlock: {error}")


@of(OF_THE_PARENT | SIGNALS | PROGRAMS | ESCAPES)
def test_a_child_reaches_neither_other_processes_nor_programs_nor_the_kernels_depths(
    shared: ConfinedRenderer, folder: Path, code: str
) -> None:
    text = outcome(shared, folder, code)

    # Limits are refused by other errors.
    assert is_refused(text) or text in ("refused EINVAL", "refused EFBIG"), text


@of(NETWORK)
def test_a_child_reaches_no_network(shared: ConfinedRenderer, folder: Path, code: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)

        text = outcome(shared, folder, code, listener.getsockname()[1])

        with pytest.raises(BlockingIOError):
            listener.accept()
    assert is_refused(text), text


@of(FILES)
def test_a_child_reads_and_changes_no_files_but_those_of_a_render(
    shared: ConfinedRenderer, folder: Path, code: str
) -> None:
    with tempfile.TemporaryDirectory(prefix="pressrun-renderer-") as other:
        secret = Path(other, "secret")
        secret.write_text("TOP-SECRET", "utf-8")

        text = outcome(shared, folder, code, other)

        assert ([path.name for path in Path(other).iterdir()], secret.read_text("utf-8")) == (["secret"], "TOP-SECRET")
    assert is_refused(text), text


def test_the_tests_of_a_sandbox_would_see_what_is_let_through(shared: ConfinedRenderer, folder: Path) -> None:
    assert outcome(shared, folder, "return 1 + 1") == "done 2"


def test_a_child_may_write_to_a_folder_of_its_own_which_goes_with_it(folder: Path) -> None:
    with ConfinedRenderer(LIMITS) as renderer:
        text = outcome(renderer, folder, "made = Path(tempfile.gettempdir(), 'a', 'b')\nmade.mkdir(parents=True)")
        assert renderer._child is not None
        own = renderer._child.folder

        assert text == "done None"
        assert (own / "a" / "b").is_dir()
    assert not own.exists()


def test_a_template_from_elsewhere_is_rendered_by_a_child_that_may_read_it(tmp_path: Path) -> None:
    with ConfinedRenderer(LIMITS, templates=[tmp_path / "a"]) as renderer:
        whole(renderer, tmp_path / "a")
        first = renderer._child

        assert whole(renderer, tmp_path / "b").pages == 1
        second = renderer._child
        assert printed(renderer, lay_out(tmp_path / "a"), {}, context()).pages == 1

    assert first is not second
    assert renderer._child is None


@pytest.mark.parametrize("body", [heic("grid"), written(drawn(), "AVIF"), written(drawn(), "TIFF", compression="jpeg")])
def test_a_child_decodes_pictures_by_libraries_that_it_has_not_loaded_before(
    shared: ConfinedRenderer, folder: Path, body: bytes
) -> None:
    place = lay_out(folder, f'<!doctype html><html lang="en"><title>t</title><img src="{data_uri(body)}" alt="x">')

    assert printed(shared, place, {}, context()).pages == 1


def test_no_process_that_a_child_has_started_outlives_it(folder: Path) -> None:
    begin = "pid = os.fork()\nif not pid:\n    signal.pause()\nreturn pid"
    with ConfinedRenderer(LIMITS) as renderer:
        pid = int(outcome(renderer, folder, begin).removeprefix("done "))
        handle = os.pidfd_open(pid)

    with os.fdopen(handle):
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        assert poll.poll(PATIENCE * 1000)


def run_without(numbers: list[int], program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.engine.sandbox.old_kernel", program, *map(str, numbers)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


RENDER = """
import json, logging
from pathlib import Path
from reports.engine.sandbox.confined_renderer import ConfinedRenderer
from reports.engine.sandbox.child_process import RendererUnavailableError
from tests.unit.engine.sandbox.attacks import outcome
from tests.unit.engine.sandbox.confinement import LIMITS

class Logs(logging.Handler):
    def emit(self, record):
        logged.append((record.levelname, record.getMessage(), sorted(record.lacking)))

logged = []
logging.getLogger("reports").addHandler(Logs())
logging.getLogger("reports").setLevel("INFO")
with ConfinedRenderer(LIMITS, templates=[Path({folder!r})], needed={needed!r}) as renderer:
    try:
        found = [outcome(renderer, Path({folder!r}, str(n)), code) for n, code in enumerate({codes!r})]
    except RendererUnavailableError as error:
        found = [str(error)]
print(json.dumps([logged, found]))
"""


def test_a_kernel_without_landlock_still_keeps_the_network_programs_and_the_parent_apart(tmp_path: Path) -> None:
    codes = [*OF_THE_PARENT.values(), *PROGRAMS.values(), *SIGNALS.values(), NETWORK["UDP"], "return 1"]
    # Of the map of memory, and of signals by a handle, only Landlock knows.
    codes.remove(OF_THE_PARENT["its map of memory"])

    logged, found = json.loads(
        run_without([LANDLOCK], RENDER.format(needed=["seccomp"], folder=str(tmp_path), codes=codes))
    )

    assert logged == [["INFO", "the renderer is confined", ["landlock"]]]
    assert found[-1] == "done 1"
    assert [text for text in found[:-1] if not is_refused(text)] == []


def test_a_kernel_without_seccomp_renders_and_the_log_warns(tmp_path: Path) -> None:
    logged, found = json.loads(
        run_without([SECCOMP], RENDER.format(needed=[], folder=str(tmp_path), codes=["return 1"]))
    )

    assert logged == [["WARNING", "the renderer is confined", ["seccomp"]]]
    assert found == ["done 1"]


def test_a_measure_that_is_asked_for_and_is_not_there_ends_it(tmp_path: Path) -> None:
    program = RENDER.format(needed=["landlock", "seccomp"], folder=str(tmp_path), codes=["return 1"])

    logged, found = json.loads(run_without([LANDLOCK], program))

    assert logged == [["ERROR", "the renderer is not confined as it has to be", ["landlock"]]]
    assert found == ["RENDER_SANDBOX asks for what this machine's kernel does not give: landlock."]


def test_all_measures_hold_here(folder: Path) -> None:
    with ConfinedRenderer(LIMITS, needed=SANDBOX_MEASURES) as renderer:
        assert whole(renderer, folder).pages == 1
