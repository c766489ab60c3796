"""The command `submit`."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.input import FILE, read_data
from pressrun_client.cli.output import clean
from pressrun_client.cli.progress import Board
from pressrun_client.cli.reading import names_report, reads
from pressrun_client.cli.waiting import check_output, check_timeout, finish, saves_to, waits
from pressrun_client.client import AT_FIRST
from pressrun_client.model import Accepted
from pressrun_client.timing import Deadline


@click.command()
@click.argument("template")
@click.argument("data", type=FILE, required=False)
@click.option(
    "--sample", is_flag=True, help="Use the sample of the template instead of DATA. The PDF says so on each page."
)
@names_report
@reads
@click.option("--idempotency-key", metavar="KEY", help="The same key makes only one report in 24 hours.")
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
    options: Mapping[str, Any],
) -> Exit:
    """Ask for a report of JSON data.

    DATA is a file with a JSON object, or - for the standard input. Prints the id of the report, or how it has ended
    with --wait or -o. Files of rows and pictures are for `pressrun upload`.
    """
    if sample == (data is not None):
        raise click.UsageError("Give either DATA or --sample.")
    check_timeout(is_waiting=wait or output is not None)
    check_output(output, force=force)
    app.to_go_on = ["No report was asked for yet."]
    content = app.client.template(template).sample if data is None else read_data(app, data, template)
    options = {**options, "sample": True} if sample else options
    key = idempotency_key or str(uuid.uuid4())
    app.output.goes_on_unread = True
    app.to_go_on = [f"If the request has arrived, the same command with --idempotency-key {key} returns its report."]
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


def _asked(app: App, template: str, ask: Callable[..., Accepted], deadline: Deadline) -> Accepted:
    """Ask for a report, for which the service itself waits at first."""
    with Board(app.output.stderr, is_shown=app.output.is_watched) as board:
        board.add(template, "asking for it")
        return ask(wait=min(AT_FIRST, deadline.left))
