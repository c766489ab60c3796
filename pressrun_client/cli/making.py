"""Ask for reports."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.output import clean, plural
from pressrun_client.cli.progress import Board, transfer
from pressrun_client.cli.waiting import check_output, finish, finish_batch, saves_to, waits
from pressrun_client.errors import InputError
from pressrun_client.model import Status
from pressrun_client.outcomes import ManyOutcome, Uploaded

_FILE = click.Path(path_type=Path, allow_dash=True)


@click.command()
@click.argument("template")
@click.argument("data", type=_FILE, required=False)
@click.option("--sample", is_flag=True, help="Use the sample of the template instead of DATA.")
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
    **options: str | None,
) -> Exit:
    """Ask for a report of JSON data.

    DATA is a file with a JSON object, or - for the standard input. Prints the id of the report, or how it has ended
    with --wait or -o. Files of rows and pictures are for `pressrun upload`.
    """
    if sample == (data is not None):
        raise click.UsageError("Give either DATA or --sample.")
    check_output(output, force=force)
    content = app.client.template(template).sample if data is None else read_data(data, template)
    accepted = app.client.submit(template, content, options=_options(options), idempotency_key=idempotency_key)
    if wait or output is not None:
        return finish(app, {f"{template} {accepted.id}": accepted}, timeout=timeout, output=output, force=force)
    if app.output.as_json:
        app.output.document(accepted.document)
    else:
        app.output.line(clean(accepted.id))
        if app.output.is_watched:
            app.output.note(f"Accepted. Wait for it: pressrun watch {clean(accepted.id)}")
    return Exit.OK


@click.command()
@click.argument("requests", type=_FILE)
@waits
@asks_service
@click.pass_obj
def batch(app: App, *, requests: Path, wait: bool, timeout: float | None) -> Exit:
    """Ask for many reports at once.

    REQUESTS is a file with a JSON object in each line, {"template": …, "data": …, "options": …, "idempotency_key": …}
    of which the last two may be missing, or - for the standard input. Prints what was refused, and the batches by
    which `pressrun list --batch` finds the reports.
    """
    with Board(app.output.stderr, is_shown=app.output.is_watched) as board:
        board.add("submitting")
        submitted = app.client.submit_many(
            _items(requests), progress=lambda count: board.move("submitting", 0, plural(count, "request"))
        )
    _tell(app, submitted)
    if not wait:
        return Exit.REFUSED if submitted.refused else Exit.OK
    ended = finish_batch(app, submitted.batches, timeout=timeout)
    return Exit.REFUSED if submitted.refused else ended


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
    check_output(output, force=force, count=len(files))
    uploaded: dict[str, Uploaded] = {}
    with Board(app.output.stderr, is_shown=app.output.is_watched) as board:
        for path in files:
            bar = transfer(board, path.name, _size(path), "uploading")
            done = app.client.upload(path, template=template, filename=name, progress=bar)
            uploaded[done.key if done.key not in uploaded else f"{done.key} ({len(uploaded) + 1})"] = done
            if not wait and output is None:
                _tell_uploaded(app, done)
    if wait or output is not None:
        return finish(app, uploaded, timeout=timeout, output=output, force=force)
    return Exit.OK


def read_data(path: Path, template: str) -> Mapping[str, Any]:
    """Read the data of a report. Raises InputError."""
    name = "the standard input" if str(path) == "-" else str(path)
    try:
        text = _read(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{name} is not text in UTF-8. {_to_upload(path, template)}") from None
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        raise InputError(f"{name} is not JSON: {where}. {_to_upload(path, template)}") from None
    if not isinstance(content, dict):
        raise InputError(
            f"{name} holds no JSON object, which the data of a report have to be. {_to_upload(path, template)}"
        )
    return content


def _to_upload(path: Path, template: str) -> str:
    return f"A file of rows or a picture is for: pressrun upload {template} {path}"


def _items(path: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the requests of a file, line by line. Raises InputError with the number of the line."""
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            content = json.loads(line)
        except (ValueError, RecursionError):
            raise InputError(f"Line {number} of {path} is not JSON. Nothing of it or after it was submitted.") from None
        if not isinstance(content, dict):
            raise InputError(f"Line {number} of {path} is no JSON object.")
        yield content


def _lines(path: Path) -> Iterable[bytes]:
    return _read(path).split(b"\n")


def _read(path: Path) -> bytes:
    if str(path) == "-":
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}.") from None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}.") from None


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
