"""Watch reports that were asked for before."""

from __future__ import annotations

import click

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.progress import Board, follow
from pressrun_client.cli.waiting import finish_batch, has_timeout, how_to_go_on, tell
from pressrun_client.model import Status

_MOST_AT_ONCE = 100


@click.command()
@click.argument("ids", nargs=-1)
@click.option("--batch", metavar="ID", help="Watch the reports of a batch.")
@has_timeout
@asks_service
@click.pass_obj
def watch(app: App, *, ids: tuple[str, ...], batch: str | None, timeout: float | None) -> Exit:
    """Wait for reports, and show their progress.

    Without IDS, it watches all reports that are running now, at most a hundred. With --json, it prints a document for
    each change.
    """
    if batch is not None:
        if ids:
            raise click.UsageError("Give either IDS or --batch.")
        return finish_batch(app, [batch], timeout=timeout)
    chosen = list(dict.fromkeys(ids)) or _going_on(app)
    if not chosen:
        app.output.note("No report is running.")
        return Exit.OK
    app.to_go_on = [how_to_go_on(chosen)]
    with Board(app.output.stderr, is_shown=app.output.is_watched) as board:
        ended = follow(
            app.client,
            {report_id: report_id for report_id in chosen},
            board,
            timeout=timeout,
            changed=lambda report: app.output.document(report.document) if app.output.as_json else None,
        )
    if not app.output.as_json:
        for report in ended.values():
            tell(app, report)
    return Exit.OK if all(each.status is Status.SUCCEEDED for each in ended.values()) else Exit.REPORT_FAILED


def _going_on(app: App) -> list[str]:
    """Return the ids of reports that are not over, the oldest first."""
    found = [
        report
        for status in (Status.RENDERING, Status.PENDING)
        for report in app.client.list(status=status, limit=_MOST_AT_ONCE)
    ]
    return [report.id for report in sorted(found, key=lambda report: (report.created_at, report.id))[:_MOST_AT_ONCE]]
