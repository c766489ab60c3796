"""A rendering process prepares for its first report, and outlives a snapshot."""

from __future__ import annotations

import logging
import os
import signal
import time
from pathlib import Path

import pytest

from reports.engine.renderer import WeasyPrintRenderer
from reports.engine.sandbox.confined_renderer import ConfinedRenderer
from reports.engine.warm_up import prepare, warm_up
from reports.render_contract import RenderRequest, WarmUp
from tests.unit.engine.rendering import TEMPLATES, context, printed, sample, template
from tests.unit.engine.sandbox.confinement import LIMITS, PATIENCE, lay_out, whole


def test_a_page_for_warming_up_is_rendered_without_a_fault_and_leaves_no_template(
    caplog: pytest.LogCaptureFixture,
) -> None:
    renderer = WeasyPrintRenderer()

    with caplog.at_level(logging.WARNING):
        warm_up(renderer)

    assert caplog.records == []
    assert renderer._codes == {}


def test_all_templates_are_read_beforehand_but_a_broken_one(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    renderer = WeasyPrintRenderer()
    lay_out(tmp_path, name="good")
    lay_out(tmp_path, "{% if %}", name="bad")

    prepare(renderer, [TEMPLATES, tmp_path, tmp_path / "none"])

    names = {folder.name for folder in renderer._codes}
    assert names == {"good", *(file.parent.name for file in TEMPLATES.glob("*/template.html.j2"))}
    assert [record.args for record in caplog.records] == [("bad",)]


@pytest.mark.parametrize("kind", WarmUp)
def test_a_child_that_warms_up_renders_the_same(kind: WarmUp, caplog: pytest.LogCaptureFixture) -> None:
    letter = template(TEMPLATES / "invoice")

    with caplog.at_level(logging.WARNING), ConfinedRenderer(LIMITS, templates=[TEMPLATES], warm_up=kind) as renderer:
        renderer.start()
        renderer.load()
        report = printed(renderer, letter, sample("invoice"), context())

    expected = WeasyPrintRenderer().render(RenderRequest(letter, sample("invoice"), context()), output=len)
    assert report.sha256 == expected.sha256
    assert caplog.records == []


def test_only_the_first_child_warms_up() -> None:
    with ConfinedRenderer(LIMITS, warm_up=WarmUp.FIRST) as renderer:
        renderer.load()
        assert "first" in command_of(renderer)
        renderer.close()
        renderer.load()
        assert "first" not in command_of(renderer)


def test_a_child_that_was_stopped_with_all_its_sockets_goes_on_where_it_was(tmp_path: Path) -> None:
    """A snapshot stops all processes of a function between two reports, and they find themselves in another machine."""
    with ConfinedRenderer(LIMITS, templates=[tmp_path], warm_up=WarmUp.FIRST) as renderer:
        renderer.load()
        child = process_id(renderer)

        os.killpg(child, signal.SIGSTOP)
        wait_for_state(child, "T")
        os.killpg(child, signal.SIGCONT)

        whole(renderer, tmp_path / "templates")
        assert process_id(renderer) == child


def command_of(renderer: ConfinedRenderer) -> list[str]:
    return Path(f"/proc/{process_id(renderer)}/cmdline").read_text().split("\0")


def process_id(renderer: ConfinedRenderer) -> int:
    child = renderer._child
    assert child is not None
    return child._process.pid


def wait_for_state(process: int, state: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != state:
        assert time.monotonic() < deadline
        time.sleep(0.01)
