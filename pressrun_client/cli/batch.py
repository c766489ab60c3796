"""The command `batch`."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.input import FILE, name_of, read
from pressrun_client.cli.output import clean
from pressrun_client.cli.progress import Board
from pressrun_client.cli.waiting import check_timeout, finish_batch, waits
from pressrun_client.errors import InputError, ServiceError
from pressrun_client.outcomes import ItemOutcome, ManyOutcome


@click.command()
@click.argument("requests", type=FILE)
@click.option("--idempotency-key", metavar="KEY", help="The same key makes each report only once in 24 hours.")
@waits
@asks_service
@click.pass_obj
def batch(app: App, *, requests: Path, idempotency_key: str | None, wait: bool, timeout: float | None) -> Exit:
    """Ask for many reports at once.

    REQUESTS is a file, or - for the standard input, with a JSON object in each line: {"template": …, "data": …},
    optionally with "options" and "idempotency_key". Prints the refused requests, and the batches for
    `pressrun list --batch`. A request without an idempotency key gets KEY and the number of its line.
    """
    check_timeout(is_waiting=wait)
    # Before anything is submitted: a mistake in the last line must not leave half of it done.
    key = idempotency_key or str(uuid.uuid4())
    items = [{"idempotency_key": f"{key}/{number}", **item} for number, item in _items(requests)]
    if not items:
        app.output.note("The file has no requests.")
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
            raise InputError(f"Line {number} of {name_of(path)} is not a JSON object. Nothing was submitted.")
        yield number, content


def _status_of(refused: Sequence[ItemOutcome]) -> Exit:
    """Return REFUSED, or SERVICE when every item was refused for a reason that may pass."""
    statuses = {Exit.of(ServiceError.of(item.problem)) for item in refused if item.problem is not None}
    return Exit.REFUSED if statuses - {Exit.SERVICE} else next(iter(statuses), Exit.OK)


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
