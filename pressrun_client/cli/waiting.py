"""Wait for reports, say how they have ended, and save their files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from pressrun_client.cli.app import App, Command
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.output import clean, outcome, plural
from pressrun_client.cli.progress import Board, follow, transfer
from pressrun_client.client import Named
from pressrun_client.errors import InputError
from pressrun_client.model import Report, Status
from pressrun_client.transfers import safe_name

DEFAULT_TIMEOUT = 600.0


def has_timeout(command: Command) -> Command:
    """Give a command the option of how long to wait."""
    return click.option(
        "--timeout",
        type=click.FloatRange(min=0),
        default=DEFAULT_TIMEOUT,
        show_default=f"{DEFAULT_TIMEOUT:g}",
        metavar="SECONDS",
        help="How long to wait at the most.",
    )(command)


def waits(command: Command) -> Command:
    """Give a command the options to wait for what it asks for."""
    return click.option("--wait", is_flag=True, help="Wait until all is over.")(has_timeout(command))


def saves_to(command: Command) -> Command:
    """Give a command the options to save files."""
    where = click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        metavar="PATH",
        help="Save the PDF there; in a folder, under its own name.",
    )
    return where(click.option("--force", is_flag=True, help="Replace files that are there.")(command))


def check_output(output: Path | None, *, force: bool, count: int = 1) -> None:
    """Raise InputError for a place where files can't be saved, before anything is asked for."""
    if output is None or output.is_dir():
        return
    if count > 1:
        raise InputError(f"{output} is no folder, and there are several reports to save.")
    if not output.parent.is_dir():
        raise InputError(f"There is no folder {output.parent}.")
    if output.exists() and not force:
        raise _is_there(output)


def finish(
    app: App, what: Mapping[str, Named], *, timeout: float | None, output: Path | None = None, force: bool = False
) -> Exit:
    """Wait for reports and say how each has ended; save their PDFs. Returns REPORT_FAILED if one has none."""
    with Board(app.output.stderr, is_shown=app.output.is_watched) as board:
        ended = follow(app.client, what, board, timeout=timeout)
    status = Exit.OK
    for report in ended.values():
        saved = None
        if output is not None and report.status is Status.SUCCEEDED:
            saved = save(app, report, output, force=force)
        tell(app, report, saved=saved)
        if report.status is not Status.SUCCEEDED:
            status = Exit.REPORT_FAILED
    return status


def finish_batch(app: App, batches: Sequence[str], *, timeout: float | None) -> Exit:
    """Wait for the reports of batches, and say how many have ended in which way."""
    status = Exit.OK
    for batch_id in batches:
        with Board(app.output.stderr, is_shown=app.output.is_watched) as board:
            board.add(batch_id)
            for counted in app.client.wait_for_batch(batch_id, timeout=timeout):
                words = f"{counted.over:,} of {plural(counted.total, 'report')}"
                board.move(batch_id, counted.over / max(1, counted.total), words)
        counts = {str(each): count for each, count in counted.counts.items() if count}
        if app.output.as_json:
            app.output.document({"batch": batch_id, "total": counted.total, "counts": counts})
        else:
            words = ", ".join(f"{count:,} {name}" for name, count in counts.items())
            app.output.line(f"batch    {clean(batch_id)}  {words}")
        if counted.counts.get(Status.SUCCEEDED) != counted.total:
            status = Exit.REPORT_FAILED
    return status


def save(app: App, report: Report, path: Path, *, force: bool, name: str | None = None) -> Path:
    """Save a file of a report, the PDF by default. Raises InputError rather than replace a file, unless forced."""
    artifact = report.artifact(name)
    place = path / safe_name(artifact.name) if path.is_dir() else path
    if place.exists() and not force:
        raise _is_there(place)
    with Board(app.output.stderr, is_shown=app.output.is_watched) as board:
        bar = transfer(board, place.name, artifact.size, "downloading")
        return app.client.download(report, place, artifact=artifact.name, progress=bar)


def tell(app: App, report: Report, *, saved: Path | None = None) -> None:
    """Write how a report has ended or is doing, and where its file is."""
    if app.output.as_json:
        app.output.document({**report.document, **({"saved": [str(saved)]} if saved else {})})
        return
    app.output.line(outcome(report))
    if saved is not None:
        app.output.line(f"  {clean(saved)}")


def _is_there(place: Path) -> InputError:
    return InputError(f"{place} is there already. Give another place to -o, or --force.")
