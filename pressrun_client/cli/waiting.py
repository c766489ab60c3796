"""Wait for reports, say how they have ended, and save their files."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import click
from click.core import ParameterSource

from pressrun_client.cli.app import App, Command
from pressrun_client.cli.errors import failed
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.output import clean, outcome, plural, words_of
from pressrun_client.cli.progress import Board, follow, transfer
from pressrun_client.client import Named, Timeout
from pressrun_client.errors import InputError, PressrunError
from pressrun_client.model import Report, Status
from pressrun_client.outcomes import Batch, Uploaded
from pressrun_client.reading_lines import reading_lines
from pressrun_client.timing import Deadline
from pressrun_client.transfers import safe_name

DEFAULT_TIMEOUT = 600.0
_MOST_LOOKED_AT = 1_000
"""Reports of a batch that are looked at for warnings: ten requests."""


def has_timeout(command: Command) -> Command:
    """Give a command the option of how long to wait."""
    return click.option(
        "--timeout",
        type=click.FloatRange(min=0),
        default=DEFAULT_TIMEOUT,
        show_default=f"{DEFAULT_TIMEOUT:g}",
        metavar="SECONDS",
        help="The longest time to wait.",
    )(command)


def check_timeout(*, is_waiting: bool) -> None:
    """Raise UsageError for a timeout of a command that does not wait."""
    source = click.get_current_context().get_parameter_source("timeout")
    if source is ParameterSource.COMMANDLINE and not is_waiting:
        raise click.UsageError("--timeout has no effect without waiting: add --wait.")


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
        callback=_a_place,
        help="Save the PDF there; in a folder, under its own name.",
    )
    return where(click.option("--force", is_flag=True, help="Overwrite existing files.")(command))


def _a_place(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
    if path == Path("-"):
        raise click.BadParameter("the standard output is for the results. Give a path.")
    return path


def check_output(output: Path | None, *, force: bool, count: int = 1) -> None:
    """Raise InputError for a place where so many files can't be saved, before anything is asked for."""
    if output is None or output.is_dir():
        return
    if count > 1:
        raise InputError(f"{output} is not a folder, and there are several files to save.")
    if not output.parent.is_dir():
        raise InputError(f"There is no folder {output.parent}.")
    if output.exists() and not force:
        raise _is_there(output)


def finish(
    app: App, what: Mapping[str, Named], *, timeout: Timeout, output: Path | None = None, force: bool = False
) -> Exit:
    """Wait for reports and say how each has ended; save their PDFs.

    Returns REPORT_FAILED if one has none, else what kept a PDF from being saved, which keeps no other from it.
    """
    app.to_go_on = [how_to_go_on(what.values())]
    with Board(app.output.stderr, is_shown=app.output.is_watched) as board:
        ended = follow(app.client, what, board, timeout=timeout)
    status = Exit.OK
    places: set[Path] = set()
    for report in ended.values():
        saved = None
        if output is not None and report.status is Status.SUCCEEDED:
            app.to_go_on = [f"The report is made. To save its PDF: pressrun get {report.id} -o PATH"]
            try:
                # Of one run, no file takes the place of another one.
                saved = save(app, report, output, force=force and place_of(report, output) not in places)
                places.add(saved)
            except PressrunError as error:
                told = failed(app, error, about=report.id)
                status = status or told
        tell(app, report, saved=saved)
        if report.status is not Status.SUCCEEDED:
            status = Exit.REPORT_FAILED
    return status


def how_to_go_on(what: Collection[Named]) -> str:
    """Return the text for a user who breaks off a wait."""
    *_, last = what
    if isinstance(last, Uploaded):
        command = "pressrun list" if len(what) > 1 else f"pressrun list --source {shlex.quote(last.key)}"
    else:
        command = "pressrun watch" if len(what) > 1 else f"pressrun watch {last if isinstance(last, str) else last.id}"
    return f"Your reports go on: {command}"


def finish_batch(
    app: App, batches: Sequence[str], *, timeout: float | None, known: Mapping[str, Collection[str]] | None = None
) -> Exit:
    """Wait for the reports of batches, and say how many have ended in which way.

    ``known`` are the ids of those that are known to be meant, by batch.
    """
    deadline = app.client.deadline(timeout)
    status = Exit.OK
    for batch_id in batches:
        app.to_go_on = [f"Your reports go on: pressrun watch --batch {batch_id}"]
        with Board(app.output.stderr, is_shown=app.output.is_watched) as board:
            board.add(batch_id)
            for counted in app.client.wait_for_batch(batch_id, timeout=deadline):
                words = f"{counted.over:,} of {plural(counted.total, 'report')}"
                board.move(batch_id, counted.over / max(1, counted.total), words)
            counted = _with_others(app, counted, (known or {}).get(batch_id, ()), board, deadline)
        counts = {str(each): count for each, count in counted.counts.items() if count}
        if app.output.as_json:
            app.output.document({"batch": batch_id, "total": counted.total, "counts": counts})
        else:
            words = ", ".join(f"{count:,} {name}" for name, count in counts.items())
            app.output.line(f"batch    {clean(batch_id)}  {words}")
            _warn_of_batch(app, batch_id)
        if counted.counts.get(Status.SUCCEEDED, 0) != counted.total:
            status = Exit.REPORT_FAILED
        elif not counted.total:
            status = status or Exit.NOT_FOUND
    return status


def _warn_of_batch(app: App, batch_id: str) -> None:
    """Print how many reports of a batch have warnings, and the first of these."""
    warned = [each for each in app.client.list(batch=batch_id, limit=_MOST_LOOKED_AT) if each.warnings]
    if warned:
        first = warned[-1]
        app.output.warn(
            f"{plural(len(warned), 'report')} of the batch have warnings, such as {first.id}: "
            f"{words_of(first.warnings[0])} See all: pressrun list --batch {batch_id} --all"
            if len(warned) > 1
            else f"{first.id}: {words_of(first.warnings[0])}"
        )


def _with_others(app: App, counted: Batch, ids: Collection[str], board: Board, deadline: Deadline) -> Batch:
    """Wait for those reports, too, that were not counted, and count them.

    The counts of a service lag a little behind; and what was asked for before by the same idempotency key is in
    another batch.
    """
    if counted.total >= len(ids):
        return counted
    others = set(ids) - {report.id for report in app.client.list(batch=counted.id)}
    ended = follow(app.client, {each: each for each in sorted(others)}, board, timeout=deadline)
    counts = Counter(counted.counts) + Counter(report.status for report in ended.values())
    return Batch(counted.id, counts, counted.total + len(ended))


def save(app: App, report: Report, path: Path, *, force: bool, name: str | None = None) -> Path:
    """Save a file of a report, the PDF by default. Raises InputError rather than replace a file, unless forced."""
    artifact, place = report.artifact(name), place_of(report, path, name)
    if place.exists() and not force:
        raise _is_there(place)
    with Board(app.output.stderr, is_shown=app.output.is_watched) as board:
        bar = transfer(board, place.name, artifact.size, "downloading")
        return app.client.download(report, place, artifact=artifact.name, progress=bar)


def place_of(report: Report, path: Path, name: str | None = None) -> Path:
    """Return where a file of a report is saved: at the path, or under its own name in a folder."""
    return path / safe_name(report.artifact(name).name) if path.is_dir() else path


def tell(app: App, report: Report, *, saved: Path | None = None) -> None:
    """Write how a report has ended or is doing, and where its file is."""
    if app.output.as_json:
        app.output.document({**report.document, **({"saved": [str(saved)]} if saved else {})})
        return
    app.output.line(outcome(report))
    for line in reading_lines(report.reading):
        app.output.line(f"  {clean(line)}")
    if saved is not None:
        app.output.line(f"  {clean(saved)}")
    warn_of(app, report)


def warn_of(app: App, report: Report) -> None:
    """Print the warnings of a report that was made. JSON has them among the facts."""
    if not app.output.as_json:
        for warning in report.warnings:
            app.output.warn(f"{report.id}: {words_of(warning)}")


def _is_there(place: Path) -> InputError:
    return InputError(f"{place} exists already. Give another path to -o, or add --force.")
