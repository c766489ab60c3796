from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import TemplateSyntaxError

from reports.engine.templating.rows_tag import CAPTURE, Capture, without_marks
from reports.engine.templating.template_code import environment_of

SOURCE = (
    "{% macro name(of) %}<i>{{ of }}</i>{% endmacro %}"
    '<table>{% rows lines as line %}<tr{% if line.bad %} class="{{ line.bad }}"{% endif %}>'
    "<td>{{ line.text }}</td><td>{{ name(line.text) }}</td></tr>{% endrows %}</table>"
)
LINES = [{"text": "a < b", "bad": "red"}, {"text": "ü", "bad": ""}]


def test_without_a_capture_it_is_a_loop() -> None:
    template = environment_of(Path("templates/table")).from_string(SOURCE)

    html = template.render(lines=LINES)

    assert html == (
        '<table><tr class="red"><td>a &lt; b</td><td><i>a &lt; b</i></td></tr>'
        "<tr><td>ü</td><td><i>ü</i></td></tr></table>"
    )


def test_a_capture_leaves_a_placeholder_and_writes_rows_later_as_often_as_asked() -> None:
    template = environment_of(Path("templates/table")).from_string(SOURCE)
    capture = Capture()

    html = template.render({"lines": LINES, CAPTURE: capture})

    assert html == '<table><tr data-long-table="0"></tr></table>'
    [source] = capture.sources
    assert source.count() == 2
    assert [without_marks(row) for row in source] == [without_marks(row) for row in source]
    assert without_marks(next(iter(source))).startswith('<tr class="red"><td>a &lt; b</td>')


def test_only_what_is_printed_between_tags_is_marked() -> None:
    template = environment_of(Path("templates/table")).from_string(SOURCE)
    capture = Capture()

    template.render({"lines": LINES, CAPTURE: capture})

    first = next(iter(capture.sources[0]))
    assert first == '<tr class="red"><td>\x02a &lt; b\x03</td><td>\x02<i>a &lt; b</i>\x03</td></tr>'


def test_lines_that_are_a_lazy_iterable_are_read_once_per_pass() -> None:
    class Lazy:
        passes = 0

        def __iter__(self):  # type: ignore[no-untyped-def]
            self.passes += 1
            yield from LINES

    lines, capture = Lazy(), Capture()
    environment_of(Path("templates/table")).from_string(SOURCE).render({"lines": lines, CAPTURE: capture})

    for _ in range(3):
        assert len(list(capture.sources[0])) == 2

    assert lines.passes == 3
    assert capture.sources[0].count() is None


def test_rows_cannot_add_up_as_they_may_be_written_twice_or_elsewhere() -> None:
    source = "{% rows lines as line %}{% set total.sum = total.sum + line.n %}<tr></tr>{% endrows %}"

    with pytest.raises(TemplateSyntaxError, match=r"do that in view\.py"):
        environment_of(Path("templates/table")).from_string(source)
