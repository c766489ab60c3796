"""Change the course of reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

import click

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.failing import failed
from pressrun_client.cli.output import clean, plural
from pressrun_client.cli.waiting import check_timeout, finish, tell, waits
from pressrun_client.errors import ConflictError, InputError, NotFoundError, PressrunError

T = TypeVar("T")

_MOST_AT_ONCE = 1000


class Moment(click.ParamType[str]):
    """Be a moment, such as 2026-11-20, or 2026-11-20T12:00; without a zone, in the time of this machine."""

    name = "time"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the moment as the service wants it."""
        try:
            return datetime.fromisoformat(value).astimezone().isoformat()
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no time. Write 2026-11-20, or 2026-11-20T12:00:00Z.", param, ctx)


def _each(app: App, ids: Sequence[str], order: Callable[[str], T]) -> tuple[dict[str, T], Exit]:
    """Give an order for each report. Returns what came of it, and the status of the first error, which is told."""
    # All are meant, whoever reads what became of the first ones.
    app.output.goes_on_unread = True
    done: dict[str, T] = {}
    status = Exit.OK
    for report_id in dict.fromkeys(ids):
        try:
            done[report_id] = order(report_id)
            app.to_go_on = [f"Done before: {' '.join(done)}"]
        except PressrunError as error:
            told = failed(app, error, about=report_id)
            status = status or told
            if not isinstance(error, NotFoundError | ConflictError | InputError):
                # The others would meet the same.
                break
    return done, status


@click.command()
@click.argument("ids", nargs=-1, required=True)
@asks_service
@click.pass_obj
def cancel(app: App, *, ids: tuple[str, ...]) -> Exit:
    """Cancel reports that are not over. One that cannot be cancelled keeps no other from it."""
    done, status = _each(app, ids, app.client.cancel)
    for report in done.values():
        tell(app, report)
    return status


@click.command()
@click.argument("ids", nargs=-1, required=True)
@waits
@asks_service
@click.pass_obj
def retry(app: App, *, ids: tuple[str, ...], wait: bool, timeout: float | None) -> Exit:
    """Retry reports that have failed; `pressrun redrive` retries many. One that cannot be keeps no other from it."""
    check_timeout(is_waiting=wait)
    accepted, status = _each(app, ids, app.client.retry)
    if wait and accepted:
        ended = finish(app, accepted, timeout=timeout)
        return status or ended
    for each in accepted.values():
        if app.output.as_json:
            app.output.document(each.document)
        else:
            app.output.line(f"{clean(each.id)}  {each.status}")
    return status


@click.command(short_help="Retry many failed reports, chosen by a filter.")
@click.option("--error-code", metavar="CODE", help="Only reports that failed with this code.")
@click.option("--template", help="Only reports of this template.")
@click.option("--batch", metavar="ID", help="Only reports of this batch.")
@click.option("--after", type=Moment(), metavar="TIME", help="Only reports that were asked for since then.")
@click.option("--before", type=Moment(), metavar="TIME", help="Only reports that were asked for before then.")
@click.option("--all", "everything", is_flag=True, help="All that have failed, whatever for.")
@click.option(
    "--limit", type=click.IntRange(1, _MOST_AT_ONCE), default=100, show_default=True, help="How many at the most."
)
@click.option("--dry-run", is_flag=True, help="Only say which these are.")
@asks_service
@click.pass_obj
def redrive(
    app: App,
    *,
    error_code: str | None,
    template: str | None,
    batch: str | None,
    after: str | None,
    before: str | None,
    everything: bool,
    limit: int,
    dry_run: bool,
) -> Exit:
    """Retry those failed reports to which all of the options apply, the newest first."""
    if not (error_code or template or batch or after or before or everything):
        raise click.UsageError("Say which failed reports to retry, or --all. --dry-run only shows them.")
    app.output.goes_on_unread = True
    done = app.client.retry_many(
        error_code=error_code,
        template=template,
        batch=batch,
        created_after=after,
        created_before=before,
        limit=limit,
        dry_run=dry_run,
    )
    if app.output.as_json:
        app.output.document(done.document)
    else:
        for report_id in done.ids:
            app.output.line(clean(report_id))
        would = "would be retried" if dry_run else "retried"
        others = [f"{count:,} {word}" for count, word in ((done.skipped, "skipped"), (done.failed, "not")) if count]
        app.output.note(", ".join([f"{plural(len(done.ids), 'report')} {would}", *others]) + ".")
        if done.more:
            app.output.note("There are more: run it again, or raise --limit.")
    return Exit.SERVICE if done.failed else Exit.OK
