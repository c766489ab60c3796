"""The command `costs`."""

from __future__ import annotations

from datetime import datetime

import click

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.output import clean

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option(
    "--by",
    type=click.Choice(["template", "day"]),
    default="template",
    show_default=True,
    help="Sum up by template or by day.",
)
@click.option("--since", type=_DAY, metavar="DAY", help="The first day, as 2026-11-01. By default, 30 days in all.")
@click.option("--until", type=_DAY, metavar="DAY", help="The last day. By default, today.")
@asks_service
@click.pass_obj
def costs(app: App, by: str, since: datetime | None, until: datetime | None) -> Exit:
    """Show what your reports have taken, and about what AWS bills for that."""
    wanted = {"since": since.date() if since else None, "until": until.date() if until else None}
    usage = app.client.usage(by=by, **wanted)
    if app.output.as_json:
        app.output.document(usage.document)
        return Exit.OK
    app.output.line(f"{'REPORTS':>9}  {'SECONDS':>11}  {'USD':>11}  {by.upper()}")
    for each in usage.entries:
        app.output.line(_line(each.reports, each.compute_seconds, each.cost, each.name))
    days = f"in all, {usage.since} to {usage.until}"
    app.output.line(_line(usage.reports, usage.compute_seconds, usage.cost, days))
    app.output.line(f"An estimate by AWS's list prices ({clean(usage.prices_of)}).")
    return Exit.OK


def _line(reports: int, seconds: float, cost: float, name: str) -> str:
    return f"{reports:>9,}  {seconds:>11,.1f}  {cost:>11,.6f}  {clean(name)}"
