"""Ask for reports."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.input import name_of, read, read_data
from pressrun_client.cli.output import clean
from pressrun_client.cli.progress import Board, transfer
from pressrun_client.cli.waiting import check_output, check_timeout, finish, finish_batch, saves_to, waits
from pressrun_client.client import AT_FIRST
from pressrun_client.errors import InputError, ServiceError
from pressrun_client.model import Accepted, Status
from pressrun_client.outcomes import ItemOutcome, ManyOutcome, Uploaded
from pressrun_client.patience import Deadline

_FILE = click.Path(path_type=Path, allow_dash=True)


@click.command()
@click.argument("template")
@click.argument("data", type=_FILE, required=False)
@click.option(
    "--sample", is_flag=True, help="Use the sample of the template instead of DATA. The PDF says so on each page."
)
@click.option("--filename", help="Name of the PDF.")
@click.option("--title", help="Title in the document and in its metadata.")
@click.option("--locale", help="Language and region of dates, numbers and labels, such as en-GB.")
@click.option("--replaces", metavar="KEY", help="A key of yours: `get --latest KEY` finds the latest report of it.")
@click.option("--email", metavar="ADDRESS", help="Who gets a message when the report has ended.")
@click.option("--webhook", metavar="URL", help="What is called when the report has ended.")
@click.option("--idempotency-key", metavar="KEY", help="With the same key, a report is made once in 24 hours.")
@waits
@saves_to
@asks_service
@click.pass_obj
def submit(
    app: App,
    /,
    *,
    template: str,
    data: Path | None,
    sample: bool,
    idempotency_key: str | None,
    wait: bool,
    timeout: float | None,
    output: Path | None,
    force: bool,
    **texts: str | None,
) -> Exit:
    """Ask for a report of JSON data.

    DATA is a file with a JSON object, or - for the standard input. Prints the id of the report, or how it has ended
    with --wait or -o. Files of rows and pictures are for `pressrun upload`.
    """
    if sample == (data is not None):
        raise click.UsageError("Give either DATA or --sample.")
    check_timeout(is_waiting=wait or output is not None)
    check_output(output, force=force)
    app.to_go_on = ["Nothing was asked for yet."]
    content = app.client.template(template).sample if data is None else read_data(app, data, template)
    options = _options(texts) | ({"sample": True} if sample else {})
    key = idempotency_key or str(uuid.uuid4())
    app.output.goes_on_unread = True
    app.to_go_on = [f"If the request has arrived, the same command with --idempotency-key {key} leads to its report."]
    ask = partial(app.client.submit, template, content, options=options, idempotency_key=key)
    if wait or output is not None:
        deadline = app.client.deadline(timeout)
        accepted = _asked(app, template, ask, deadline)
        return finish(app, {f"{template} {accepted.id}": accepted}, timeout=deadline, output=output, force=force)
    accepted = ask()
    if app.output.as_json:
        app.output.document(accepted.document)
    else:
        app.output.line(clean(accepted.id))
        if app.output.is_watched:
            app.output.note(f"Accepted. Wait for it: pressrun watch {clean(accepted.id)}")
    return Exit.OK


@click.command()
@click.argument("requests", type=_FILE)
@click.option("--idempotency-key", metavar="KEY", help="With the same key, each request is made once in 24 hours.")
@waits
@asks_service
@click.pass_obj
def batch(app: App, *, requests: Path, idempotency_key: str | None, wait: bool, timeout: float | None) -> Exit:
    """Ask for many reports at once.

    REQUESTS is a file with a JSON object in each line, {"template": …, "data": …, "options": …, "idempotency_key": …}
    of which the last two may be missing, or - for the standard input. Prints what was refused, and the batches by
    which `pressrun list --batch` finds the reports. A request without a key has KEY and the number of its line.
    """
    check_timeout(is_waiting=wait)
    # Before anything is submitted: a mistake in the last line must not leave half of it done.
    key = idempotency_key or str(uuid.uuid4())
    items = [{"idempotency_key": f"{key}/{number}", **item} for number, item in _items(requests)]
    if not items:
        app.output.note("There is no request in it.")
        return Exit.OK
    app.output.goes_on_unread = True
    app.to_go_on = [f"The same command with --idempotency-key {key} makes none of these reports twice."]
    outcomes: list[ItemOutcome] = []
    try:
        with Board(app.output.stderr, is_shown=app.output.is_watched) as board:
            board.add("submitting")
            for outcome in app.client.submit_each(items):
                outcomes.append(outcome)
                board.move("submitting", len(outcomes) / len(items), f"{len(outcomes):,} of {len(items):,}")
    finally:
        # Whatever has ended it: these were accepted, or refused.
        submitted = ManyOutcome(tuple(outcomes))
        if outcomes:
            _tell(app, submitted)
    refused = _status_of(submitted.refused)
    if refused is Exit.SERVICE:
        app.output.note(" ".join(app.to_go_on))
    if not wait:
        return refused
    known: dict[str, list[str]] = {}
    for item in submitted.accepted:
        known.setdefault(str(item.batch), []).append(str(item.id))
    ended = finish_batch(app, submitted.batches, timeout=timeout, known=known)
    return refused or ended


@click.command()
@click.argument("template")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--name", help="Name of the file at the service, instead of its own; of a single file.")
@waits
@saves_to
@asks_service
@click.pass_obj
def upload(
    app: App,
    *,
    template: str,
    files: tuple[Path, ...],
    name: str | None,
    wait: bool,
    timeout: float | None,
    output: Path | None,
    force: bool,
) -> Exit:
    """Upload files, of each of which a report is made.

    Takes CSV, Excel, JSON Lines and JSON for templates made from rows, JSON for all, and JPEG, PNG and WebP for those
    made from images. Prints the keys of the files, or how their reports have ended with --wait or -o.
    """
    if name is not None and len(files) > 1:
        raise click.UsageError("--name is for one file alone.")
    check_timeout(is_waiting=wait or output is not None)
    check_output(output, force=force, count=len(files))
    sizes = {path: _size(path) for path in files}
    _check_names(files)
    app.output.goes_on_unread = True
    uploaded: dict[str, Uploaded] = {}
    waits_for_them = False
    try:
        with Board(app.output.stderr, is_shown=app.output.is_watched) as board:
            for path, length in sizes.items():
                bar = transfer(board, path.name, length, "uploading")
                done = app.client.upload(path, template=template, filename=name, progress=bar)
                uploaded[done.key] = done
        waits_for_them = wait or output is not None
    finally:
        if not waits_for_them:
            # Whatever has ended it: of these, reports are made.
            for done in uploaded.values():
                _tell_uploaded(app, done)
    if waits_for_them:
        return finish(app, uploaded, timeout=timeout, output=output, force=force)
    return Exit.OK


def _asked(app: App, template: str, ask: Callable[..., Accepted], deadline: Deadline) -> Accepted:
    """Ask for a report, for which the service itself waits at first."""
    with Board(app.output.stderr, is_shown=app.output.is_watched) as board:
        board.add(template, "asking for it")
        return ask(wait=min(AT_FIRST, deadline.left))


def _items(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the requests of a file, each with the number of its line. Raises InputError with that number."""
    for number, line in enumerate(read(path).split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            content = json.loads(line)
        except (ValueError, RecursionError):
            raise InputError(f"Line {number} of {name_of(path)} is not JSON. Nothing was submitted.") from None
        if not isinstance(content, dict):
            raise InputError(f"Line {number} of {name_of(path)} is no JSON object. Nothing was submitted.")
        yield number, content


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}.") from None


def _check_names(files: Sequence[Path]) -> None:
    """Raise InputError for two files that would be one at the service, where a file is known by its name."""
    seen: dict[str, Path] = {}
    for path in files:
        other = seen.setdefault(path.name, path)
        if other is not path:
            raise InputError(
                f"{other} and {path} would be one file at the service. Upload one of them by itself, with --name."
            )


def _status_of(refused: Sequence[ItemOutcome]) -> Exit:
    """Return REFUSED, or SERVICE when every item was refused for a reason that may pass."""
    statuses = {Exit.of(ServiceError.of(item.problem)) for item in refused if item.problem is not None}
    return Exit.REFUSED if statuses - {Exit.SERVICE} else next(iter(statuses), Exit.OK)


def _options(given: Mapping[str, str | None]) -> dict[str, Any]:
    notify = {name: given[name] for name in ("email", "webhook") if given[name] is not None}
    rest = {name: value for name, value in given.items() if value is not None and name not in notify}
    return rest | ({"notify": notify} if notify else {})


def _tell(app: App, submitted: ManyOutcome) -> None:
    if app.output.as_json:
        for item in submitted.items:
            problem = item.problem.document if item.problem else None
            content = {"index": item.index, "id": item.id, "batch": item.batch, "problem": problem}
            app.output.document({name: value for name, value in content.items() if value is not None})
        return
    for item in submitted.refused:
        if item.problem is not None:
            app.output.line(
                f"refused  request {item.index + 1}  {clean(item.problem.code)}: {clean(item.problem.detail)}"
            )
    for batch_id in submitted.batches:
        app.output.line(f"batch    {clean(batch_id)}")
    app.output.note(f"{len(submitted.accepted):,} accepted, {len(submitted.refused):,} refused.")


def _tell_uploaded(app: App, uploaded: Uploaded) -> None:
    if app.output.as_json:
        app.output.document({"key": uploaded.key, "bytes": uploaded.size, "status": str(Status.PENDING)})
    else:
        app.output.line(clean(uploaded.key))
