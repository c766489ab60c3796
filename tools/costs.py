"""Sum up what reports of all tenants have cost, by tenant and template. An estimate: docs/cost.md says of what."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from reports.access.usage import Use, total
from reports.adapters.dynamodb.daily_counts import key_parts, uses_in
from reports.jobs.cost import Prices, dollars
from tools.access import items_of
from tools.connection import Connection, UnreachableError, connect
from tools.options import MakeParser
from tools.reasons import why
from tools.steer import moment

_DAYS = timedelta(days=30)

Sums = Mapping[tuple[str, str], Use]


def main(arguments: list[str] | None = None) -> int:
    """Print the sums. Returns 1 with the reason when they can't be had."""
    options = _parser().parse_args(arguments)
    since = (options.since or datetime.now(UTC) - _DAYS).date()
    try:
        sums = summed(_items(connect(options.stage), options.stage), since, options.tenant)
    except (UnreachableError, ClientError, BotoCoreError) as error:
        print(f"error: {why(error)}", file=sys.stderr)
        return 1
    print("\n".join(lines(sums, since)))
    return 0


def summed(items: Iterable[Mapping[str, Any]], since: date, tenant: str | None = None) -> Sums:
    """Sum up the items of days, by tenant and template."""
    sums: dict[tuple[str, str], Use] = {}
    for item in items:
        of, day = key_parts(item)
        if day < since or tenant not in (None, of):
            continue
        for template, use in uses_in(item).items():
            sums[of, template] = sums.get((of, template), Use()) + use
    return sums


def lines(sums: Sums, since: date) -> Iterator[str]:
    """Yield a line for each sum, the dearest first, and one for all."""
    yield f"{'REPORTS':>9}  {'SECONDS':>11}  {'USD':>12}  {'TENANT':<20} TEMPLATE"
    for (tenant, template), use in sorted(sums.items(), key=lambda item: (-item[1].cost, item[0])):
        yield f"{_shown(use)}  {tenant:<20} {template}"
    prices = Prices.known()
    yield f"{_shown(total(sums.values()))}  in all since {since}, by the prices of {prices.region}, {prices.as_of}"


def _shown(use: Use) -> str:
    return f"{use.reports:>9,}  {use.compute_ms / 1000:>11,.1f}  {dollars(use.cost):>12,.6f}"


def _items(connection: Connection, stage: str) -> Iterator[Mapping[str, Any]]:
    """Yield the items of days."""
    return items_of(connection, stage, "#item = :count", {"#item": "item"}, {":count": "count"})


def _parser() -> MakeParser:
    parser = MakeParser(prog="python -m tools.costs", description=__doc__)
    parser.add_argument("--stage", default="local")
    parser.add_argument("--tenant", help="of this tenant alone")
    parser.add_argument("--since", type=moment, help="from that day on (default: 30d)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
