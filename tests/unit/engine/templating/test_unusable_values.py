"""Data that functions of a template cannot use are at fault themselves, and the answer says where."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from reports.engine.templating.unusable_values import UnusableValueError
from reports.errors import InvalidDataError, PermanentError, TemplateBrokenError
from tests.unit.engine.rendering import TEMPLATES, context, printed, renderer, template

DATA: dict[str, Any] = {
    "zone": "Europe/Berlim",
    "time": "2026-11-30T08:00:00Z",
    "noon": "2026-11-30T12:00:00",
    "day": "2026-02-30",
    "nothing": None,
    "text": "{n, plural, one {x}}",
    "price": 1.5,
    "code": "\u0416",
    "large": "1e99999999",
    "rows": [{"date": "2026-01-01", "net": "1"}, {"date": "3.10.2026", "net": "x"}],
}
LABELS = {"en": {"broken": "{n, plural, one {x}}", "zone": "Mars/Olympus"}}


def failure(tmp_path: Path, written: str, view: str = "") -> PermanentError:
    folder = tmp_path / "letter"
    folder.mkdir()
    (tmp_path / "_shared").symlink_to(TEMPLATES / "_shared")
    (folder / "labels.json").write_text(json.dumps(LABELS))
    (folder / "template.html.j2").write_text(f"\n{written}\n")
    if view:
        (folder / "view.py").write_text(view)
    with pytest.raises((TemplateBrokenError, InvalidDataError)) as caught:
        printed(renderer(), template(folder), DATA, context())
    return caught.value


@pytest.mark.parametrize(
    ("written", "pointer", "words"),
    [
        ("{{ moment(in_zone(data.time, data.zone)) }}", "/zone", "no such time zone"),
        ("{{ data.noon | in_zone('Europe/Berlin') }}", "/noon", "without its zone"),
        ("{{ day(data.day) }}", "/day", "not a day or time"),
        ("{{ data.day | day('long') }}", "/day", "not a day or time"),
        ("{{ moment(data.nothing) }}", "/nothing", "not a day or time"),
        ("{{ day(data.price) }}", "/price", "not a day or time"),
        ("{% for row in data.rows %}{{ day(row.date) }}{% endfor %}", "/rows/1/date", "not a day or time"),
        ("<table>{% rows data.rows as row %}<tr><td>{{ day(row.date) }}</td></tr>{% endrows %}</table>",
         "/rows/1/date", "not a day or time"),
        ("{{ data.rows | sum('net') }}", "/rows/1/net", "not a number"),
        ("{{ data.zone | money('EUR') }}", "/zone", "not a number"),
        ("{{ '%.1e' % data.large }}", "/large", "more than 400 digits"),
        ("{{ fill(data.text, n=1) }}", "/text", "no form 'other'"),
        ("{% from 'codes.html.j2' import barcode with context %}{{ barcode('code128', data.code) }}",
         "/code", "cannot be printed as code128"),
        ("{{ day(data.day ~ 'T00:00') }}", "", "not a day or time"),
    ],
)  # fmt: skip
def test_a_value_of_the_data_is_refused_with_its_place(tmp_path: Path, written: str, pointer: str, words: str) -> None:
    error = failure(tmp_path, written)

    assert isinstance(error, InvalidDataError)
    [violation] = error.violations
    assert violation.pointer == pointer
    assert words in violation.message
    assert all(str(each) not in error.message for each in (DATA["zone"], DATA["day"], "3.10.2026"))


@pytest.mark.parametrize(
    "written",
    [
        "{{ day('2026-02-31') }}",
        "{{ data.time | in_zone('Europe/Berlim2') }}",
        "{{ data.time | in_zone(labels.zone) }}",
        "{{ fill(labels.broken, n=1) }}",
        "{{ day(5) }}",
        "{{ data.rows[0].date | day('nonsense') }}",
        "{% from 'codes.html.j2' import barcode with context %}{{ barcode('code128', '\u042f') }}",
    ],
)
def test_what_an_author_has_written_is_the_fault_of_the_template(tmp_path: Path, written: str) -> None:
    assert isinstance(failure(tmp_path, written), TemplateBrokenError)


def test_what_a_view_has_made_is_the_fault_of_the_template(tmp_path: Path) -> None:
    error = failure(tmp_path, "{{ day(data.made) }}", "def view(data, context):\n    return {'made': '2026-13-01'}\n")

    assert isinstance(error, TemplateBrokenError)


def test_the_error_comes_from_another_process_as_it_is() -> None:
    error = pickle.loads(pickle.dumps(UnusableValueError("not a day", "x")))

    assert (str(error), error.value) == ("not a day", "x")
