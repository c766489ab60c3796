"""The command `list`."""

from __future__ import annotations

import click

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.output import moment, plural, size, styled
from pressrun_client.model import Report, Status


@click.command("list")
@click.option("--status", type=click.Choice([str(each) for each in Status], case_sensitive=False), help="Only these.")
@click.option("--template", help="Only reports of this template.")
@click.option("--source", metavar="KEY", help="Only reports of this uploaded file.")
@click.option("--batch", metavar="ID", help="Only reports of this batch.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Show at most this many.")
@click.option("--all", "everything", is_flag=True, help="All of them.")
@asks_service
@click.pass_obj
def list_reports(
    app: App,
    *,
    status: str | None,
    template: str | None,
    source: str | None,
    batch: str | None,
    limit: int,
    everything: bool,
) -> Exit:
    """List reports, newest first."""
    found = app.client.list(
        status=status, template=template, source=source, batch=batch, limit=None if everything else limit
    )
    if app.output.as_json:
        for report in found:
            app.output.document(report.document)
        return Exit.OK
    rows = [
        (
            report.id,
            styled(report.status),
            report.template,
            moment(report.created_at),
            "–" if report.pages is None else f"{report.pages:,}",
            size(report.size),
            _file_or_reason(report),
        )
        for report in found
    ]
    if not rows:
        app.output.note("There are none.")
        return Exit.OK
    headings = ("ID", "Status", "Template", "Asked for", "Pages", "Size", "File, or reason")
    app.output.table(headings, rows, right=("Pages", "Size"))
    return Exit.OK


def _file_or_reason(report: Report) -> str:
    """Call a report by what you know it by; say of one that has failed why, and how many warnings another has."""
    name = report.uploaded_file or report.title or report.filename
    if report.failure is None:
        shown = report.filename or name or report.source
        return f"{shown} ({plural(len(report.warnings), 'warning')})" if report.warnings else shown
    return f"{name}: {report.failure.code}" if name else report.failure.code
