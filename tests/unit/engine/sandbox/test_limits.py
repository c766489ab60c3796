"""What becomes of renders that take too much time or memory or too many pages, and of the renders after them."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from reports.clock import Deadline
from reports.datasets import read_file
from reports.engine.sandbox.confined_renderer import ConfinedRenderer
from reports.errors import (
    InterruptedRenderError,
    RenderMemoryError,
    RenderTimeoutError,
    TooManyPagesError,
    TooMuchWorkError,
)
from reports.render_contract import TemplateLimits
from tests.unit.engine.rendering import context, printed
from tests.unit.engine.sandbox.confinement import ENDLESS_LOOP, LIMITS, PAGE, WHOLE, lay_out, whole

ENDLESS_LAYOUT = PAGE.format("{% for n in range(99999) %}<p style='break-after: page'>{{ n }}</p>{% endfor %}")


TWENTY_ONE_PAGES = PAGE.format("{% for n in range(21) %}<p style='break-after: page'>{{ n }}</p>{% endfor %}")


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


BUDGET = replace(LIMITS, cpu_seconds=1.5, cpu_seconds_per_mb=10)
IN_FORKS = """
import os, time
def view(data, context):
    for _ in range(2):
        if not os.fork():
            while time.process_time() < 60: pass
    time.sleep(60)
"""
FOR_TWO_SECONDS = """
import time
def view(data, context):
    begun = time.process_time()
    while time.process_time() - begun < 2.5: pass
    return {}
"""


@pytest.mark.parametrize(
    ("html", "view"), [(ENDLESS_LOOP, ""), (ENDLESS_LAYOUT, ""), (WHOLE, IN_FORKS)], ids=["loop", "layout", "forks"]
)
def test_more_work_than_the_input_explains_is_ended_and_the_next_render_succeeds(
    folder: Path, html: str, view: str
) -> None:
    with ConfinedRenderer(BUDGET) as renderer:
        whole(renderer, folder)

        with pytest.raises(TooMuchWorkError, match=r"more than 2 s of processor time.*0\.00 MB") as caught:
            printed(renderer, lay_out(folder, html, view), {}, context())

        assert not caught.value.retryable
        assert caught.value.detail["cpu_seconds"] == pytest.approx(1.5, abs=0.1)
        assert printed(renderer, lay_out(folder, name="next"), {}, context()).pages == 1


def test_more_input_may_be_more_work(folder: Path) -> None:
    busy = lay_out(folder, view=FOR_TWO_SECONDS)
    with ConfinedRenderer(BUDGET) as renderer:
        with pytest.raises(TooMuchWorkError):
            printed(renderer, busy, {}, context())

        assert printed(renderer, busy, {"text": "x" * 500_000}, context()).pages == 1


def test_a_file_that_is_lent_is_input_too(folder: Path, tmp_path: Path) -> None:
    busy = lay_out(folder, view=FOR_TWO_SECONDS)
    (tmp_path / "rows.csv").write_text("a\n" + "1\n" * 250_000, "ascii")
    with ConfinedRenderer(BUDGET) as renderer:
        rows = read_file("rows.csv", tmp_path / "rows.csv").value

        assert printed(renderer, busy, {"rows": rows}, context()).pages == 1


def test_a_render_that_only_its_workers_time_has_ended_can_be_tried_again(
    renderer: ConfinedRenderer, folder: Path
) -> None:
    whole(renderer, folder)

    with pytest.raises(InterruptedRenderError) as caught:
        printed(renderer, lay_out(folder, ENDLESS_LOOP), {}, context(), deadline=Deadline.after(0.5))

    assert caught.value.retryable
    assert printed(renderer, lay_out(folder, name="next"), {}, context()).pages == 1


def test_a_worker_without_any_time_left_does_not_begin(renderer: ConfinedRenderer, folder: Path) -> None:
    with pytest.raises(InterruptedRenderError):
        printed(renderer, lay_out(folder), {}, context(), deadline=Deadline.after(-3))


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
