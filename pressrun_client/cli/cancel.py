"""The command `cancel`."""

from __future__ import annotations

import click

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.each_report import each_report
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.waiting import tell


@click.command()
@click.argument("ids", nargs=-1, required=True)
@asks_service
@click.pass_obj
def cancel(app: App, *, ids: tuple[str, ...]) -> Exit:
    """Cancel reports that have not ended. If one cannot be cancelled, the others still are."""
    done, status = each_report(app, ids, app.client.cancel)
    for report in done.values():
        tell(app, report)
    return status
