"""The command `retry`."""

from __future__ import annotations

import click

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.each_report import each_report
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.output import clean
from pressrun_client.cli.waiting import check_timeout, finish, waits


@click.command()
@click.argument("ids", nargs=-1, required=True)
@waits
@asks_service
@click.pass_obj
def retry(app: App, *, ids: tuple[str, ...], wait: bool, timeout: float | None) -> Exit:
    """Retry failed reports; `pressrun redrive` retries many. If one cannot be retried, the others still are."""
    check_timeout(is_waiting=wait)
    accepted, status = each_report(app, ids, app.client.retry)
    if wait and accepted:
        ended = finish(app, accepted, timeout=timeout)
        return status or ended
    for each in accepted.values():
        if app.output.as_json:
            app.output.document(each.document)
        else:
            app.output.line(f"{clean(each.id)}  {each.status}")
    return status
