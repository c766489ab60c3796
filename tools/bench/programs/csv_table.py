"""Write the ledger as a CSV file: ``{rows, out}``. What `make render` then makes of it is measured."""

from __future__ import annotations

import csv
from pathlib import Path

from tools.bench.programs import arguments, report
from tools.bench.rows import HEADINGS, KEYS, Ledger


def main() -> None:
    """Write the file, amounts as plain numbers."""
    wanted = arguments()
    with Path(wanted["out"]).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for line in Ledger(wanted["rows"]):
            writer.writerow([line[key].replace(",", "") if key == "amount" else line[key] for key in KEYS])
    report()


if __name__ == "__main__":
    main()
