"""Look at reports, and at what they can be made from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click
from rich.text import Text

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.output import clean, moment, size, styled
from pressrun_client.cli.waiting import check_output, save, saves_to, tell
from pressrun_client.model import Report, Status

_PLANNED = "PLANNED"
"""What is said of a delivery that waits for the end of its report."""


@click.command()
@click.argument("report_id", metavar="[ID]", required=False)
@click.option(
    "--latest", metavar="KEY", help="The latest report that was asked for with --replaces KEY, instead of ID."
)
@click.option(
    "--file", "names", multiple=True, metavar="NAME", help="With -o: save this file, and not the PDF. Repeatable."
)
@click.option("--events", is_flag=True, help="Show what has happened to it, instead.")
@saves_to
@asks_service
@click.pass_obj
def get(
    app: App,
    *,
    report_id: str | None,
    latest: str | None,
    names: tuple[str, ...],
    events: bool,
    output: Path | None,
    force: bool,
) -> Exit:
    """Show a report, and save its PDF with -o.

    With -o, ends with 1 when the report has failed, and with 7 when it is not over.
    """
    if (report_id is None) == (latest is None):
        raise click.UsageError("Give either ID or --latest KEY.")
    if names and output is None:
        raise click.UsageError("--file needs -o, where to save it.")
    if events and output is not None:
        raise click.UsageError("--events shows, and -o saves: one of them at a time.")
    # What is already there is found when its name is known.
    check_output(output, force=True, count=len(names))
    report = app.client.latest(latest) if latest is not None else app.client.get(report_id or "")
    if events:
        _show_events(app, report)
        return Exit.OK
    if output is None:
        _show(app, report)
        return Exit.OK
    if report.status is not Status.SUCCEEDED:
        tell(app, report)
        return Exit.REPORT_FAILED if report.is_over else Exit.NOT_OVER
    saved = [save(app, report, output, force=force, name=name) for name in names or (None,)]
    if app.output.as_json:
        app.output.document({**report.document, "saved": [str(path) for path in saved]})
    else:
        for path in saved:
            app.output.line(clean(path))
    return Exit.OK


@click.command("list")
@click.option("--status", type=click.Choice([str(each) for each in Status], case_sensitive=False), help="Only these.")
@click.option("--template", help="Only reports of this template.")
@click.option("--source", metavar="KEY", help="Only reports of this uploaded file.")
@click.option("--batch", metavar="ID", help="Only reports of this batch.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many at the most.")
@click.option("--all", "everything", is_flag=True, help="As many as there are.")
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
    """Call a report by what you know it by; say of one that has failed why, too."""
    name = report.uploaded_file or report.title or report.filename
    if report.failure is None:
        return report.filename or name or report.source
    return f"{name}: {report.failure.code}" if name else report.failure.code


@click.command()
@click.argument("name", required=False)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of its data.")
@click.option("--sample", is_flag=True, help="Print a sample of its data.")
@asks_service
@click.pass_obj
def templates(app: App, *, name: str | None, schema: bool, sample: bool) -> Exit:
    """List what reports can be made from, or show one template."""
    if (schema or sample) and (name is None or (schema and sample)):
        raise click.UsageError("--schema and --sample are of one template, and one of them at a time.")
    if name is None:
        found = app.client.templates()
        if app.output.as_json:
            for each in found:
                app.output.document(each.document)
        else:
            rows = [(each.name, each.made_from, each.description) for each in found]
            app.output.table(("Name", "Made from", "What it is"), rows)
        return Exit.OK
    template = app.client.template(name)
    if schema or sample:
        app.output.document(template.schema if schema else template.sample)
    elif app.output.as_json:
        app.output.document(template.document)
    else:
        app.output.line(f"{clean(template.name)}: {clean(template.title)}\n{clean(template.description)}")
        app.output.line(f"Made from: {clean(template.made_from)}")
        app.output.line(f"Data: pressrun templates {clean(template.name)} --schema, or --sample")
    return Exit.OK


@click.command()
@click.argument("report_id", metavar="ID")
@click.option("--replay", type=click.IntRange(min=1), metavar="NUMBER", help="Tell this one once more.")
@asks_service
@click.pass_obj
def deliveries(app: App, *, report_id: str, replay: int | None) -> Exit:
    """Show who was told that a report has ended, how that went, and who will be told."""
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
        app.output.table(("No.", "By", "To", "Status", "Tries", "What the last one met"), rows, right=("No.", "Tries"))
    else:
        app.output.note("Nobody is to be told of this report.")
    return Exit.OK


@click.command()
@asks_service
@click.pass_obj
def whoami(app: App) -> Exit:
    """Show as whom the service knows its caller, what that allows, and how much of it is used."""
    caller = app.client.me()
    if app.output.as_json:
        app.output.document(caller.document)
        return Exit.OK
    limits, used = caller.limits, caller.used
    _facts(
        app,
        {
            "Tenant": caller.tenant,
            "Known as": caller.subject,
            "May": ", ".join(caller.scopes) or "nothing",
            "Reports": f"{used.reports_today:,} of {limits.reports_per_day:,} today, anew at {moment(used.resets_at)}",
            "Computing": _used_up(caller.used.compute_seconds_today, limits.compute_seconds_per_day, "seconds"),
            "E-mail": _used_up(caller.used.emails_today, limits.emails_per_day, "messages"),
            "Rows": f"{limits.rows_per_report:,} in a report at the most",
            "Size": f"{size(limits.bytes_per_report)} of data for a report at the most",
        },
    )
    return Exit.OK


def _used_up(used: int | None, most: int | None, unit: str) -> str | None:
    return None if most is None or used is None else f"{used:,} of {most:,} {unit} today"


def _show(app: App, report: Report) -> None:
    if app.output.as_json:
        app.output.document(report.document)
        return
    facts: Mapping[str, str | Text | None] = {
        "Report": report.id,
        "Status": styled(report.status),
        "Template": f"{report.template} (sample)" if report.is_sample else report.template,
        "Title": report.title,
        "Made from": report.source,
        "Batch": report.batch,
        "Asked for": moment(report.created_at),
        "Ended": moment(report.finished_at) if report.finished_at else None,
        "Attempts": str(report.attempts),
        "Rows": f"{report.progress.done:,} of {report.progress.total or '?'}" if report.progress else None,
        "Took": None if report.seconds is None else f"{report.seconds:.1f} s",
        "Pages": None if report.pages is None else f"{report.pages:,}",
        "Files": ", ".join(f"{each.name} ({size(each.size)})" for each in report.artifacts) or None,
        "Reason": f"{report.failure.code}: {report.failure.message}" if report.failure else None,
    }
    _facts(app, facts)
    for warning in report.warnings:
        _facts(app, {"Warning": str(warning.get("message") or warning.get("code"))})


def _facts(app: App, facts: Mapping[str, str | Text | None]) -> None:
    """Write what is known of one thing, a line for each."""
    for name, value in facts.items():
        if value is not None:
            shown = value if isinstance(value, Text) else Text(clean(value))
            app.output.line(Text.assemble((f"{name:<10}", "bold"), shown))


def _show_events(app: App, report: Report) -> None:
    for event in app.client.events(report.id):
        if app.output.as_json:
            app.output.document(event.document)
        else:
            detail = ", ".join(f"{name}: {in_words(value)}" for name, value in event.detail.items())
            app.output.line(f"{moment(event.at)}  {clean(event.name):<12}  {clean(detail)}".rstrip())


def in_words(value: object) -> str:
    """Write a value of an event's detail; what it consists of stands in brackets behind its first part."""
    if not isinstance(value, Mapping):
        return str(value)
    if not value:
        return "–"
    first, *others = (str(each) for each in value.values())
    return f"{first} ({', '.join(others)})" if others else first
