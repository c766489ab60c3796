"""One order for each of several reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from pressrun_client.cli.app import App
from pressrun_client.cli.errors import failed
from pressrun_client.cli.exits import Exit
from pressrun_client.errors import ConflictError, InputError, NotFoundError, PressrunError

T = TypeVar("T")


def each_report(app: App, ids: Sequence[str], order: Callable[[str], T]) -> tuple[dict[str, T], Exit]:
    """Give an order for each report. Returns what came of it, and the status of the first error, which is told."""
    # Every order is given, even if the reader of the output has gone.
    app.output.goes_on_unread = True
    done: dict[str, T] = {}
    status = Exit.OK
    for report_id in dict.fromkeys(ids):
        try:
            done[report_id] = order(report_id)
            app.to_go_on = [f"Done before: {' '.join(done)}"]
        except PressrunError as error:
            told = failed(app, error, about=report_id)
            status = status or told
            if not isinstance(error, NotFoundError | ConflictError | InputError):
                # The others would meet the same.
                break
    return done, status
