"""The benchmark's own arithmetic: what it draws from figures, and how it watches processes."""

from __future__ import annotations

import json
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from tools.bench.cases import Wishes, all_cases
from tools.bench.chart import draw
from tools.bench.measuring import PROJECT, MeasurementError, run_command
from tools.bench.rows import KEYS, Ledger
from tools.bench.running import Measurement, as_json, from_json
from tools.bench.summary import Figures, percentile, summarise
from tools.bench.tables import sheets

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


def test_the_ledger_is_printed_by_the_engine(tmp_path: object) -> None:
    wanted = {"rows": 60, "kind": "short", "style": "fixed", "rich": True, "long_tables": False, "out": f"{tmp_path}/a"}

    command = [sys.executable, "-m", "tools.bench.programs.ledger", json.dumps(wanted)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["pages"] > 1
    assert found["layout"]["path"] == "plain"
