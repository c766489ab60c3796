"""The command `redrive`."""

from __future__ import annotations

from datetime import datetime

import click

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.output import clean, plural

_MOST_AT_ONCE = 1000


class Moment(click.ParamType[str]):
    """A moment, such as 2026-11-20, or 2026-11-20T12:00; without a zone, in the time of this machine."""

    name = "time"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the moment as the service wants it."""
        try:
            return datetime.fromisoformat(value).astimezone().isoformat()
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is not a time. Write 2026-11-20, or 2026-11-20T12:00:00Z.", param, ctx)


@click.command(short_help="Retry many failed reports, chosen by a filter.")
@click.option("--error-code", metavar="CODE", help="Only reports that failed with this code.")
@click.option("--template", help="Only reports of this template.")
@click.option("--batch", metavar="ID", help="Only reports of this batch.")
@click.option("--after", type=Moment(), metavar="TIME", help="Only reports requested since then.")
@click.option("--before", type=Moment(), metavar="TIME", help="Only reports requested before then.")
@click.option("--all", "everything", is_flag=True, help="All failed reports, whatever the reason.")
@click.option(
    "--limit", type=click.IntRange(1, _MOST_AT_ONCE), default=100, show_default=True, help="Retry at most this many."
)
@click.option("--dry-run", is_flag=True, help="Only show the reports; change nothing.")
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
    """Retry the failed reports that match all options, the newest first."""
    if not (error_code or template or batch or after or before or everything):
        raise click.UsageError("Choose the failed reports with a filter, or use --all. --dry-run only shows them.")
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
