"""The command `get`: show a report, and save its files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click
from rich.text import Text

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.facts import facts
from pressrun_client.cli.output import clean, moment, size, styled, words_of
from pressrun_client.cli.waiting import check_output, save, saves_to, tell, warn_of
from pressrun_client.model import Report, Status
from pressrun_client.reading_lines import reading_lines


@click.command()
@click.argument("report_id", metavar="[ID]", required=False)
@click.option("--latest", metavar="KEY", help="The latest report with --replaces KEY, instead of ID.")
@click.option(
    "--file", "names", multiple=True, metavar="NAME", help="With -o: save this file, and not the PDF. Repeatable."
)
@click.option("--events", is_flag=True, help="Show its timeline instead.")
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
        raise click.UsageError("--events and -o exclude each other.")
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
        warn_of(app, report)
    return Exit.OK


def _show(app: App, report: Report) -> None:
    if app.output.as_json:
        app.output.document(report.document)
        return
    known: Mapping[str, str | Text | None] = {
        "Report": report.id,
        "Status": styled(report.status),
        "Paused": report.pause,
        "Template": f"{report.template} (sample)" if report.is_sample else report.template,
        "Title": report.title,
        "Made from": report.source,
        "Batch": report.batch,
        "Asked for": moment(report.created_at),
        "Ended": moment(report.finished_at) if report.finished_at else None,
        "Attempts": str(report.attempts),
        "Rows": f"{report.progress.done:,} of {report.progress.total or '?'}" if report.progress else None,
        "Took": None if report.seconds is None else f"{report.seconds:.1f} s",
        "Cost": None if report.cost is None else f"about ${report.cost:.6f}",
        "Pages": None if report.pages is None else f"{report.pages:,}",
        "Files": ", ".join(f"{each.name} ({size(each.size)})" for each in report.artifacts) or None,
        "Reason": f"{report.failure.code}: {report.failure.message}" if report.failure else None,
    }
    facts(app, known)
    for line in reading_lines(report.reading):
        app.output.line(f"  {clean(line)}")
    for warning in report.warnings:
        facts(app, {"Warning": words_of(warning)})


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
