"""Workers: they share the rows of a table, and nothing in the document tells how many there were."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from reports.engine.longtable.forks import fork as fork_module
from reports.engine.longtable.forks.fork import Fork
from reports.engine.renderer import WeasyPrintRenderer
from reports.errors import InternalError, TemplateBrokenError, TooManyPagesError
from reports.render_contract import RenderLimits, Template
from tests.unit.engine.rendering import PrintedReport, context, printed, renderer, template

renderer()  # WeasyPrint finds its libraries only after this.

from reports.engine.longtable import worker_pool  # noqa: E402
from reports.engine.longtable.rows import chunks  # noqa: E402
from reports.engine.longtable.rows.row_factory import RowFactory  # noqa: E402

ROWS = 360
SMALL_CHUNK = 48

STYLE = """
@page { size: A5; margin: 12mm 10mm; @bottom-right { content: counter(page) " / " counter(pages) } }
html { font: 7pt/1.3 Inter } table { width: 100%; border-collapse: collapse; table-layout: fixed }
tr { break-inside: avoid } td { padding: 3px 1mm; border-bottom: .25mm solid #bbb }
tbody tr:nth-child(even) td { background: rgb(0 40 90 / 8%) }
td:last-child { text-align: right } .big { font-size: 9pt; font-weight: 600 } .warm { background: #fa05 }
.group { bookmark-level: 1; break-after: avoid } a { color: #05a } .floating b { float: left }
"""

ROW = """<tr class="{{ line.kind }}"><td>{{ line.id }}</td>
<td>{% if line.link %}<a href="https://example.org/{{ line.id }}">{{ line.name }}</a>
{%- elif line.rich %}<b>{{ line.name }}</b> and <i>more</i>{% else %}{{ line.name }}{% endif %}</td>
<td>{{ line.amount }}</td></tr>"""

NAMES = {
    5: "A name that is so long that it needs several lines in a cell that is no wider than this one, fi and ffl",
    17: "شركة المعادن والخدمات",
    23: "Ελληνικά και Русский",
    29: "\u3042\u4e9c",
    31: "",
}


def line(number: int) -> dict[str, Any]:
    """Return a row; kinds of rows, scripts and glyphs come up only here and there, some late in the table."""
    name = next((name for nth, name in NAMES.items() if number % nth == 4), f"Customer {number * 7 % 113} & Co.")
    if number > ROWS // 2 and number % 37 == 1:
        name = f"{chr(0x100 + number % 90)} \N{NO-BREAK SPACE}{chr(0x4E00 + number % 11)}"
    kind = "big" if number % 101 == 70 else "warm" if number % 211 == 5 else "group" if number % 90 == 0 else ""
    return {
        "id": f"L-{number:04d}",
        "name": name,
        "amount": "" if number % 13 == 3 else f"{number * 31.5:,.2f}",
        "kind": kind,
        "rich": number % 43 == 7,
        "link": number % 61 == 9,
    }


def plain_lines() -> list[dict[str, Any]]:
    """Return rows that are soon made, as they are of one kind."""
    return [
        {"id": f"L-{number:04d}", "name": "Acme", "amount": number, "kind": "", "rich": False, "link": False}
        for number in range(ROWS)
    ]


class CountingForks(Fork):
    """Remember the forks of a test."""

    made: list[Fork] = []

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.made.append(self)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "ROWS_IN_A_CHUNK", SMALL_CHUNK)


@pytest.fixture(autouse=True)
def forks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Fork]]:
    """Return the forks that are made; none may be left behind."""
    made: list[Fork] = []
    monkeypatch.setattr(CountingForks, "made", made)
    monkeypatch.setattr(worker_pool, "Fork", CountingForks)
    if "PYTEST_XDIST_WORKER" in os.environ:
        # This process hears from pytest in a thread, which holds no lock that a fork would need.
        threads = fork_module.threads
        monkeypatch.setattr(fork_module, "threads", lambda: threads() - 1)
    yield made
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@pytest.fixture
def ledger(tmp_path: Path) -> Template:
    folder = tmp_path / "ledger"
    folder.mkdir()
    (folder / "style.css").write_text(STYLE, "utf-8")
    (folder / "template.html.j2").write_text(
        '<!doctype html><html lang="en"><head><title>Ledger</title></head><body><h1>Ledger</h1><table>'
        f"<tbody>{{% rows data.lines as line %}}{ROW}{{% endrows %}}</tbody></table></body></html>",
        "utf-8",
    )
    return template(folder)


def rendered(described: Template, lines: Any, most: int) -> PrintedReport:
    return printed(WeasyPrintRenderer(workers=most), described, {"lines": lines}, context())


def test_the_bytes_are_the_same_whatever_the_number_of_workers(ledger: Template, forks: list[Fork]) -> None:
    lines = [line(number) for number in range(ROWS)]

    reports = {most: rendered(ledger, lines, most) for most in (1, 2, 3)}

    assert len(forks) == 2 + 3 + 1  # three workers, and one more to compress
    assert {report.layout["path"] for report in reports.values()} == {"long_table"}
    assert len({report.sha256 for report in reports.values()}) == 1
    assert all(report.warnings == reports[1].warnings for report in reports.values())


def test_styles_that_come_late_are_drawn_the_same_by_any_number_of_workers(
    ledger: Template, forks: list[Fork], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "ROWS_IN_A_CHUNK", 16)
    (ledger.folder / "style.css").write_text(
        f"{STYLE} table {{ border-collapse: separate }} .late {{ border: 1mm inset }}"
    )
    row = ROW.replace(
        "<td>{{ line.id", """<td class="{{ line.kind }}" style="border-color: {{ line.colour }}">{{ line.id"""
    )
    page = (ledger.folder / "template.html.j2").read_text("utf-8")
    (ledger.folder / "template.html.j2").write_text(page.replace(ROW, row), "utf-8")
    lines = [
        {**each, "kind": "late" if number > 120 else "", "colour": f"#{number % 7}a{number % 9}"}
        for number, each in enumerate(plain_lines()[:176])
    ]

    reports = [rendered(ledger, lines, most) for most in (1, 2, 3)]

    assert len(forks) == 2 + 3 + 1
    assert {each.layout["path"] for each in reports} == {"long_table"}
    assert len({each.sha256 for each in reports}) == 1


def test_what_is_to_be_said_of_pictures_in_a_workers_rows_is_said_once(ledger: Template, forks: list[Fork]) -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("#fee", "#eef")]
    frames[0].save(ledger.folder / "film.gif", save_all=True, append_images=frames[1:])
    (ledger.folder / "style.css").write_text(f"{STYLE}.late td {{ background-image: url(film.gif) }}", "utf-8")
    lines = [each | {"kind": "late" if number > ROWS // 2 else ""} for number, each in enumerate(plain_lines())]

    alone, shared = (rendered(ledger, lines, most) for most in (1, 2))

    assert len(forks) == 2
    assert [said["code"] for said in shared.warnings].count("first_picture_only") == 1
    assert shared.warnings == alone.warnings


def test_lines_that_cannot_be_sent_are_sent_as_html(ledger: Template, forks: list[Fork]) -> None:
    lines = plain_lines()
    unsendable = [{**each, "extra": lambda: None} for each in lines]

    report = rendered(ledger, unsendable, 2)

    assert len(forks) == 2
    assert report.sha256 == rendered(ledger, lines, 1).sha256


def test_rows_that_drag_much_with_them_are_sent_as_html(
    ledger: Template, forks: list[Fork], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_pool, "_MOST_BYTES", 100_000)
    lines = plain_lines()
    heavy = [{**each, "extra": bytes(10_000)} for each in lines]

    report = rendered(ledger, heavy, 2)

    assert len(forks) == 2
    assert report.sha256 == rendered(ledger, lines, 1).sha256


def test_a_short_table_gets_no_workers(ledger: Template, forks: list[Fork]) -> None:
    lines = plain_lines()[: 5 * SMALL_CHUNK]

    report = rendered(ledger, lines, 2)

    assert report.layout["path"] == "long_table"
    assert forks == []


def test_a_row_that_its_template_cannot_write_fails_with_its_place(ledger: Template, forks: list[Fork]) -> None:
    lines = plain_lines()
    del lines[ROWS * 2 // 3]["name"]

    with pytest.raises(TemplateBrokenError, match=r"ledger/template\.html\.j2, line \d"):
        rendered(ledger, lines, 2)

    assert len(forks) == 2


def test_a_table_that_turns_out_to_be_unsupported_is_laid_out_as_a_whole(ledger: Template, forks: list[Fork]) -> None:
    lines = plain_lines()
    lines[ROWS * 2 // 3] |= {"kind": "floating", "rich": True}

    report = rendered(ledger, lines, 2)

    assert len(forks) == 2
    assert report.layout["path"] == "plain"


def test_a_report_with_too_many_pages_ends_its_workers(ledger: Template, forks: list[Fork]) -> None:
    lines = plain_lines()

    with pytest.raises(TooManyPagesError):
        printed(WeasyPrintRenderer(workers=2), ledger, {"lines": lines}, context(), limits=RenderLimits(pages=5))

    assert len(forks) == 2


def test_a_worker_that_dies_ends_the_render(
    ledger: Template, forks: list[Fork], monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(factory: RowFactory, chunk: chunks.Chunk) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(RowFactory, "attempted", die)

    with pytest.raises(InternalError):
        rendered(ledger, plain_lines(), 2)

    assert len(forks) == 2


@pytest.mark.parametrize("most", [2, 3])
def test_where_a_worker_has_not_enough_memory_one_process_makes_the_rest(
    ledger: Template, forks: list[Fork], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    lines = [line(number) for number in range(ROWS)]
    attempted = RowFactory.attempted

    def exhaust(factory: RowFactory, chunk: chunks.Chunk) -> Any:
        if chunk.number > ROWS // 2:
            raise MemoryError
        return attempted(factory, chunk)

    monkeypatch.setattr(RowFactory, "attempted", exhaust)

    report = rendered(ledger, lines, most)

    assert forks
    assert report.sha256 == rendered(ledger, lines, 1).sha256


def test_a_table_that_has_not_enough_memory_alone_either_ends_the_render(
    ledger: Template, forks: list[Fork], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = RowFactory.made

    def exhaust(factory: RowFactory, chunk: chunks.Chunk) -> Any:
        if chunk.number > SMALL_CHUNK:
            raise MemoryError
        return made(factory, chunk)

    monkeypatch.setattr(RowFactory, "attempted", exhaust)
    monkeypatch.setattr(RowFactory, "made", exhaust)

    with pytest.raises(MemoryError):
        rendered(ledger, plain_lines(), 2)

    assert len(forks) == 2
