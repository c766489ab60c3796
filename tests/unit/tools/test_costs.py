"""Operators see what reports have cost, and docs/cost.md has what the price list gives."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reports.access.usage import Use
from reports.jobs.cost import Prices
from tools import bill, costs
from tools.connection import UnreachableError

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "cost.md"
FIRST = date(2026, 11, 1)


def item(tenant: str, day: str, **numbers: int) -> dict[str, Any]:
    uses = {name.replace("__", "#"): {"N": str(number)} for name, number in numbers.items()}
    return {"job_id": {"S": f"quota#{tenant}#{day}"}, "item": {"S": "count"}, "used": {"N": "7"}, **uses}


ITEMS = [
    item("acme", "2026-11-01", reports__invoice=2, ms__invoice=2500, cost__invoice=10**8),
    item("acme", "2026-11-02", reports__invoice=1, ms__invoice=500, cost__invoice=5, cost__table=1),
    item("beta", "2026-11-02", reports__table=1, ms__table=9, cost__table=10**9),
    item("beta", "2026-10-31", reports__table=1, ms__table=9, cost__table=10**9),
    item("only-asked", "2026-11-02"),
]


def test_costs_are_summed_up_by_tenant_and_template_from_a_day_on() -> None:
    assert costs.summed(ITEMS, FIRST) == {
        ("acme", "invoice"): Use(3, 3000, 10**8 + 5),
        ("acme", "table"): Use(0, 0, 1),
        ("beta", "table"): Use(1, 9, 10**9),
    }
    assert set(costs.summed(ITEMS, FIRST, "beta")) == {("beta", "table")}


def test_the_dearest_comes_first_and_the_sum_of_all_last() -> None:
    told = list(costs.lines(costs.summed(ITEMS, FIRST), FIRST))

    assert [line.split()[-2:] for line in told[1:-1]] == [["beta", "table"], ["acme", "invoice"], ["acme", "table"]]
    assert told[-1].split()[:3] == ["4", "3.0", "1.100000"]


def test_a_table_that_cannot_be_read_is_an_error_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(_: str) -> None:
        raise UnreachableError("No credentials.")

    monkeypatch.setattr(costs, "connect", unreachable)

    assert costs.main([]) == 1
    assert capsys.readouterr().err == "error: No credentials.\n"


def test_the_document_has_the_bill_that_the_price_list_gives() -> None:
    _, after = DOCUMENT.read_text("utf-8").split("<!-- bill -->\n")

    assert after.split("<!-- end of bill -->")[0] == f"{bill.table(Prices.known())}\n"
