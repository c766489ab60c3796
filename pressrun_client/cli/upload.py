"""The command `upload`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.output import clean
from pressrun_client.cli.progress import Board, transfer
from pressrun_client.cli.reading import names_report, reads
from pressrun_client.cli.waiting import check_output, check_timeout, finish, saves_to, waits
from pressrun_client.errors import InputError
from pressrun_client.model import Status
from pressrun_client.outcomes import Uploaded

_SIDECAR_SUFFIX = ".pressrun.json"


@click.command()
@click.argument("template")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--name", help="Another name for the file at the service; for a single file.")
@names_report
@reads
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
    options: Mapping[str, Any],
    wait: bool,
    timeout: float | None,
    output: Path | None,
    force: bool,
) -> Exit:
    """Upload files and make a report of each.

    Takes CSV, Excel, JSON Lines and JSON for templates made from rows, JSON for all, and JPEG, PNG, WebP, HEIC, AVIF,
    TIFF, GIF and BMP for those made from images. Files named NAME.pressrun.json have the options of NAME: they go
    first, and no report is made of them. Prints the keys of the files, or how their reports have ended with --wait or
    -o.
    """
    if name is not None and len(files) > 1:
        raise click.UsageError("--name needs exactly one file.")
    check_timeout(is_waiting=wait or output is not None)
    check_output(output, force=force, count=sum(not _is_sidecar(name or path.name) for path in files))
    # Options have to be there before the file that they are of.
    sizes = {path: _size(path) for path in sorted(files, key=lambda path: not _is_sidecar(path.name))}
    _check_names(files)
    app.output.goes_on_unread = True
    uploaded: dict[str, Uploaded] = {}
    waits_for_them = False
    try:
        with Board(app.output.stderr, is_shown=app.output.is_watched) as board:
            for path, length in sizes.items():
                bar = transfer(board, path.name, length, "uploading")
                done = app.client.upload(path, template=template, filename=name, options=options, progress=bar)
                uploaded[done.key] = done
        waited_for = {key: done for key, done in uploaded.items() if not _is_sidecar(key)}
        waits_for_them = bool(waited_for) and (wait or output is not None)
    finally:
        if not waits_for_them:
            # Whatever has ended it: of these, reports are made.
            for done in uploaded.values():
                _tell_uploaded(app, done)
    if waits_for_them:
        return finish(app, waited_for, timeout=timeout, output=output, force=force)
    return Exit.OK


def _is_sidecar(name: str) -> bool:
    """Tell whether a file has the options of another one, so that no report is made of it."""
    return name.endswith(_SIDECAR_SUFFIX)


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


def _tell_uploaded(app: App, uploaded: Uploaded) -> None:
    if app.output.as_json:
        status = {} if _is_sidecar(uploaded.key) else {"status": str(Status.PENDING)}
        app.output.document({"key": uploaded.key, "bytes": uploaded.size, **status})
    else:
        app.output.line(clean(uploaded.key))
