"""The same input gives the same report, however Python orders its sets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
SEEDS = ("0", "1", "4242")
CURRENCIES = "EUR USD GBP CHF JPY CNY SEK NOK DKK PLN CZK HUF TRY".split()  # noqa: SIM905
NASTY = {
    "Item": [f"{place} pieces" for place in range(14)],
    "Price": ["$ 5.10", "$5.20", "$  6.30", "$7.40"] * 3 + ["$ 8.50", "$9.60"],
    "Size": ["5 kg", "3 lb", "7 m", "8 cm", "2 l", "4 ha", "6 km", "9 g", "1 t", "5 mm", "3 s", "7 h", "8 °C", "4 V"],
    "Qty": ["100", "n/a", "-", "5", "NA", "12", "null", "9", "k. A.", "30", "none", "7", "nan", "1"],
    "Unit": ["KG", "kg", "Pcs", "pcs.", "LB", "lb", "Kg", "t", "T", "l", "L", "ml", "km", "KM"],
    "Amount": [f"{place}50.25" for place in range(1, 15)],
    "Currency": [*CURRENCIES, "eur"],
    "Side": ["Soll", "Haben", "soll", "haben", "Debit", "Credit", "S"] * 2,
    "Due": ["03.04.26", "04.03.26", "05.05.26", "06.06.26", "07.07.26", "08.08.26", "09.09.26"] * 2,
    "Both": ["1.5", "1,5", "2.25", "2,25", "3.5", "3,5", "4.5"] * 2,
}
PROGRAM = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from reports.datasets import RowsFile, RowsFormat
from reports.engine.templating.template_code import load_template_code
from reports.render_contract import RenderContext

rows = RowsFile(Path(sys.argv[1]), RowsFormat.CSV)
code = load_template_code(Path("templates/table"))
context = RenderContext("j", datetime(2026, 1, 1, tzinfo=UTC), "en", None, "a")
print(code.html(code.view({"rows": rows}, context), context))
print(json.dumps([rows.reading, [dict(warning) for warning in rows.warnings]]))
"""


def started(path: Path, seed: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PROGRAM, str(path)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)


def test_a_report_does_not_depend_on_the_order_of_sets(tmp_path: Path) -> None:
    lines = [";".join(NASTY), *(";".join(cells) for cells in zip(*NASTY.values(), strict=True))]
    (tmp_path / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")

    outputs = [process.communicate()[0] for process in [started(tmp_path / "a.csv", seed) for seed in SEEDS]]

    assert len(outputs[0]) > 5000
    assert outputs[1:] == outputs[:1] * (len(SEEDS) - 1)
