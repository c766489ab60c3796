"""The benchmark's own arithmetic: what it draws from figures, and how it watches processes."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tools.bench import document, pythons, running
from tools.bench.cases import REAL, Case, Wishes, all_cases
from tools.bench.chart import draw
from tools.bench.measuring import PROJECT, MeasurementError, held_by, run_command
from tools.bench.programs.small_content import blocks_of
from tools.bench.pythons import Python
from tools.bench.real_figures import real_figures, real_verdicts
from tools.bench.real_tables import ROWS, RealTable, tables
from tools.bench.rounds import measure_rounds
from tools.bench.rows import KEYS, Ledger
from tools.bench.running import Measurement, as_json, from_json
from tools.bench.summary import Figures, percentile, summarise
from tools.bench.tables import real_sheets, sheets

MACHINE = {"cores": 2, "date": "2026-11-21"}


def table(engine: str, rows: int, *seconds: float) -> Measurement:
    runs = [{"cpu": cpu, "wall": cpu, "peak_bytes": 150 * 2**20, "pages": rows // 40, "bytes": rows} for cpu in seconds]
    return Measurement("table", engine, rows, runs)


@pytest.fixture
def figures() -> Figures:
    """Return figures of a machine that is twice as slow as that of the targets."""
    fast = [table("Pressrun", 10_000, 1.0), table("Pressrun", 1_000_000, 100.0)]
    return Figures([*fast, table("WeasyPrint", 10_000, 90.0, 82.0, 80.0)])


def test_targets_are_compared_after_division_by_the_slowness_of_the_machine(figures: Figures) -> None:
    verdicts = {verdict["what"]: verdict for verdict in summarise(figures)["verdicts"]}

    assert figures.slowness == 2
    assert verdicts["10,000 rows, CPU"]["value"] == 0.5
    assert verdicts["10,000 rows, CPU"]["is_met"] is True
    assert verdicts["1,000,000 rows, CPU"]["value"] == 50
    assert verdicts["100,000 rows, CPU"]["is_met"] is None


def test_growth_is_the_exponent_over_two_decades(figures: Figures) -> None:
    assert summarise(figures)["growth_exponent_10k_to_1m"] == pytest.approx(1)


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([3, 1, 2, 4], 0.5) == 2
    assert percentile([3, 1, 2, 4], 0.95) == 4


def test_a_measurement_is_the_same_after_a_file(figures: Figures) -> None:
    kept = json.loads(json.dumps([as_json(each) for each in figures.all()]))

    assert [from_json(each).median for each in kept] == [each.median for each in figures.all()]


def test_the_chart_is_well_formed_and_names_every_engine(figures: Figures) -> None:
    picture = draw(figures, MACHINE)

    texts = [element.text for element in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]
    assert {"Pressrun, 100 s", "WeasyPrint alone, 82 s"} <= set(texts)


def test_tables_have_a_cell_for_every_heading(figures: Figures) -> None:
    made = list(sheets(figures))

    assert {sheet.title for sheet in made} == {"Targets", "Long tables"}
    assert all(len(row) == len(sheet.headings) for sheet in made for row in sheet.rows)


def test_lines_are_the_same_each_time_and_never_held() -> None:
    ledger = Ledger(1000, "wrapping")

    first, again = list(ledger), list(ledger)

    assert first == again
    assert len({line["amount"] for line in first}) == len({line["number"] for line in first}) == len(ledger) == 1000
    assert set(first[0]) == set(KEYS)


def test_slow_engines_are_spared_the_largest_tables() -> None:
    cases = all_cases(Wishes(sizes=[1_000, 1_000_000], repeat=1, renders=10, peers=True))

    largest = {case.engine for case in cases if case.group == "table" and case.rows == 1_000_000}
    assert largest == {"Pressrun"}


def test_a_run_counts_the_descendants_of_a_process() -> None:
    child = "data = bytearray(64 * 2**20); sum(range(6_000_000))"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True); print('done')"

    run = run_command([sys.executable, "-c", parent])
    alone = run_command([sys.executable, "-c", "print('done')"])

    assert run.output == "done\n"
    assert run.cpu > 2 * alone.cpu
    assert run.peak > 64 * 2**20


def test_a_program_that_fails_says_why() -> None:
    with pytest.raises(MeasurementError, match=r"(?s)status 3: .*no such thing"):
        run_command([sys.executable, "-c", "import sys; print('no such thing', file=sys.stderr); sys.exit(3)"])


def process(folder: Path, pid: int, **files: str) -> None:
    """Write what the kernel says of a process."""
    (folder / str(pid)).mkdir()
    for name, content in files.items():
        (folder / str(pid) / name).write_text(content)


def test_a_process_that_hides_itself_counts_with_all_that_it_holds(tmp_path: Path) -> None:
    status = "VmHWM:\t  900 kB\nVmRSS:\t  700 kB\n"
    process(tmp_path, 1, status=status, smaps_rollup="Rss: 700 kB\nPss:    300 kB\n")
    process(tmp_path, 2, status=status)

    assert held_by(1, alone=False, processes=tmp_path) == 300 * 1024
    assert held_by(2, alone=False, processes=tmp_path) == 700 * 1024
    assert held_by(2, alone=True, processes=tmp_path) == 900 * 1024
    assert held_by(3, alone=False, processes=tmp_path) == 0


@pytest.mark.parametrize(
    ("path", "arguments", "vendor", "expected"),
    [
        ("/opt/python/bin/python3", "'--enable-shared' '--enable-optimizations'", "alpine", True),
        ("/opt/python/bin/python3", "'--enable-shared'", "debian", False),
        ("/usr/bin/python3", "'--enable-shared'", "debian", True),
        ("/usr/bin/python3", "'--enable-shared'", "ubuntu", True),
        ("/usr/bin/python3", "'--enable-shared'", "alpine", False),
    ],
)
def test_a_python_is_known_to_be_optimized_by_how_it_was_built(
    path: str, arguments: str, vendor: str, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: {"ID": vendor})

    assert pythons.is_optimized(Path(path), arguments) is expected


def test_the_page_says_what_python_was_measured() -> None:
    assert str(Python("/usr/bin/python3", "3.13.2", True)) == "3.13.2, built with PGO"
    assert str(Python("/usr/bin/python3", "3.13.2", False)) == "3.13.2, built without PGO"


def test_another_python_finds_the_packages_of_this_project_or_those_it_is_given() -> None:
    other = Python("/usr/bin/python3", "3.13.2", True, Path("/project/packages"))

    assert other.environment()["PYTHONPATH"] == "/project/packages"
    assert other.environment(Path("/peers"))["PYTHONPATH"] == "/peers"


def small(engine: str, *milliseconds: float, **more: object) -> Measurement:
    times = {"cpu_ms": list(milliseconds), "wall_ms": list(milliseconds), **more}
    return Measurement("warm letter", engine, 0, [{**times, "cpu": 1.0, "held_bytes": {1: 2**20}, "bytes": 9}])


def test_ratios_are_those_of_renders_that_were_made_in_turn() -> None:
    # A machine that becomes slower and slower: neither the medians nor the sums say what each turn says.
    figures = Figures(
        [small("Pressrun", 11.0, 21.0, 101.0, pdf_ms=[10.0, 20.0, 100.0]), small("Typst", 5.0, 10.0, 40.0)]
    )

    found = summarise(figures)
    letter = found["small_reports"]["letter"]
    met = {verdict["what"]: (verdict["value"], verdict["is_met"]) for verdict in found["verdicts"]}

    assert letter["Typst"]["times_pressrun"] == 0.5
    assert (letter["Pressrun"]["p50_ms"], letter["Pressrun"]["whole_p50_ms"]) == (20, 21)
    assert met["letter, warm, CPU, Pressrun to Typst"] == (2, True)
    assert met["letter, warm, CPU to the PDF, p50"] == (20, False)
    assert met["invoice, warm, CPU to the PDF, p50"] == (None, None)


def test_each_figure_of_small_reports_has_its_place() -> None:
    first = Measurement(
        "first letter", "Pressrun", 0, [{"cpu": 0.25, "process_cpu": 0.29, "pdf_cpu": 0.28, "wall": 1.0}]
    )
    figures = Figures([small("Pressrun", 11.0, pdf_ms=[10.0]), small("fpdf2", 50.0), first])

    made = {sheet.title: sheet for sheet in sheets(figures)}

    assert made["Small reports, CPU"].rows == [
        ["letter", "Pressrun", "10.0", "10.0", "11.0", "1.00", "280"],
        ["letter", "fpdf2", "50.0", "50.0", "50.0", "5.00", "–"],
    ]
    assert made["Memory of a process"].rows[0] == ["letter", "Pressrun", "1", "1.0"]


def test_cases_that_are_compared_run_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    order = []

    def run(case: Case, folder: Path, peers: Path | None) -> dict[str, float]:
        order.append(case.engine)
        if case.engine == "b" and len(order) > 3:
            raise MeasurementError("it broke")
        return {"cpu": 1.0}

    monkeypatch.setattr(running, "_run", run)
    cases = [Case("table", name, "x", {}, 10, times=3) for name in ("a", "b")]

    first, second = running.measure(cases, None, lambda: None)

    assert order == ["a", "b", "a", "b", "a"]
    assert (len(first.runs), first.failure) == (3, None)
    assert (len(second.runs), second.failure) == (1, "it broke")


def test_what_a_report_holds_is_told_to_engines_that_read_no_template() -> None:
    html = (
        "<title>t</title><h1>Invoice <b>7</b></h1><address>A<br>B</address><p>  </p>"
        "<table><tr><th>Item</th><td>1</td></tr></table><svg><title>QR</title><path d='M0 0h1v1h-1z'/></svg>"
    )

    assert blocks_of(html) == [
        ["heading", "Invoice 7"],
        ["text", "A \nB"],
        ["table", [["Item", "1"]]],
        ["code", "M0 0h1v1h-1z"],
    ]


@pytest.mark.gate
def test_engines_render_by_turns_and_different_reports(tmp_path: Path) -> None:
    wanted = {"document": "letter", "engine": "pressrun"}
    cases = [
        Case("warm letter", "Pressrun", "one_page", {**wanted, "renders": 9}, times=7, in_rounds=True),
        Case("warm letter", "nothing", "no_such_program", wanted, times=7, in_rounds=True),
    ]

    good, bad = measure_rounds(cases, None, lambda: None)

    assert good.failure is None
    run = good.runs[0]
    assert len(run["cpu_ms"]) == len(run["pdf_ms"]) == 2
    assert all(0 < pdf <= cpu for pdf, cpu in zip(run["pdf_ms"], run["cpu_ms"], strict=True))
    assert set(run["held_bytes"]) == {1}
    assert "no_such_program" in str(bad.failure)


def test_the_ledger_is_printed_by_the_engine(tmp_path: object) -> None:
    wanted = {"rows": 60, "kind": "short", "style": "fixed", "rich": True, "long_tables": False, "out": f"{tmp_path}/a"}

    command = [sys.executable, "-m", "tools.bench.programs.ledger", json.dumps(wanted)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["pages"] > 1
    assert found["layout"]["path"] == "plain"


def real_table(engine: str, rows: int, cpu: float, **found: object) -> Measurement:
    run = {
        **{"cpu": cpu, "wall": cpu, "peak_bytes": 100 * 2**20, "pages": 9, "bytes": 9, "columns": 4, "gaps": 0.25},
        "layout": {"path": "long_table", "rows": rows, "laid_out": rows // 100},
        **found,
    }
    return Measurement(f"{REAL}penguins", engine, rows, [run])


@pytest.fixture
def real() -> Figures:
    """Return figures of a table whose rows take 100 µs each, and whose report takes half a second."""
    few, many = (real_table("Pressrun", rows, 0.5 + rows / 10_000) for rows in ROWS)
    return Figures([few, many, real_table("WeasyPrint", ROWS[1], 16.0)])


def test_what_a_cell_costs_follows_from_two_numbers_of_rows(real: Figures) -> None:
    (found,) = real_figures(real)

    assert found.cell_us == pytest.approx(25)
    assert found.fixed == pytest.approx(0.5)
    assert found.times_faster == pytest.approx(20)
    assert found.by_weasyprint == pytest.approx(0.01)


def test_each_target_of_real_tables_is_held_against_the_worst(real: Figures) -> None:
    slow = [Measurement(f"{REAL}digits", m.engine, m.rows, [{**m.median, "cpu": 30.0}]) for m in real.all()]

    met = {verdict.what.split(", ")[1]: verdict.is_met for verdict in real_verdicts(Figures([*real.all(), *slow]))}

    assert met["plain WeasyPrint to Pressrun"] is False
    assert met["rows laid out by WeasyPrint"] is True
    assert met["with 30 % gaps to without"] is None
    assert real_verdicts(Figures([])) == []


def test_a_table_that_was_laid_out_as_a_whole_was_laid_out_by_weasyprint() -> None:
    (found,) = real_figures(Figures([real_table("Pressrun", ROWS[1], 1.0, layout={"path": "plain", "reason": "x"})]))

    assert found.by_weasyprint == 1
    assert found.cell_us is None


def test_real_tables_have_sheets_of_their_own(real: Figures) -> None:
    made = list(real_sheets(real))

    assert list(sheets(real)) == []
    assert [sheet.title for sheet in made] == ["Targets of real tables", "Real tables of 3,000 rows"]
    assert all(len(row) == len(sheet.headings) for sheet in made for row in sheet.rows)


def test_figures_of_one_kind_leave_those_of_the_other_in_the_page(
    real: Figures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "performance.md"
    page.write_text(document.PAGE.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(document, "PAGE", page)
    machine = {**MACHINE, "memory_bytes": 2**30, "commit": "c0ffee", "processor": "p", "system": "s"}

    document.update(real, {**machine, "python": "3", "weasyprint": "70"})

    after = page.read_text("utf-8")
    assert "commit c0ffee" in after
    assert "| penguins | 4 | 25 | 0.800 | 16.0 | 20.0 | 25.0 | 0.500 | 1.0 | 100 | 9 |" in after
    assert after.count("### Long tables") == 1


def test_a_table_of_a_package_begins_again_until_it_has_its_rows(tmp_path: Path) -> None:
    table = RealTable("a", "a", "CC0", 2, lambda _: iter([["x", "y", "z"], ["1", "", "3"], ["a, b", "5", "6"]]))

    table.write(tmp_path, tmp_path / "a.csv", 3)

    assert (tmp_path / "a.csv").read_text() == 'x,y\n1,\n"a, b",5\n1,\n'


def test_three_of_ten_cells_are_made_empty_and_never_the_first(tmp_path: Path) -> None:
    def read(_: Path) -> Iterator[list[str]]:
        return iter([[f"c{at}" for at in range(16)], *([["1"] * 16] * 1000)])

    table = RealTable("a", "a", "CC0", 16, read, has_gaps_made=True)
    table.write(tmp_path, tmp_path / "a.csv", 1000)

    _, *rows = csv.reader((tmp_path / "a.csv").read_text().splitlines())
    assert sum(not cell for row in rows for cell in row) / (1000 * 15) == pytest.approx(0.3, abs=0.01)
    assert all(row[0] for row in rows)
    assert len({tuple(map(bool, row)) for row in rows}) > 50


def test_the_tables_are_as_many_and_as_wide_as_promised() -> None:
    found = tables()

    assert len(found) >= 8
    assert (found[0].columns, found[-1].columns) == (3, 40)
    assert {table.package for table in found} <= set(pins())


def pins() -> list[str]:
    lines = (PROJECT / "requirements" / "tables.in").read_text().splitlines()
    return [line.partition("==")[0] for line in lines if "==" in line]


def test_a_report_of_a_real_table_says_by_which_way_it_was_made(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("Name,Amount\n" + "Ada,1.50\nBob,\n" * 100)

    wanted = {"source": str(source), "long_tables": True, "out": f"{tmp_path}/a.pdf"}
    command = [sys.executable, "-m", "tools.bench.programs.real_table", json.dumps(wanted)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["columns"], found["gaps"]) == (2, 0.25)
    assert found["layout"]["path"] == "long_table"
    assert found["layout"]["laid_out"] <= found["layout"]["rows"]
