from __future__ import annotations

import json
import logging
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from reports import bootstrap
from reports.errors import UnreadableFileError
from reports.jobs.reading_request import ReadingRequest
from reports.render_contract import Output, RenderedReport
from reports.worker.report_maker import ReportMaker
from tests.builders import write_template
from tests.unit.engine.rendering import page_texts
from tools import render


@pytest.mark.parametrize("missing", ["--template", "--data", "--out"])
def test_what_is_not_said_is_asked_for(missing: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = {"--template": "table", "--data": "orders.csv", "--out": "orders.pdf", missing: ""}

    with pytest.raises(SystemExit):
        render.main([word for pair in given.items() for word in pair])

    assert "make render TEMPLATE=table DATA=orders.csv OUT=orders.pdf" in capsys.readouterr().err


def test_a_sample_is_rendered_by_name_and_says_that_it_is_one(tmp_path: Path) -> None:
    out = tmp_path / "sample.pdf"

    status = render.main(["--template", "photos", "--sample", "--out", str(out)])

    assert status == 0
    assert all("SAMPLE" in page for page in page_texts(out.read_bytes()))


def test_what_the_engine_logs_is_not_printed_and_logs_of_others_are_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    handlers = list(logging.getLogger("reports").handlers)
    monkeypatch.setattr(bootstrap, "report_maker", logging_maker)

    status = render.main(["--template", "table", "--sample", "--out", str(tmp_path / "sample.pdf")])

    assert status == 1
    assert capsys.readouterr().err == "unreadable_file: It is torn.\n"
    assert logging.getLogger("reports").handlers == handlers


def logging_maker(_: object) -> AbstractContextManager[ReportMaker]:
    logging.getLogger("reports.engine").warning("a remark for operators")
    raise UnreadableFileError("It is torn.")


def test_own_data_and_a_sample_do_not_go_together(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        render.main(["--template", "table", "--sample", "--data", "orders.csv", "--out", "orders.pdf"])

    assert "not allowed with" in capsys.readouterr().err


def test_a_sample_of_no_template_is_a_reason_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert render.main(["--template", "letters", "--sample", "--out", str(tmp_path / "sample.pdf")]) == 1

    assert "unknown_template: There is no template named 'letters'" in capsys.readouterr().err


class _Maker:
    """Note what is said of a file, and report what was inferred."""

    said: ReadingRequest | None = None

    def __enter__(self) -> _Maker:
        return self

    def __exit__(self, *_: object) -> None: ...

    def from_file(self, *_: object, output: Output, said: ReadingRequest | None, **_more: object) -> RenderedReport:
        output(b"%PDF")
        self.said = said
        reading = {"format": "csv", "sections": [{"rows": 1, "columns": [{"key": "Net", "type": "number"}]}]}
        return RenderedReport(1, 4, "", warnings=({"code": "x", "message": "A guess."},), reading=reading)


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> _Maker:
    made = _Maker()
    monkeypatch.setattr(bootstrap, "report_maker", lambda _: made)
    return made


def test_options_get_to_the_render_and_what_was_inferred_is_told(
    maker: _Maker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, options, out = tmp_path / "a.csv", tmp_path / "options.json", tmp_path / "a.pdf"
    data.write_text("Net\n1\n")
    options.write_text('{"locale": "de", "reading": {"decimal": ".", "sheet": 2}}')
    given = ["--template", "table", "--data", str(data), "--out", str(out), "--options", str(options)]

    assert render.main([*given, "--option", "DECIMAL=,", "--option", "HEADER_ROW=none"]) == 0

    assert maker.said is not None
    assert maker.said.of_file() == {"decimal": ",", "header_row": 0, "sheet": 2}
    told = capsys.readouterr()
    assert told.out.splitlines()[1:] == ["  read as csv", "  1 row, 1 column", "    Net  number"]
    assert told.err == "Warning: A guess.\n"
    assert render.main([*given, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["reading"]["format"] == "csv"


def test_what_was_inferred_until_it_failed_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "a.csv"
    data.write_text("a;b\n1;2\n3;4\n")
    given = ["--template", "table", "--data", str(data), "--out", str(tmp_path / "a.pdf"), "--option", "group-by=c"]

    assert render.main(given) == 1

    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("invalid_data: ")
    assert told[1:3] == ["  read as csv, utf-8, cells divided by ;", "  2 rows, 2 columns, named by row 1"]
    assert render.main([*given, "--json"]) == 1
    assert json.loads(capsys.readouterr().err)["reading"]["delimiter"] == ";"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (["--option", "colour=red"], "'colour' is no option; there are: title"),
        (["--option", "encoding=klingon"], "at /reading/encoding: 'klingon' is no encoding"),
        (["--options", "missing.json"], "The options in missing.json cannot be used: it cannot be read: No such file"),
    ],
)
def test_options_that_cannot_be_are_a_reason_in_words(
    given: list[str], reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n")

    status = render.main(["--template", "table", "--data", str(tmp_path / "a.csv"), "--out", "a.pdf", *given])

    assert status == 1
    told = capsys.readouterr().err
    assert told.startswith("invalid_options: ")
    assert reason in told


DAYS = {"type": "object", "properties": {"days": {"type": "array"}}}


def test_a_mistake_in_a_template_is_shown_with_its_line_and_the_place_in_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_template(tmp_path, "diary", DAYS, {"days": [{"people": {"guests": 2}}, {"people": {"gusts": 2}}]})
    (tmp_path / "diary" / "template.html.j2").write_text(
        "<p>\n{% for each in data.days %}\n  {{ each.people.guests }}\n{% endfor %}"
    )
    monkeypatch.setattr(bootstrap, "TEMPLATES", tmp_path)

    assert render.main(["--template", "diary", "--sample", "--out", str(tmp_path / "sample.pdf")]) == 1

    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("template_broken: ")
    assert lines[1].startswith("diary/template.html.j2:3:18: error: ")
    assert lines[1].endswith("(data at /days/1/people)")
    assert lines[2] == "      {{ each.people.guests }}"


def test_a_value_that_a_template_cannot_use_is_a_mistake_of_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_template(tmp_path, "diary", DAYS, {"days": [{"on": "2026-02-28"}, {"on": "2026-02-31"}]})
    (tmp_path / "diary" / "template.html.j2").write_text(
        "<p>\n{% for each in data.days %}\n  {{ day(each.on) }}\n{% endfor %}"
    )
    monkeypatch.setattr(bootstrap, "TEMPLATES", tmp_path)

    assert render.main(["--template", "diary", "--sample", "--out", str(tmp_path / "sample.pdf")]) == 1

    told = capsys.readouterr().err
    assert told.startswith("invalid_data: ")
    assert "at /days/1/on: not a day or time" in told
