"""The command `deliveries`."""

from __future__ import annotations

import click

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.exits import Exit

_PLANNED = "PLANNED"
"""What is said of a delivery that waits for the end of its report."""


@click.command()
@click.argument("report_id", metavar="ID")
@click.option("--replay", type=click.IntRange(min=1), metavar="NUMBER", help="Send this one once more.")
@asks_service
@click.pass_obj
def deliveries(app: App, *, report_id: str, replay: int | None) -> Exit:
    """Show the deliveries of a report, their attempts, and those to come."""
    found = app.client.deliveries(report_id) if replay is None else [app.client.replay(report_id, replay)]
    planned = app.client.planned_deliveries(report_id) if replay is None else []
    if app.output.as_json:
        for each in found:
            app.output.document(each.document)
        for wanted in planned:
            app.output.document({"channel": wanted.channel, "address": wanted.address, "status": _PLANNED})
        return Exit.OK
    rows = [
        (
            str(each.number),
            each.channel,
            each.address,
            each.status,
            str(len(each.attempts)),
            each.attempts[-1].reason or "" if each.attempts else "",
        )
        for each in found
    ]
    rows += [("–", each.channel, each.address, _PLANNED, "0", "The report has to end first.") for each in planned]
    if rows:
        app.output.table(("No.", "By", "To", "Status", "Tries", "Result of the last one"), rows, right=("No.", "Tries"))
    else:
        app.output.note("This report has no e-mail address or webhook to notify.")
    return Exit.OK
